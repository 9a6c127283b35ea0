package schedule

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/policy"
	"parvis/schedule/recur"
)

// Warning is something that a caller should know and that stops nothing. Dates name the occurrences concerned.
type Warning = recur.Finding

// View is a meeting as its leaders see it, with what there is to say about it.
type View struct {
	Meeting
	Leads    bool        // the reader leads the meeting: they see who is invited, and the passcode
	Mine     *Invitee    // the reader, where they are invited
	Held     *Definition // what calendars keep of a meeting that was cancelled; nil: nothing
	Warnings []Warning
}

// NewMeeting is what somebody plans. ExternalID is for service accounts. Unread is what the request holds that could not
// be read: it is reported with whatever else is wrong. NamesDates tells that it says itself which dates differ from their
// series or are left out, be it none.
type NewMeeting struct {
	ExternalID string
	Definition
	Unread     error
	NamesDates bool
}

// Create plans a meeting. A dedicated room is made with it.
func (s *Service) Create(ctx context.Context, who auth.Identity, n NewMeeting) (View, error) {
	if err := auth.Allowed(who, auth.MeetingCreate, auth.Resource{OrgID: who.OrgID}); err != nil {
		return View{}, err
	}
	v, err := s.create(ctx, who, n)
	if fault.Is(err, fault.Conflict) && n.Place.Mode == Personal && n.ExternalID == "" {
		v, err = s.create(ctx, who, n) // the room of their own was made at the same moment
	}
	return v, err
}

func (s *Service) create(ctx context.Context, who auth.Identity, n NewMeeting) (View, error) {
	p, warnings, err := s.draft(ctx, who, n)
	if err != nil {
		return View{}, err
	}
	p.Events = []event.Event{s.happened(who, event.MeetingCreated, p.Meeting, nil)}
	if err := s.Store.CreateMeeting(ctx, p); err != nil {
		return View{}, fmt.Errorf("create meeting: %w", err)
	}
	return View{Meeting: p.Meeting, Leads: true, Warnings: warnings}, nil
}

// draft is the plan of a meeting that does not exist yet.
func (s *Service) draft(ctx context.Context, who auth.Identity, n NewMeeting) (Plan, []Warning, error) {
	now := s.Now().UTC()
	m := Meeting{
		ID: newID(), OrgID: who.OrgID, Version: 1, Status: Confirmed, ExternalID: n.ExternalID,
		CreatedAt: now, UpdatedAt: now, Definition: n.Definition.Clone(),
	}
	m.UID = m.ID + "@" + s.Host
	m.App = appOf(who)
	var p problems
	if err := p.take(n.Unread); err != nil {
		return Plan{}, nil, err
	}
	checkExternalID(n.ExternalID, "body.externalId", &p)
	p.that(n.ExternalID == "" || m.App != "", "body.externalId", "for service accounts only")
	for i := range m.Invitees {
		m.Invitees[i].begin()
	}
	d, warnings, err := s.judge(ctx, who, &m, &p, nil)
	if err == nil {
		err = d.fit(Definition{}, now)
	}
	if err != nil {
		return Plan{}, nil, err
	}
	if err := s.place(ctx, who, &m, Place{}); err != nil {
		return Plan{}, nil, err
	}
	var made *access.NewRoom
	if m.Place.Mode != Existing && m.Place.Slug == "" {
		room, err := s.newRoom(ctx, who, m)
		if err != nil {
			return Plan{}, nil, err
		}
		m.Place.RoomID, m.Place.Slug, made = room.ID, room.Slug, &room
	}
	if err := s.seal(&m, Access{}); err != nil {
		return Plan{}, nil, err
	}
	post := s.correspond(nil, &m, d, now)
	plan := s.plan(who, m, d, now)
	plan.Room = made
	plan.carry(post)
	return plan, slices.Concat(warnings, d.remarks(now), post.warnings), nil
}

// appOf is the service account that asks, for itself or for a person; empty when a person does.
func appOf(who auth.Identity) string {
	if who.Kind == auth.Service {
		return who.ID
	}
	return who.OnBehalfOf
}

// judge brings a meeting into the form in which it is kept, and says all that is wrong with it at once. before is what it
// was, nil when it is new.
func (s *Service) judge(ctx context.Context, who auth.Identity, m *Meeting, p *problems, before *Definition) (dates, []Warning, error) {
	e, err := s.policies(ctx, m.OrgID)
	if err != nil {
		return dates{}, nil, err
	}
	m.begin(e, before)
	m.normal()
	m.Definition = s.folded(m.Definition)
	m.check(p)
	report := m.When.Judge(recur.Terms{Zones: s.Zones, Now: s.Now(), Kept: before != nil})
	if err := s.name(ctx, who, m, p, before, len(report.Problems) == 0 && s.toCome(m.Definition)); err != nil {
		return dates{}, nil, err
	}
	for _, f := range report.Fields() {
		p.that(false, "body."+f.Location, f.Message)
	}
	if err := p.err(); err != nil {
		return dates{}, nil, err
	}
	if err := m.promises(e, before); err != nil {
		return dates{}, nil, err
	}
	d, err := s.datesOf(m.Definition)
	return d, report.Warnings, err
}

// toCome tells whether a date of a meeting is still to come, or not over.
func (s *Service) toCome(d Definition) bool {
	all, err := s.datesOf(d)
	return err == nil && len(all.between(s.Now(), time.Time{})) > 0
}

// name looks up whom a meeting names by account: they are people of its organization. Who was named before may have
// closed the account since.
func (s *Service) name(ctx context.Context, who auth.Identity, m *Meeting, p *problems, before *Definition, toCome bool) error {
	m.organize(who, before)
	m.mandate(who, p, before)
	m.lasting(p, before, s.Now())
	var ids []string
	people := map[string]Person{}
	if before != nil {
		before.names(people)
	}
	m.EachPerson(func(id string, _ func(Person)) { ids = append(ids, id) })
	named, err := s.Store.Named(ctx, Naming{OrgID: m.OrgID, People: ids, Addresses: m.unclaimed(before, toCome), Now: s.Now().UTC()})
	if err != nil {
		return fmt.Errorf("whom a meeting names: %w", err)
	}
	maps.Copy(people, named.People)
	m.eachPerson(func(id string, take func(Person), location string) {
		person, known := people[id]
		p.that(known, location, "no such person in your organization: give an id that GET /people answers")
		take(person)
	})
	m.once(p, before, named.People)
	m.claim(named.Holders)
	return nil
}

// names gathers who is named by account.
func (d Definition) names(into map[string]Person) {
	into[d.Organizer.PersonID] = Person{Name: d.Organizer.Name, Email: d.Organizer.Email}
	for _, x := range d.Deputies {
		into[x.PersonID] = Person{Name: x.Name}
	}
	for _, i := range d.Invitees {
		into[i.PersonID] = Person{Name: i.Name, Email: i.Email, Locale: i.Language}
	}
}

// EachPerson runs over all whom a meeting names by account; take fills in who they are.
func (m *Meeting) EachPerson(do func(id string, take func(Person))) {
	m.eachPerson(func(id string, take func(Person), _ string) { do(id, take) })
}

func (m *Meeting) eachPerson(do func(id string, take func(Person), location string)) {
	if o := &m.Organizer; o.PersonID != "" {
		do(o.PersonID, func(p Person) { o.Name, o.Email = p.Name, p.Email }, "body.organizer.user")
	}
	for i := range m.Deputies {
		d := &m.Deputies[i]
		do(d.PersonID, func(p Person) { d.Name = p.Name }, fmt.Sprintf("body.deputies[%d].user", i))
	}
	for i := range m.Invitees {
		if in := &m.Invitees[i]; in.PersonID != "" {
			do(in.PersonID, func(p Person) { in.Name, in.Email, in.Language = p.Name, p.Email, p.Locale }, fmt.Sprintf("body.invitees[%d].user", i))
		}
	}
}

// place finds the room of a meeting, as far as there is one: was is where it takes place so far.
func (s *Service) place(ctx context.Context, who auth.Identity, m *Meeting, was Place) error {
	to := &m.Place
	switch {
	case to.Mode == was.Mode && (to.Mode != Existing || to.Slug == was.Slug):
		*to = was
		return nil
	case to.Mode == Existing && to.Slug == "":
		return fault.New(fault.CodeInvalid, "which room?").At("body.room.slug", "the code of a room that you own")
	case to.Mode == Existing:
		id, err := s.Rooms.Bookable(ctx, who, to.Slug)
		if err != nil {
			return fmt.Errorf("room of a meeting: %w", err)
		}
		to.RoomID = id
		return nil
	case to.Mode == Personal && m.Organizer.PersonID == "":
		return fault.New(fault.CodeInvalid, "software has no room of its own").At("body.room.mode", "name a person in organizer.user, or take a dedicated room")
	case to.Mode == Personal:
		room, err := s.Store.PersonalRoom(ctx, m.Organizer.PersonID)
		if err == nil && who.PersonID != m.Organizer.PersonID {
			err = s.mayUse(ctx, who, room)
		}
		to.RoomID, to.Slug = room.RoomID, room.Slug
		return err
	case to.Mode == Dedicated:
		to.RoomID, to.Slug = "", ""
		return nil
	default:
		return fault.New(fault.CodeInvalid, "there is no such mode").At("body.room.mode", "one of dedicated, existing, personal")
	}
}

// mayUse is nil when somebody may plan in another's own room: whoever gives roles there or, where it is yet to be made, makes
// rooms for others.
func (s *Service) mayUse(ctx context.Context, who auth.Identity, room Place) error {
	if room.Slug == "" {
		return auth.Allowed(who, auth.RoomCreate, auth.Resource{OrgID: who.OrgID})
	}
	if _, err := s.Rooms.Bookable(ctx, who, room.Slug); err != nil {
		return fmt.Errorf("somebody's own room: %w", err)
	}
	return nil
}

// newRoom is the room to be made for a meeting, where policies let somebody make one.
func (s *Service) newRoom(ctx context.Context, who auth.Identity, m Meeting) (access.NewRoom, error) {
	e, err := s.policies(ctx, m.OrgID)
	if err == nil {
		err = policy.MayMakeRooms(who, e)
	}
	if err != nil {
		return access.NewRoom{}, err
	}
	room := s.room(m)
	m.roomDefaults(&room, e)
	return room, nil
}

// room is the room of a meeting, as the meeting says it.
func (s *Service) room(m Meeting) access.NewRoom {
	r := access.NewRoom{
		ID: newID(), OrgID: m.OrgID, Slug: access.NewSlug(), MediaName: access.NewMediaName(), Language: m.Language,
		CreatedAt: m.CreatedAt, Entry: defaultEntry,
	}
	if m.Place.Mode == Personal {
		r.Name, r.PersonID = m.Organizer.Name, m.Organizer.PersonID
		return r
	}
	r.Dedicated = true
	m.furnish(&r)
	return r
}

// furnish gives a dedicated room what its meeting says of it.
func (m Meeting) furnish(r *access.NewRoom) {
	r.Name, r.Language = m.Title, m.Language
	r.Entry, r.MinAssurance = m.Access.Entry, m.Access.MinAssurance
	r.MaxParticipants, r.OpensWithHost, r.MuteOnEntry = m.Settings.MaxParticipants, m.Settings.OpensWithHost, m.Settings.MuteOnEntry
	r.Forbidden = slices.Clone(m.Settings.Forbidden)
}

// happened is an event about a meeting by somebody. It holds ids and settings, never names or addresses.
func (s *Service) happened(who auth.Identity, t event.Type, m Meeting, data map[string]any) event.Event {
	return event.Event{
		ID: newID(), Type: t, OrgID: m.OrgID, Subject: "meeting:" + m.ID,
		Actor: string(who.Kind) + ":" + who.ID, OnBehalfOf: who.OnBehalfOf, At: s.Now().UTC(), Data: data,
	}
}
