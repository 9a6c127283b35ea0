package rooms

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"runtime"
	"slices"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
)

// What meetings plan, as the door has it.

// during is the room as its openings have it at a moment, with the one that counts: a dedicated room is what the opening
// says, any other keeps its own rules but for the entry, which may be wider.
func (r Room) during(openings access.Openings, now time.Time) (Room, access.Opening, bool) {
	opening, open := openings.Now(now)
	switch {
	case !open:
	case r.Dedicated:
		r.Entry, r.MinAssurance = opening.Entry, opening.MinAssurance
	case opening.Entry.Width() > r.Entry.Width():
		r.Entry = opening.Entry
	}
	return r.bound(), opening, open
}

// closed is the refusal of a dedicated room while no opening is open.
func closed(openings access.Openings, now time.Time) error {
	next, found := openings.Next(now)
	if !found {
		return fault.New(fault.CodeMeetingOver, "the meeting that this room was made for is over")
	}
	at := next.Opens.UTC()
	return fault.Newf(fault.CodeNotOpenYet, "this room opens at %s", at.Format(time.RFC3339)).Until(at)
}

// passcodeState is what is known of the passcode that somebody brought.
type passcodeState uint8

const (
	noPasscode passcodeState = iota
	wrongPasscode
	rightPasscode
)

func (p passcodeState) refusal() error {
	if p == wrongPasscode {
		return fault.New(fault.CodePasscodeWrong, "this is not the passcode").At("body.passcode", "read it in the invitation again")
	}
	return fault.New(fault.CodePasscodeRequired, "this meeting asks for its passcode").At("body.passcode", "give the passcode of the invitation")
}

// asksPasscode tells whether somebody has to give the passcode of an opening. own is the room as it is without: who holds a
// role does not, and of a room that was there already only those are asked whom the meeting alone lets in.
func (r Room) asksPasscode(own Room, who auth.Identity, st standing) bool {
	return st.role == access.NoRole && !st.inside && st.passcode != rightPasscode &&
		(r.Dedicated || !own.lets(who, st) && r.lets(who, st))
}

// tryPasscode looks at the passcode that somebody brought, where it is what the door asks for.
func (s *Service) tryPasscode(ctx context.Context, who auth.Identity, room Room, st *standing, code string) error {
	if code == "" || !fault.HasCode(room.receive(who, *st, s.Now()).refusal, fault.CodePasscodeRequired) {
		return nil
	}
	opening, _ := st.openings.Now(s.Now())
	right, err := s.passcodes.takes(ctx, opening.PasscodeHash, code)
	if err != nil {
		return fmt.Errorf("check a passcode: %w", err)
	}
	st.passcode = wrongPasscode
	if right {
		st.passcode = rightPasscode
	}
	return nil
}

// passcodes checks passcodes, which is slow by design. One that was right is remembered, under a key of this process, for
// all who bring the same: of five hundred who come at nine o'clock the first costs a check and the others nothing. Wrong
// ones are checked each time, few at once: how many there may be is limited before.
type passcodes struct {
	key    [32]byte
	right  *lru.Cache[[32]byte, struct{}]
	flight singleflight.Group
	slots  *semaphore.Weighted
}

const passcodesKnown = 4096

func newPasscodes() *passcodes {
	right, err := lru.New[[32]byte, struct{}](passcodesKnown)
	if err != nil {
		panic(err) // only a size below 1 can fail
	}
	p := &passcodes{right: right, slots: semaphore.NewWeighted(int64(max(1, runtime.GOMAXPROCS(0)/2)))}
	_, _ = rand.Read(p.key[:]) // crypto/rand never fails since Go 1.24
	return p
}

func (p *passcodes) takes(ctx context.Context, hash, code string) (bool, error) {
	if !access.IsPasscode(code) {
		return false, nil
	}
	key := p.keyOf(hash, code)
	if p.right.Contains(key) {
		return true, nil
	}
	found := p.flight.DoChan(string(key[:]), func() (any, error) {
		if err := p.slots.Acquire(context.WithoutCancel(ctx), 1); err != nil {
			return false, err
		}
		defer p.slots.Release(1)
		right := access.TakesPasscode(hash, code)
		if right {
			p.right.Add(key, struct{}{})
		}
		return right, nil
	})
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case r := <-found:
		return r.Err == nil && r.Val.(bool), r.Err
	}
}

func (p *passcodes) keyOf(hash, code string) (key [32]byte) {
	mac := hmac.New(sha256.New, p.key[:])
	_, _ = mac.Write([]byte(hash + " " + code)) // a hash never fails
	mac.Sum(key[:0])
	return key
}

// linkOf finds the personal link that somebody brought. One that is not known is no link.
func (s *Service) linkOf(ctx context.Context, room Room, token string) (*access.Link, error) {
	hash, ok := access.LinkTokenHash(token)
	if !ok {
		return nil, nil
	}
	link, found, err := s.Rooms.Link(ctx, room.ID, hash)
	if err != nil {
		return nil, fmt.Errorf("personal link: %w", err)
	}
	if !found {
		return nil, nil
	}
	return &link, nil
}

// unlinked says beside a refusal that the link which somebody brought is not known: it is refused as if there were none.
func unlinked(err error, in JoinRequest, link *access.Link) error {
	if err == nil || in.Link == "" || link != nil || fault.Of(err).Kind == fault.Internal {
		return err
	}
	said := *fault.Of(err)
	said.Fields = append(said.Fields[:len(said.Fields):len(said.Fields)], fault.Field{Location: "body.link", Message: string(fault.CodeLinkUnknown)})
	return &said
}

// Unlinked tells whether a refusal says that the link which somebody brought is not known.
func Unlinked(err error) bool {
	return err != nil && slices.ContainsFunc(fault.Of(err).Fields, func(f fault.Field) bool {
		return f.Location == "body.link" && f.Message == string(fault.CodeLinkUnknown)
	})
}

// OfMeeting is the room that is made with a meeting. A dedicated one keeps its own entry at hosts: what lets others in is
// an opening.
func OfMeeting(n access.NewRoom) Room {
	r := Room{
		ID: n.ID, OrgID: n.OrgID, Slug: n.Slug, MediaName: n.MediaName, Name: n.Name, Description: n.Description,
		Language: n.Language, Tags: n.Tags, Entry: n.Entry, MinAssurance: n.MinAssurance, Forbidden: n.Forbidden,
		PhoneEntry: access.EntryHosts, Dedicated: n.Dedicated, Version: 1, CreatedAt: n.CreatedAt, UpdatedAt: n.CreatedAt,
		Limits: Limits{
			OpensWithHost: n.OpensWithHost, MuteOnEntry: n.MuteOnEntry, MaxParticipants: n.MaxParticipants, MaxMinutes: n.MaxMinutes,
			AttendanceDays: cmp.Or(n.AttendanceDays, defaultAttendanceDays),
		},
	}
	if r.Dedicated {
		r.Entry, r.MinAssurance = access.EntryHosts, auth.AssuranceUnknown
	}
	r.Language = cmp.Or(r.Language, Languages()[0])
	return r
}

// StruckOff brings a change of who is invited to the calls that run, after its commit: who came in by a grant that is gone
// leaves, and who led by one leads no more. by is who changed it.
func (s *Service) StruckOff(ctx context.Context, by auth.Identity, off StruckOff) {
	s.farewells(ctx, off.Endings)
	for _, g := range off.Changed {
		s.followMember(ctx, by, Room{ID: g.RoomID, Planned: true}, g.Subject)
	}
}
