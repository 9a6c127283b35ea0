package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/rooms"
)

// selectBegun finds those in running sessions whose grant of a host has begun since: a deputy takes over while in the call.
var selectBegun = `SELECT DISTINCT s.room_id, a.who_kind, a.who_id
	FROM sessions s
	JOIN grants g ON g.room_id = s.room_id AND g.role IN ('owner', 'moderator') AND g.source_kind <> 'meeting' AND g.not_before > s.started_at AND g.not_before <= ?
		AND (g.not_after IS NULL OR g.not_after > ?)
	JOIN admissions a ON a.room_id = s.room_id AND a.session_id = s.id AND a.state = 'open' AND a.role <> 'owner' AND a.role <> g.role AND a.who_kind = 'person'
	WHERE s.ended_at IS NULL AND ` + grantsPerson("g") + `
		AND NOT EXISTS (SELECT 1 FROM adjustments d WHERE d.session_id = s.id AND d.who_kind = a.who_kind AND d.who_id = a.who_id AND d.role <> '')
	ORDER BY s.room_id, a.who_id`

// selectLapsed finds hosts in running sessions by the grants that ended since these began, which are few.
var selectLapsed = `SELECT DISTINCT s.room_id, a.who_kind, a.who_id
	FROM sessions s
	JOIN grants g ON g.room_id = s.room_id AND g.role IN ('owner', 'moderator') AND g.not_after > s.started_at AND g.not_after <= ?
	JOIN admissions a ON a.room_id = s.room_id AND a.session_id = s.id AND a.state = 'open' AND a.role IN ('owner', 'moderator') AND a.who_kind = 'person'
	WHERE s.ended_at IS NULL AND ` + grantsPerson("g") + `
		AND NOT EXISTS (SELECT 1 FROM adjustments d WHERE d.session_id = s.id AND d.who_kind = a.who_kind AND d.who_id = a.who_id AND d.role <> '')
		AND NOT EXISTS (SELECT 1 FROM grants v WHERE v.room_id = s.room_id AND v.role IN ('owner', 'moderator')
			AND (v.not_before IS NULL OR v.not_before <= ?) AND (v.not_after IS NULL OR v.not_after > ?) AND ` + metIn + ` AND `

// metIn is the condition of a grant, of a meeting, whose meeting was open in the session: that it runs over takes no role
// from anybody.
const metIn = `(v.source_kind NOT IN ('meeting', 'deputy') OR EXISTS (SELECT 1 FROM openings o WHERE o.room_id = v.room_id AND o.source = v.source_id
			AND o.opens <= ? AND o.closes > s.started_at))`

func grantsPerson(g string) string {
	return "(" + g + ".subject_kind = 'person' AND " + g + ".subject_id = a.who_id OR " + g + `.subject_kind = 'group' AND EXISTS (
			SELECT 1 FROM group_members m WHERE CAST(m.group_id AS text) = ` + g + ".subject_id AND m.person_id = a.person_id))"
}

// Lapsed implements rooms.PresenceStore.
func (d *DB) Lapsed(ctx context.Context, now time.Time) (found []rooms.Lapsed, err error) {
	err = d.read(ctx, "hosts whose grants have ended", func(g *gorm.DB) error {
		found = nil
		rows, err := all[struct{ RoomID, WhoKind, WhoID string }](g, selectLapsed+grantsPerson("v")+") ORDER BY s.room_id, a.who_id", moment(now), moment(now), moment(now), moment(now))
		if err != nil {
			return err
		}
		begun, err := all[struct{ RoomID, WhoKind, WhoID string }](g, selectBegun, moment(now), moment(now))
		for _, r := range append(rows, begun...) {
			found = append(found, rooms.Lapsed{RoomID: r.RoomID, Who: rooms.Who{Kind: auth.Kind(r.WhoKind), ID: r.WhoID}})
		}
		return err
	})
	return found, err
}
