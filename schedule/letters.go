package schedule

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"parvis/access"
	"parvis/schedule/recur"
)

// Tell says who hears by mail of a change.
type Tell string

// Who can. External are those without an account: who has one reads the change in the agenda.
const (
	TellAll      Tell = "all"
	TellNone     Tell = "none"
	TellExternal Tell = "external"
)

// LetterKind is what a mail is for.
type LetterKind string

// The kinds. The first two are the methods of iTIP (RFC 5546) of these names.
const (
	LetterRequest         LetterKind = "request"
	LetterCancel          LetterKind = "cancel"
	LetterReminder        LetterKind = "reminder"
	LetterCounterDeclined LetterKind = "counter-declined"
)

// LetterState is how far a letter has come.
type LetterState string

// The states. A letter that would say what is no longer so is superseded, and never sent.
const (
	LetterQueued     LetterState = "queued"
	LetterSent       LetterState = "sent"
	LetterRefused    LetterState = "refused" // by a mail server, for good
	LetterSuperseded LetterState = "superseded"
)

// Letter is one mail to one person about a meeting. It is born with the change that it tells of; what it says is read when
// it is sent. MessageID is fixed at birth, so that a mail which is sent twice is one. Start, End and Occurrence are of the
// one date that it is about, if it is about one. A cancellation has Title, Start and End as its reader knew them: who is struck
// off learns nothing of what the meeting became. Version is that of the meeting at birth; the store gives it.
type Letter struct {
	ID         string
	OrgID      string
	MeetingID  string
	Version    int64
	InviteeID  string
	Recipient  string // what two letters to the same person share, whatever their invitee's id
	Kind       LetterKind
	Sequence   int
	Occurrence recur.Local
	Title      string
	Start, End time.Time
	Before     time.Duration // of a reminder: how long before the start
	Address    string
	Name       string
	Language   string
	MessageID  string
	State      LetterState
	CreatedAt  time.Time
}

// Telling is the same use cases, after which these alone hear of what changes.
func (s *Service) Telling(who Tell) *Service {
	told := *s
	told.tell = who
	return &told
}

// CodeMailOff is a warning: those invited hear nothing, since the installation sends no mail.
const CodeMailOff recur.Code = "mail-off"

// news is which letters follow from a change of a meeting.
type news struct {
	meeting *Meeting
	now     time.Time
	tell    Tell
	host    string
	letters []Letter

	left []Invitee // by address, who are invited so no more
}

// news finds out. before is what the meeting was, nil when it is new. What takes place no more, and did not before, is no news
// to anybody.
func (s *Service) news(before *Definition, m *Meeting, d dates, now time.Time) []Letter {
	n := news{meeting: m, now: now, tell: s.tell, host: s.Host}
	if s.tell == TellNone || !(d.toCome(now) || s.wasToCome(before, now)) {
		return nil
	}
	switch {
	case before == nil:
		n.request(m.Invitees)
	case !m.Live():
		n.cancel(m.Invitees, s.next(*before, now))
	default:
		n.changed(s, *before)
	}
	return n.letters
}

// changed is what follows from a change of a meeting that goes on taking place.
func (n *news) changed(s *Service, before Definition) {
	var added, stay, struck []Invitee
	for _, i := range n.meeting.Invitees {
		if invites(before.Invitees, i) {
			stay = append(stay, i)
		} else {
			added = append(added, i)
		}
	}
	for _, i := range before.Invitees {
		if !invites(n.meeting.Invitees, i) && !n.meeting.Reaches(i.Email) { // a calendar knows a meeting once, by its UID
			struck = append(struck, i)
		}
	}
	n.cancel(struck, s.next(before, n.now))
	n.left = slices.DeleteFunc(slices.Clone(before.Invitees), func(i Invitee) bool { return i.PersonID != "" || invites(n.meeting.Invitees, i) })
	if date, ok := leftOut(before, n.meeting.Definition); ok {
		n.cancelDate(s, before, date, stay)
	} else if material(before, n.meeting.Definition) {
		n.request(stay)
	}
	n.request(added)
}

func invites(list []Invitee, who Invitee) bool {
	return slices.ContainsFunc(list, func(i Invitee) bool { return i.Key() == who.Key() })
}

// leftOut tells that nothing changed but that one date takes place no more. Several at once are told as the whole series: one
// change, one letter.
func leftOut(before, after Definition) (recur.Local, bool) {
	if len(after.When.ExDates) != len(before.When.ExDates)+1 {
		return 0, false
	}
	for _, date := range after.When.ExDates {
		if slices.Contains(before.When.ExDates, date) {
			continue
		}
		was := before.Clone()
		was.When.ExDates = append(was.When.ExDates, date)
		slices.Sort(was.When.ExDates)
		was.set(Override{ID: date})
		now := after.Clone()
		slices.Sort(now.When.ExDates)
		return date, !material(was, now)
	}
	return 0, false
}

func (n *news) request(to []Invitee) {
	for _, i := range to {
		n.write(LetterRequest, i, Occurrence{})
	}
}

// cancel is about all dates; known is the next of those that they knew of.
func (n *news) cancel(to []Invitee, known Occurrence) {
	known.ID = 0
	for _, i := range to {
		n.write(LetterCancel, i, known)
	}
}

// next is the next date of a meeting as it was, and its title alone when none is to come.
func (s *Service) next(before Definition, now time.Time) Occurrence {
	if was, err := s.datesOf(before); err == nil {
		if list := was.between(now, time.Time{}); len(list) > 0 {
			return list[0]
		}
	}
	return Occurrence{Title: before.Title}
}

func (n *news) cancelDate(s *Service, before Definition, date recur.Local, to []Invitee) {
	was, err := s.datesOf(before)
	if err != nil {
		return // judged already: the zone is known
	}
	about := was.at(was.When.At(date, was.zone))
	for _, i := range to {
		n.write(LetterCancel, i, about)
	}
}

func (n *news) write(kind LetterKind, to Invitee, about Occurrence) {
	if n.hears(to) {
		n.letters = append(n.letters, n.meeting.letter(kind, to, about, n.host, n.now))
	}
}

// hears tells whether somebody gets mail: the organizer knows what they plan, under whichever address of theirs.
func (n *news) hears(i Invitee) bool {
	return i.Email != "" && !i.is(n.meeting.Organizer.PersonID) && (n.tell != TellExternal || i.PersonID == "" || n.follows(i))
}

// follows tells that an account takes the place of an address: who had their mails by that has the change of it by this, and the
// personal link of the mails before is no more.
func (n *news) follows(i Invitee) bool {
	return slices.ContainsFunc(n.left, func(was Invitee) bool { return was.mailbox() == i.mailbox() })
}

// letter is a letter to somebody invited.
func (m Meeting) letter(kind LetterKind, to Invitee, about Occurrence, host string, now time.Time) Letter {
	id := newID()
	return Letter{
		ID: id, OrgID: m.OrgID, MeetingID: m.ID, InviteeID: to.ID, Recipient: to.Key(), Kind: kind, Sequence: m.Sequence,
		Occurrence: about.ID, Title: about.Title, Start: about.Start, End: about.End,
		Address: to.Email, Name: to.Name, Language: languageOf(to.Language, m.Language), MessageID: id + "@" + host,
		State: LetterQueued, CreatedAt: now,
	}
}

// languageOf is the first of what mails are written in that somebody asks for; theirs may be any language tag.
func languageOf(theirs, otherwise string) string {
	tag, _, _ := strings.Cut(strings.ToLower(theirs), "-")
	if tag == "fr" || tag == "en" {
		return tag
	}
	return cmp.Or(otherwise, "fr")
}

// toCome tells whether any date has not ended.
func (d dates) toCome(now time.Time) bool { return len(d.between(now, time.Time{})) > 0 }

func (s *Service) wasToCome(before *Definition, now time.Time) bool {
	if before == nil {
		return false
	}
	was, err := s.datesOf(*before)
	return err == nil && was.toCome(now)
}

// post is what travels with a plan.
type post struct {
	letters  []Letter
	links    []access.Link
	warnings []Warning
}

// correspond writes the letters that follow from a change, and gives personal links to those who are invited by address and
// have none: the mail carries them. Where no mail is sent there are neither, and who changes the meeting is told.
func (s *Service) correspond(before *Definition, m *Meeting, d dates, now time.Time) post {
	p := post{letters: s.news(before, m, d, now)}
	if len(p.letters) == 0 {
		return post{}
	}
	if !s.SendsMail {
		return post{warnings: []Warning{{
			Code: CodeMailOff, Location: "invitees",
			Message: "this installation sends no mail: tell those invited yourself, by the address of the room or by personal links",
		}}}
	}
	for _, l := range p.letters {
		at := slices.IndexFunc(m.Invitees, func(i Invitee) bool { return i.ID == l.InviteeID })
		if l.Kind != LetterRequest || at < 0 {
			continue
		}
		i := &m.Invitees[at]
		i.Delivery = LetterQueued
		if i.PersonID == "" && i.LinkID == "" {
			link, _ := s.newLink(m, i, now)
			p.links = append(p.links, link)
		}
	}
	return p
}

// newLink gives somebody a personal link. What is kept of the token is its hash, by which doors find it, and the token sealed
// for the mails that carry it; it is bound to the link, which a series that is parted shares.
func (s *Service) newLink(m *Meeting, i *Invitee, now time.Time) (access.Link, string) {
	token := access.NewLinkToken()
	hash, _ := access.LinkTokenHash(token)
	link := access.Link{ID: newID(), RoomID: m.Place.RoomID, Name: i.Called(), TokenHash: hash, CreatedAt: now}
	i.LinkID, i.LinkToken = link.ID, s.Box.Seal(token, link.ID)
	return link, token
}

// carry puts the post into a plan.
func (p *Plan) carry(post post) { p.Letters, p.Links = post.letters, post.links }
