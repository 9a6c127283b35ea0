package schedule

import (
	"context"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
)

// What a feed holds: meetings that take place from a while ago to well ahead, so many at most.
const (
	feedBack  = 90 * 24 * time.Hour
	feedAhead = 366 * 24 * time.Hour
	maxFeed   = 2_000
)

// readAnew is for how long a feed that was read is not noted to be read again: programs read it every few minutes.
const readAnew = time.Hour

// FeedAddress is that a calendar is read under an address, since when, and when it last was, to the hour; nil: never.
type FeedAddress struct {
	PersonID string
	OrgID    string
	Since    time.Time
	ReadAt   *time.Time
}

// NewFeed makes the address under which programs read somebody's own calendar; the one before ends. The token is the only
// copy.
func (s *Service) NewFeed(ctx context.Context, who auth.Identity) (token string, err error) {
	if err := owner(who); err != nil {
		return "", err
	}
	token = access.NewLinkToken()
	hash, _ := access.LinkTokenHash(token)
	return token, s.Store.SetFeed(ctx, who.PersonID, hash, s.Now().UTC())
}

// FeedAddress answers since when one's own calendar is read under an address; the zero one when it is under none. The address
// itself is known to nobody but who was told it.
func (s *Service) FeedAddress(ctx context.Context, who auth.Identity) (FeedAddress, error) {
	if err := owner(who); err != nil {
		return FeedAddress{}, err
	}
	f, err := s.Store.FeedFor(ctx, who.PersonID)
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return f, err
}

// EndFeed ends it. Doing it twice is no error.
func (s *Service) EndFeed(ctx context.Context, who auth.Identity) error {
	if err := owner(who); err != nil {
		return err
	}
	return s.Store.SetFeed(ctx, who.PersonID, nil, s.Now().UTC())
}

// owner is nil for who has a calendar of their own, and asks for it themselves.
func owner(who auth.Identity) error {
	if err := auth.Allowed(who, auth.MeetingList, auth.Resource{OrgID: who.OrgID}); err != nil {
		return err
	}
	if who.Kind != auth.Person || who.Delegated() {
		return fault.New(fault.CodeForbidden, "a calendar is a person's: list meetings instead")
	}
	return nil
}

// Feed answers the meetings of the calendar that is read under a token. Nobody is in them but who organizes: whoever knows
// the address reads it.
func (s *Service) Feed(ctx context.Context, token string) ([]View, error) {
	hash, ok := access.LinkTokenHash(token)
	if !ok {
		return nil, noFeed()
	}
	of, err := s.Store.FeedOf(ctx, hash)
	if fault.Is(err, fault.NotFound) {
		err = noFeed()
	}
	if err != nil {
		return nil, err
	}
	now := s.Now().UTC()
	if of.ReadAt == nil || now.Sub(*of.ReadAt) >= readAnew {
		if err := s.Store.FeedRead(ctx, hash, now); err != nil { // a calendar is read all the same
			s.Logger.WarnContext(ctx, "that a calendar was read is not noted", "error", err)
		}
	}
	reader := auth.Identity{Kind: auth.Person, ID: of.PersonID, PersonID: of.PersonID, OrgID: of.OrgID}
	q := MeetingQuery{OrgID: of.OrgID, PersonID: of.PersonID, Now: now, From: now.Add(-feedBack), To: now.Add(feedAhead), PageSize: 200}
	var list []View
	for len(list) < maxFeed {
		page, err := s.Store.Meetings(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, m := range page.Meetings {
			held, err := s.heldOf(m)
			if err != nil {
				return nil, err
			}
			list = append(list, View{Meeting: m.seenBy(reader, now), Held: held})
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	return list, nil
}

func noFeed() error {
	return fault.New(fault.CodeNotFound, "no calendar is read at this address: make a new one")
}
