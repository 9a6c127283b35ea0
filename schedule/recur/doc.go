// Package recur says when a planned meeting takes place.
//
// It owns the arithmetic of RFC 5545: local dates, rules, what several of them give together, and what the zone makes
// of it. Rules are expanded in floating time and the zone is applied to each date afterwards, so that a changed tz
// database moves a meeting to where its participants expect it. Everything is bounded before it is iterated. It reads
// no clock and opens no zone by itself: both are arguments. What a meeting is otherwise (title, people, overrides) is
// package schedule's; how calendars read it, package ical's.
package recur

import "time"

// Bounds of a series. They are published with the API.
const (
	MaxYears       = 5    // after the start
	MaxOccurrences = 1826 // of one series, dates that are excluded again counted
	MaxRules       = 10
	MinDuration    = 10 * time.Minute
	MaxDuration    = 24 * time.Hour
	FirstYear      = 1970 // in which a series may start
	LastYear       = 2093 // so that no series meets 2100, which is no leap year: see distance
)

// Zones finds a zone of the IANA tz database by its name. time.LoadLocation is one, with time/tzdata embedded.
type Zones func(name string) (*time.Location, error)
