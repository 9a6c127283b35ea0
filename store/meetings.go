package store

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/fault"
	"parvis/once"
	"parvis/rooms"
	"parvis/schedule"
)

var _ schedule.Store = (*DB)(nil)

func noMeeting(err error) error {
	return fault.New(fault.CodeMeetingNotFound, "there is no such meeting").Because(err)
}

// CreateMeeting implements schedule.Store.
func (d *DB) CreateMeeting(ctx context.Context, p schedule.Plan) error {
	return d.write(ctx, "create meeting", func(t *tx) error { return t.createMeeting(p) })
}

// createMeeting writes a plan, all of it in one batch. Nobody is in the meeting yet, so that nobody is struck off.
func (t *tx) createMeeting(p schedule.Plan) error {
	b := t.batch()
	if p.Room != nil {
		b.meetingRoom(p)
	} else if err := t.holdRoom(p.Meeting.Place.RoomID); err != nil {
		return err
	}
	insert(b, []meetingRow{rowOfMeeting(p)})
	b.people(p)
	b.answers(p.Meeting)
	b.openings(p.Openings)
	b.grants(p.Grants)
	if p.Room == nil {
		b.replan(p.Meeting.Place.RoomID, p.At)
		t.regranted(p.Grants)
	}
	b.happened(first("meeting:"+p.Meeting.ID, p.Events))
	b.letters(p.Meeting.Version, p.Letters)
	b.later(tasksOf(p.Letters, remindersOf(p.Meeting)...)...)
	b.made(once.Meeting, p.Meeting.ID)
	return b.send()
}

// rewritePlan writes what follows from a meeting that has changed. What comes back is for those who were struck off, after the
// commit.
func (t *tx) rewritePlan(p schedule.Plan) (off rooms.StruckOff, err error) {
	b := t.batch()
	b.made(once.Meeting, p.Meeting.ID)
	for _, table := range []string{"invitees", "agenda", "meeting_tags"} {
		b.exec("DELETE FROM "+table+" WHERE meeting_id = ?", p.Meeting.ID)
	}
	b.people(p)
	if err := b.send(); err != nil {
		return off, err
	}
	if err := t.replaceOpenings(p.Meeting.ID, p.Meeting.Place.RoomID, p.Openings, p.At); err != nil {
		return off, err
	}
	if off, err = t.replaceGrants(p.Meeting.ID, p.Grants, p.At); err != nil {
		return off, err
	}
	if err := t.endOperation(p.Operation); err != nil {
		return off, err
	}
	b = t.batch()
	b.happened(p.Events)
	b.letters(p.Meeting.Version, p.Letters)
	b.later(tasksOf(p.Letters, remindersOf(p.Meeting)...)...)
	if err := b.send(); err != nil || p.Also == nil {
		return off, err
	}
	return off, t.createMeeting(*p.Also)
}

// people writes whom a meeting is about and in whose agenda it stands, with its tags.
func (b *batch) people(p schedule.Plan) {
	b.links(p.Links)
	insert(b, rowsOfInvitees(p.Meeting))
	insert(b, rowsOfAgenda(p))
	insert(b, rowsOfTags(p.Meeting))
}

type agendaRow struct {
	PersonID  string
	MeetingID string
	FirstAt   moment
	LastAt    moment
}

func (agendaRow) TableName() string { return "agenda" }

func rowsOfAgenda(p schedule.Plan) []agendaRow {
	var rows []agendaRow
	for _, person := range agendaOf(p.Meeting) {
		rows = append(rows, agendaRow{person, p.Meeting.ID, moment(p.From), moment(p.To)})
	}
	return rows
}

type tagRow struct{ MeetingID, OrgID, Name, Value string }

func (tagRow) TableName() string { return "meeting_tags" }

func rowsOfTags(m schedule.Meeting) []tagRow {
	var rows []tagRow
	for name, value := range m.Tags {
		rows = append(rows, tagRow{m.ID, m.OrgID, name, value})
	}
	return rows
}

// Meeting implements schedule.Store.
func (d *DB) Meeting(ctx context.Context, id string) (schedule.Meeting, error) {
	if !isKey(id) {
		return schedule.Meeting{}, noMeeting(nil)
	}
	return d.oneMeeting(ctx, "m.id = ? AND m.purged_at IS NULL", id)
}

// MeetingNamed implements schedule.Store.
func (d *DB) MeetingNamed(ctx context.Context, orgID, app, externalID string) (schedule.Meeting, error) {
	if externalID == "" || !isText(externalID) {
		return schedule.Meeting{}, noMeeting(nil)
	}
	return d.oneMeeting(ctx, "m.org_id = ? AND m.app = ? AND m.external_id = ?", orgID, app, externalID)
}

func (d *DB) oneMeeting(ctx context.Context, where string, args ...any) (m schedule.Meeting, err error) {
	err = d.snapshot(ctx, "find meeting", func(g *gorm.DB) (err error) {
		m, err = meetingWhere(g, "", where, args...)
		return err
	})
	return m, err
}

// meetingWhere reads one meeting whole.
func meetingWhere(g *gorm.DB, forUpdate, where string, args ...any) (schedule.Meeting, error) {
	var row meetingRow
	err := one(g, &row, "SELECT m.* FROM meetings m WHERE "+where+forUpdate, args...)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return schedule.Meeting{}, noMeeting(err)
	}
	if err != nil {
		return schedule.Meeting{}, err
	}
	m, err := row.meeting()
	if err != nil {
		return m, err
	}
	rows, err := all[inviteeRow](g, "SELECT * FROM invitees WHERE meeting_id = ? ORDER BY position", row.ID)
	if err != nil {
		return m, err
	}
	delivered, err := deliveries(g, row.ID)
	if err != nil {
		return m, err
	}
	for _, r := range rows {
		i := r.invitee()
		i.Delivery = delivered[i.ID]
		m.Invitees = append(m.Invitees, i)
	}
	if err := addAnswers(g, m.Invitees, "meeting_id = ?", row.ID); err != nil {
		return m, err
	}
	list := []schedule.Meeting{m}
	return list[0], complete(g, list)
}

// complete adds to meetings what their rows do not hold: names of people and slugs of rooms.
func complete(g *gorm.DB, list []schedule.Meeting) error {
	var people, roomIDs []string
	for i := range list {
		roomIDs = append(roomIDs, list[i].Place.RoomID)
		list[i].EachPerson(func(id string, _ func(schedule.Person)) { people = append(people, id) })
	}
	known, err := peopleByID(g, people)
	if err != nil {
		return err
	}
	slugs, err := slugsOf(g, roomIDs)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Place.Slug = slugs[list[i].Place.RoomID]
		list[i].EachPerson(func(id string, take func(schedule.Person)) { take(known[id]) })
	}
	return nil
}

func slugsOf(g *gorm.DB, ids []string) (map[string]string, error) {
	found := map[string]string{}
	err := chunks(slices.Compact(slices.Sorted(slices.Values(ids))), func(some []string) error {
		rows, err := all[struct{ ID, Slug string }](g, "SELECT id, slug FROM rooms WHERE id IN ?", some)
		for _, r := range rows {
			found[r.ID] = r.Slug
		}
		return err
	})
	return found, err
}

// peopleByID reads people, those whose account is closed too: a meeting of last year had them.
func peopleByID(g *gorm.DB, ids []string) (map[string]schedule.Person, error) {
	found := map[string]schedule.Person{}
	ids = slices.DeleteFunc(ids, func(id string) bool { return !isKey(id) })
	err := chunks(slices.Compact(slices.Sorted(slices.Values(ids))), func(some []string) error {
		rows, err := all[personRow](g, "SELECT * FROM people WHERE id IN ?", some)
		for _, r := range rows {
			found[r.ID] = schedule.Person{Name: r.person().DisplayName(), Email: r.Email, Locale: r.Locale}
		}
		return err
	})
	return found, err
}

// Named implements schedule.Store.
func (d *DB) Named(ctx context.Context, by schedule.Naming) (schedule.Named, error) {
	named := schedule.Named{People: map[string]schedule.Person{}, Holders: map[string]string{}}
	var list []question
	if ids := slices.DeleteFunc(slices.Clone(by.People), func(id string) bool { return !isKey(id) }); len(ids) > 0 {
		q, err := d.peopleOf(by.OrgID, ids, named.People)
		if err != nil {
			return named, err
		}
		list = append(list, q)
	}
	if len(by.Addresses) > 0 {
		q, err := d.holdersOf(by.Addresses, by.Now, named.Holders)
		if err != nil {
			return named, err
		}
		list = append(list, q)
	}
	if len(list) == 0 {
		return named, nil
	}
	err := d.ask(ctx, "whom a meeting names", list...)
	maps.DeleteFunc(named.Holders, func(_, id string) bool { return id == "" })
	return named, err
}

func (d *DB) peopleOf(orgID string, ids []string, into map[string]schedule.Person) (question, error) {
	listed, err := d.dialect.listed(ids)
	return question{
		"SELECT CAST(p.id AS text), p.given_name, p.family_name, p.email, p.locale FROM people p WHERE p.org_id = ? AND p.deactivated_at IS NULL AND " + d.dialect.among("p.id", "uuid"),
		[]any{orgID, listed},
		func(scan func(...any) error) error {
			var r personRow
			err := scan(&r.ID, &r.GivenName, &r.FamilyName, &r.Email, &r.Locale)
			into[r.ID] = schedule.Person{Name: r.person().DisplayName(), Email: r.Email, Locale: r.Locale}
			return err
		},
	}, err
}

// UpdateMeeting implements schedule.Store. It holds the meeting, then whom it names, then the room: in this order, as all that write
// of meetings and grants.
func (d *DB) UpdateMeeting(ctx context.Context, id string, decide func(schedule.Meeting) (schedule.Plan, error)) (schedule.Meeting, error) {
	if !isKey(id) {
		return schedule.Meeting{}, noMeeting(nil)
	}
	var after schedule.Meeting
	var off rooms.StruckOff
	var by auth.Identity
	err := d.write(ctx, "update meeting", func(t *tx) error {
		before, err := meetingWhere(t.DB, t.store.dialect.forUpdateOf("m"), "m.id = ? AND m.purged_at IS NULL", id)
		if err != nil {
			return err
		}
		p, err := decide(before)
		if err != nil {
			return err
		}
		p.Meeting.ID, p.Meeting.OrgID, p.Meeting.UID, p.Meeting.CreatedAt = before.ID, before.OrgID, before.UID, before.CreatedAt
		p.Meeting.Version = before.Version + 1
		if p.Unseen {
			p.Meeting.Version = before.Version
		}
		after, by = p.Meeting, p.By
		off, err = t.updateMeeting(before, p)
		return err
	})
	if err != nil {
		return schedule.Meeting{}, err
	}
	if d.struckOff != nil {
		d.struckOff(ctx, by, off)
	}
	return after, nil
}

func (t *tx) updateMeeting(before schedule.Meeting, p schedule.Plan) (rooms.StruckOff, error) {
	none := rooms.StruckOff{}
	if err := t.holdMeetingsOf(p.Unlink); err != nil { // before the room, as those who change them do
		return none, err
	}
	left := linksLeft(before.Invitees, p.Meeting.Invitees)
	named := linksRenamed(before.Invitees, p.Meeting.Invitees)
	if err := t.holdLinks(slices.Sorted(slices.Values(slices.AppendSeq(slices.Clone(left), maps.Keys(named))))); err != nil {
		return none, err
	}
	if err := t.renameLinks(named); err != nil {
		return none, err
	}
	if err := t.holdPeople(agendaOf(p.Meeting)); err != nil {
		return none, err
	}
	if err := t.holdRoom(p.Meeting.Place.RoomID); err != nil {
		return none, err
	}
	if before.Place.RoomID != p.Meeting.Place.RoomID {
		if err := t.replaceOpenings(before.ID, before.Place.RoomID, nil, p.At); err != nil {
			return none, err
		}
	}
	row := rowOfMeeting(p)
	if err := t.Model(&meetingRow{}).Where("id = ?", row.ID).Select("*").Omit("ID", "OrgID", "UID", "CreatedAt").UpdateColumns(&row).Error; err != nil {
		return none, err
	}
	if p.Furnish != nil {
		if err := t.furnishMeetingRoom(*p.Furnish, p.At); err != nil {
			return none, err
		}
		others, err := t.furnishOthers(before, p)
		if err != nil {
			return none, err
		}
		p.Events = slices.Concat(p.Events, others)
	}
	if err := t.saveAnswers(before, p.Meeting); err != nil {
		return none, err
	}
	off, err := t.rewritePlan(p)
	if err == nil && p.Unlink != "" {
		var ended rooms.StruckOff
		ended, err = t.endLink(p.Unlink, p.At)
		off.Endings, off.Changed = append(off.Endings, ended.Endings...), append(off.Changed, ended.Changed...)
	}
	if err == nil {
		err = t.endUnusedLinks(left, p.At)
	}
	if err != nil || !p.Archive {
		return off, err
	}
	err = t.closeMeetingRoom(p, &off)
	return off, err
}

// holdPeople has people stay as rows that others refer to: what a meeting writes of them would have it wait for them with its room
// held, while who signs in is held and waits for the room.
func (t *tx) holdPeople(ids []string) error {
	if !t.store.dialect.postgres() {
		return nil
	}
	return chunks(ids, func(some []string) error {
		_, err := all[string](t.DB, "SELECT id FROM people WHERE id IN ? ORDER BY id"+t.store.dialect.forKeyShare, some)
		return err
	})
}

// Unprojected implements schedule.Store.
func (d *DB) Unprojected(ctx context.Context, until time.Time, most int) ([]string, error) {
	var ids []string
	err := d.read(ctx, "meetings to project", func(g *gorm.DB) (err error) {
		ids, err = all[string](g, "SELECT id FROM meetings WHERE status = 'confirmed' AND projected_until < ? AND last_at > projected_until ORDER BY projected_until LIMIT ?",
			moment(until), most)
		return err
	})
	return ids, err
}

// Project implements schedule.Store.
func (d *DB) Project(ctx context.Context, p schedule.Plan) error {
	return d.write(ctx, "project meeting", func(t *tx) error {
		if err := t.holdMeetings([]string{p.Meeting.ID}); err != nil { // before the room, as those who change it do
			return err
		}
		if err := t.holdRoom(p.Meeting.Place.RoomID); err != nil {
			return err
		}
		done, err := exec(t.DB, "UPDATE meetings SET first_at = ?, last_at = ?, projected_until = ?, reminds_at = ?, reminds_of = ?, zone_stamp = ? WHERE id = ? AND version = ? AND status = 'confirmed'",
			moment(p.From), moment(p.To), moment(p.Until), momentUnlessZero(p.Meeting.RemindsAt), remindedOf(p.Meeting.RemindsAt, p.Meeting.RemindsOf),
			p.Stamp, p.Meeting.ID, p.Meeting.Version)
		if err != nil || done == 0 {
			return err // whoever changed it has projected it
		}
		if _, err := exec(t.DB, "UPDATE agenda SET first_at = ?, last_at = ? WHERE meeting_id = ?", moment(p.From), moment(p.To), p.Meeting.ID); err != nil {
			return err
		}
		if err := t.replaceOpenings(p.Meeting.ID, p.Meeting.Place.RoomID, p.Openings, p.At); err != nil {
			return err
		}
		return t.later(remindersOf(p.Meeting)...)
	})
}

// OnStruckOff has tell called with what came of a change of who is invited, after its commit; by is who changed it.
func (d *DB) OnStruckOff(tell func(ctx context.Context, by auth.Identity, off rooms.StruckOff)) {
	d.struckOff = tell
}
