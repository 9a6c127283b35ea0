package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"time"

	"parvis/access"
	"parvis/rooms"
	"parvis/schedule"
)

// Grants of meetings, and personal links. As with openings, what writes here is a step of a transaction of meetings.

type linkRow struct {
	ID        string
	TokenHash []byte
	RoomID    string
	Name      string
	CreatedAt moment
	RevokedAt *moment
}

func (linkRow) TableName() string { return "links" }

var selectLink = prepared("SELECT l.id, l.name, l.created_at FROM links l WHERE l.token_hash = ? AND l.revoked_at IS NULL AND " + linkCounts("?"))

// linkCounts is the condition that a link l gives something in a room. Nothing else makes it one of that room: the halves of a
// series that was parted share a link, wherever each takes place, and who is struck off has none.
func linkCounts(room string) string {
	return "EXISTS (SELECT 1 FROM grants lg WHERE lg.room_id = " + room + " AND lg.subject_kind = 'link' AND lg.subject_id = CAST(l.id AS text))"
}

// Link implements rooms.RoomStore. It is one look-up by key, past all caches: a link is revoked at once.
func (d *DB) Link(ctx context.Context, roomID string, tokenHash []byte) (access.Link, bool, error) {
	if len(tokenHash) != sha256.Size || !isKey(roomID) {
		return access.Link{}, false, nil
	}
	r := linkRow{TokenHash: tokenHash, RoomID: roomID}
	err := d.query(ctx, "find personal link", func(ctx context.Context, db *sql.DB) error {
		return db.QueryRowContext(ctx, selectLink.in(d.dialect), tokenHash, roomID).Scan(&r.ID, &r.Name, &r.CreatedAt)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return access.Link{}, false, nil
	}
	return r.link(), err == nil, err
}

func (r linkRow) link() access.Link {
	return access.Link{ID: r.ID, RoomID: r.RoomID, Name: r.Name, TokenHash: r.TokenHash, CreatedAt: r.CreatedAt.time(), RevokedAt: timeOf(r.RevokedAt)}
}

// CreateLinks keeps personal links.
func (d *DB) CreateLinks(ctx context.Context, links []access.Link) error {
	return d.write(ctx, "create personal links", func(t *tx) error {
		b := t.batch()
		b.links(links)
		return b.send()
	})
}

func (b *batch) links(links []access.Link) {
	rows := make([]linkRow, len(links))
	for i, l := range links {
		rows[i] = linkRow{l.ID, l.TokenHash, l.RoomID, l.Name, moment(l.CreatedAt), momentOf(l.RevokedAt)}
	}
	insert(b, rows)
}

// EndLink revokes a personal link; see endLink.
func (d *DB) EndLink(ctx context.Context, linkID string, now time.Time) (off rooms.StruckOff, err error) {
	err = d.write(ctx, "revoke personal link", func(t *tx) (err error) {
		off, err = t.endLink(linkID, now)
		return err
	})
	return off, err
}

// endLink revokes a personal link with what it gives, at all meetings that share it: nobody comes in by it any more, who came
// in by it leaves, hosts no longer read its name in the lobby, and the next mail to who had it brings a new one. Doing it
// twice, or to one that never was, is no error.
func (t *tx) endLink(linkID string, now time.Time) (rooms.StruckOff, error) {
	if !isKey(linkID) {
		return rooms.StruckOff{}, nil
	}
	ended, err := exec(t.DB, "UPDATE links SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", moment(now), linkID)
	if err != nil || ended == 0 {
		return rooms.StruckOff{}, err
	}
	if err := t.holdMeetingsOf(linkID); err != nil {
		return rooms.StruckOff{}, err
	}
	if _, err := exec(t.DB, "UPDATE invitees SET link_id = NULL, link_token = NULL WHERE link_id = ?", linkID); err != nil {
		return rooms.StruckOff{}, err
	}
	gone, err := t.heldByLink(linkID)
	if err != nil {
		return rooms.StruckOff{}, err
	}
	return t.strikeOff(gone, now)
}

// linksLeft are the links of those who are struck off, in order.
func linksLeft(before, after []schedule.Invitee) (left []string) {
	kept := make(map[string]bool, len(after))
	for _, i := range after {
		kept[i.LinkID] = true
	}
	for _, i := range before {
		if i.LinkID != "" && !kept[i.LinkID] {
			left = append(left, i.LinkID)
		}
	}
	slices.Sort(left)
	return left
}

// linksRenamed are the links of those who are called otherwise, with the name.
func linksRenamed(before, after []schedule.Invitee) map[string]string {
	was := make(map[string]string, len(before))
	for _, i := range before {
		was[i.LinkID] = i.Called()
	}
	names := map[string]string{}
	for _, i := range after {
		if name, had := was[i.LinkID]; had && i.LinkID != "" && name != i.Called() {
			names[i.LinkID] = i.Called()
		}
	}
	return names
}

func (t *tx) renameLinks(names map[string]string) error {
	for id, name := range names {
		if _, err := exec(t.DB, "UPDATE links SET name = ? WHERE id = ?", name, id); err != nil {
			return err
		}
	}
	return nil
}

// holdLinks has two halves of a series that strike somebody off at once see each other: the later of them ends the link.
func (t *tx) holdLinks(ids []string) error {
	return chunks(ids, func(part []string) error {
		_, err := all[string](t.DB, "SELECT id FROM links WHERE id IN ? ORDER BY id"+t.store.dialect.forUpdate, part)
		return err
	})
}

// endUnusedLinks revokes those of some links under which nobody is invited any more, by no half of a series that was parted.
// What they gave went with the grants.
func (t *tx) endUnusedLinks(ids []string, now time.Time) error {
	return chunks(ids, func(part []string) error {
		_, err := exec(t.DB, "UPDATE links SET revoked_at = ? WHERE id IN ? AND revoked_at IS NULL AND NOT EXISTS (SELECT 1 FROM invitees i WHERE i.link_id = links.id)", moment(now), part)
		return err
	})
}

// holdMeetingsOf has who changes one of the meetings that share a link wait: they write those invited anew, with the link
// that they have read.
func (t *tx) holdMeetingsOf(linkID string) error {
	if !isKey(linkID) {
		return nil
	}
	_, err := all[string](t.DB, "SELECT id FROM meetings WHERE id IN (SELECT meeting_id FROM invitees WHERE link_id = ?) ORDER BY id"+t.store.dialect.forUpdate, linkID)
	return err
}

// heldByLink is what a link gives, in rooms that it holds.
func (t *tx) heldByLink(linkID string) (held []access.Grant, err error) {
	const ofLink = " FROM grants WHERE subject_kind = 'link' AND subject_id = ? ORDER BY room_id"
	places, err := all[string](t.DB, "SELECT room_id"+ofLink, linkID)
	for _, room := range slices.Compact(places) {
		if err := t.holdRoom(room); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}
	rows, err := all[grantRow](t.DB, "SELECT "+grantColumns+ofLink+", id", linkID)
	for _, r := range rows {
		held = append(held, r.grant())
	}
	return held, err
}

// ReplaceGrants makes these the grants of a meeting; see replaceGrants.
func (d *DB) ReplaceGrants(ctx context.Context, source string, grants []access.Grant, now time.Time) (off rooms.StruckOff, err error) {
	err = d.write(ctx, "replace the grants of a meeting", func(t *tx) (err error) {
		off, err = t.replaceGrants(source, grants, now)
		return err
	})
	return off, err
}

// replaceGrants makes these the grants of a meeting, of those invited and of those who lead it. A grant that stays keeps its
// id, so that nobody who came in by it leaves; who is struck off leaves. What comes back is for rooms.Service.StruckOff,
// after the commit.
func (t *tx) replaceGrants(source string, grants []access.Grant, now time.Time) (rooms.StruckOff, error) {
	rows, err := all[grantRow](t.DB, "SELECT "+grantColumns+" FROM grants WHERE source_id = ? AND source_kind IN ('meeting', 'organizer', 'deputy') ORDER BY id"+
		t.store.dialect.forUpdate, source)
	if err != nil {
		return rooms.StruckOff{}, err
	}
	have := make(map[grantPlace]access.Grant, len(rows))
	for _, r := range rows {
		have[placeOf(r.grant())] = r.grant()
	}
	var fresh, changed []access.Grant
	for _, g := range grants {
		g.SourceID = source
		was, stays := have[placeOf(g)]
		delete(have, placeOf(g))
		switch g.ID = cmp.Or(was.ID, g.ID); {
		case !stays:
			fresh = append(fresh, g)
		case !was.Covers(g) || !g.Covers(was):
			changed = append(changed, g)
		}
	}
	var gone []access.Grant
	for _, r := range rows {
		if g, struck := have[placeOf(r.grant())]; struck {
			gone = append(gone, g)
		}
	}
	off, err := t.strikeOff(gone, now)
	if err != nil {
		return off, err
	}
	for _, g := range changed {
		if err := t.putGrant(g); err != nil {
			return off, err
		}
	}
	off.Changed = append(off.Changed, changed...)
	return off, t.createGrants(fresh)
}

// grantPlace is what a grant of a meeting is known by.
type grantPlace struct {
	room, kind string
	subject    access.Subject
}

func placeOf(g access.Grant) grantPlace { return grantPlace{g.RoomID, g.SourceKind, g.Subject} }

// strikeOff takes grants of meetings back. Who came in by one leaves; who led the room by one besides is for the caller to
// follow.
func (t *tx) strikeOff(gone []access.Grant, now time.Time) (off rooms.StruckOff, err error) {
	byRoom := map[string][]string{}
	var ids []string
	for _, g := range gone {
		byRoom[g.RoomID], ids = append(byRoom[g.RoomID], g.ID), append(ids, g.ID)
	}
	err = chunks(ids, func(part []string) error {
		if err := t.disarm(part, now); err != nil {
			return err
		}
		ended, err := t.endAdmissions("a.grant_id IN (?)", []any{part}, rooms.EndRevoked, now)
		off.Endings = append(off.Endings, ended...)
		return err
	})
	if err != nil {
		return off, err
	}
	for _, room := range slices.Sorted(maps.Keys(byRoom)) {
		if err := t.dropGrants(room, byRoom[room]); err != nil {
			return off, err
		}
		if err := t.unname(room, gone); err != nil {
			return off, err
		}
	}
	off.Changed = gone
	return off, nil
}

// unname tells the hosts of a room that who waits there with a link that gave one of these grants is not invited by it any more.
func (t *tx) unname(room string, gone []access.Grant) error {
	var links []string
	for _, g := range gone {
		if g.Subject.Kind == access.SubjectLink {
			links = append(links, g.Subject.ID)
		}
	}
	waiting := false
	err := chunks(links, func(part []string) error {
		found, err := all[string](t.DB, "SELECT id FROM lobby_tickets WHERE room_id = ? AND link_id IN ? LIMIT 1", room, part)
		waiting = waiting || len(found) > 0
		return err
	})
	if err != nil || !waiting {
		return err
	}
	return t.lobbyStep(room)
}

// disarm takes the role that they kept for the session from those who came in by these grants: see lead.
func (t *tx) disarm(grantIDs []string, now time.Time) error {
	rows, err := all[struct{ RoomID string }](t.DB, `SELECT DISTINCT a.room_id FROM admissions a JOIN adjustments d ON d.session_id = a.session_id
		AND d.who_kind = a.who_kind AND d.who_id = a.who_id WHERE a.grant_id IN ? AND a.state <> 'ended' AND d.role <> ''`, grantIDs)
	if err != nil || len(rows) == 0 {
		return err
	}
	for _, r := range rows {
		t.changed(ChangedRoom, r.RoomID)
	}
	_, err = exec(t.DB, `UPDATE adjustments SET role = '', updated_at = ? WHERE role <> '' AND EXISTS (SELECT 1 FROM admissions a WHERE a.grant_id IN ?
		AND a.state <> 'ended' AND a.session_id = adjustments.session_id AND a.who_kind = adjustments.who_kind AND a.who_id = adjustments.who_id)`,
		moment(now), grantIDs)
	return err
}

// lead has somebody whom a meeting makes host lead the session to its end: the call may run over, and a personal link is
// shown at the door alone. What hosts decided about them before counts.
func (t *tx) lead(in rooms.Entered, session string, now time.Time) error {
	a := in.Admission
	have := in.Threshold.Adjusted[a.Who()]
	if a.GrantID == "" || !a.Role.Host() || have.Role != "" {
		return nil
	}
	have.Role = a.Role
	if err := t.saveAdjustment(session, a.Who(), have, moment(now)); err != nil {
		return err
	}
	t.changed(ChangedRoom, a.RoomID)
	_, err := exec(t.DB, "UPDATE rooms SET guarded = ? WHERE id = ? AND guarded = ?", true, a.RoomID, false)
	return err
}
