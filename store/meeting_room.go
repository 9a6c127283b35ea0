package store

import (
	"context"
	"reflect"
	"slices"
	"time"

	"gorm.io/gorm"

	"parvis/access"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
	"parvis/schedule"
)

// PersonalRoom implements schedule.Store.
func (d *DB) PersonalRoom(ctx context.Context, personID string) (schedule.Place, error) {
	var row struct{ ID, Slug string }
	err := d.read(ctx, "personal room", func(g *gorm.DB) error {
		return one(g, &row, "SELECT id, slug FROM rooms WHERE personal_of = ? AND archived_at IS NULL", personID)
	})
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return schedule.Place{Mode: schedule.Personal, RoomID: row.ID, Slug: row.Slug}, err
}

// meetingRoom makes the room of a meeting, which the door finds planned; somebody's own room is theirs for good. Nobody has
// met the room yet, so that nobody has to forget what they knew of it.
func (b *batch) meetingRoom(p schedule.Plan) {
	n := *p.Room
	r := rooms.OfMeeting(n)
	r.Planned = slices.ContainsFunc(p.Openings, func(o access.Opening) bool { return o.Closes.After(p.At) })
	b.room(r)
	if n.PersonID == "" {
		return
	}
	b.exec("UPDATE rooms SET personal_of = ? WHERE id = ?", n.PersonID, n.ID)
	b.grants([]access.Grant{{
		ID: newID(), RoomID: n.ID, Subject: access.Subject{Kind: access.SubjectPerson, ID: n.PersonID}, Role: access.Owner,
		Sources: access.Everything(), SourceKind: access.SourceRoom, SourceID: n.ID,
	}})
}

// furnishOthers has the other parts of a series that was split say the settings that their common room has now, and tells of each
// that it changed: its version is another one.
func (t *tx) furnishOthers(before schedule.Meeting, p schedule.Plan) ([]event.Event, error) {
	if reflect.DeepEqual(before.Settings, p.Meeting.Settings) {
		return nil, nil
	}
	others, err := all[meetingRow](t.DB, "SELECT * FROM meetings WHERE room_id = ? AND id <> ? AND place_mode = ? AND status = ? ORDER BY id"+t.store.dialect.forUpdate,
		p.Furnish.ID, p.Meeting.ID, string(schedule.Dedicated), string(schedule.Confirmed))
	if err != nil {
		return nil, err
	}
	told := slices.IndexFunc(p.Events, func(e event.Event) bool { return e.Type == event.MeetingUpdated })
	var events []event.Event
	for _, other := range others {
		m, err := other.meeting()
		if err != nil {
			return nil, err
		}
		_, err = exec(t.DB, "UPDATE meetings SET settings = ?, defaults = ?, updated_at = ?, version = version + 1 WHERE id = ?",
			documentOf(docOfSettings(p.Meeting.Settings)), listOf(m.DefaultsWith(p.Meeting.Definition)), moment(p.At), m.ID)
		if err != nil {
			return nil, err
		}
		if told >= 0 {
			e := p.Events[told]
			e.ID, e.Subject, e.Data = newID(), "meeting:"+m.ID, map[string]any{"sequence": m.Sequence}
			events = append(events, e)
		}
	}
	return events, nil
}

// furnishMeetingRoom brings to a dedicated room what its meeting says of it now.
func (t *tx) furnishMeetingRoom(n access.NewRoom, at time.Time) error {
	row := rowOfRoom(rooms.OfMeeting(n))
	done, err := exec(t.DB, `UPDATE rooms SET name = ?, language = ?, forbidden = ?, opens_with_host = ?, mute_on_entry = ?, max_participants = ?, updated_at = ?, version = version + 1
		WHERE id = ? AND dedicated = ? AND (name <> ? OR language <> ? OR forbidden <> ? OR opens_with_host <> ? OR mute_on_entry <> ? OR max_participants <> ?)`,
		row.Name, row.Language, row.Forbidden, row.OpensWithHost, row.MuteOnEntry, row.MaxParticipants, moment(at), n.ID, true,
		row.Name, row.Language, row.Forbidden, row.OpensWithHost, row.MuteOnEntry, row.MaxParticipants)
	if err != nil {
		return err
	}
	longer, err := t.lengthenMeetingRoom(n, at)
	if done > 0 || longer {
		t.changed(ChangedRoom, n.ID)
	}
	return err
}

// lengthenMeetingRoom has sessions of a dedicated room last as long as its meeting needs by now.
func (t *tx) lengthenMeetingRoom(n access.NewRoom, at time.Time) (longer bool, err error) {
	if n.MaxMinutes == 0 {
		return false, nil
	}
	var limit int
	if err := one(t.DB, &limit, "SELECT max_minutes FROM rooms WHERE id = ?", n.ID); err != nil {
		return false, err
	}
	needs := schedule.MinutesFor(limit, n.MaxMinutes)
	if needs == limit {
		return false, nil
	}
	done, err := exec(t.DB, "UPDATE rooms SET max_minutes = ?, updated_at = ?, version = version + 1 WHERE id = ? AND dedicated = ?", needs, moment(at), n.ID, true)
	return done > 0, err
}

// closeMeetingRoom archives the room of a meeting that was cancelled, unless another meeting is still to take place in it: a series
// that was parted goes on in the same room.
func (t *tx) closeMeetingRoom(p schedule.Plan, off *rooms.StruckOff) error {
	m := p.Meeting
	var others int64
	err := t.Raw("SELECT COUNT(*) FROM meetings WHERE room_id = ? AND status = 'confirmed' AND id <> ? AND last_at > ?", m.Place.RoomID, m.ID, moment(p.At.Add(-schedule.MaxAround))).Scan(&others).Error
	if err != nil || others > 0 {
		return err
	}
	ended, err := t.archiveMeetingRoom(m.Place.RoomID, p.At)
	off.Endings = append(off.Endings, ended...)
	return err
}
