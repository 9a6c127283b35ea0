package api_test

import (
	"context"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/rooms"
)

const (
	pastSession    = "0198a5c2-7d41-7a93-8e02-000000000001"
	runningSession = "0198a5c2-7d41-7a93-8e02-000000000002"
	expiredSession = "0198a5c2-7d41-7a93-8e02-000000000003"
	elsewhereSess  = "0198a5c2-7d41-7a93-8e02-000000000004" // of another room
)

// remember gives the room for members a history.
func (w *world) remember() {
	w.mu.Lock()
	defer w.mu.Unlock()
	hour := func(h int) *time.Time {
		t := w.now.Add(time.Duration(h) * time.Hour)
		return &t
	}
	id := w.rooms[secret].ID
	person := func(who auth.Identity, role access.Role, door rooms.Entrance, stays ...rooms.Stay) rooms.Attendee {
		return rooms.Attendee{
			Who: rooms.WhoIs(who), PersonID: who.PersonID, Name: who.Name, OrgName: who.OrgName, Assurance: who.Assurance, Role: role, Door: door, Stays: stays,
		}
	}
	guest := person(gaston, access.Member, rooms.EntranceLobby, rooms.Stay{From: *hour(-23), To: hour(-22)})
	guest.Name, guest.Email = "=HYPERLINK(\"https://evil.example\",\"Gaston\")", "gaston@example.org"
	w.history = map[string][]rooms.Attendance{
		id: {
			{
				Session: rooms.SessionRecord{ID: runningSession, StartedAt: *hour(-1), Participants: 1, Peak: 1},
				People:  []rooms.Attendee{person(camille, access.Owner, rooms.EntranceHost, rooms.Stay{From: *hour(-1)})},
			},
			{
				Session: rooms.SessionRecord{
					ID: pastSession, StartedAt: *hour(-24), EndedAt: hour(-22), EndReason: rooms.EndedByTime, Participants: 2, Peak: 2, ExpiresAt: hour(24 * 89),
				},
				People: []rooms.Attendee{
					person(camille, access.Owner, rooms.EntranceHost,
						rooms.Stay{From: *hour(-24), To: hour(-23)}, rooms.Stay{From: *hour(-23), To: hour(-22)}), // two relays, one after the other
					guest,
				},
				Acts: []rooms.Act{
					{At: *hour(-23), Actor: "person:camille", ActorName: "camille", Act: rooms.ActPermissions, Target: guest.Who, TargetName: "Gaston", Data: map[string]any{"forbidden": []any{"camera", "chat"}}},
					{At: *hour(-23), Actor: "person:camille", ActorName: "camille", Act: rooms.ActPermissions, Target: guest.Who, TargetName: "Gaston", Data: map[string]any{
						"forbidden": []any{"camera"}, "allowed": []any{"screen"}, "forbade": []any{"microphone"}, "permitted": []any{"chat", "screen"},
					}},
					{At: *hour(-22), Actor: "system:clock", Act: rooms.ActEnd, Data: map[string]any{}},
				},
			},
			{Session: rooms.SessionRecord{ID: expiredSession, StartedAt: *hour(-24 * 100), EndedAt: hour(-24*100 + 1), Participants: 30, Peak: 28, ExpiresAt: hour(-24 * 10)}},
		},
		w.rooms[budget].ID: {{Session: rooms.SessionRecord{ID: elsewhereSess, StartedAt: *hour(-1)}}},
	}
}

// rooms.HistoryStore: a cursor is the last id of the page before.

func (w *world) Sessions(_ context.Context, q rooms.SessionQuery) (rooms.SessionPage, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var page rooms.SessionPage
	seen := q.Cursor == ""
	for _, a := range w.history[q.RoomID] {
		if (q.ID != "" && a.Session.ID != q.ID) || (q.MeetingID != "" && a.Session.MeetingID != q.MeetingID) {
			continue
		}
		if len(page.Sessions) == q.PageSize {
			page.Next = page.Sessions[q.PageSize-1].ID
			break
		}
		if seen {
			page.Sessions = append(page.Sessions, a.Session)
		}
		seen = seen || a.Session.ID == q.Cursor
	}
	return page, nil
}

func (w *world) Attendance(_ context.Context, roomID, sessionID string) (rooms.Attendance, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range w.history[roomID] {
		if a.Session.ID == sessionID {
			return a, nil
		}
	}
	return rooms.Attendance{}, rooms.NoSessionRecord()
}
