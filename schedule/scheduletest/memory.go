// Package scheduletest keeps meetings in memory, for tests. It passes the contract of the databases.
package scheduletest

import (
	"cmp"
	"context"
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/job"
	"parvis/once"
	"parvis/policy"
	"parvis/schedule"
)

// Memory is a schedule.Store and the rooms that planning asks for. The zero value is empty.
type Memory struct {
	Accounts map[string]Account // people, by id
	Own      map[string]Bookable
	Governed map[string]policy.Governed // rooms with policies of their own, by code
	Ended    map[string]bool            // service accounts, by id
	Fails    error                      // what the store answers instead
	// Made hears what is made for a request, as a store notes it under its key (package once).
	Made func(ctx context.Context, kind, ref string)

	mu        sync.Mutex
	plans     map[string]schedule.Plan
	rooms     map[string]access.NewRoom
	shut      map[string]bool // rooms that were archived
	said      []event.Event
	feeds     map[string]feed // by the hash of their token
	asked     map[string]schedule.Operation
	mail      []schedule.Letter
	begun     map[string]bool           // letters that may be on their way
	knew      map[string]schedule.Known // what they said, by letter
	sequences map[string]int            // as begun letters told them
	tasks     []job.Task

	notices []notice
	links   map[string]link    // personal links, by the hash of their token
	rules   map[string]decided // by zone
}

// Account is somebody with an account.
type Account struct {
	schedule.Person
	OrgID  string
	Closed bool
	Proved bool // the provider answers for the address
}

// Bookable is a room that exists, with who owns it.
type Bookable struct{ ID, Owner string }

// link is a personal link.
type link struct {
	id      string
	revoked bool
}

var _ schedule.Store = (*Memory)(nil)

// Bookable implements schedule.Rooms.
func (m *Memory) Bookable(_ context.Context, who auth.Identity, slug string) (string, error) {
	if r, ok := m.Own[slug]; ok && (r.Owner == who.ID) {
		return r.ID, nil
	}
	return "", fault.New(fault.CodeRoomNotFound, "there is no such room")
}

// Governing implements schedule.Rooms.
func (m *Memory) Governing(_ context.Context, _ auth.Identity, slug string) (policy.Governed, error) {
	if g, ok := m.Governed[slug]; ok {
		return g, nil
	}
	return policy.Governed{}, fault.New(fault.CodeRoomNotFound, "there is no such room")
}

func copied(p schedule.Plan) schedule.Plan {
	p.Meeting.Definition = p.Meeting.Clone()
	return p
}

// CreateMeeting implements schedule.Store.
func (m *Memory) CreateMeeting(ctx context.Context, p schedule.Plan) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Fails != nil {
		return m.Fails
	}
	err := m.create(p)
	if err == nil && m.Made != nil {
		m.Made(ctx, once.Meeting, p.Meeting.ID)
	}
	return err
}

func (m *Memory) create(p schedule.Plan) error {
	if m.plans == nil {
		m.plans, m.rooms, m.shut = map[string]schedule.Plan{}, map[string]access.NewRoom{}, map[string]bool{}
	}
	for _, other := range m.plans {
		o, n := other.Meeting, p.Meeting
		if n.ExternalID != "" && o.OrgID == n.OrgID && o.App == n.App && o.ExternalID == n.ExternalID {
			return fault.New(fault.CodeConflict, "something with this key exists already")
		}
	}
	if p.Room != nil {
		m.rooms[p.Room.ID] = *p.Room
	}
	m.write(p)
	return nil
}

func (m *Memory) write(p schedule.Plan) {
	m.writeLinks(p)
	m.said = append(m.said, p.Events...)
	m.post(p.Meeting, p.Letters)
	if p.Archive {
		m.shut[p.Meeting.Place.RoomID] = true
	}
	m.plans[p.Meeting.ID] = copied(p)
	if p.Operation != nil {
		m.end(*p.Operation)
	}
	if p.Also != nil {
		_ = m.create(*p.Also) // a meeting that goes on from another has no name of its own
	}
}

// Meeting implements schedule.Store.
func (m *Memory) Meeting(_ context.Context, id string) (schedule.Meeting, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Fails != nil {
		return schedule.Meeting{}, m.Fails
	}
	p, ok := m.plans[id]
	if !ok {
		return schedule.Meeting{}, none()
	}
	return m.named(p), nil
}

// named is a meeting with the names that people have now.
func (m *Memory) named(p schedule.Plan) schedule.Meeting {
	found := copied(p).Meeting
	found.Access.Passcode = "" // a database has it sealed alone
	for i := range found.Invitees {
		found.Invitees[i].Delivery = m.delivery(found.ID, found.Invitees[i].ID)
	}
	found.EachPerson(func(id string, take func(schedule.Person)) { take(m.Accounts[id].Person) })
	return found
}

func none() error { return fault.New(fault.CodeMeetingNotFound, "there is no such meeting") }

// MeetingNamed implements schedule.Store.
func (m *Memory) MeetingNamed(_ context.Context, orgID, app, externalID string) (schedule.Meeting, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.plans {
		if o := p.Meeting; externalID != "" && o.OrgID == orgID && o.App == app && o.ExternalID == externalID {
			return m.named(p), nil
		}
	}
	return schedule.Meeting{}, none()
}

// UpdateMeeting implements schedule.Store.
func (m *Memory) UpdateMeeting(ctx context.Context, id string, decide func(schedule.Meeting) (schedule.Plan, error)) (schedule.Meeting, error) {
	m.mu.Lock()
	if m.Fails != nil {
		m.mu.Unlock()
		return schedule.Meeting{}, m.Fails
	}
	p, ok := m.plans[id]
	if !ok {
		m.mu.Unlock()
		return schedule.Meeting{}, none()
	}
	before := m.named(p)
	m.mu.Unlock()
	after, err := decide(before) // may ask this store for people
	if err != nil {
		return schedule.Meeting{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	was := m.plans[id].Meeting
	after.Meeting.ID, after.Meeting.OrgID, after.Meeting.UID, after.Meeting.CreatedAt = was.ID, was.OrgID, was.UID, was.CreatedAt
	after.Meeting.Version = was.Version + 1
	if after.Unseen {
		after.Meeting.Version = was.Version
	}
	m.write(after)
	if m.Made != nil {
		m.Made(ctx, once.Meeting, id)
	}
	m.endUnusedLinks(was.Invitees)
	return copied(after).Meeting, nil
}

// PurgeMeeting implements schedule.Store. It knows of no sessions and of no holds.
func (m *Memory) PurgeMeeting(ctx context.Context, id string, decide func(schedule.Meeting) (schedule.Plan, error)) error {
	if _, err := m.UpdateMeeting(ctx, id, decide); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	was := m.plans[id].Meeting.Invitees
	delete(m.plans, id)
	m.endUnusedLinks(was)
	return nil
}

// Meetings implements schedule.Store.
func (m *Memory) Meetings(_ context.Context, q schedule.MeetingQuery) (schedule.MeetingPage, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Fails != nil {
		return schedule.MeetingPage{}, m.Fails
	}
	all := slices.SortedFunc(maps.Values(m.plans), func(a, b schedule.Plan) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Meeting.ID, b.Meeting.ID))
	})
	after, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err != nil || (q.Cursor != "" && !strings.Contains(string(after), " ")) {
		return schedule.MeetingPage{}, fault.New(fault.CodeInvalid, "this cursor is not one of ours").At("query.cursor", "use next of the page before")
	}
	size := cmp.Or(q.PageSize, 50)
	var page schedule.MeetingPage
	for _, p := range all {
		key := p.From.UTC().Format(time.RFC3339) + " " + p.Meeting.ID
		if key <= string(after) || !matches(p, q) {
			continue
		}
		if len(page.Meetings) == size {
			last := page.Meetings[size-1]
			page.Next = base64.RawURLEncoding.EncodeToString([]byte(m.plans[last.ID].From.UTC().Format(time.RFC3339) + " " + last.ID))
			break
		}
		found := m.named(p)
		for _, i := range found.Invitees {
			if q.PersonID != "" && (i.PersonID == q.PersonID || i.ClaimedBy == q.PersonID) {
				found.Mine, found.MineClaimed = i.RSVP, i.PersonID == ""
				found.MineByDate = slices.DeleteFunc(slices.Clone(i.Answers), func(a schedule.Answer) bool { return a.Date == 0 })
			}
		}
		found.Invitees = nil
		page.Meetings = append(page.Meetings, found)
	}
	return page, nil
}

func matches(p schedule.Plan, q schedule.MeetingQuery) bool {
	m := p.Meeting
	name, value, exact := strings.Cut(q.Tag, "=")
	tag, tagged := m.Tags[name]
	return (q.PersonID != "" || m.OrgID == q.OrgID) && (q.PersonID == "" || concerns(m, q.PersonID, q.Now)) &&
		(q.From.IsZero() || p.To.After(q.From)) && (q.To.IsZero() || p.From.Before(q.To)) &&
		(q.App == "" || q.App == m.App) && (q.Organizer == "" || q.Organizer == m.Organizer.PersonID) &&
		(q.ExternalID == "" || q.ExternalID == m.ExternalID) && (q.Status == "" || q.Status == m.Status) &&
		q.Titled(m.Title) && (q.Tag == "" || (tagged && (!exact || tag == value)))
}

func concerns(m schedule.Meeting, person string, now time.Time) bool {
	return m.Organizer.PersonID == person ||
		slices.ContainsFunc(m.Deputies, func(d schedule.Deputy) bool { return d.PersonID == person && (d.Until == nil || now.Before(*d.Until)) }) ||
		slices.ContainsFunc(m.Invitees, func(i schedule.Invitee) bool { return i.PersonID == person || i.ClaimedBy == person })
}

// Named implements schedule.Store.
func (m *Memory) Named(_ context.Context, by schedule.Naming) (schedule.Named, error) {
	named := schedule.Named{People: map[string]schedule.Person{}, Holders: map[string]string{}}
	for id, a := range m.Accounts {
		if slices.Contains(by.People, id) && a.OrgID == by.OrgID && !a.Closed {
			named.People[id] = a.Person
		}
		if address := access.FoldAddress(a.Email); a.Proved && !a.Closed && slices.Contains(by.Addresses, address) {
			if _, several := named.Holders[address]; several {
				id = ""
			}
			named.Holders[address] = id
		}
	}
	maps.DeleteFunc(named.Holders, func(_, id string) bool { return id == "" })
	return named, nil
}

// Unprojected implements schedule.Store.
func (m *Memory) Unprojected(_ context.Context, until time.Time, most int) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var ids []string
	for _, p := range slices.SortedFunc(maps.Values(m.plans), func(a, b schedule.Plan) int { return a.Until.Compare(b.Until) }) {
		if p.Meeting.Live() && p.Until.Before(until) && p.To.After(p.Until) && len(ids) < most {
			ids = append(ids, p.Meeting.ID)
		}
	}
	return ids, nil
}

// Project implements schedule.Store.
func (m *Memory) Project(_ context.Context, p schedule.Plan) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if have, ok := m.plans[p.Meeting.ID]; ok && have.Meeting.Version == p.Meeting.Version && have.Meeting.Live() {
		have.From, have.To, have.Until, have.Openings, have.Stamp = p.From, p.To, p.Until, p.Openings, p.Stamp
		have.Meeting.RemindsAt, have.Meeting.RemindsOf = p.Meeting.RemindsAt, p.Meeting.RemindsOf
		m.post(have.Meeting, nil)
		m.plans[p.Meeting.ID] = have
	}
	return nil
}

// feed is the address of somebody's calendar.
type feed struct {
	person string
	since  time.Time
	read   *time.Time
}

// SetFeed implements schedule.Store.
func (m *Memory) SetFeed(_ context.Context, personID string, tokenHash []byte, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.feeds == nil {
		m.feeds = map[string]feed{}
	}
	maps.DeleteFunc(m.feeds, func(_ string, f feed) bool { return f.person == personID })
	if tokenHash != nil {
		m.feeds[string(tokenHash)] = feed{person: personID, since: now}
	}
	return nil
}

// FeedFor implements schedule.Store.
func (m *Memory) FeedFor(_ context.Context, personID string) (schedule.FeedAddress, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range m.feeds {
		if f.person == personID {
			return m.address(f), nil
		}
	}
	return schedule.FeedAddress{}, fault.New(fault.CodeNotFound, "under nothing")
}

func (m *Memory) address(f feed) schedule.FeedAddress {
	return schedule.FeedAddress{PersonID: f.person, OrgID: m.Accounts[f.person].OrgID, Since: f.since, ReadAt: f.read}
}

// FeedRead implements schedule.Store.
func (m *Memory) FeedRead(_ context.Context, tokenHash []byte, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f, ok := m.feeds[string(tokenHash)]; ok && (f.read == nil || f.read.Before(at)) {
		f.read = &at
		m.feeds[string(tokenHash)] = f
	}
	return nil
}

// FeedOf implements schedule.Store.
func (m *Memory) FeedOf(_ context.Context, tokenHash []byte) (schedule.FeedAddress, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.feeds[string(tokenHash)]
	if a, ok := m.Accounts[f.person]; ok && !a.Closed {
		return m.address(f), nil
	}
	return schedule.FeedAddress{}, fault.New(fault.CodeNotFound, "nobody's")
}

// PersonalRoom implements schedule.Store.
func (m *Memory) PersonalRoom(_ context.Context, personID string) (schedule.Place, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rooms {
		if r.PersonID == personID {
			return schedule.Place{Mode: schedule.Personal, RoomID: r.ID, Slug: r.Slug}, nil
		}
	}
	return schedule.Place{Mode: schedule.Personal}, nil
}

// Plan is what follows from a meeting by now.
func (m *Memory) Plan(id string) schedule.Plan {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.plans[id]
}

// Room is a room that was made with a meeting, and whether it is closed.
func (m *Memory) Room(id string) (r access.NewRoom, closed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rooms[id], m.shut[id]
}

// Events are all that were told.
func (m *Memory) Events() []event.Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.said)
}
