package store

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Kinds of change, as OnChange tells them. The id is that of the room, sign-in, service account or admission.
const (
	ChangedRoom      = "room"
	ChangedGrants    = "grants"
	ChangedSignIn    = "sign-in"
	ChangedAccount   = "service-token" // of a service account: in the word of the program before, which listens for it during a roll-out
	ChangedAdmission = "admission"
	ChangedLobby     = "lobby"
	ChangedWebhooks  = "webhooks"
	// ChangedAnything stands for changes that were not read: there was a gap.
	ChangedAnything = "anything"
)

// change is something that other processes may hold a copy of.
type change struct{ kind, ref string }

func (c change) tag() string { return tagOf(c.kind, c.ref) }

func tagOf(kind, ref string) string { return kind + ":" + ref }

// changed notes that others must forget something once this transaction is committed.
func (t *tx) changed(kind, ref string) { t.changes = append(t.changes, change{kind, ref}) }

type changeRow struct {
	Origin string
	Kind   string
	Ref    string
	At     moment
}

func (changeRow) TableName() string { return "changes" }

// channel is on what PostgreSQL wakes the other replicas.
const channel = "parvis_changes"

func (t *tx) writeChanges() error {
	if len(t.changes) == 0 {
		return nil
	}
	now := moment(t.store.now())
	rows := make([]changeRow, len(t.changes))
	for i, c := range t.changes {
		rows[i] = changeRow{Origin: t.store.origin, Kind: c.kind, Ref: c.ref, At: now}
	}
	b := t.batch()
	insert(b, rows)
	if t.store.dialect.postgres() {
		b.exec("SELECT pg_notify(?, '')", channel)
	}
	return b.send()
}

// feed brings changes, our own and those of others, to the caches and to who listens.
type feed struct {
	caches    *caches
	mu        sync.RWMutex
	listeners []func(kind, id string)
}

func (f *feed) init(c *caches) { f.caches = c }

func (f *feed) apply(changes []change) {
	for _, c := range changes {
		f.caches.ledger.forget(c.tag())
	}
	f.mu.RLock()
	listeners := f.listeners
	f.mu.RUnlock()
	for _, c := range changes {
		for _, tell := range listeners {
			tell(c.kind, c.ref)
		}
	}
}

// OnChange has tell called after each change, of this process and of others: at least once, after the commit, on the
// goroutine of who made it. tell must not block; it may not call back into the database.
func (d *DB) OnChange(tell func(kind, id string)) {
	d.feed.mu.Lock()
	defer d.feed.mu.Unlock()
	d.feed.listeners = append(d.feed.listeners[:len(d.feed.listeners):len(d.feed.listeners)], tell)
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// isKey tells a key from what nothing can have as one: PostgreSQL refuses it, and it may come from outside. Keys are written in small
// letters: in capitals PostgreSQL would find a row by it, and where it is kept as text, nobody would.
func isKey(s string) bool { return len(s) == 36 && uuid.Validate(s) == nil && s == strings.ToLower(s) }

// isText tells whether both databases can hold a text.
func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
