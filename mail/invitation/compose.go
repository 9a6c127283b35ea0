package invitation

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	"text/template"

	"parvis/mail"
	"parvis/schedule"
	"parvis/schedule/ical"
	"parvis/schedule/recur"
	"parvis/text"
)

//go:embed templates
var files embed.FS

var (
	asText = template.Must(template.ParseFS(files, "templates/letter.txt"))
	asHTML = htmltemplate.Must(htmltemplate.ParseFS(files, "templates/letter.html"))
)

// page is what a mail says, in both forms.
type page struct {
	Language    string
	Platform    string
	Title       string
	Heading     string
	Intro       string
	Changes     []change
	ChangeWords changeWords
	Facts       []fact
	Description string
	Actions     []action
	Personal    string // about the links
	Notes       []string
	Ended       bool // it takes place no more
}

type fact struct {
	Label string
	Lines []string
}

type action struct {
	Label, URL string
	Main       bool
}

// compose writes a letter: the mail, and what calendars read.
func (p *Post) compose(m schedule.Mailing) (mail.Letter, error) {
	w := speak(m.Language)
	l := mail.Letter{
		Message: mail.Message{To: m.Address, Language: w.language},
		ID:      m.MessageID, Thread: p.thread(m), Sender: p.sender(w, m),
	}
	content, err := p.page(w, m)
	if err != nil {
		return l, err
	}
	l.Subject = fmt.Sprintf(w.subject[w.kind(m)], content.Title, w.short(m, p.Zones))
	if err := content.into(&l); err != nil {
		return l, err
	}
	l.Calendar, err = p.calendar(m)
	return l, err
}

// into writes the page as text and as HTML.
func (content page) into(l *mail.Letter) error {
	var plain, rich strings.Builder
	if err := asText.Execute(&plain, content); err != nil {
		return fmt.Errorf("write the mail: %w", err)
	}
	if err := asHTML.Execute(&rich, content); err != nil {
		return fmt.Errorf("write the mail: %w", err)
	}
	l.Text, l.HTML = plain.String(), rich.String()
	return nil
}

// thread is what all mails of a meeting to anybody refer to.
func (p *Post) thread(m schedule.Mailing) string {
	_, host, _ := strings.Cut(m.MessageID, "@")
	return "meeting-" + m.Meeting.ID + "@" + host
}

// sender is whose meeting it is, by the platform: the address is the platform's own.
func (p *Post) sender(w words, m schedule.Mailing) string {
	name := text.Line(m.Meeting.Organizer.Name)
	if name == "" {
		return p.Platform
	}
	return fmt.Sprintf(w.sender, name, p.Platform)
}

// calendar is what calendars read; reminders have none, since nothing changed.
func (p *Post) calendar(m schedule.Mailing) (*mail.Calendar, error) {
	c := ical.Calendar{Stamp: m.Stamp(), Events: []ical.Event{m.Event(p.mailbox, p.join(m))}}
	switch {
	case m.Kind == schedule.LetterRequest, m.EndsSeries():
		c.Method = ical.Request
		p.place(&c.Events[0], m)
	case m.Kind == schedule.LetterCancel:
		c.Method = ical.Cancel
		if !m.Occurrence.IsZero() {
			c.Only = []recur.Local{m.Occurrence}
		}
	default:
		return nil, nil
	}
	var data bytes.Buffer
	if err := c.Write(&data, p.Zones); err != nil {
		return nil, err
	}
	return &mail.Calendar{Method: string(c.Method), Data: data.Bytes()}, nil
}

// place writes where one joins where each calendar shows it: not all show URL.
func (p *Post) place(e *ical.Event, m schedule.Mailing) {
	w, join := speak(m.Language), p.join(m)
	e.Location = join
	into := func(description string) string {
		return strings.TrimSpace(text.Block(description) + "\n\n" + fmt.Sprintf(w.joinAt, join))
	}
	e.Description = into(e.Description)
	for i, o := range e.Overrides {
		if o.Description != nil {
			own := into(*o.Description)
			e.Overrides[i].Description = &own
		}
	}
}

// join is the address of the room; the token of a personal link is behind the #, which no server sees.
func (p *Post) join(m schedule.Mailing) string {
	address := p.BaseURL + "/" + m.Meeting.Place.Slug
	if m.Token != "" {
		address += "#i=" + m.Token
	}
	return address
}

// answer is where one says whether one comes; who has an account does so on the meeting's page.
func (p *Post) answer(m schedule.Mailing) string {
	switch {
	case m.Invitee.PersonID != "":
		return p.BaseURL + "/meetings/" + m.Meeting.ID
	case m.Token != "":
		return p.BaseURL + "/invitation#i=" + m.Token + "&m=" + m.Meeting.ID // the link may be of another meeting too
	default:
		return ""
	}
}

const longestTitle = schedule.MaxTitle

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func (p *Post) page(w words, m schedule.Mailing) (page, error) {
	zone, err := recur.FindZone(p.Zones, m.Meeting.When.Zone)
	if err != nil {
		return page{}, err
	}
	kind := w.kind(m)
	title := m.Meeting.Title
	if m.Letter.Title != "" {
		title = m.Letter.Title
	}
	out := page{
		Language: w.language, Platform: p.Platform, Title: cut(text.Line(title), longestTitle), Heading: w.heading[kind],
		Intro: p.intro(w, m), Changes: w.changed(m), ChangeWords: w.changeWords, Ended: m.Kind == schedule.LetterCancel, Notes: p.notes(w, m),
	}
	if m.Kind == schedule.LetterReminder && m.Left <= 0 {
		out.Heading = w.hasBegun
	}
	out.Facts = append(out.Facts, w.dates(m, zone)...)
	out.Facts = append(out.Facts, fact{w.organizer, p.organizer(w, m)})
	if out.Ended {
		return out, nil
	}
	out.Description = text.Block(m.Meeting.Description)
	if m.About != nil {
		out.Description = text.Block(m.About.Description)
	}
	if code := m.Meeting.Access.Passcode; code != "" && m.Invitee.PersonID == "" && m.Token == "" {
		out.Facts = append(out.Facts, fact{w.passcode, []string{code}})
	}
	out.Actions = []action{{w.join, p.join(m), true}}
	if answer := p.answer(m); answer != "" {
		out.Actions = append(out.Actions, action{w.answer, answer, false})
	}
	if m.Token != "" {
		out.Personal = w.personal
	}
	return out, nil
}

func (p *Post) intro(w words, m schedule.Mailing) string {
	name := cmp.Or(text.Line(m.Meeting.Organizer.Name), p.Platform)
	if m.Kind == schedule.LetterReminder {
		if m.Left <= 0 {
			return fmt.Sprintf(w.begun, name)
		}
		return fmt.Sprintf(w.intro[reminded], name, w.ahead(leftAsSaid(m)))
	}
	said := fmt.Sprintf(w.intro[w.kind(m)], name)
	if m.EndsSeries() {
		said += " " + w.held
	}
	if w.kind(m) == invited && m.Meeting.SplitFrom != "" {
		said += " " + w.continues
	}
	if w.kind(m) == changed && m.Meeting.SplitInto != "" {
		said += " " + w.continued
	}
	return said
}

// organizer is whose meeting it is, how to reach them, and for whom they ask.
func (p *Post) organizer(w words, m schedule.Mailing) []string {
	o := m.Meeting.Organizer
	line := cmp.Or(text.Line(o.Name), p.Platform)
	if address := text.Line(o.Email); address != "" {
		line += " (" + address + ")"
	}
	lines := []string{line}
	if office := text.Line(o.OnBehalfOf); office != "" {
		lines = append(lines, fmt.Sprintf(w.onBehalf, office))
	}
	return lines
}

func (p *Post) notes(w words, m schedule.Mailing) []string {
	var notes []string
	if m.Kind != schedule.LetterCancel {
		notes = append(notes, w.opens)
	}
	if m.Kind != schedule.LetterCancel && p.answer(m) != "" {
		notes = append(notes, fmt.Sprintf(w.ownTime, w.answer))
	}
	switch {
	case m.Kind == schedule.LetterRequest && p.Reads:
		notes = append(notes, w.replies)
	case m.Kind == schedule.LetterRequest && p.answer(m) != "":
		notes = append(notes, fmt.Sprintf(w.noReplies, w.answer))
	}
	use := w.usesAddress
	if m.Invitee.PersonID != "" {
		use = w.usesAccount
	}
	return append(notes, fmt.Sprintf(use, p.Platform))
}
