package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"parvis/rooms"
)

// KeepQualities implements rooms.PresenceStore, with one statement for each quality that occurs.
func (d *DB) KeepQualities(ctx context.Context, heard []rooms.RelayQuality) error {
	of := map[rooms.Quality][]string{}
	for _, h := range heard {
		if isKey(h.RelayID) {
			of[h.Quality] = append(of[h.Quality], h.RelayID)
		}
	}
	if len(of) == 0 {
		return nil
	}
	return d.write(ctx, "keep qualities", func(t *tx) error {
		for _, quality := range slices.Sorted(maps.Keys(of)) {
			err := chunks(of[quality], func(ids []string) error {
				_, err := exec(t.DB, "UPDATE relays SET quality = ? WHERE id IN ? AND closed_at IS NULL AND quality <> ?", int(quality), ids, int(quality))
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// connectionsOf counts those in these sessions who have an open relay, by the worst quality that one of theirs has.
func connectionsOf(g *gorm.DB, sessions []string, now time.Time) (map[string]rooms.Connections, error) {
	counted := map[string]rooms.Connections{}
	if len(sessions) == 0 {
		return counted, nil
	}
	rows, err := all[struct {
		SessionID string
		Quality   int
		People    int
	}](g, `SELECT c.session_id, c.quality, COUNT(*) AS people FROM (
			SELECT i.session_id, i.participant_id, COALESCE(MIN(NULLIF(l.quality, 0)), 0) AS quality
			FROM intervals i JOIN relays l ON l.admission_id = i.admission_id AND l.closed_at IS NULL
				JOIN replicas p ON p.name = l.replica AND p.seen_at >= ?
			WHERE i.session_id IN ? AND i.ended_at IS NULL
			GROUP BY i.session_id, i.participant_id) c
		GROUP BY c.session_id, c.quality`, moment(now.Add(-rooms.RelayFresh)), sessions)
	for _, r := range rows {
		c := counted[r.SessionID]
		c.Add(rooms.Quality(r.Quality), r.People)
		counted[r.SessionID] = c
	}
	return counted, err
}
