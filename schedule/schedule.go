// Package schedule is what is planned: meetings, their dates, who is invited, and the room they take place in.
//
// It owns the definition of a meeting and what follows from it: its occurrences, the times in which its room is open
// (access.Opening) and what those invited may do there (access.Grant). It refuses to know what happens in a call
// (rooms), how an invitation travels (mail) and how calendars write a date (schedule/ical).
package schedule

import (
	"log/slog"
	"time"

	"github.com/google/uuid"

	"parvis/schedule/recur"
	"parvis/seal"
)

// Ports is everything that Service asks of others. All are needed.
type Ports struct {
	Store      Store
	Operations Operations
	Rooms      Rooms
	Policies   Policies
	Zones      recur.Zones
	Box        seal.Box // for passcodes
	Host       string   // of the platform's address: the right side of a meeting's UID (RFC 5545 §3.8.4.7)
	SendsMail  bool     // the installation has a mail server: letters are written
	Now        func() time.Time
	Logger     *slog.Logger
}

// Service is the use cases of planning, one method each. It is safe for concurrent use.
type Service struct {
	Ports
	tell  Tell
	trial bool // nothing is kept of it
	rules *rulebook
}

// New makes a Service.
func New(p Ports) *Service { return &Service{Ports: p, tell: TellAll, rules: newRulebook(p.Now())} }

// newID is a UUIDv7 (RFC 9562 §5.7): keys grow with time, so indexes stay dense.
func newID() string { return uuid.Must(uuid.NewV7()).String() }
