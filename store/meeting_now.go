package store

import (
	"time"

	"parvis/access"
)

// dateRow is an opening with how long before its date it opens.
type dateRow struct {
	RoomID string
	Source string
	Opens  moment
	Closes moment
	Before time.Duration
}

// datesOfRooms are the openings of rooms that fulfil a condition, in order.
func (t *tx) datesOfRooms(condition string, args ...any) ([]dateRow, error) {
	dates, err := all[dateRow](t.DB, "SELECT room_id, source, opens, closes FROM openings WHERE "+condition+" ORDER BY opens, id", args...)
	if err != nil || len(dates) == 0 {
		return nil, err
	}
	sources := make([]string, len(dates))
	for i, d := range dates {
		sources[i] = d.Source
	}
	err = chunks(distinct(sources), func(part []string) error {
		meetings, err := all[struct {
			ID          string
			OpensBefore int64
		}](t.DB, "SELECT id, opens_before FROM meetings WHERE id IN ?", part)
		for _, m := range meetings {
			for i := range dates {
				if dates[i].Source == m.ID {
					dates[i].Before = time.Duration(m.OpensBefore) * time.Second
				}
			}
		}
		return err
	})
	return dates, err
}

// meetingOf is the meeting to which something belongs that began then, empty when a room was open for none.
func meetingOf(dates []dateRow, roomID string, at time.Time) string {
	var open []string
	var starts []time.Time
	for _, d := range dates {
		if d.RoomID == roomID && !at.Before(d.Opens.time()) && at.Before(d.Closes.time()) {
			open, starts = append(open, d.Source), append(starts, d.Opens.time().Add(d.Before))
		}
	}
	if i := access.Current(at, starts); i >= 0 {
		return open[i]
	}
	return ""
}

// meetingNow finds the meeting of a session that begins: the one for which the room is open, or else the one for which the
// room was made, of several parts of a series as access.Current says.
func (t *tx) meetingNow(roomID string, dedicated bool, at time.Time) (string, error) {
	dates, err := t.datesOfRooms("room_id = ? AND opens <= ? AND closes > ?", roomID, moment(at), moment(at))
	if err != nil {
		return "", err
	}
	if id := meetingOf(dates, roomID, at); id != "" || !dedicated {
		return id, nil
	}
	parts, err := all[struct {
		ID      string
		FirstAt moment
	}](t.DB, "SELECT id, first_at FROM meetings WHERE room_id = ? AND status = 'confirmed' AND place_mode = 'dedicated' ORDER BY first_at, id", roomID)
	if err != nil {
		return "", err
	}
	starts := make([]time.Time, len(parts))
	for i, p := range parts {
		starts[i] = p.FirstAt.time()
	}
	if i := access.Current(at, starts); i >= 0 {
		return parts[i].ID, nil
	}
	return "", nil
}
