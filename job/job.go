// Package job says what is to be done later, as data.
//
// It owns the names of background work and the form of one task. It refuses to do anything: store writes tasks in the
// transaction that causes them, jobs runs them, and what a task is about stands in a row of its own. A task holds no name,
// no address and no content.
package job

import "time"

// Kind is the name of a piece of background work, "verb-noun".
type Kind string

// The kinds.
const (
	SendLetter      Kind = "send-letter"      // Subject: a letter's id
	TellAnswers     Kind = "tell-answers"     // Subject: the id of a notice to an organizer
	SendReminders   Kind = "send-reminders"   // Subject: a meeting's id
	DeliverWebhook  Kind = "deliver-webhook"  // Subject: a webhook's id
	TellDisabled    Kind = "tell-disabled"    // Subject: the id of a webhook that was disabled
	ImportInvitees  Kind = "import-invitees"  // Subject: an operation's id
	ErasePerson     Kind = "erase-person"     // Subject: an erasure's id
	ProjectMeetings Kind = "project-meetings" // openings further ahead; no subject
	CountUsage      Kind = "count-usage"      // of the days that are not over; no subject
)

// Task is something to be done. A zero At is at once.
type Task struct {
	Kind    Kind
	Subject string
	At      time.Time
}

// Row is a task as it stands in the queue: what every program that shares the database agrees on. Each kind waits in a
// queue of its own name, so that one kind delays no other, and so that during a roll-out the older program leaves alone
// what it does not know.
type Row struct {
	Of      Kind   `json:"-"`
	Subject string `json:"subject,omitempty"`
}

// Kind is the name under which the queue keeps it.
func (r Row) Kind() string { return string(r.Of) }

// MostTries bounds how often a task is begun, whatever its worker says: one that kills its process every time must end.
const MostTries = 100
