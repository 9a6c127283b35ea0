// Package usage says how much the platform was used: sessions, participants, minutes and the peak of each day, of an
// organization and of the whole platform.
//
// It owns what is counted, over which days, and who may read it. It refuses to know who was in a session (rooms does): a
// count holds no name and stays when the names of its sessions are gone.
package usage

import (
	"context"
	"fmt"
	"time"

	"parvis/auth"
	"parvis/fault"
)

// Everywhere stands for the whole platform where an organization's id stands: the nil UUID (RFC 9562 section 5.9).
const Everywhere = "00000000-0000-0000-0000-000000000000"

// MaxDays is how many days a report may have: three years.
const MaxDays = 3 * 366

// settled is how long after its end a day is counted for the last time: a stay whose end nobody saw is decided after 90
// seconds (rooms), and attendance may be kept for a day only.
const settled = 10 * time.Minute

// Count is what happened in a span of time. Sessions are those that began in it. Whoever was in a session counts once for
// it, on each of its days; somebody who was there in two tabs at a time was there once. Peak is how many were there at the
// same time at most.
type Count struct {
	Sessions     int
	Participants int
	Time         time.Duration // of all participants together
	Peak         int
}

// plus adds what happened in another span: peaks do not add up.
func (c Count) plus(o Count) Count {
	return Count{c.Sessions + o.Sessions, c.Participants + o.Participants, c.Time + o.Time, max(c.Peak, o.Peak)}
}

// Day is one day, in UTC, named by its first moment.
type Day struct {
	Date time.Time
	Count
}

// Share is what an organization had of a report of the whole platform.
type Share struct {
	OrgID, OrgName string
	Count
}

// Store keeps counts. Errors: fault.Unavailable when the database does not answer.
type Store interface {
	// CountDay counts the day that begins then anew, up to a moment that is not after its end, for each organization and
	// for the platform. A final count is not made again.
	CountDay(ctx context.Context, day, until time.Time, final bool) error
	// Uncounted is the first day without a final count: that after the last one with it, else that of the first session
	// whose attendance is kept. Zero when there is neither.
	Uncounted(ctx context.Context) (time.Time, error)
	// Days answers the days of an organization, or of Everywhere, from one to another, both included, in order; days on
	// which nothing happened are left out.
	Days(ctx context.Context, orgID string, from, to time.Time) ([]Day, error)
	// Shares answers what each organization had of those days, most time first.
	Shares(ctx context.Context, from, to time.Time, limit int) ([]Share, error)
	// UsageOrganization answers the name of an organization and the ids of those above it. fault.NotFound when there is none.
	UsageOrganization(ctx context.Context, id string) (name string, above []string, err error)
}

// Service counts and reports.
type Service struct {
	store Store
	now   func() time.Time
}

// New makes a Service.
func New(store Store, now func() time.Time) *Service { return &Service{store, now} }

// Counting counts all days that have no final count, today included. What fails is counted at the next call.
func (s *Service) Counting(ctx context.Context) error {
	now := s.now().UTC()
	today := dayOf(now)
	day, err := s.store.Uncounted(ctx)
	if err != nil {
		return fmt.Errorf("uncounted days: %w", err)
	}
	if day.IsZero() {
		day = today
	}
	for ; !day.After(today); day = day.AddDate(0, 0, 1) {
		end := day.AddDate(0, 0, 1)
		until := end
		if now.Before(end) {
			until = now
		}
		if err := s.store.CountDay(ctx, day, until, !now.Before(end.Add(settled))); err != nil {
			return fmt.Errorf("count %s: %w", day.Format(time.DateOnly), err)
		}
	}
	return nil
}

func dayOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// mostShares bounds the list of organizations in a report of the platform, allShares that in a table of them.
const (
	mostShares = 200
	allShares  = 100_000
)

// Query asks for a report. Without an organization it is about the whole platform. From and To are days, both included.
type Query struct {
	OrgID    string
	From, To time.Time
	By       Step
	// AllShares asks for every organization that met, in place of those that met most.
	AllShares bool
}

func (q Query) check() error {
	switch {
	case !steps[q.By]:
		return fault.New(fault.CodeInvalid, "a report is by day, week or month").At("query.by", "give day, week or month")
	case q.AllShares && q.OrgID != "":
		return fault.New(fault.CodeInvalid, "organizations are told apart in a report of the whole platform").At("query.rows", "leave it out, or leave out organization")
	case q.To.Before(q.From):
		return fault.New(fault.CodeInvalid, "a report ends on or after the day on which it begins").At("query.to", "give a day that is not before from")
	case q.To.Sub(q.From) >= MaxDays*24*time.Hour:
		return fault.New(fault.CodeInvalid, "a report is about three years at most").At("query.from", "give a later day")
	}
	return nil
}

// Report is how much a platform or an organization was used. Shares are those of the organizations, of a platform alone.
type Report struct {
	Query
	OrgName string
	Total   Count
	Spans   []Day // one for each day, week or month from From to To, also where nothing happened
	Shares  []Share
}

// Report answers who may know. fault.NotFound when there is no such organization, or it is not theirs to see.
func (s *Service) Report(ctx context.Context, who auth.Identity, q Query) (Report, error) {
	if err := s.may(ctx, who, q.OrgID); err != nil {
		return Report{}, err
	}
	return s.Read(ctx, q)
}

// may asks for the usage of an organization, of the platform without one. Whether it exists is not told to who has no right there.
func (s *Service) may(ctx context.Context, who auth.Identity, orgID string) error {
	on := auth.Resource{OrgID: orgID}
	if orgID == "" || (len(who.Appointments) == 0 && who.Kind != auth.Service) {
		return auth.Allowed(who, auth.UsageRead, on) // nothing is looked up for who administers nothing
	}
	_, above, err := s.store.UsageOrganization(ctx, orgID)
	if err != nil {
		if refusal := auth.Allowed(who, auth.UsageRead, on); fault.Is(err, fault.NotFound) && refusal != nil {
			return refusal
		}
		return err
	}
	on.Above = above
	return auth.Allowed(who, auth.UsageRead, on)
}

// Read is Report for who types a command on the machine, whom nobody asks for a right.
func (s *Service) Read(ctx context.Context, q Query) (r Report, err error) {
	if err := q.check(); err != nil {
		return Report{}, err
	}
	r.Query = q
	key := Everywhere
	if q.OrgID != "" {
		key = q.OrgID
		if r.OrgName, _, err = s.store.UsageOrganization(ctx, q.OrgID); err != nil {
			return Report{}, err
		}
	}
	days, err := s.store.Days(ctx, key, q.From, q.To)
	if err != nil {
		return Report{}, fmt.Errorf("days of usage: %w", err)
	}
	for _, d := range days {
		r.Total = r.Total.plus(d.Count)
	}
	r.Spans = spans(q, days)
	if q.OrgID == "" {
		most := mostShares
		if q.AllShares {
			most = allShares
		}
		if r.Shares, err = s.store.Shares(ctx, q.From, q.To, most); err != nil {
			return Report{}, fmt.Errorf("shares of usage: %w", err)
		}
	}
	return r, nil
}
