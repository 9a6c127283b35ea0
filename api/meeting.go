package api

import (
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/policy"
	"parvis/schedule"
	"parvis/schedule/recur"
)

// NewMeeting is what a caller says of a meeting: at its creation, and, merged with what it is, at each change. It is exported
// because Huma sees nothing else of what is embedded.
type NewMeeting struct {
	ExternalID  string            `json:"externalId,omitempty" maxLength:"200" doc:"Your own name for it, once in your organization. For service accounts only; it never changes."`
	Title       line              `json:"title" minLength:"1" maxLength:"200"`
	Description block             `json:"description,omitempty" maxLength:"10000"`
	Language    string            `json:"language,omitempty" enum:"fr,en" doc:"Of the invitations; fr when left out."`
	Start       string            `json:"start" maxLength:"40" doc:"Local date and time, without a zone."`
	TimeZone    string            `json:"timeZone" maxLength:"64" doc:"A name of the IANA time zone database. The local time is the truth: when the zone changes its rules, the meeting moves with it."`
	Duration    string            `json:"duration" maxLength:"20" doc:"ISO 8601, from PT10M to PT24H."`
	Recurrence  *recurrence       `json:"recurrence,omitempty"`
	Organizer   *organizer        `json:"organizer,omitempty" doc:"The caller, when left out: people plan in their own name, software also for people of its organization."`
	Deputies    []deputy          `json:"deputies,omitempty" maxItems:"20" doc:"They may do with the meeting what its organizer may, but hand it over and say who stands in. In a room that was there before they are moderators while the meeting is on."`
	Room        *venue            `json:"room,omitempty"`
	Access      *meetingAccess    `json:"access,omitempty"`
	Settings    *meetingSettings  `json:"settings,omitempty" doc:"Of a dedicated room."`
	Invitees    []newInvitee      `json:"invitees,omitempty" maxItems:"1000"`
	Reminders   []string          `json:"reminders,omitempty" maxItems:"5" maxLength:"20" doc:"When to remind those invited, before the start: -PT15M, -P1D."`
	TellAnswers *bool             `json:"tellAnswers,omitempty" doc:"Whether the organizer hears by mail of those who decline, come after all, write a comment or propose another time: in one mail for what comes within some minutes. true when left out."`
	Tags        map[string]string `json:"tags,omitempty" doc:"Names of 1 to 40 letters, digits, - and _, each with a value of 1 to 120 characters; at most 20."`
}

type recurrence struct {
	Rules     []string                    `json:"rules,omitempty" maxItems:"10" maxLength:"2000" doc:"RRULE of RFC 5545, by days, weeks, months or years. A series has at most 1826 dates in five years."`
	RDates    []string                    `json:"rdates,omitempty" maxItems:"1826" maxLength:"40" doc:"Dates besides, in local time."`
	ExDates   []string                    `json:"exdates,omitempty" maxItems:"1826" maxLength:"40" doc:"Dates left out, in local time."`
	Overrides map[string]occurrenceChange `json:"overrides,omitempty" doc:"Dates that differ from the series, by their original local start."`
}

type occurrenceChange struct {
	Start       *string `json:"start,omitempty" maxLength:"40"`
	Duration    *string `json:"duration,omitempty" maxLength:"20"`
	Title       *line   `json:"title,omitempty" minLength:"1" maxLength:"200"`
	Description *block  `json:"description,omitempty" maxLength:"10000"`
}

type organizer struct {
	User       string `json:"user,omitempty" maxLength:"36" doc:"A person of the organization. Service accounts may leave it out: then it is their own."`
	Name       string `json:"name,omitempty" readOnly:"true"`
	OnBehalfOf line   `json:"onBehalfOf,omitempty" maxLength:"120" doc:"For whom, in words, such as an office. It gives no right."`
}

type deputy struct {
	User  string     `json:"user" maxLength:"36"`
	Name  string     `json:"name,omitempty" readOnly:"true"`
	Until *time.Time `json:"until,omitempty" doc:"For good when left out."`
}

type venue struct {
	Mode string `json:"mode,omitempty" enum:"dedicated,existing,personal" doc:"A room made for the meeting, which closes with it (when left out); a room that you own; the organizer's own room."`
	Slug string `json:"slug,omitempty" maxLength:"12" doc:"Of an existing room."`
}

type meetingAccess struct {
	Entry            string `json:"entry,omitempty" enum:"hosts,members,organization,signed-in,everyone" doc:"Who enters without waiting; the organization's default when left out, which is signed-in unless a policy says otherwise. Those invited are members."`
	MinAssurance     string `json:"minAssurance,omitempty" enum:"unknown,phone,email,agent,agent-mfa" doc:"How sure one is of who enters; of a dedicated room the organization's default when left out, else unknown."`
	Passcode         string `json:"passcode,omitempty" maxLength:"12" doc:"4 to 12 digits, asked of those who are not invited. Shown to those who lead the meeting."`
	PasscodeRequired bool   `json:"passcodeRequired,omitempty" readOnly:"true"`
	OpensBefore      string `json:"opensBefore,omitempty" maxLength:"20" doc:"How long before a date the room opens; PT15M when left out, PT24H at most."`
	ClosesAfter      string `json:"closesAfter,omitempty" maxLength:"20" doc:"How long after a date nobody new comes in any more; PT30M when left out, PT24H at most."`
}

type meetingSettings struct {
	MaxParticipants *int     `json:"maxParticipants,omitempty" minimum:"0" maximum:"1000" doc:"0: no limit; the organization's default when left out."`
	OpensWithHost   *bool    `json:"opensWithHost,omitempty" doc:"All others wait until a host is there; the organization's default when left out."`
	MuteOnEntry     *bool    `json:"muteOnEntry,omitempty" doc:"All others enter with the microphone closed, and may open it; the organization's default when left out."`
	Forbidden       []string `json:"forbidden,omitzero" maxItems:"5" enum:"camera,microphone,screen,chat,reactions" doc:"What all but hosts may not do; the organization's default when left out."`
}

type newInvitee struct {
	ID       string `json:"id,omitempty" readOnly:"true" maxLength:"36"`
	User     string `json:"user,omitempty" maxLength:"36" doc:"A person of the organization; instead of email."`
	Email    string `json:"email,omitempty" maxLength:"254" doc:"Neither that of somebody invited by account, nor the organizer's own."`
	Name     line   `json:"name,omitempty" maxLength:"120" doc:"Of somebody without an account. Who has one is called as it says: what is said here is passed over."`
	Role     string `json:"role,omitempty" enum:"moderator,presenter,member" doc:"A host; a member who may share everything (when left out); a member with camera and microphone."`
	Required *bool  `json:"required,omitempty" doc:"true when left out."`
	Language string `json:"language,omitempty" enum:"fr,en" doc:"Of mails to somebody without an account; the meeting's when left out. Who has an account gets theirs: what is said here is passed over."`
	Delivery string `json:"delivery,omitempty" readOnly:"true" enum:"queued,sent,refused" doc:"How far the last invitation by mail has come; left out when none was to be sent. refused: the address does not take it."`
	HasLink  bool   `json:"hasLink,omitempty" readOnly:"true" doc:"There is a personal link, by mail or made here: making another one ends it."`
	InviteeAnswer
}

// meeting is a meeting as its readers see it.
type meeting struct {
	ID        string     `json:"id"`
	UID       string     `json:"uid" doc:"Its name in calendars (RFC 5545)."`
	Sequence  int        `json:"sequence"`
	Status    string     `json:"status" enum:"confirmed,cancelled"`
	SplitFrom string     `json:"splitFrom,omitempty" doc:"The meeting whose later dates this one took over."`
	SplitInto string     `json:"splitInto,omitempty" doc:"The meeting that took over its later dates; of several, the one made last, which has the dates next to these."`
	CreatedAt time.Time  `json:"createdAt"`
	UpdatedAt time.Time  `json:"updatedAt"`
	Cancelled *time.Time `json:"cancelledAt,omitempty"`
	First     string     `json:"first,omitempty" example:"20261124T090000" doc:"Its first date that was not left out, by its name: with all that follow it is the meeting itself, which is no scope of a change."`
	NewMeeting
	Mine     *InviteeAnswer `json:"mine,omitempty" doc:"What I answer; left out when I am not invited."`
	Links    meetingLinks   `json:"links"`
	Warnings []warning      `json:"warnings"`
}

type meetingLinks struct {
	Join string `json:"join" doc:"The address of the room, for all who are invited."`
	HTML string `json:"html" doc:"The page of the meeting, for those who sign in."`
	ICS  string `json:"ics" doc:"The meeting as a file for calendars, for those who may read it."`
}

type warning struct {
	Code     string   `json:"code"`
	Location string   `json:"location"`
	Message  string   `json:"message"`
	Dates    []string `json:"dates,omitempty" doc:"The dates concerned, by their names."`
}

// reader turns what came in into the words of schedule, and gathers what cannot be read.
type reader struct {
	zones recur.Zones
	now   time.Time
	wrong *fault.Error
}

func (s *server) reader() *reader {
	return &reader{zones: s.Zones, now: s.Now(), wrong: fault.New(fault.CodeInvalid, "some fields are not valid: see errors")}
}

func (r *reader) err() error {
	if len(r.wrong.Fields) == 0 {
		return nil
	}
	return r.wrong
}

// definition reads a whole meeting.
func (r *reader) definition(in NewMeeting) schedule.Definition {
	d := schedule.Definition{
		Title: string(in.Title), Description: string(in.Description), Language: in.Language,
		When: r.series(in), Reminders: r.reminders(in.Reminders), Tags: in.Tags,
		Quiet: in.TellAnswers != nil && !*in.TellAnswers,
	}
	if in.Recurrence != nil {
		d.Overrides = r.overrides(in.Recurrence.Overrides)
	}
	if o := in.Organizer; o != nil {
		d.Organizer = schedule.Organizer{PersonID: o.User, OnBehalfOf: string(o.OnBehalfOf)}
	}
	if in.Deputies != nil { // to name nobody says something, also of who was named before
		d.Deputies = []schedule.Deputy{}
	}
	for _, x := range in.Deputies {
		d.Deputies = append(d.Deputies, schedule.Deputy{PersonID: x.User, Until: atOrNever(x.Until)})
	}
	if in.Room != nil {
		d.Place = schedule.Place{Mode: schedule.PlaceMode(in.Room.Mode), Slug: in.Room.Slug}
	}
	d.Access, d.Settings, d.Unsaid = r.access(in.Access), in.Settings.read(), in.unsaid()
	if in.Invitees != nil {
		d.Invitees = []schedule.Invitee{}
	}
	for _, i := range in.Invitees {
		d.Invitees = append(d.Invitees, i.invitee())
	}
	return d
}

func (s *meetingSettings) read() (out schedule.Settings) {
	if s == nil {
		return out
	}
	if s.MaxParticipants != nil {
		out.MaxParticipants = *s.MaxParticipants
	}
	out.OpensWithHost = s.OpensWithHost != nil && *s.OpensWithHost
	out.MuteOnEntry = s.MuteOnEntry != nil && *s.MuteOnEntry
	if len(s.Forbidden) > 0 {
		out.Forbidden = abilities(s.Forbidden)
	}
	return out
}

// unsaid are the settings of which the caller says nothing: to say that there is no limit is not that.
func (in NewMeeting) unsaid() (names []policy.Name) {
	s := in.Settings
	if s == nil {
		s = &meetingSettings{}
	}
	for name, said := range map[policy.Name]bool{
		policy.Entry: in.Access != nil && in.Access.Entry != "", policy.MinAssurance: in.Access != nil && in.Access.MinAssurance != "",
		policy.OpensWithHost: s.OpensWithHost != nil, policy.MuteOnEntry: s.MuteOnEntry != nil, policy.MaxParticipants: s.MaxParticipants != nil, policy.ForbiddenToAll: s.Forbidden != nil,
	} {
		if !said {
			names = append(names, name)
		}
	}
	return names
}

func (i newInvitee) invitee() schedule.Invitee {
	return schedule.Invitee{
		PersonID: i.User, Email: i.Email, Name: string(i.Name), Role: schedule.InviteeRole(i.Role), Required: i.Required == nil || *i.Required, Language: i.Language,
	}
}

func (r *reader) series(in NewMeeting) recur.Series {
	text := recur.Text{Start: in.Start, TimeZone: in.TimeZone, Duration: in.Duration}
	if in.Recurrence != nil {
		text.Rules, text.RDates, text.ExDates = in.Recurrence.Rules, in.Recurrence.RDates, in.Recurrence.ExDates
	}
	series, report := recur.Parse(text, recur.Terms{Zones: r.zones, Now: r.now, Kept: true}) // its age is judged by schedule
	for _, f := range report.Fields() {
		r.wrong.At("body."+f.Location, f.Message)
	}
	return series
}

func (r *reader) overrides(in map[string]occurrenceChange) []schedule.Override {
	var list []schedule.Override
	for name, change := range in {
		at := "body.recurrence.overrides." + name
		id, err := recur.ParseLocal(name)
		if err != nil {
			r.wrong.At("body.recurrence.overrides", "a key "+err.Error())
			continue
		}
		list = append(list, r.override(at, id, change))
	}
	return list
}

func (r *reader) override(at string, id recur.Local, in occurrenceChange) schedule.Override {
	o := schedule.Override{ID: id}
	if in.Start != nil {
		start, err := recur.ParseLocal(*in.Start)
		r.note(at+".start", err)
		o.Start = &start
	}
	if in.Duration != nil {
		length, err := recur.ParseDuration(*in.Duration)
		r.note(at+".duration", err)
		o.Duration = &length
	}
	if in.Title != nil {
		title := string(*in.Title)
		o.Title = &title
	}
	if in.Description != nil {
		text := string(*in.Description)
		o.Description = &text
	}
	return o
}

func (r *reader) note(location string, err error) {
	if err != nil {
		r.wrong.At(location, err.Error())
	}
}

func (r *reader) access(in *meetingAccess) schedule.Access {
	if in == nil {
		in = &meetingAccess{}
	}
	a := schedule.Access{
		Entry: access.Entry(in.Entry), Passcode: in.Passcode,
		OpensBefore: r.around("body.access.opensBefore", in.OpensBefore, schedule.DefaultOpensBefore),
		ClosesAfter: r.around("body.access.closesAfter", in.ClosesAfter, schedule.DefaultClosesAfter),
	}
	a.MinAssurance, _ = auth.ParseAssurance(in.MinAssurance) // a word of the enumeration, or none
	return a
}

func (r *reader) around(location, text string, byDefault time.Duration) time.Duration {
	if text == "" {
		return byDefault
	}
	d, err := recur.ParseDuration(text)
	r.note(location, err)
	return d.Std()
}

// meetingOf writes a meeting for its reader: who does not lead it sees neither passcode nor who else is invited.
func (s *server) meetingOf(v schedule.View) meeting {
	m := v.Meeting
	out := meeting{
		ID: m.ID, UID: m.UID, Sequence: m.Sequence, Status: string(m.Status), SplitFrom: m.SplitFrom, SplitInto: m.SplitInto,
		CreatedAt: at(m.CreatedAt), UpdatedAt: at(m.UpdatedAt), Cancelled: atOrNever(m.CancelledAt),
		NewMeeting: wireDefinition(m.Definition), Links: s.linksOf(m), Warnings: []warning{},
	}
	out.ExternalID = m.ExternalID
	if first, some := m.When.First(); some {
		out.First = first.ID()
	}
	if v.Mine != nil {
		mine := wireSaid(*v.Mine)
		out.Mine = &mine
	}
	if !v.Leads {
		out.Invitees, out.Access.Passcode = nil, ""
	}
	for _, w := range v.Warnings {
		told := warning{Code: string(w.Code), Location: "body." + w.Location, Message: w.Message}
		for _, d := range w.Dates {
			told.Dates = append(told.Dates, d.ID())
		}
		out.Warnings = append(out.Warnings, told)
	}
	return out
}

func (s *server) linksOf(m schedule.Meeting) meetingLinks {
	return meetingLinks{
		Join: s.BaseURL + "/" + m.Place.Slug, HTML: s.BaseURL + "/meetings/" + m.ID, ICS: s.BaseURL + basePath + "/meetings/" + m.ID + "?format=ics",
	}
}

// wireDefinition is a meeting in the form in which a caller would say it: a merge patch is applied to it.
func wireDefinition(d schedule.Definition) NewMeeting {
	out := NewMeeting{
		Title: line(d.Title), Description: block(d.Description), Language: d.Language,
		Start: d.When.Start.String(), TimeZone: d.When.Zone, Duration: d.When.Duration.String(), Recurrence: wireRecurrence(d),
		Organizer: &organizer{d.Organizer.PersonID, d.Organizer.Name, line(d.Organizer.OnBehalfOf)},
		Room:      &venue{string(d.Place.Mode), d.Place.Slug},
		Access: &meetingAccess{
			Entry: string(d.Access.Entry), MinAssurance: d.Access.MinAssurance.String(), Passcode: d.Access.Passcode, PasscodeRequired: len(d.Access.Sealed) > 0,
			OpensBefore: recur.Duration(d.Access.OpensBefore).String(), ClosesAfter: recur.Duration(d.Access.ClosesAfter).String(),
		},
		Settings:  &meetingSettings{&d.Settings.MaxParticipants, &d.Settings.OpensWithHost, &d.Settings.MuteOnEntry, wireAbilities(d.Settings.Forbidden)},
		Reminders: wireReminders(d.Reminders), TellAnswers: tells(d), Tags: d.Tags,
	}
	for _, x := range d.Deputies {
		out.Deputies = append(out.Deputies, deputy{x.PersonID, x.Name, atOrNever(x.Until)})
	}
	for _, i := range d.Invitees {
		out.Invitees = append(out.Invitees, wireInvitee(i))
	}
	return out
}

// tells is said where it is not so: most meetings tell.
func tells(d schedule.Definition) *bool {
	if !d.Quiet {
		return nil
	}
	told := false
	return &told
}

func wireInvitee(i schedule.Invitee) newInvitee {
	out := newInvitee{
		ID: i.ID, User: i.PersonID, Email: i.Email, Name: line(i.Name), Role: string(i.Role), Required: &i.Required,
		Delivery: string(i.Delivery), HasLink: i.LinkID != "", InviteeAnswer: wireSaid(i),
	}
	if i.PersonID == "" {
		out.Language = i.Language
	}
	return out
}

func rulesOf(d schedule.Definition) []string {
	var rules []string
	for _, rule := range d.When.Rules {
		rules = append(rules, rule.String())
	}
	return rules
}

func wireRecurrence(d schedule.Definition) *recurrence {
	if !d.When.Recurs() && len(d.When.ExDates)+len(d.Overrides) == 0 {
		return nil
	}
	out := &recurrence{Rules: rulesOf(d)}
	for _, l := range d.When.RDates {
		out.RDates = append(out.RDates, l.String())
	}
	for _, l := range d.When.ExDates {
		out.ExDates = append(out.ExDates, l.String())
	}
	if len(d.Overrides) > 0 {
		out.Overrides = map[string]occurrenceChange{}
	}
	for _, o := range d.Overrides {
		out.Overrides[o.ID.String()] = wireOverride(o)
	}
	return out
}

func wireOverride(o schedule.Override) occurrenceChange {
	out := occurrenceChange{}
	if o.Start != nil {
		text := o.Start.String()
		out.Start = &text
	}
	if o.Duration != nil {
		text := o.Duration.String()
		out.Duration = &text
	}
	if o.Title != nil {
		text := line(*o.Title)
		out.Title = &text
	}
	if o.Description != nil {
		text := block(*o.Description)
		out.Description = &text
	}
	return out
}
