// Package audit keeps the record of who did what so that nobody can change it in silence.
//
// It owns the bytes of a row, the hash tree of a batch (RFC 6962), the signed chain of batches, the keys of people's names and the
// judgement of a whole trail. It refuses to know the database (store implements Store), and never holds tokens or what people said.
package audit

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Result is how an act ended.
type Result string

// The results. What has none in the database was done.
const (
	Done    Result = "done"
	Refused Result = "refused"
)

// The actions that are no events of the outbox; those carry the name of their event.
const (
	SignInRefused   = "sign-in.refused"
	JoinRefused     = "join.refused"
	RequestRefused  = "request.refused"
	AttendanceRead  = "attendance.read"
	PeopleRead      = "people.read"
	LivePeopleRead  = "live-rooms.people-read"
	OrgRoomsRead    = "organization-rooms.read"
	Read            = "audit.read"
	Exported        = "audit.exported"
	Expired         = "audit.expired"
	NamesDestroyed  = "audit.names-destroyed"
	RefusalsDropped = "audit.refusals-counted"
)

// Actions lists the actions above, in their order.
func Actions() []string {
	return []string{
		SignInRefused, JoinRefused, RequestRefused, AttendanceRead, PeopleRead, LivePeopleRead, OrgRoomsRead, Read, Exported, Expired, NamesDestroyed, RefusalsDropped,
	}
}

// Entry is one thing that happened, as it is written first: ids alone, the network it came from, and a reason. Sealing moves these two
// under the key of whoever acted. Actor and Subject are "kind:id".
type Entry struct {
	ID         string
	At         time.Time
	OrgID      string
	Action     string
	Actor      string
	OnBehalfOf string
	Subject    string
	Result     Result
	Code       string // of a refusal
	RequestID  string
	Network    string // cut to /24 or /48
	Reason     string // in the words of who acted
	Data       json.RawMessage
}

// Person is the id of the person who acted; empty for guests, software and the system.
func (e Entry) Person() string {
	id, _ := strings.CutPrefix(e.Actor, "person:")
	if id == e.Actor {
		return ""
	}
	return id
}

// Row is an entry as it is sealed: what tells of a person stands in Personal alone, encrypted with the key KeyID, or with the
// trail's own where that is empty. Data is JSON.
type Row struct {
	ID         string
	At         time.Time
	OrgID      string
	Action     string
	Actor      string
	OnBehalfOf string
	Subject    string
	Result     Result
	Code       string
	RequestID  string
	Data       json.RawMessage
	KeyID      string
	Personal   []byte

	Batch    int64
	Position int // in the batch, from 0
}

// Personal is what a row tells of who acted, as they were then.
type Personal struct {
	Name    string `json:"name,omitempty"`
	Email   string `json:"email,omitempty"`
	Network string `json:"network,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// Batch is some rows that were sealed together. Leaves are their hashes by position, and stay when the rows expire.
type Batch struct {
	ID           int64
	Size         int
	Root         Hash
	PreviousRoot Hash // of the batch before; zero for the first
	KeyID        string
	Signature    []byte
	SealedAt     time.Time
	Leaves       []Hash

	ExpiredAt       *time.Time
	ExpirySignature []byte
}

// Anchor is a batch that somebody remembers outside the database: what it covers cannot be cut off unseen.
type Anchor struct {
	Batch int64
	Root  Hash
}

// Anchor is the one to remember of a batch.
func (b Batch) Anchor() Anchor { return Anchor{b.ID, b.Root} }

func (a Anchor) String() string { return fmt.Sprintf("%d:%s", a.Batch, a.Root) }

// ParseAnchor reads what String writes.
func ParseAnchor(text string) (Anchor, error) {
	var a Anchor
	number, root, _ := strings.Cut(strings.TrimSpace(text), ":")
	_, err := fmt.Sscanf(number, "%d", &a.Batch)
	if err == nil {
		a.Root, err = ParseHash(root)
	}
	if err != nil || a.Batch < 1 || fmt.Sprint(a.Batch) != number {
		return Anchor{}, fmt.Errorf("an anchor is the number of a batch, a colon and its root in 64 hexadecimal digits, as the log says it: %q is none", text)
	}
	return a, nil
}
