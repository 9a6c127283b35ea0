package recur_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"parvis/schedule/recur"
)

// library counts how often zones are read; nobody has the zone Nowhere.
type library struct {
	read int
	now  time.Time
}

func (l *library) zone(name string) (*time.Location, error) {
	l.read++
	if name == "Nowhere" {
		return nil, errors.New("no such zone")
	}
	return time.FixedZone(name, l.read), nil
}

func (l *library) clock() time.Time { return l.now }

func TestAZoneThatCannotBeReadIsAskedForEachTime(t *testing.T) {
	l := &library{}
	zones := recur.Remember(l.zone, time.Minute, l.clock)
	for range 2 {
		if _, err := zones("Nowhere"); err == nil {
			t.Error("there is a zone")
		}
	}
	if l.read != 2 {
		t.Errorf("read %d times", l.read)
	}
}

func TestAZoneIsReadAnewAfterAWhileAndNotBefore(t *testing.T) {
	l := &library{now: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}
	zones := recur.Remember(l.zone, time.Minute, l.clock)
	for _, c := range []struct {
		later time.Duration
		read  int
	}{{0, 1}, {59 * time.Second, 1}, {time.Second, 2}, {59 * time.Second, 2}} {
		l.now = l.now.Add(c.later)
		zone, err := zones("Europe/Paris")
		if err != nil {
			t.Fatal(err)
		}
		if _, edition := l.now.In(zone).Zone(); l.read != c.read || edition != c.read {
			t.Errorf("at %s it was read %d times and is the reading %d, want %d", l.now, l.read, edition, c.read)
		}
	}
}

func TestHoweverManyNamesAreAskedForFewAreRemembered(t *testing.T) {
	l := &library{}
	zones := recur.Remember(l.zone, time.Minute, l.clock)
	for range 2 {
		for i := range 1001 {
			if _, err := zones(fmt.Sprint("Europe/", i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if l.read < 1500 {
		t.Errorf("of 1001 zones all are remembered: read %d times", l.read)
	}
}
