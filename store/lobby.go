package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"parvis/access"
	"parvis/rooms"
)

var _ rooms.LobbyStore = (*DB)(nil)

// Locks are taken in one order: session, step of the lobby, tickets. Who changes what hosts see of a lobby takes its step
// first, which makes the changes of one room one after the other.

// lobbyStep counts a change of a room's lobby, which stays locked, and tells it.
func (t *tx) lobbyStep(roomID string) error {
	_, err := exec(t.DB, `INSERT INTO lobby_seq (room_id, seq) VALUES (?, 1)
		ON CONFLICT (room_id) DO UPDATE SET seq = lobby_seq.seq + 1`, roomID)
	t.changed(ChangedLobby, roomID)
	return err
}

// Lobby implements rooms.LobbyStore.
func (d *DB) Lobby(ctx context.Context, roomID string, now time.Time) (l rooms.Lobby, err error) {
	err = d.snapshot(ctx, "read lobby", func(g *gorm.DB) error {
		l, err = lobbyOf(g, roomID, now)
		return err
	})
	return l, err
}

// Lobbies implements rooms.LobbyStore.
func (d *DB) Lobbies(ctx context.Context, subjects []access.Subject, now time.Time) (lobbies []rooms.Lobby, err error) {
	if len(subjects) == 0 {
		return nil, nil
	}
	err = d.snapshot(ctx, "read lobbies", func(g *gorm.DB) error {
		lobbies = nil
		ids, err := all[struct{ RoomID string }](g, `SELECT DISTINCT g.room_id FROM grants g JOIN lobby_tickets k ON k.room_id = g.room_id
			WHERE `+subjectIs("g.", len(subjects))+` AND g.role IN ('owner', 'moderator') AND k.state = 'waiting' AND k.reason <> 'email' AND k.expires_at > ?
			ORDER BY g.room_id LIMIT 100`, append(subjectArgs(nil, subjects), moment(now))...)
		if err != nil {
			return err
		}
		for _, id := range ids {
			l, err := lobbyOf(g, id.RoomID, now)
			if err != nil {
				return err
			}
			lobbies = append(lobbies, l)
		}
		return nil
	})
	return lobbies, err
}

// lobbyOf reads a lobby in a snapshot.
func lobbyOf(g *gorm.DB, roomID string, now time.Time) (rooms.Lobby, error) {
	l := rooms.Lobby{RoomID: roomID}
	if !isKey(roomID) {
		return l, noRoom(nil)
	}
	var room struct {
		Slug, Name string
		Seq        int64
	}
	err := one(g, &room, "SELECT r.slug, r.name, COALESCE(s.seq, 0) AS seq FROM rooms r LEFT JOIN lobby_seq s ON s.room_id = r.id WHERE r.id = ?", roomID)
	if err != nil {
		return l, err
	}
	l.Slug, l.Name, l.Seq = room.Slug, room.Name, room.Seq
	tickets, err := all[ticketRow](g, "SELECT "+ticketColumns+` FROM lobby_tickets k WHERE k.room_id = ? AND k.expires_at > ?
		ORDER BY k.created_at, k.id`, roomID, moment(now))
	if err != nil {
		return l, err
	}
	forHost, tightens := false, false
	for _, row := range tickets {
		switch {
		case !waits(row):
			l.Decided = append(l.Decided, row.ticket())
		case row.Reason == string(rooms.WaitEmail):
			l.Proving = append(l.Proving, row.ticket())
		default:
			l.Waiting = append(l.Waiting, row.ticket())
			forHost = forHost || row.Reason == string(rooms.WaitHost)
			tightens = tightens || row.AsksOnly
		}
	}
	if forHost {
		var there int
		if err = one(g, &there, hostsInRoom, roomID); err != nil {
			return l, err
		}
		l.HostThere = there > 0
	}
	if tightens {
		err = one(g, &l.Company, `SELECT EXISTS (SELECT 1 FROM sessions s JOIN intervals i ON i.session_id = s.id AND i.ended_at IS NULL
			WHERE s.room_id = ? AND s.ended_at IS NULL)`, roomID)
		if err != nil {
			return l, err
		}
	}
	hosts, err := all[grantRow](g, "SELECT "+grantColumns+" FROM grants WHERE room_id = ? AND role IN ('owner', 'moderator') ORDER BY id", roomID)
	for _, row := range hosts {
		l.Hosts = append(l.Hosts, row.grant())
	}
	return l, err
}
