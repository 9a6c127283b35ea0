package schedule

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"parvis/access"
	"parvis/fault"
	"parvis/schedule/recur"
)

// Bounds of what a meeting holds; texts in characters.
const (
	MaxTitle       = 200
	MaxDescription = 10_000
	MaxExternalID  = 200
	MaxOnBehalfOf  = 120
	MaxInvitees    = 1_000
	MaxDeputies    = 20
	MaxReminders   = 5
	MaxTags        = 20
	MaxTagName     = 40
	MaxTagValue    = 120
	MaxName        = 120
	MaxOverrides   = 366

	MaxAround          = 24 * time.Hour // that a room opens before, or closes after
	MaxReminder        = 28 * 24 * time.Hour
	MaxSeats           = 1_000 // people in a room
	DefaultOpensBefore = 15 * time.Minute
	DefaultClosesAfter = 30 * time.Minute
	defaultEntry       = access.EntrySignedIn
)

// problems gathers what is wrong, so that one answer names everything.
type problems struct{ fields []fault.Field }

func (p *problems) that(ok bool, location, remedy string) {
	told := slices.ContainsFunc(p.fields, func(f fault.Field) bool { return f.Location == location })
	if !ok && !told {
		p.fields = append(p.fields, fault.Field{Location: location, Message: remedy})
	}
}

func (p *problems) err() error {
	if len(p.fields) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Code: fault.CodeInvalid, Detail: "some fields are not valid: see errors", Fields: p.fields}
}

// take adds the fields that an error names, so that they are told with the others; any other error is answered.
func (p *problems) take(err error) error {
	if err == nil {
		return nil
	}
	wrong := fault.Of(err)
	if wrong.Code != fault.CodeInvalid || len(wrong.Fields) == 0 {
		return err
	}
	p.fields = append(p.fields, wrong.Fields...)
	return nil
}

func (p *problems) text(s, location string, least, most int) {
	n := utf8.RuneCountInString(s)
	kept := utf8.ValidString(s) && !strings.ContainsRune(s, 0) // PostgreSQL holds no other text
	p.that(n >= least && n <= most && kept, location, fmt.Sprintf("%d to %d visible characters", least, most))
}

// normal brings a definition into the one form in which it is kept.
func (d *Definition) normal() {
	d.Title, d.Description = strings.TrimSpace(d.Title), strings.TrimSpace(d.Description)
	d.Language = cmp.Or(d.Language, "fr")
	d.Place.Mode = cmp.Or(d.Place.Mode, Dedicated)
	d.Access.Entry = cmp.Or(d.Access.Entry, defaultEntry)
	slices.SortFunc(d.Reminders, func(a, b time.Duration) int { return cmp.Compare(b, a) })
	d.Reminders = slices.Compact(d.Reminders)
	slices.SortFunc(d.Overrides, func(a, b Override) int { return cmp.Compare(a.ID, b.ID) })
	for i := range d.Invitees {
		d.Invitees[i].Role = cmp.Or(d.Invitees[i].Role, InviteePresenter)
		d.Invitees[i].RSVP = cmp.Or(d.Invitees[i].RSVP, NeedsAction)
	}
}

// check says all that is wrong with a definition but for its dates.
func (d Definition) check(p *problems) {
	p.text(d.Title, "body.title", 1, MaxTitle)
	p.text(d.Description, "body.description", 0, MaxDescription)
	p.that(slices.Contains([]string{"fr", "en"}, d.Language), "body.language", "one of fr, en")
	p.text(d.Organizer.OnBehalfOf, "body.organizer.onBehalfOf", 0, MaxOnBehalfOf)
	p.that(len(d.Deputies) <= MaxDeputies, "body.deputies", "at most 20")
	p.that(len(d.Overrides) <= MaxOverrides, "body.recurrence.overrides", "at most 366: plan a meeting of its own instead")
	d.checkAccess(p)
	d.checkInvitees(p)
	d.checkTags(p)
	p.that(len(d.Reminders) <= MaxReminders, "body.reminders", "at most 5")
	for _, o := range d.Overrides {
		at := "body.recurrence.overrides." + o.ID.String()
		if o.Title != nil {
			p.text(strings.TrimSpace(*o.Title), at+".title", 1, MaxTitle)
		}
		if o.Description != nil {
			p.text(*o.Description, at+".description", 0, MaxDescription)
		}
	}
	for i, r := range d.Reminders {
		p.that(r >= 0 && r <= MaxReminder, fmt.Sprintf("body.reminders[%d]", i), "a time before the start, such as -PT15M, of at most 28 days")
	}
}

func (d Definition) checkAccess(p *problems) {
	a := d.Access
	p.that(slices.Contains(access.Entries(), a.Entry), "body.access.entry", "one of hosts, members, organization, signed-in, everyone")
	p.that(a.OpensBefore >= 0 && a.OpensBefore <= MaxAround, "body.access.opensBefore", "a duration of at most 24 hours, such as PT15M")
	p.that(a.ClosesAfter >= 0 && a.ClosesAfter <= MaxAround, "body.access.closesAfter", "a duration of at most 24 hours, such as PT30M")
	p.that(a.Passcode == "" || access.IsPasscode(a.Passcode), "body.access.passcode", "4 to 12 digits")
	s := d.Settings
	p.that(s.MaxParticipants >= 0 && s.MaxParticipants <= MaxSeats, "body.settings.maxParticipants", "a number from 0 to 1000; 0: no limit")
	for i, ability := range s.Forbidden {
		_, ok := access.ParseAbility(string(ability))
		p.that(ok, fmt.Sprintf("body.settings.forbidden[%d]", i), "one of camera, microphone, screen, chat, reactions")
	}
	if d.Place.Mode == Dedicated {
		return
	}
	const its = "this is the room's own setting here: leave it out, or take a dedicated room"
	p.that(a.MinAssurance == 0, "body.access.minAssurance", its)
	p.that(a.Passcode == "", "body.access.passcode", its)
	p.that(s.MaxParticipants == 0, "body.settings.maxParticipants", its)
	p.that(!s.OpensWithHost, "body.settings.opensWithHost", its)
	p.that(!s.MuteOnEntry, "body.settings.muteOnEntry", its)
	p.that(len(s.Forbidden) == 0, "body.settings.forbidden", its)
}

func fits(d recur.Duration) bool { return d.Std() >= recur.MinDuration && d.Std() <= recur.MaxDuration }

func (d Definition) checkInvitees(p *problems) {
	p.that(len(d.Invitees) <= MaxInvitees, "body.invitees", "at most 1000")
	first := map[string]int{}
	for i, in := range d.Invitees {
		at := fmt.Sprintf("body.invitees[%d]", i)
		in.check(p, at)
		if before, twice := first[in.Key()]; twice {
			p.that(false, at, fmt.Sprintf("the same as invitees[%d]: name everybody once", before))
		}
		first[in.Key()] = i
	}
}

func (i Invitee) check(p *problems, at string) {
	if i.PersonID == "" { // an account has the name and the address that its provider says, whatever they look like
		_, ok := access.EmailSubject(i.Email)
		p.that(ok, at+".email", "an e-mail address, such as c.martin@justice.example")
		p.text(i.Name, at+".name", 0, MaxName)
	}
	p.that(slices.Contains([]InviteeRole{InviteeModerator, InviteePresenter, InviteeMember}, i.Role), at+".role", "one of moderator, presenter, member")
	p.that(slices.Contains([]RSVP{NeedsAction, Accepted, Declined, Tentative}, i.RSVP), at+".rsvp", "one of needs-action, accepted, declined, tentative")
}

func (d Definition) checkTags(p *problems) {
	p.that(len(d.Tags) <= MaxTags, "body.tags", "at most 20")
	for name, value := range d.Tags {
		p.that(isTagName(name), "body.tags", "a name has 1 to 40 letters, digits, - and _")
		p.text(value, "body.tags", 1, MaxTagValue)
	}
}

func isTagName(s string) bool {
	return s != "" && utf8.RuneCountInString(s) <= MaxTagName && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && r != '_' && !unicode.In(r, unicode.L, unicode.N)
	})
}

func checkExternalID(id, location string, p *problems) {
	ok := len(id) <= MaxExternalID && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' })
	p.that(ok, location, "at most 200 visible ASCII characters without spaces")
}
