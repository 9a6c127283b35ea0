package store

import (
	"context"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

type blockRow struct {
	ID            string
	RoomID        string
	WhoKind       string
	WhoID         string
	Name          string
	BlockedBy     string
	BlockedByName string
	BlockedAt     moment
}

func (r blockRow) block() rooms.Block {
	return rooms.Block{
		ID: r.ID, RoomID: r.RoomID, Who: rooms.Who{Kind: auth.Kind(r.WhoKind), ID: r.WhoID}, Name: r.Name,
		BlockedBy: r.BlockedBy, BlockedByName: r.BlockedByName, BlockedAt: r.BlockedAt.time(),
	}
}

// Blocks implements rooms.HostStore.
func (d *DB) Blocks(ctx context.Context, roomID string) ([]rooms.Block, error) {
	var found []rooms.Block
	err := d.read(ctx, "blocks", func(g *gorm.DB) error {
		rows, err := all[blockRow](g, "SELECT * FROM blocks WHERE room_id = ? ORDER BY blocked_at DESC, id", roomID)
		for _, r := range rows {
			found = append(found, r.block())
		}
		return err
	})
	return found, err
}

func (t *tx) saveBlocks(blocks []rooms.Block) error {
	for _, b := range blocks {
		_, err := exec(t.DB, `INSERT INTO blocks (id, room_id, who_kind, who_id, name, blocked_by, blocked_by_name, blocked_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (room_id, who_kind, who_id) DO NOTHING`,
			b.ID, b.RoomID, string(b.Who.Kind), b.Who.ID, b.Name, b.BlockedBy, b.BlockedByName, moment(b.BlockedAt))
		if err != nil {
			return err
		}
	}
	return nil
}

// Unblock implements rooms.HostStore. The session is locked before its adjustments, as by those who decide in it.
func (d *DB) Unblock(ctx context.Context, roomID, blockID string, a rooms.Act, e event.Event) error {
	none := fault.New(fault.CodeBlockNotFound, "there is no such block in this room")
	if !isKey(blockID) {
		return none
	}
	return d.write(ctx, "unblock", func(t *tx) error {
		var session string
		err := one(t.DB, &session, "SELECT id FROM sessions WHERE room_id = ? AND ended_at IS NULL"+d.dialect.forUpdate, roomID)
		if ignoreMissing(err) != nil {
			return err
		}
		gone, err := all[blockRow](t.DB, "DELETE FROM blocks WHERE id = ? AND room_id = ? RETURNING *", blockID, roomID)
		if err != nil {
			return err
		}
		if len(gone) == 0 {
			return none
		}
		t.changed(ChangedRoom, roomID)
		if session != "" {
			if err := t.unblocked(session, gone[0].block(), a); err != nil {
				return err
			}
		}
		return t.happened(e)
	})
}

// unblocked lets who was removed with a block come in again too, and keeps that a host decided so.
func (t *tx) unblocked(session string, b rooms.Block, a rooms.Act) error {
	_, err := exec(t.DB, "UPDATE adjustments SET held = '' WHERE session_id = ? AND who_kind = ? AND who_id = ?", session, string(b.Who.Kind), b.Who.ID)
	if err != nil {
		return err
	}
	a.Target, a.TargetName = b.Who, b.Name
	return t.saveActs(session, []rooms.Act{a})
}
