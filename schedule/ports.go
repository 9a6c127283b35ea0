package schedule

import (
	"context"
	"slices"
	"strings"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/policy"
	"parvis/text"
)

// Plan is a meeting with what follows from it, written in one transaction. Openings and Grants replace those that the
// meeting had. Also is another meeting, to be created in the same breath.
type Plan struct {
	Meeting  Meeting
	By       auth.Identity
	At       time.Time
	From     time.Time // of the first date, as the zone is known now; zero when none is left
	To       time.Time // of the last date's end
	Openings []access.Opening
	Until    time.Time // up to when Openings are complete
	Stamp    string    // of the rules of the zone by which From, To and Openings were found
	Grants   []access.Grant
	Room     *access.NewRoom // to be made
	Furnish  *access.NewRoom // what the meeting says of its dedicated room
	Archive  bool            // the dedicated room closes, unless another meeting takes place in it
	Links    []access.Link   // personal links to be made
	Unlink   string          // a link to be revoked, at all meetings that share it
	Events   []event.Event
	Letters  []Letter // to be sent
	Unseen   bool     // of the meeting itself readers see no change: its version stays
	// Operation is the one by which the meeting changes, as it ended.
	Operation *Operation
	Also      *Plan
}

// MeetingQuery asks for a page of meetings of an organization that take place in a time. PersonID narrows it to those
// that somebody organizes, stands in for at Now (ever, when it is zero) or is invited to; App to those that a service account planned. Order is the
// first date, then the id. Title narrows a person's to those whose title has all its words, whole or in part, whatever the case and
// the accents; it is read with PersonID alone. Cursor is opaque to callers. The meetings come without invitees.
type MeetingQuery struct {
	OrgID      string
	PersonID   string
	Now        time.Time
	App        string
	Organizer  string
	ExternalID string
	Tag        string // name, or name=value
	Title      string
	Status     Status
	From       time.Time
	To         time.Time
	PageSize   int
	Cursor     string
}

// Titled tells that a title has all words of Title.
func (q MeetingQuery) Titled(title string) bool {
	title = text.Fold(title)
	return !slices.ContainsFunc(strings.Fields(text.Fold(q.Title)), func(word string) bool { return !strings.Contains(title, word) })
}

// MeetingPage is one page; Next is empty on the last.
type MeetingPage struct {
	Meetings []Meeting
	Next     string
}

// Store keeps meetings. Nothing here is cached.
type Store interface {
	// CreateMeeting writes a plan. fault.Conflict when the account has used the external id already.
	CreateMeeting(ctx context.Context, p Plan) error
	// Meeting reads a meeting with its invitees. fault.NotFound (meeting-not-found) when there is none.
	Meeting(ctx context.Context, id string) (Meeting, error)
	// MeetingNamed finds a meeting by the name that a service account gave it. fault.NotFound when there is none.
	MeetingNamed(ctx context.Context, orgID, app, externalID string) (Meeting, error)
	// UpdateMeeting runs decide on the present meeting inside a transaction that holds it, and writes the plan that it
	// answers; Version grows by one. An error of decide is returned and writes nothing. decide may run more than once. It answers
	// the meeting as it was written, and the one that came with it.
	UpdateMeeting(ctx context.Context, id string, decide func(Meeting) (Plan, error)) (Meeting, error)
	// PurgeMeeting runs decide as UpdateMeeting does, writes the plan, and takes the meeting away for good: it is found no more, and
	// its letters are still sent. fault.Conflict while people are in it, held (Locked) while a hold keeps it.
	PurgeMeeting(ctx context.Context, id string, decide func(Meeting) (Plan, error)) error
	// Meetings lists.
	Meetings(ctx context.Context, q MeetingQuery) (MeetingPage, error)
	// Named answers who they are whom a meeting names.
	Named(ctx context.Context, by Naming) (Named, error)
	// Unprojected answers meetings that take place and whose openings are not complete up to a moment, those that need it
	// soonest first, at most so many.
	Unprojected(ctx context.Context, until time.Time, most int) ([]string, error)
	// RulesInUse answers the rules by which meetings were projected that take place and end after a moment, each once.
	RulesInUse(ctx context.Context, endsAfter time.Time) ([]ZoneRules, error)
	// DecideRules tells whether a program that has known these rules of a zone since a moment decides about the zone: none with
	// others that asked before has known its own for a shorter time.
	DecideRules(ctx context.Context, r ZoneRules, since time.Time) (bool, error)
	// ProjectedOtherwise answers meetings of the zone that take place, end after a moment and were projected by other rules: at
	// most so many, by id, those after last; all without it.
	ProjectedOtherwise(ctx context.Context, r ZoneRules, endsAfter time.Time, last string, most int) ([]string, error)
	// Letter reads a letter. fault.NotFound when there is none.
	Letter(ctx context.Context, id string) (Letter, Standing, error)
	// BeginLetter runs decide on a letter that is queued, inside a transaction that holds its meeting, which comes with whom
	// the letter is to and no one else in Invitees. It notes that the letter may be on its way, and what it says, when decide answers
	// true, else that it is superseded. One that is dealt with stays as it is, and decide is not run; it may
	// run more than once. fault.NotFound when there is no such letter.
	BeginLetter(ctx context.Context, id string, now time.Time, decide func(Letter, Standing, Meeting) (bool, error)) error
	// UnbeginLetter notes that a letter that was begun is not on its way after all.
	UnbeginLetter(ctx context.Context, id string) error
	// SettleLetter notes what became of a letter that is queued; one that is not stays as it is.
	SettleLetter(ctx context.Context, id string, state LetterState, now time.Time) error
	// Remind runs decide on the present meeting, which it holds, and writes what it answers; the version stays. An error of
	// decide is returned and writes nothing.
	Remind(ctx context.Context, meetingID string, decide func(Meeting) (Reminding, error)) error
	// Project writes From, To and the openings of the plan in place of those of its meeting, and says when its next reminder is
	// due, unless the meeting has another version by now.
	Project(ctx context.Context, p Plan) error
	// SetFeed keeps the hash of the token under which somebody's calendar is read, in place of the one before; nil: it is read
	// no more.
	SetFeed(ctx context.Context, personID string, tokenHash []byte, now time.Time) error
	// FeedFor answers under what somebody's calendar is read. fault.NotFound when under nothing.
	FeedFor(ctx context.Context, personID string) (FeedAddress, error)
	// FeedOf answers whose calendar is read under a token, by its hash. fault.NotFound when nobody's, or of somebody whose
	// account is closed.
	FeedOf(ctx context.Context, tokenHash []byte) (FeedAddress, error)
	// FeedRead notes when it was last read.
	FeedRead(ctx context.Context, tokenHash []byte, at time.Time) error
	// Invitation reads the meeting of somebody invited, with them and no one else in Invitees. Where nobody is meant, Invitees is
	// empty; but for a link: link-unknown, link-revoked, also of who was struck off, or not-invited to that meeting. fault.NotFound when there is no
	// such meeting. Of several meetings of a link it is the first that is not over at now.
	Invitation(ctx context.Context, of Invited, now time.Time) (Meeting, error)
	// AnswerInvitation runs decide on what Invitation reads, with what they were told where they are meant by UID and address, inside
	// a transaction that holds the meeting, and keeps the invitee
	// that it answers, and the report of it. Nothing else of the meeting changes, its version least of all. decide may run more than once.
	AnswerInvitation(ctx context.Context, of Invited, now time.Time, decide func(Meeting) (Answered, error)) error
	// BeginNotice closes a notice to an organizer, so that later answers go into another one, and answers what it is about. fault.NotFound
	// when there is none, or it is settled.
	BeginNotice(ctx context.Context, id string, now time.Time) (NoticeOf, error)
	// SettleNotice notes that a notice was sent, or never will be.
	SettleNotice(ctx context.Context, id string, now time.Time) error
	// PersonalRoom answers the room of somebody's own; empty when they have none yet.
	PersonalRoom(ctx context.Context, personID string) (Place, error)
}

// Naming is whom a meeting names at a moment: people of its organization, by id, and folded addresses.
type Naming struct {
	OrgID     string
	People    []string
	Addresses []string
	Now       time.Time
}

// Named are those of them who are known. People have an account that is open, by id. Holders are the ids of who has an address, by
// address: whose account is open, and whose provider, which answers for the address, said so lately. An address that several have
// is nobody's.
type Named struct {
	People  map[string]Person
	Holders map[string]string
}

// Person is somebody with an account, as far as a meeting names them.
type Person struct {
	Name   string
	Email  string
	Locale string // what their provider says that they speak, such as "fr-FR"; may be empty
}

// Rooms is what planning asks of rooms.
type Rooms interface {
	// Bookable answers the id of a room in which the caller may give roles; else the refusal to give to them.
	Bookable(ctx context.Context, who auth.Identity, slug string) (roomID string, err error)
	// Governing answers what counts in a room, as far as the caller may read it. fault.NotFound when there is none.
	Governing(ctx context.Context, who auth.Identity, slug string) (policy.Governed, error)
}
