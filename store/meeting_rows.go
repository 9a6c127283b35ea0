package store

import (
	"maps"
	"slices"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/policy"
	"parvis/schedule"
	"parvis/schedule/recur"
)

type meetingRow struct {
	ID             string
	OrgID          string
	UID            string `gorm:"column:uid"`
	Sequence       int
	Version        int64
	App            string
	ExternalID     string
	Status         string
	Title          string
	Description    string
	Language       string
	Starts         string
	Zone           string
	Duration       int64
	Rules          document[[]string]
	Rdates         document[[]recur.Local]
	Exdates        document[[]recur.Local]
	Overrides      document[[]overrideDoc]
	OrganizerID    optional
	OrganizerName  string
	OnBehalfOf     string
	Deputies       document[[]deputyDoc]
	PlaceMode      string
	RoomID         string
	Entry          string
	MinAssurance   int
	Passcode       []byte
	PasscodeHash   string
	OpensBefore    int64
	ClosesAfter    int64
	Settings       document[settingsDoc]
	Reminders      document[[]int64]
	Tags           document[map[string]string]
	SplitFrom      optional
	SplitInto      optional
	FirstAt        moment
	LastAt         moment
	ProjectedUntil moment
	CreatedAt      moment
	UpdatedAt      moment
	CancelledAt    *moment
	RemindsAt      *moment
	RemindsOf      document[remindedDoc]
	ZoneStamp      string
	Quiet          bool
	Defaults       document[[]policy.Name]
}

func (meetingRow) TableName() string { return "meetings" }

// The documents are written and read whole; their keys are short and never change.
type overrideDoc struct {
	ID          recur.Local     `json:"id"`
	Start       *recur.Local    `json:"start,omitempty"`
	Duration    *recur.Duration `json:"duration,omitempty"`
	Title       *string         `json:"title,omitempty"`
	Description *string         `json:"description,omitempty"`
}

type deputyDoc struct {
	Person string     `json:"person"`
	Until  *time.Time `json:"until,omitempty"`
}

// remindedDoc is of the reminder at a moment: the program before this one writes other moments without it.
type remindedDoc struct {
	At     string      `json:"at,omitempty"`
	Date   recur.Local `json:"date,omitzero"`
	Before int64       `json:"before,omitempty"`
}

func remindedOf(at time.Time, r schedule.Reminder) document[remindedDoc] {
	if at.IsZero() || r.Date.IsZero() {
		return document[remindedDoc]{}
	}
	return documentOf(remindedDoc{At: stamp(at), Date: r.Date, Before: seconds(r.Before)})
}

func (d remindedDoc) of(at time.Time) schedule.Reminder {
	if d.At != stamp(at) {
		return schedule.Reminder{}
	}
	return schedule.Reminder{Date: d.Date, Before: time.Duration(d.Before) * time.Second}
}

// settingsDoc says of MuteOnEntry also that it is not so: the program before this one writes nothing of it.
type settingsDoc struct {
	MaxParticipants int              `json:"maxParticipants,omitempty"`
	OpensWithHost   bool             `json:"opensWithHost,omitempty"`
	MuteOnEntry     *bool            `json:"muteOnEntry,omitempty"`
	Forbidden       access.Abilities `json:"forbidden,omitempty"`
}

func docOfSettings(s schedule.Settings) settingsDoc {
	return settingsDoc{MaxParticipants: s.MaxParticipants, OpensWithHost: s.OpensWithHost, MuteOnEntry: &s.MuteOnEntry, Forbidden: s.Forbidden}
}

func (d settingsDoc) settings() schedule.Settings {
	return schedule.Settings{
		MaxParticipants: d.MaxParticipants, OpensWithHost: d.OpensWithHost, MuteOnEntry: d.MuteOnEntry != nil && *d.MuteOnEntry, Forbidden: d.Forbidden,
	}
}

func rowOfMeeting(p schedule.Plan) meetingRow {
	m := p.Meeting
	row := meetingRow{
		ID: m.ID, OrgID: m.OrgID, UID: m.UID, Sequence: m.Sequence, Version: m.Version, App: m.App, ExternalID: m.ExternalID,
		Status: string(m.Status), Title: m.Title, Description: m.Description, Language: m.Language,
		Starts: m.When.Start.String(), Zone: m.When.Zone, Duration: int64(m.When.Duration.Std() / time.Second),
		Rdates: listOf(m.When.RDates), Exdates: listOf(m.When.ExDates),
		OrganizerID: optional(m.Organizer.PersonID), OnBehalfOf: m.Organizer.OnBehalfOf,
		PlaceMode: string(m.Place.Mode), RoomID: m.Place.RoomID,
		Entry: string(m.Access.Entry), MinAssurance: int(m.Access.MinAssurance), Passcode: m.Access.Sealed, PasscodeHash: m.Access.Hash,
		OpensBefore: seconds(m.Access.OpensBefore), ClosesAfter: seconds(m.Access.ClosesAfter),
		Settings: documentOf(docOfSettings(m.Settings)), Defaults: listOf(m.Defaults),
		SplitFrom: optional(m.SplitFrom), SplitInto: optional(m.SplitInto), FirstAt: moment(p.From), LastAt: moment(p.To), ProjectedUntil: moment(p.Until),
		CreatedAt: moment(m.CreatedAt), UpdatedAt: moment(m.UpdatedAt), CancelledAt: momentOf(m.CancelledAt), RemindsAt: momentUnlessZero(m.RemindsAt), RemindsOf: remindedOf(m.RemindsAt, m.RemindsOf), ZoneStamp: p.Stamp, Quiet: m.Quiet,
	}
	if m.Organizer.PersonID == "" {
		row.OrganizerName = m.Organizer.Name
	}
	row.lists(m)
	return row
}

func (r *meetingRow) lists(m schedule.Meeting) {
	rules, overrides, deputies, reminders := []string{}, []overrideDoc{}, []deputyDoc{}, []int64{}
	for _, rule := range m.When.Rules {
		rules = append(rules, rule.String())
	}
	for _, o := range m.Overrides {
		overrides = append(overrides, overrideDoc(o))
	}
	for _, d := range m.Deputies {
		deputies = append(deputies, deputyDoc{d.PersonID, d.Until})
	}
	for _, before := range m.Reminders {
		reminders = append(reminders, seconds(before))
	}
	tags := map[string]string{}
	maps.Copy(tags, m.Tags)
	r.Rules, r.Overrides, r.Deputies = documentOf(rules), documentOf(overrides), documentOf(deputies)
	r.Reminders, r.Tags = documentOf(reminders), documentOf(tags)
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }

// meeting is the row in the words of schedule. The names of people and the slug of the room are not in it.
func (r meetingRow) meeting() (schedule.Meeting, error) {
	start, err := recur.ParseLocal(r.Starts)
	if err != nil {
		return schedule.Meeting{}, err
	}
	m := schedule.Meeting{
		ID: r.ID, OrgID: r.OrgID, UID: r.UID, Sequence: r.Sequence, Version: r.Version, App: r.App, ExternalID: r.ExternalID,
		Status: schedule.Status(r.Status), SplitFrom: string(r.SplitFrom), SplitInto: string(r.SplitInto),
		CreatedAt: r.CreatedAt.time(), UpdatedAt: r.UpdatedAt.time(), CancelledAt: timeOf(r.CancelledAt),
		Definition: schedule.Definition{
			Title: r.Title, Description: r.Description, Language: r.Language,
			When:      recur.Series{Start: start, Zone: r.Zone, Duration: recur.Duration(time.Duration(r.Duration) * time.Second), RDates: some(r.Rdates.v), ExDates: some(r.Exdates.v)},
			Organizer: schedule.Organizer{PersonID: string(r.OrganizerID), Name: r.OrganizerName, OnBehalfOf: r.OnBehalfOf},
			Place:     schedule.Place{Mode: schedule.PlaceMode(r.PlaceMode), RoomID: r.RoomID},
			Access: schedule.Access{
				Entry: access.Entry(r.Entry), MinAssurance: auth.Assurance(r.MinAssurance), Sealed: r.Passcode, Hash: r.PasscodeHash,
				OpensBefore: time.Duration(r.OpensBefore) * time.Second, ClosesAfter: time.Duration(r.ClosesAfter) * time.Second,
			},
			Settings: r.Settings.v.settings(), Tags: r.Tags.v, Quiet: r.Quiet, Defaults: some(r.Defaults.v),
		},
	}
	switch {
	case r.Defaults.v == nil: // of a program that did not note it
		m.Defaults = m.Usual()
	case r.Settings.v.MuteOnEntry == nil && m.Place.Mode == schedule.Dedicated:
		m.Defaults = m.AlsoDefault(policy.MuteOnEntry)
	}
	for _, text := range r.Rules.v {
		rule, err := recur.ParseRule(text, nil) // in local time: that is how rules are kept
		if err != nil {
			return schedule.Meeting{}, err
		}
		m.When.Rules = append(m.When.Rules, rule)
	}
	for _, o := range r.Overrides.v {
		m.Overrides = append(m.Overrides, schedule.Override(o))
	}
	for _, d := range r.Deputies.v {
		m.Deputies = append(m.Deputies, schedule.Deputy{PersonID: d.Person, Until: d.Until})
	}
	if r.RemindsAt != nil {
		m.RemindsAt = r.RemindsAt.time()
		m.RemindsOf = r.RemindsOf.v.of(m.RemindsAt)
	}
	for _, s := range r.Reminders.v {
		m.Reminders = append(m.Reminders, time.Duration(s)*time.Second)
	}
	return m, nil
}

// some is a list of at least one entry, or nil.
func some[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

type inviteeRow struct {
	ID        string
	MeetingID string
	Position  int
	PersonID  optional
	ClaimedBy optional
	Email     string
	Folded    string
	Name      string
	Role      string
	Required  bool
	RSVP      string `gorm:"column:rsvp"`
	LinkID    optional
	LinkToken optionalBytes
	Language  string
}

func (inviteeRow) TableName() string { return "invitees" }

// rowsOfInvitees keeps of those with an account the account alone: name and address are looked up.
func rowsOfInvitees(m schedule.Meeting) []inviteeRow {
	rows := make([]inviteeRow, len(m.Invitees))
	for i, in := range m.Invitees {
		rows[i] = inviteeRow{
			ID: in.ID, MeetingID: m.ID, Position: i, PersonID: optional(in.PersonID), ClaimedBy: optional(in.ClaimedBy), Role: string(in.Role), Required: in.Required, RSVP: string(in.RSVP),
			LinkID: optional(in.LinkID), LinkToken: in.LinkToken,
		}
		if in.PersonID == "" {
			rows[i].Email, rows[i].Name, rows[i].Folded, rows[i].Language = in.Email, in.Name, access.FoldAddress(in.Email), in.Language
		}
	}
	return rows
}

func (r inviteeRow) invitee() schedule.Invitee {
	return schedule.Invitee{
		ID: r.ID, PersonID: string(r.PersonID), ClaimedBy: string(r.ClaimedBy), Email: r.Email, Name: r.Name, Language: r.Language,
		Role: schedule.InviteeRole(r.Role), Required: r.Required, RSVP: schedule.RSVP(r.RSVP),
		LinkID: string(r.LinkID), LinkToken: r.LinkToken,
	}
}

// agendaOf lists whose agenda a meeting stands in.
func agendaOf(m schedule.Meeting) []string {
	var people []string
	add := func(id string) {
		if id != "" && !slices.Contains(people, id) {
			people = append(people, id)
		}
	}
	add(m.Organizer.PersonID)
	for _, d := range m.Deputies {
		add(d.PersonID)
	}
	for _, i := range m.Invitees {
		add(i.PersonID)
		add(i.ClaimedBy)
	}
	slices.Sort(people)
	return people
}
