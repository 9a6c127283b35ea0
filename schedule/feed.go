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

// FeedSince answers since when one's own calendar is read under an address; zero when it is under none. The address itself is
// known to nobody but who was told it.
func (s *Service) FeedSince(ctx context.Context, who auth.Identity) (time.Time, error) {
	if err := owner(who); err != nil {
		return time.Time{}, err
	}
	return s.Store.FeedSince(ctx, who.PersonID)
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
	person, org, err := s.Store.FeedOf(ctx, hash)
	if fault.Is(err, fault.NotFound) {
		err = noFeed()
	}
	if err != nil {
		return nil, err
	}
	reader := auth.Identity{Kind: auth.Person, ID: person, PersonID: person, OrgID: org}
	now := s.Now().UTC()
	q := MeetingQuery{OrgID: org, PersonID: person, From: now.Add(-feedBack), To: now.Add(feedAhead), PageSize: 200}
	var list []View
	for len(list) < maxFeed {
		page, err := s.Store.Meetings(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, m := range page.Meetings {
			list = append(list, View{Meeting: m.seenBy(reader, now)})
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
