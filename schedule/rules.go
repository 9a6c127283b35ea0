package schedule

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"parvis/schedule/recur"
)

// ZoneRules names an edition of a zone's rules: the zone and recur.Stamp of it.
type ZoneRules struct{ Zone, Stamp string }

// rulebook remembers since when this program has known the rules of zones: since its start, or since they came to it later,
// where somebody replaces the tz database of the machine meanwhile. And it remembers the stamps of zones as they were read last.
type rulebook struct {
	begun  time.Time
	mu     sync.Mutex
	known  map[string]knownRules   // by zone
	stamps map[string]stampedRules // by zone
}

type stampedRules struct {
	zone  *time.Location
	stamp string
}

// stampsKept is how many stamps are remembered at most. There are some six hundred zones.
const stampsKept = 1000

type knownRules struct {
	stamp string
	since time.Time
}

func newRulebook(begun time.Time) *rulebook {
	return &rulebook{begun: begun, known: map[string]knownRules{}, stamps: map[string]stampedRules{}}
}

// stamp is recur.Stamp, which goes through 35 years of a zone; through one that it has seen it does not go again, unless the
// zone was read anew since.
func (b *rulebook) stamp(zone *time.Location) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if last, met := b.stamps[zone.String()]; met && last.zone == zone {
		return last.stamp
	}
	if len(b.stamps) >= stampsKept {
		clear(b.stamps)
	}
	s := recur.Stamp(zone)
	b.stamps[zone.String()] = stampedRules{zone, s}
	return s
}

func (b *rulebook) knownSince(r ZoneRules, now time.Time) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	k, met := b.known[r.Zone]
	switch {
	case !met:
		k = knownRules{r.Stamp, b.begun}
	case k.stamp != r.Stamp:
		k = knownRules{r.Stamp, now}
	}
	b.known[r.Zone] = k
	return k.since
}

// stillOn is for how long after its last date a meeting is projected anew: by other rules it may not have taken place yet. No
// clock is moved by more than a day.
const stillOn = 24 * time.Hour

// followZones projects the meetings that were projected by other rules of their zone than this program knows.
//
// While a roll-out lasts, programs with different rules share a database, and an edition does not tell whether it is the newer
// one: a state that takes its change back returns to the stamp of before. So the program that has known its rules for the
// shorter time decides, which at the end of a roll-out, or of a roll-back, is the one that stays. The others leave its meetings
// alone. A zone changes hands once a start of a program at most, however long two editions are in use.
func (s *Service) followZones(ctx context.Context) error {
	now := s.Now().UTC()
	used, err := s.Store.RulesInUse(ctx, now.Add(-stillOn))
	if err != nil {
		return fmt.Errorf("rules of zones in use: %w", err)
	}
	var failed []error
	for zone, stamps := range byZone(used) {
		if err := s.followZone(ctx, zone, stamps, now); err != nil {
			failed = append(failed, fmt.Errorf("follow the zone %s: %w", zone, err))
		}
	}
	return errors.Join(failed...)
}

func byZone(used []ZoneRules) map[string][]string {
	stamps := map[string][]string{}
	for _, r := range used {
		stamps[r.Zone] = append(stamps[r.Zone], r.Stamp)
	}
	return stamps
}

func (s *Service) followZone(ctx context.Context, name string, stamps []string, now time.Time) error {
	zone, err := s.Zones(name)
	if err != nil {
		return err
	}
	mine := ZoneRules{name, s.rules.stamp(zone)}
	since := s.rules.knownSince(mine, now)
	if len(stamps) == 1 && stamps[0] == mine.Stamp {
		return nil
	}
	decides, err := s.Store.DecideRules(ctx, mine, since)
	if err != nil || !decides {
		return err
	}
	return s.reproject(ctx, mine, now.Add(-stillOn))
}

// reproject goes through the meetings in the order of their ids, so that it ends whatever others write meanwhile.
func (s *Service) reproject(ctx context.Context, by ZoneRules, endsAfter time.Time) error {
	var failed []error
	for last := ""; ; {
		ids, err := s.Store.ProjectedOtherwise(ctx, by, endsAfter, last, projectAtOnce)
		if err != nil {
			return errors.Join(append(failed, err)...)
		}
		failed = append(failed, s.projectEach(ctx, ids)...)
		if len(ids) < projectAtOnce {
			return errors.Join(failed...)
		}
		last = ids[len(ids)-1]
	}
}
