package rooms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// What hosts do to a call that runs, one method each. All go the same way: who may; the change of the running session in
// one transaction; then the SFU, which is told and not asked; then the others in the room. What the SFU misses, the gate
// brings with the next connection.

// hostOf finds the room and the host who acts. A service account with the scope acts as an owner.
func (s *Service) hostOf(ctx context.Context, who auth.Identity, slug string, right auth.Right) (Room, host, error) {
	room, st, err := s.find(ctx, who, slug)
	if err != nil {
		return Room{}, host{}, err
	}
	if err := auth.Allowed(who, right, st.on(room)); err != nil {
		return Room{}, host{}, err
	}
	h := host{who: who, name: who.Name, role: st.role, at: s.Now().UTC()}
	if who.Kind == auth.Service {
		h.role = access.Owner
	}
	if st.decided.Name != "" {
		h.name = st.decided.Name
	}
	return room, h, nil
}

// moderate changes the running session and brings the change to everybody.
func (s *Service) moderate(ctx context.Context, who auth.Identity, slug string, right auth.Right, change func(*Running, host) error) (Moderated, error) {
	room, h, err := s.hostOf(ctx, who, slug, right)
	if err != nil {
		return Moderated{}, err
	}
	return s.changeRunning(ctx, room.ID, h, change)
}

func (s *Service) changeRunning(ctx context.Context, roomID string, h host, change func(*Running, host) error) (Moderated, error) {
	done, err := s.Hosts.UpdateRunning(ctx, roomID, h.at, func(r *Running) error { return change(r, h) })
	if err != nil {
		return Moderated{}, fmt.Errorf("moderate: %w", err)
	}
	s.follow(ctx, done)
	return done, nil
}

// follow brings to the SFU and to the room what was decided. Whoever waits for the answer need not stay.
func (s *Service) follow(ctx context.Context, done Moderated) {
	ctx = context.WithoutCancel(ctx)
	var work errgroup.Group
	work.SetLimit(endingsAtOnce)
	for _, a := range done.Changed {
		if a.SessionID == "" { // never opened: the SFU does not know it
			continue
		}
		work.Go(func() error {
			s.bring(ctx, done.Room.MediaName, a)
			return nil
		})
	}
	_ = work.Wait() // none of them fails
	for _, sig := range done.Signals {
		s.signal(ctx, done.Room, sig)
	}
	s.farewells(ctx, done.Ended)
}

// bring tells the SFU what somebody may do. What two hosts decide about the same person may arrive there in either order: so
// each looks afterwards whether something else holds by now, and the decision that was made last counts.
func (s *Service) bring(ctx context.Context, mediaName string, a Admission) {
	for {
		if err := s.Media.Apply(ctx, mediaName, a); err != nil {
			s.Logger.WarnContext(ctx, "rights not brought to the SFU yet", "error", err)
			return
		}
		now, err := s.Admissions.Admission(ctx, a.ID)
		if err != nil || !now.Admission.Live() || now.Admission.Generation == a.Generation {
			return // a database that is away is asked again by the gate
		}
		a = now.Admission
	}
}

// Participants lists who is in the call, first come first.
func (s *Service) Participants(ctx context.Context, who auth.Identity, slug string) ([]Participant, error) {
	room, _, err := s.hostOf(ctx, who, slug, auth.RoomModerate)
	if err != nil {
		return nil, err
	}
	run, err := s.Hosts.Running(ctx, room.ID, s.Now().UTC())
	if fault.HasCode(err, fault.CodeNoSession) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []Participant
	for _, p := range run.People {
		if p.State == Open && p.JoinedAt != nil {
			list = append(list, run.participant(p))
		}
	}
	slices.SortStableFunc(list, func(a, b Participant) int { return a.JoinedAt.Compare(*b.JoinedAt) })
	return list, nil
}

// Participant is somebody in the call as hosts see them. Forbidden and Allowed are what is decided about them alone.
type Participant struct {
	Person
	Forbidden access.Abilities
	Allowed   access.Abilities
}

func (r Running) participant(p Person) Participant {
	decided := r.Adjusted[p.Who()]
	return Participant{Person: p, Forbidden: decided.Forbidden, Allowed: decided.Allowed}
}

// mutable is what a host can mute: what somebody publishes.
func mutable(source access.Ability) error {
	if len(source.Sources()) == 0 {
		return fault.New(fault.CodeInvalid, "this cannot be muted").At("body.source", "one of microphone, camera, screen")
	}
	return nil
}

type mutedSaid struct {
	Participant string `json:"participant"`
	Source      string `json:"source"`
	By          by     `json:"by"`
}

// Mute mutes a microphone, or stops a camera or a share. The person may turn it on again, unless that is forbidden.
func (s *Service) Mute(ctx context.Context, who auth.Identity, slug, participant string, source access.Ability) error {
	var to Person
	var h host
	done, err := s.moderate(ctx, who, slug, auth.RoomModerate, func(r *Running, by host) error {
		if err := mutable(source); err != nil {
			return err
		}
		p, err := r.target(by, participant)
		if err != nil {
			return err
		}
		to, h = *p, by
		return nil
	})
	if err != nil {
		return err
	}
	changed, err := s.Media.Mute(ctx, done.Room.MediaName, participant, source)
	if !changed {
		return err
	}
	s.whisper(ctx, done.Room, event.SignalMuted, mutedSaid{participant, string(source), by{h.name}}, participant)
	return errors.Join(err, s.record(ctx, done.Room, h, func(r *Running) { r.acted(h, muteActs[source], &to, nil) }))
}

var muteActs = map[access.Ability]ActName{
	access.AbilityMicrophone: ActMute, access.AbilityCamera: ActStopCamera, access.AbilityScreen: ActStopScreen,
}

// MuteAll mutes everybody whom the host may act on, but for those excepted, in one go; it answers how many it muted. These
// are told, and the act is kept, also when somebody else could not be muted.
func (s *Service) MuteAll(ctx context.Context, who auth.Identity, slug string, source access.Ability, except []string) (int, error) {
	room, h, err := s.hostOf(ctx, who, slug, auth.RoomModerate)
	if err != nil {
		return 0, err
	}
	if err := mutable(source); err != nil {
		return 0, err
	}
	run, err := s.Hosts.Running(ctx, room.ID, h.at)
	if err != nil {
		return 0, err
	}
	spared := map[string]bool{}
	for _, id := range except {
		spared[id] = true
	}
	for _, p := range run.People {
		if !mayActOn(h.role, p.Role) {
			spared[p.ID] = true
		}
	}
	muted, err := s.Media.MuteAll(ctx, room.MediaName, source, func(id string) bool { return spared[id] })
	if len(muted) == 0 {
		return 0, err
	}
	s.whisper(ctx, room, event.SignalMuted, mutedSaid{"", string(source), by{h.name}}, muted...)
	return len(muted), errors.Join(err, s.record(ctx, room, h, func(r *Running) { r.acted(h, ActMuteAll, nil, map[string]any{"muted": len(muted)}) }))
}

// record keeps an act that the SFU has carried out already.
func (s *Service) record(ctx context.Context, room Room, h host, act func(*Running)) error {
	_, err := s.Hosts.UpdateRunning(context.WithoutCancel(ctx), room.ID, h.at, func(r *Running) error {
		act(r)
		return nil
	})
	if fault.HasCode(err, fault.CodeNoSession) {
		return nil // it ended meanwhile
	}
	return err
}

// whisper says something to some alone. It changes no state, so it has no place in it.
func (s *Service) whisper(ctx context.Context, room Room, t event.SignalType, data any, to ...string) {
	sig := event.Signal{Type: t, At: s.Now().UTC(), Data: data}
	if err := s.Media.Send(context.WithoutCancel(ctx), room.MediaName, sig, to...); err != nil {
		s.Logger.WarnContext(ctx, "signal not said", "type", string(t), "error", err)
	}
}

// Permit allows or forbids things to somebody for the rest of the session.
func (s *Service) Permit(ctx context.Context, who auth.Identity, slug, participant string, change PermissionChange) (Participant, error) {
	return s.onePerson(ctx, who, slug, auth.RoomModerate, func(r *Running, h host) (Person, error) { return r.permit(h, participant, change) })
}

// ForAll is what is forbidden to all but hosts: in the meeting that runs, and by the room's own setting.
type ForAll struct {
	Forbidden access.Abilities
	Lasting   access.Abilities
}

// PermitAll allows or forbids things to all but hosts for the rest of the session; the room's own setting stays.
func (s *Service) PermitAll(ctx context.Context, who auth.Identity, slug string, change PermissionChange) (ForAll, error) {
	done, err := s.moderate(ctx, who, slug, auth.RoomModerate, func(r *Running, h host) error {
		return r.permitAll(h, change)
	})
	return ForAll{done.rule(), done.Room.Forbidden}, err
}

// Rename gives a guest another name for the rest of the session.
func (s *Service) Rename(ctx context.Context, who auth.Identity, slug, participant, name string) (Participant, error) {
	name = strings.TrimSpace(name)
	return s.onePerson(ctx, who, slug, auth.RoomModerate, func(r *Running, h host) (Person, error) {
		if name == "" || length(name) > MaxGuestName {
			return Person{}, fault.New(fault.CodeInvalid, "a name has 1 to 64 characters").At("body.name", "give a name of 1 to 64 visible characters")
		}
		return r.rename(h, participant, name)
	})
}

// SetRole promotes or demotes somebody at once; keep writes a grant, so that it holds after the meeting too.
func (s *Service) SetRole(ctx context.Context, who auth.Identity, slug, participant string, role access.Role, keep bool) (Participant, error) {
	if keep { // which outlasts the session: a role that was given for it alone does not do
		if err := s.May(ctx, who, slug, auth.RoomGrant); err != nil {
			return Participant{}, err
		}
	}
	return s.onePerson(ctx, who, slug, auth.RoomPromote, func(r *Running, h host) (Person, error) {
		if !slices.Contains([]access.Role{access.Owner, access.Moderator, access.Member}, role) {
			return Person{}, fault.New(fault.CodeInvalid, "there is no such role").At("body.role", "one of owner, moderator, member")
		}
		p, err := r.setRole(h, participant, role)
		if err != nil || !keep {
			return p, err
		}
		if p.WhoKind != auth.Person {
			return Person{}, fault.New(fault.CodeForbidden, "a role is kept for people with an account alone").At("body.keep", "leave it out for guests")
		}
		r.Kept = append(r.Kept, access.Grant{
			ID: newID(), RoomID: r.Room.ID, Subject: access.Subject{Kind: access.SubjectPerson, ID: p.PersonID}, Role: role,
			Sources: access.Everything(), SourceKind: "room", SourceID: r.Room.ID,
		})
		return p, nil
	})
}

// May is nil when somebody has a right in a room: who has not does not learn what is wrong with a request.
func (s *Service) May(ctx context.Context, who auth.Identity, slug string, right auth.Right) error {
	room, st, err := s.find(ctx, who, slug)
	if err != nil {
		return err
	}
	return auth.Allowed(who, right, st.on(room))
}

func (s *Service) onePerson(ctx context.Context, who auth.Identity, slug string, right auth.Right, change func(*Running, host) (Person, error)) (Participant, error) {
	var found Participant
	_, err := s.moderate(ctx, who, slug, right, func(r *Running, h host) error {
		p, err := change(r, h)
		found = r.participant(p)
		return err
	})
	return found, err
}

// Remove takes somebody out of the call: for the rest of the session they wait, or, blocked, they stay out until a host
// unblocks them: that outlasts the meeting, so a role for its length does not do. It answers whether guests of the room wait
// from now on, which a blocked guest's next browser asks for.
func (s *Service) Remove(ctx context.Context, who auth.Identity, slug, participant string, block bool) (guestsWait bool, err error) {
	right := auth.RoomModerate
	if block {
		right = auth.RoomBlock
	}
	_, err = s.moderate(ctx, who, slug, right, func(r *Running, h host) error {
		before := r.Room.Entry
		err := r.remove(h, participant, block)
		guestsWait = r.Room.Entry != before
		return err
	})
	return guestsWait, err
}

// Return sends somebody back to the lobby.
func (s *Service) Return(ctx context.Context, who auth.Identity, slug, participant string) error {
	_, err := s.moderate(ctx, who, slug, auth.RoomModerate, func(r *Running, h host) error { return r.toLobby(h, participant) })
	return err
}

// Lock lets nobody new in but hosts, until Unlock or the end of the session. Doing it twice changes nothing.
func (s *Service) Lock(ctx context.Context, who auth.Identity, slug string, locked bool) error {
	_, err := s.moderate(ctx, who, slug, auth.RoomModerate, func(r *Running, h host) error {
		if locked {
			r.lock(h)
		} else {
			r.unlock(h)
		}
		return nil
	})
	return err
}

// Spotlight shows these large to everybody, in this order; none ends it.
func (s *Service) Spotlight(ctx context.Context, who auth.Identity, slug string, participants []string) error {
	_, err := s.moderate(ctx, who, slug, auth.RoomModerate, func(r *Running, h host) error { return r.spotlight(h, participants) })
	return err
}

// SpotlightOne puts one among those in the spotlight, last, or takes one out. Doing it twice changes nothing.
func (s *Service) SpotlightOne(ctx context.Context, who auth.Identity, slug, participant string, on bool) error {
	_, err := s.moderate(ctx, who, slug, auth.RoomModerate, func(r *Running, h host) error {
		if r.person(participant) == nil {
			return noParticipant()
		}
		shown := slices.DeleteFunc(slices.Clone(r.Session.Spotlight), func(id string) bool { return !on && id == participant || r.person(id) == nil })
		if on {
			shown = append(shown, participant)
		}
		return r.spotlight(h, shown)
	})
	return err
}

// LowerHands takes down the hands of these, nil meaning all.
func (s *Service) LowerHands(ctx context.Context, who auth.Identity, slug string, participants []string) error {
	_, err := s.moderate(ctx, who, slug, auth.RoomModerate, func(r *Running, h host) error {
		r.lowerHands(h, participants)
		return nil
	})
	return err
}

// End ends the meeting for everybody. Nobody in the room is no error: it is over.
func (s *Service) End(ctx context.Context, who auth.Identity, slug string) error {
	room, h, err := s.hostOf(ctx, who, slug, auth.RoomModerate)
	if err != nil {
		return err
	}
	return s.endRunning(ctx, room, h, EndedByHost, func(*Running) bool { return true })
}

// errGoesOn takes back an end that is not due any more.
var errGoesOn = errors.New("the session goes on")

// endRunning ends the session that runs, when it is due to inside the transaction.
func (s *Service) endRunning(ctx context.Context, room Room, h host, why SessionEnd, due func(*Running) bool) error {
	done, err := s.Hosts.UpdateRunning(ctx, room.ID, h.at, func(r *Running) error {
		if !due(r) {
			return errGoesOn
		}
		r.end(h, why)
		return nil
	})
	if fault.HasCode(err, fault.CodeNoSession) || errors.Is(err, errGoesOn) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("end: %w", err)
	}
	s.whisper(ctx, room, event.SignalEnded, endedSaid{by{h.name}, string(why)})
	// The word travels by another way than the end of the connection, which overtakes it: then everybody in the call at once
	// would ask why it broke off. Who has heard it leaves by themselves.
	if len(done.Ended) > 0 {
		time.Sleep(s.Farewell)
	}
	s.follow(ctx, done)
	return nil
}

// tellChange brings a change of the room into the call that runs, if one does: of what is forbidden to all but hosts, and
// of how long it lasts.
func (s *Service) tellChange(ctx context.Context, who auth.Identity, before, room Room, st standing) error {
	forbids, lasts := !before.Forbidden.Equal(room.Forbidden), before.Limits.MaxMinutes != room.Limits.MaxMinutes
	if !forbids && !lasts {
		return nil
	}
	_, err := s.changeRunning(ctx, room.ID, host{who: who, name: who.Name, role: st.granted, at: s.Now().UTC()}, func(r *Running, h host) error {
		if forbids {
			r.settingChanged(h, before.Forbidden, room.Forbidden)
		}
		if lasts {
			r.say(h.at, event.SignalLimits, limitsSaid{r.Room.Limits.end(r.Session.StartedAt)})
		}
		return nil
	})
	if fault.HasCode(err, fault.CodeNoSession) {
		return nil
	}
	return err
}

// Blocks lists who is kept out of a room.
func (s *Service) Blocks(ctx context.Context, who auth.Identity, slug string) ([]Block, error) {
	room, _, err := s.hostOf(ctx, who, slug, auth.RoomBlock)
	if err != nil {
		return nil, err
	}
	return s.Hosts.Blocks(ctx, room.ID)
}

// Unblock takes a block back.
func (s *Service) Unblock(ctx context.Context, who auth.Identity, slug, blockID string) error {
	room, h, err := s.hostOf(ctx, who, slug, auth.RoomBlock)
	if err != nil {
		return err
	}
	return s.Hosts.Unblock(ctx, room.ID, blockID, h.did(ActUnblock, nil), s.happened(who, event.RoomModerated, room, map[string]any{"act": string(ActUnblock), "block": blockID}))
}
