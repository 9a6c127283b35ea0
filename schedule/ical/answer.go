package ical

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	goical "github.com/emersion/go-ical"

	"parvis/schedule/recur"
	"parvis/text"
)

// Answer is what somebody invited says to one meeting, or to one date of it.
type Answer struct {
	Method   Method // Reply or Counter
	UID      string
	Sequence int     // of the invitation that it answers
	Date     *Moment // the date's RECURRENCE-ID; nil: the whole meeting
	Email    string  // whose answer it is, in small letters
	SentBy   string  // who answers for them, if they say so
	Name     string
	PartStat PartStat
	Comment  string
	Proposed *Proposal // other times, in a COUNTER
	Stamp    time.Time // when they answered, as they say; zero when they do not
}

// Proposal is when somebody would rather meet. Which of both ends is missing, Duration tells.
type Proposal struct {
	Start    Moment
	End      *Moment
	Duration time.Duration
}

// Moment is a time as a calendar writes it: in UTC, in a zone by that calendar's name of it, or in none.
type Moment struct {
	Local recur.Local
	UTC   bool
	Zone  string
}

// In is the moment as the clocks of a meeting's zone show it. A name of a zone that zones does not know is an error;
// one that the answer explains has become UTC by then.
func (m Moment) In(meeting *time.Location, zones recur.Zones) (recur.Local, error) {
	switch {
	case m.UTC:
		return recur.LocalOf(m.Local.UTC().In(meeting)), nil
	case m.Zone == "" || m.Zone == meeting.String():
		return m.Local, nil
	}
	zone, err := recur.FindZone(zones, m.Zone)
	if err != nil {
		return 0, Refusal("a time is in a zone that is not of the IANA tz database")
	}
	return recur.LocalOf(m.Local.In(zone).In(meeting)), nil
}

// Refusal is why an answer is not taken. It never repeats what came in.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// The bounds of what is read.
const (
	MaxAnswer      = 256 << 10 // octets
	maxLines       = 4000
	maxHead        = 2000 // octets of a name with its parameters, over which the library takes time by the square
	maxProperties  = 200  // of one event
	maxEvents      = 50
	maxComment     = 2000 // characters that are kept
	maxUID         = 255
	maxAttendeeURI = 400
)

// ReadAnswers reads the calendar part of a mail: REPLY or COUNTER, one answer for each date that it is about. Whether
// the mail comes from whom it says, and whether they were invited, is not asked here. What cannot be taken is a Refusal.
func ReadAnswers(r io.Reader) ([]Answer, error) {
	calendar, err := decode(r)
	if err != nil {
		return nil, err
	}
	method, err := methodOf(calendar)
	if err != nil {
		return nil, err
	}
	zones := readZones(calendar)
	var answers []Answer
	for _, c := range calendar.Children {
		if c.Name != goical.CompEvent {
			continue
		}
		if len(answers) == maxEvents {
			return nil, Refusal(fmt.Sprintf("has more than %d events", maxEvents))
		}
		answer, err := readAnswer(c.Props, method)
		if err != nil {
			return nil, err
		}
		answer.settle(zones)
		if len(answers) > 0 && answers[0].UID != answer.UID {
			return nil, Refusal("answers for several meetings at once")
		}
		answers = append(answers, answer)
	}
	if len(answers) == 0 {
		return nil, Refusal("has no event")
	}
	return answers, nil
}

func methodOf(calendar *goical.Calendar) (Method, error) {
	p, err := one(calendar.Props, goical.PropMethod)
	if err != nil {
		return "", err
	}
	method := Method(strings.ToUpper(p.Value))
	if method != Reply && method != Counter {
		return "", Refusal("is neither REPLY nor COUNTER")
	}
	return method, nil
}

func readAnswer(props goical.Props, method Method) (Answer, error) {
	a := Answer{Method: method}
	for _, read := range []func(goical.Props) error{a.readMeeting, a.readAttendee, a.readTimes} {
		if err := read(props); err != nil {
			return Answer{}, err
		}
	}
	return a, nil
}

// readMeeting reads which meeting and which date it is about.
func (a *Answer) readMeeting(props goical.Props) error {
	uid, err := one(props, goical.PropUID)
	if err != nil {
		return err
	}
	if a.UID = text.Line(uid.Value); a.UID == "" || len(a.UID) > maxUID {
		return Refusal("has no UID that could be ours")
	}
	if a.Date, err = optionalMoment(props, goical.PropRecurrenceID); err != nil {
		return err
	}
	if p := props.Get(goical.PropSequence); p != nil {
		if a.Sequence, err = strconv.Atoi(p.Value); err != nil || a.Sequence < 0 || a.Sequence > 1<<30 {
			return Refusal("has a SEQUENCE that is no number")
		}
	}
	if p := props.Get(goical.PropDateTimeStamp); p != nil {
		if stamp, err := moment(*p); err == nil && stamp.UTC {
			a.Stamp = stamp.Local.UTC()
		}
	}
	return nil
}

// readAttendee reads whose answer it is, and what they say.
func (a *Answer) readAttendee(props goical.Props) error {
	p, err := one(props, goical.PropAttendee)
	if err != nil {
		return err
	}
	if a.Email, err = addressOf(p.Value); err != nil {
		return err
	}
	if by := p.Params.Get("SENT-BY"); by != "" {
		if a.SentBy, err = addressOf(by); err != nil {
			return err
		}
	}
	a.Name = readParam(p.Params.Get(goical.ParamCommonName))
	a.PartStat = PartStat(strings.ToUpper(p.Params.Get(goical.ParamParticipationStatus)))
	if a.PartStat == "" {
		a.PartStat = NeedsAction
	}
	if !slices.Contains([]PartStat{NeedsAction, Accepted, Declined, Perhaps, Delegated}, a.PartStat) {
		return Refusal("has a PARTSTAT that is no answer to a meeting")
	}
	if a.Method == Reply && a.PartStat == NeedsAction {
		return Refusal("does not say whether they come: PARTSTAT is missing")
	}
	a.readComment(props)
	return nil
}

// readComment reads what they add. A comment that cannot be read is none: the answer counts without.
func (a *Answer) readComment(props goical.Props) {
	p := props.Get(goical.PropComment)
	if p == nil {
		return
	}
	words, err := p.Text()
	if err != nil {
		words = p.Value
	}
	if kept := []rune(text.Block(words)); len(kept) > maxComment {
		a.Comment = string(kept[:maxComment])
	} else {
		a.Comment = string(kept)
	}
}

// readTimes reads when they would rather meet.
func (a *Answer) readTimes(props goical.Props) error {
	if a.Method != Counter {
		return nil
	}
	start, err := optionalMoment(props, goical.PropDateTimeStart)
	if err != nil {
		return err
	}
	if start == nil {
		return Refusal("proposes no time: DTSTART is missing")
	}
	proposal := Proposal{Start: *start}
	if proposal.End, err = optionalMoment(props, goical.PropDateTimeEnd); err != nil {
		return err
	}
	if p := props.Get(goical.PropDuration); p != nil && proposal.End == nil {
		if proposal.Duration, err = p.Duration(); err != nil || proposal.Duration <= 0 || proposal.Duration > recur.MaxDuration {
			return Refusal("proposes a DURATION that no meeting can have")
		}
	}
	a.Proposed = &proposal
	return nil
}

// settle writes times in zones of the answer's own as instants.
func (a *Answer) settle(zones foreignZones) {
	zones.settle(a.Date)
	if a.Proposed != nil {
		zones.settle(&a.Proposed.Start, a.Proposed.End)
	}
}

// one is the property of this name, which there must be, once.
func one(props goical.Props, name string) (*goical.Prop, error) {
	switch len(props[name]) {
	case 0:
		return nil, Refusal(name + " is missing")
	case 1:
		return &props[name][0], nil
	default:
		return nil, Refusal("has several times " + name)
	}
}

func optionalMoment(props goical.Props, name string) (*Moment, error) {
	if len(props[name]) == 0 {
		return nil, nil
	}
	p, err := one(props, name)
	if err != nil {
		return nil, err
	}
	m, err := moment(*p)
	if err != nil {
		return nil, Refusal(name + " is not a date with a time")
	}
	return &m, nil
}

func moment(p goical.Prop) (Moment, error) {
	digits, utc := strings.CutSuffix(p.Value, "Z")
	l, err := recur.ParseID(digits)
	if err != nil {
		return Moment{}, err
	}
	m := Moment{Local: l, UTC: utc}
	if !utc {
		m.Zone = readParam(p.Params.Get(goical.PropTimezoneID))
	}
	return m, nil
}

// addressOf is the address of a mailto URI, in small letters.
func addressOf(uri string) (string, error) {
	scheme, rest, found := strings.Cut(uri, ":")
	if !found || !strings.EqualFold(scheme, "mailto") || len(uri) > maxAttendeeURI {
		return "", Refusal("ATTENDEE is no e-mail address")
	}
	email, err := url.PathUnescape(rest)
	if err != nil {
		return "", Refusal("ATTENDEE is no e-mail address")
	}
	if _, err := mailto(email); err != nil {
		return "", Refusal("ATTENDEE is no e-mail address")
	}
	return strings.ToLower(email), nil
}
