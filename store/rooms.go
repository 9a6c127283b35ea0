package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/once"
	"parvis/rooms"
)

var _ rooms.RoomStore = (*DB)(nil)

type roomRow struct {
	ID           string
	OrgID        string
	Slug         string
	MediaName    string
	Name         string
	Description  string
	Language     string
	Tags         document[[]string]
	Entry        string
	MinAssurance int
	Version      int64
	CreatedAt    moment
	UpdatedAt    moment
	ArchivedAt   *moment

	Forbidden       document[access.Abilities]
	PhoneEntry      string
	OpensWithHost   bool
	MuteOnEntry     bool
	MaxParticipants int
	MaxMinutes      int
	CloseEmptyAfter int
	AttendanceDays  int
	LinkExpiresAt   *moment
	Guarded         bool
	Planned         bool
	Dedicated       bool
	TemplateID      optional
	ExternalID      optional
	OfficeID        optional
	UnitID          optional
	Governed        bool
}

func (roomRow) TableName() string { return "rooms" }

func rowOfRoom(r rooms.Room) roomRow {
	return roomRow{
		ID: r.ID, OrgID: r.OrgID, Slug: r.Slug, MediaName: r.MediaName, Name: r.Name, Description: r.Description,
		Language: r.Language, Tags: listOf(r.Tags), Entry: string(r.Entry), MinAssurance: int(r.MinAssurance),
		Version: r.Version, CreatedAt: moment(r.CreatedAt), UpdatedAt: moment(r.UpdatedAt), ArchivedAt: momentOf(r.ArchivedAt),
		Forbidden: abilitiesOf(r.Forbidden), PhoneEntry: string(r.PhoneEntry),
		OpensWithHost: r.Limits.OpensWithHost, MuteOnEntry: r.Limits.MuteOnEntry, MaxParticipants: r.Limits.MaxParticipants, MaxMinutes: r.Limits.MaxMinutes,
		CloseEmptyAfter: r.Limits.CloseEmptyAfter, AttendanceDays: r.Limits.AttendanceDays, LinkExpiresAt: momentOf(r.Limits.LinkExpiresAt),
		Guarded: r.Guarded, Planned: r.Planned, Dedicated: r.Dedicated, TemplateID: optional(r.TemplateID), ExternalID: optional(r.ExternalID), OfficeID: optional(r.OfficeID),
		UnitID: optional(r.UnitID), Governed: r.Governed,
	}
}

func (r roomRow) room() rooms.Room {
	return rooms.Room{
		ID: r.ID, OrgID: r.OrgID, Slug: r.Slug, MediaName: r.MediaName, Name: r.Name, Description: r.Description,
		Language: r.Language, Tags: r.Tags.v, Entry: access.Entry(r.Entry), MinAssurance: auth.Assurance(r.MinAssurance),
		Version: r.Version, CreatedAt: r.CreatedAt.time(), UpdatedAt: r.UpdatedAt.time(), ArchivedAt: timeOf(r.ArchivedAt),
		Forbidden: r.Forbidden.v, PhoneEntry: access.Entry(r.PhoneEntry), Guarded: r.Guarded, Planned: r.Planned,
		Dedicated: r.Dedicated, TemplateID: string(r.TemplateID), ExternalID: string(r.ExternalID), OfficeID: string(r.OfficeID), UnitID: string(r.UnitID), Governed: r.Governed,
		Limits: rooms.Limits{
			OpensWithHost: r.OpensWithHost, MuteOnEntry: r.MuteOnEntry, MaxParticipants: r.MaxParticipants, MaxMinutes: r.MaxMinutes,
			CloseEmptyAfter: r.CloseEmptyAfter, AttendanceDays: r.AttendanceDays, LinkExpiresAt: timeOf(r.LinkExpiresAt),
		},
	}
}

// roomColumns and scan go together: the hot look-ups name what they read.
const roomColumns = `r.id, r.org_id, r.slug, r.media_name, r.name, r.description, r.language, r.tags, r.entry,
	r.min_assurance, r.version, r.created_at, r.updated_at, r.archived_at, r.forbidden, r.phone_entry, r.opens_with_host,
	r.max_participants, r.max_minutes, r.close_empty_after, r.attendance_days, r.link_expires_at, r.guarded,
	r.planned, r.dedicated, r.template_id, r.external_id, r.office_id, r.unit_id, r.governed, r.mute_on_entry`

func (r *roomRow) fields() []any {
	return []any{&r.ID, &r.OrgID, &r.Slug, &r.MediaName, &r.Name, &r.Description, &r.Language, &r.Tags, &r.Entry,
		&r.MinAssurance, &r.Version, &r.CreatedAt, &r.UpdatedAt, &r.ArchivedAt, &r.Forbidden, &r.PhoneEntry, &r.OpensWithHost,
		&r.MaxParticipants, &r.MaxMinutes, &r.CloseEmptyAfter, &r.AttendanceDays, &r.LinkExpiresAt, &r.Guarded,
		&r.Planned, &r.Dedicated, &r.TemplateID, &r.ExternalID, &r.OfficeID, &r.UnitID, &r.Governed, &r.MuteOnEntry}
}

func noRoom(err error) error {
	return fault.New(fault.CodeRoomNotFound, "there is no room with this link").Because(err)
}

// CreateRoom implements rooms.RoomStore.
func (d *DB) CreateRoom(ctx context.Context, r rooms.Room, grants []access.Grant, events []event.Event) error {
	return d.write(ctx, "create room", func(t *tx) error {
		if err := t.unnamed(r); err != nil {
			return err
		}
		t.regranted(grants)
		b := t.batch()
		b.room(r)
		b.grants(grants)
		b.happened(events)
		b.made(once.Room, r.Slug)
		return b.send()
	})
}

// unnamed refuses a room whose external name another one of the organization has. Where two come at once the index refuses the
// second, and whoever tries again is told here.
func (t *tx) unnamed(r rooms.Room) error {
	if r.ExternalID == "" {
		return nil
	}
	var same struct{ Slug string }
	err := one(t.DB, &same, "SELECT slug FROM rooms WHERE org_id = ? AND external_id = ?", r.OrgID, r.ExternalID)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return fault.New(fault.CodeExternalIDTaken, "a room of the organization has this externalId").At("body.externalId", "another, or change the room that has it")
}

func (b *batch) room(r rooms.Room) {
	insert(b, []roomRow{rowOfRoom(r)})
	b.exec("INSERT INTO room_use (room_id, org_id, active_at) VALUES (?, ?, ?)", r.ID, r.OrgID, moment(r.CreatedAt))
}

var selectRoom = prepared("SELECT " + roomColumns + " FROM rooms r WHERE r.slug = ?")

// Room implements rooms.RoomStore. That a slug is unknown is not remembered: it may be made the next moment.
func (d *DB) Room(ctx context.Context, slug string) (rooms.Room, error) {
	if r, ok := d.caches.rooms.get(slug); ok {
		r.Tags = slices.Clone(r.Tags)
		return d.ruled(ctx, r)
	}
	mark := d.caches.ledger.mark()
	var row roomRow
	err := d.query(ctx, "find room", func(ctx context.Context, db *sql.DB) error {
		err := db.QueryRowContext(ctx, selectRoom.in(d.dialect), slug).Scan(row.fields()...)
		if errors.Is(err, sql.ErrNoRows) {
			return noRoom(err)
		}
		return err
	})
	if err != nil {
		return rooms.Room{}, err
	}
	r := row.room()
	d.caches.rooms.put(slug, r, tagOf(ChangedRoom, r.ID), mark)
	r.Tags = slices.Clone(r.Tags)
	return d.ruled(ctx, r)
}

// UpdateRoom implements rooms.RoomStore. Link, SFU name, external name, organization, creation and what the door has to look at stay whatever
// change does to them. What is kept is what change leaves, whatever rules say; what is answered is under them.
func (d *DB) UpdateRoom(ctx context.Context, id string, change func(*rooms.Room) ([]event.Event, error)) (rooms.Room, error) {
	if !isKey(id) {
		return rooms.Room{}, noRoom(nil)
	}
	var after rooms.Room
	err := d.write(ctx, "update room", func(t *tx) error {
		var row roomRow
		if err := one(t.DB, &row, "SELECT "+roomColumns+" FROM rooms r WHERE r.id = ?"+d.dialect.forUpdate, id); errors.Is(err, gorm.ErrRecordNotFound) {
			return noRoom(err)
		} else if err != nil {
			return err
		}
		before := row.room()
		after = row.room()
		events, err := change(&after)
		if err != nil {
			return err
		}
		after.ID, after.OrgID, after.Slug, after.MediaName, after.CreatedAt = before.ID, before.OrgID, before.Slug, before.MediaName, before.CreatedAt
		after.Guarded, after.Planned, after.Dedicated, after.TemplateID, after.ExternalID, after.OfficeID = before.Guarded, before.Planned, before.Dedicated, before.TemplateID, before.ExternalID, before.OfficeID
		after.UnitID, after.Governed = before.UnitID, before.Governed
		after.Version = before.Version + 1
		row = rowOfRoom(after)
		// Named columns: Updates with a struct would skip what became empty.
		err = t.Model(&roomRow{}).Where("id = ?", id).
			Select("Name", "Description", "Language", "Tags", "Entry", "MinAssurance", "Version", "UpdatedAt", "ArchivedAt", "Forbidden", "PhoneEntry",
				"OpensWithHost", "MuteOnEntry", "MaxParticipants", "MaxMinutes", "CloseEmptyAfter", "AttendanceDays", "LinkExpiresAt").
			UpdateColumns(&row).Error
		if err != nil {
			return err
		}
		if after, err = d.ruledNow(t.DB, row.room()); err != nil {
			return err
		}
		t.changed(ChangedRoom, id)
		return t.happened(events...)
	})
	if err != nil {
		return rooms.Room{}, err
	}
	return after, nil
}

// LastUsed implements rooms.RoomStore.
func (d *DB) LastUsed(ctx context.Context, roomID string) (*time.Time, error) {
	var row struct{ LastUsedAt *moment }
	err := d.read(ctx, "last use of a room", func(g *gorm.DB) error {
		return one(g, &row, "SELECT last_used_at FROM room_use WHERE room_id = ?", roomID)
	})
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return timeOf(row.LastUsedAt), err
}

// use notes that a room is in use; lists are ordered by it.
func (t *tx) use(roomID string, at time.Time) error {
	_, err := exec(t.DB, "UPDATE room_use SET last_used_at = ?, active_at = ? WHERE room_id = ? AND active_at <= ?",
		moment(at), moment(at), roomID, moment(at))
	return err
}
