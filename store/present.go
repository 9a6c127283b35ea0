package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"parvis/rooms"
)

type presenceRow struct {
	ID         string
	OrgID      string
	RoomID     string
	MediaName  string
	Sid        string
	StartedAt  moment
	EmptySince *moment
	TakenOutAt *moment

	RoomOrg         string
	TemplateID      optional
	UnitID          optional
	Governed        bool
	Untold          bool
	MaxMinutes      int
	CloseEmptyAfter int
}

type presenteeRow struct {
	SessionID   string
	AdmissionID string
	State       string
	Relays      int
	LastSeenAt  moment
	BeatAt      *moment
}

// Present implements rooms.PresenceStore. Somebody whose relay's replica went silent was last seen with its last
// heartbeat.
func (d *DB) Present(ctx context.Context, mediaName string, fresh time.Time) ([]rooms.Presence, error) {
	var sessions []presenceRow
	var people []presenteeRow
	err := d.snapshot(ctx, "present", func(g *gorm.DB) (err error) {
		if sessions, err = openSessions(g, mediaName); err != nil || len(sessions) == 0 {
			return err
		}
		people, err = presentees(g, sessions, mediaName != "", fresh)
		return err
	})
	if err != nil {
		return nil, err
	}
	found := make([]rooms.Presence, len(sessions))
	at := make(map[string]int, len(sessions))
	for i, s := range sessions {
		at[s.ID] = i
		room, err := d.ruled(ctx, rooms.Room{
			ID: s.RoomID, OrgID: s.RoomOrg, UnitID: string(s.UnitID), TemplateID: string(s.TemplateID), Governed: s.Governed, Limits: rooms.Limits{MaxMinutes: s.MaxMinutes, CloseEmptyAfter: s.CloseEmptyAfter},
		})
		if err != nil {
			return nil, err
		}
		found[i] = rooms.Presence{
			RoomID: s.RoomID, MediaName: s.MediaName, SessionID: s.ID, SessionOrg: s.OrgID, Sid: s.Sid,
			StartedAt: s.StartedAt.time(), EmptySince: timeOf(s.EmptySince), TakenOutAt: timeOf(s.TakenOutAt),
			Untold: s.Untold, Limits: room.Limits,
		}
	}
	for _, p := range people {
		if i, ok := at[p.SessionID]; ok {
			found[i].People = append(found[i].People, p.presentee())
		}
	}
	return found, nil
}

func (r presenteeRow) presentee() rooms.Presentee {
	last := r.LastSeenAt.time()
	if r.BeatAt != nil && r.BeatAt.time().After(last) {
		last = r.BeatAt.time()
	}
	return rooms.Presentee{AdmissionID: r.AdmissionID, Ended: r.State == string(rooms.Ended), Relays: r.Relays, LastSeen: last}
}

func openSessions(g *gorm.DB, mediaName string) ([]presenceRow, error) {
	query := `SELECT s.id, s.org_id, s.room_id, r.media_name, s.sid, s.started_at, s.empty_since, r.org_id AS room_org, r.template_id, r.unit_id, r.governed, s.untold, r.max_minutes,
		r.close_empty_after, (SELECT MAX(d.updated_at) FROM adjustments d WHERE d.session_id = s.id AND d.held <> '') AS taken_out_at
		FROM sessions s JOIN rooms r ON r.id = s.room_id WHERE s.ended_at IS NULL`
	if mediaName != "" {
		return all[presenceRow](g, query+" AND r.media_name = ?", mediaName)
	}
	return all[presenceRow](g, query+" ORDER BY s.id")
}

func presentees(g *gorm.DB, sessions []presenceRow, narrow bool, fresh time.Time) ([]presenteeRow, error) {
	query := `SELECT i.session_id, i.admission_id, a.state, i.last_seen_at, MAX(p.seen_at) AS beat_at,
			COUNT(CASE WHEN p.seen_at >= ? THEN 1 END) AS relays
		FROM intervals i JOIN admissions a ON a.id = i.admission_id
		LEFT JOIN relays l ON l.admission_id = i.admission_id AND l.closed_at IS NULL
		LEFT JOIN replicas p ON p.name = l.replica
		WHERE i.ended_at IS NULL`
	args := []any{moment(fresh)}
	if narrow {
		query += " AND i.session_id = ?"
		args = append(args, sessions[0].ID)
	}
	query += " GROUP BY i.session_id, i.admission_id, a.state, i.last_seen_at ORDER BY i.admission_id"
	return all[presenteeRow](g, query, args...)
}
