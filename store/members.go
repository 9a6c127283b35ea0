package store

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"parvis/access"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

var _ rooms.MemberStore = (*DB)(nil)

// A room itself gives roles as source "room". One that was claimed beside another, because neither covers the other, is of
// source "invitation": the key knows one role of a subject for each source.
const (
	ofRoom       = access.SourceRoom
	ofInvitation = access.SourceInvitation
	givenByRoom  = "g.source_kind IN ('" + ofRoom + "', '" + ofInvitation + "')"
)

const (
	prefixedGrantColumns = "g.id, g.room_id, g.subject_kind, g.subject_id, g.role, g.sources, g.not_before, g.not_after, g.source_kind, g.source_id"
	rankColumn           = "CASE g.role WHEN 'owner' THEN 3 WHEN 'moderator' THEN 2 ELSE 1 END"
)

type memberRow struct {
	Grant     grantRow `gorm:"embedded"`
	Standing  int
	ExpiresAt *moment
}

// Members implements rooms.MemberStore.
func (d *DB) Members(ctx context.Context, q rooms.MemberQuery) (rooms.MemberPage, error) {
	size := pageSize(q.PageSize)
	query := "SELECT " + prefixedGrantColumns + ", " + rankColumn + ` AS standing, i.expires_at FROM grants g
		LEFT JOIN invitations i ON i.grant_id = g.id AND i.expires_at > ? WHERE g.room_id = ? AND ` + givenByRoom + " AND g.subject_kind <> 'link'"
	args := []any{moment(d.now()), q.RoomID}
	if !q.Pending {
		query += " AND g.subject_kind <> 'email'"
	}
	if q.Cursor != "" {
		standing, id, err := parseMemberCursor(q.Cursor)
		if err != nil {
			return rooms.MemberPage{}, err
		}
		query += " AND (" + rankColumn + " < ? OR (" + rankColumn + " = ? AND g.id > ?))"
		args = append(args, standing, standing, id)
	}
	var page rooms.MemberPage
	err := d.snapshot(ctx, "list members", func(g *gorm.DB) error {
		rows, err := all[memberRow](g, query+" ORDER BY standing DESC, g.id LIMIT ?", append(args, size+1)...)
		if err != nil {
			return err
		}
		page = rooms.MemberPage{}
		if len(rows) > size {
			rows = rows[:size]
			page.Next = memberCursor(rows[size-1])
		}
		page.Members = make([]rooms.Member, len(rows))
		for i, r := range rows {
			page.Members[i] = rooms.Member{Grant: r.Grant.grant(), InvitedUntil: timeOf(r.ExpiresAt)}
		}
		return nameMembers(g, page.Members, d.now())
	})
	if err != nil {
		return rooms.MemberPage{}, err
	}
	return page, nil
}

func memberCursor(last memberRow) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(last.Standing) + " " + last.Grant.ID))
}

func parseMemberCursor(text string) (standing int, id string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		var rank string
		rank, id, _ = strings.Cut(string(raw), " ")
		standing, err = strconv.Atoi(rank)
	}
	if err != nil || standing < 1 || standing > 3 || !isKey(id) {
		return 0, "", fault.New(fault.CodeInvalid, "this cursor is not one of ours").At("query.cursor", "use next of the page before")
	}
	return standing, id, nil
}

// nameMembers says who the subjects are. Nobody is called by an id alone: what is not there any more has no name.
func nameMembers(g *gorm.DB, members []rooms.Member, now time.Time) error {
	subjects := make([]access.Subject, len(members))
	for i, m := range members {
		subjects[i] = m.Subject
	}
	known, err := knownSubjects(g, subjects, now)
	if err != nil {
		return err
	}
	for i := range members {
		m := &members[i]
		if m.Pending() {
			m.Name, m.Email = m.Subject.ID, m.Subject.ID
		} else if s, ok := known[m.Subject]; ok {
			m.Name, m.Email = s.Name, s.Email
		}
	}
	return nil
}

// subjectQueries read what is known of subjects, each by keys.
var subjectQueries = map[access.SubjectKind]string{
	access.SubjectPerson:       "SELECT id, given_name, family_name, '' AS name, email, org_id, deactivated_at AS gone_at FROM people WHERE id IN ?",
	access.SubjectGroup:        "SELECT id, name, org_id FROM groups WHERE id IN ?",
	access.SubjectOrganization: "SELECT id, name, id AS org_id FROM organizations WHERE id IN ?",
	access.SubjectService:      "SELECT id, name, org_id, revoked_at AS gone_at, expires_at FROM service_accounts WHERE id IN ?",
}

// knownSubjects answers what is known of those subjects that exist and are not addresses.
func knownSubjects(g *gorm.DB, subjects []access.Subject, now time.Time) (map[access.Subject]rooms.Subject, error) {
	keys := map[access.SubjectKind][]string{}
	for _, s := range subjects {
		if isKey(s.ID) && !slices.Contains(keys[s.Kind], s.ID) {
			keys[s.Kind] = append(keys[s.Kind], s.ID)
		}
	}
	known := map[access.Subject]rooms.Subject{}
	for kind, query := range subjectQueries {
		err := chunks(keys[kind], func(part []string) error {
			rows, err := all[struct {
				ID, GivenName, FamilyName, Name, Email, OrgID string
				GoneAt, ExpiresAt                             *moment
			}](g, query, part)
			for _, r := range rows {
				person := personRow{GivenName: r.GivenName, FamilyName: r.FamilyName}.person()
				gone := r.GoneAt != nil || (r.ExpiresAt != nil && !now.Before(r.ExpiresAt.time()))
				known[access.Subject{Kind: kind, ID: r.ID}] = rooms.Subject{Name: r.Name + person.DisplayName(), Email: r.Email, OrgID: r.OrgID, Gone: gone}
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return known, nil
}

// UpdateMembers implements rooms.MemberStore.
func (d *DB) UpdateMembers(ctx context.Context, about rooms.MemberTarget, decide func(rooms.Roster) (rooms.RosterChange, error)) error {
	return d.write(ctx, "update members", func(t *tx) error {
		if err := t.holdRoom(about.RoomID); err != nil {
			return err
		}
		roster, err := t.roster(about)
		if err != nil {
			return err
		}
		change, err := decide(roster)
		if err != nil {
			return err
		}
		return t.writeRoster(about.RoomID, change)
	})
}

// holdRoom lets one transaction after the other change who has a role in a room.
func (t *tx) holdRoom(id string) error {
	if !isKey(id) {
		return noRoom(nil)
	}
	err := one(t.DB, new(string), "SELECT id FROM rooms WHERE id = ?"+t.store.dialect.forUpdate, id)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return noRoom(err)
	}
	return err
}

func (t *tx) roster(about rooms.MemberTarget) (r rooms.Roster, err error) {
	if r.Target, err = t.target(about); err != nil {
		return r, err
	}
	if len(about.Caller) > 0 {
		if r.Mine, err = t.grantsWhere(about.RoomID, subjectIs("g.", len(about.Caller)), subjectArgs(nil, about.Caller)...); err != nil {
			return r, err
		}
	}
	if r.Owners, err = t.owners(about.RoomID); err != nil {
		return r, err
	}
	subject := about.Subject
	if len(r.Target) > 0 {
		subject = r.Target[0].Subject
		if r.InvitedUntil, err = t.invitedUntil(r.Target[0].ID); err != nil {
			return r, err
		}
	}
	known, err := knownSubjects(t.DB, []access.Subject{subject}, t.store.now())
	if s, ok := known[subject]; ok {
		r.Known = &s
	}
	return r, err
}

// grantsWhere reads grants of a room in a stable order: the room's own before those that were claimed beside them.
func (t *tx) grantsWhere(roomID, condition string, args ...any) ([]access.Grant, error) {
	rows, err := all[grantRow](t.DB, "SELECT "+prefixedGrantColumns+" FROM grants g WHERE g.room_id = ? AND "+condition+
		" ORDER BY CASE g.source_kind WHEN '"+ofRoom+"' THEN 0 ELSE 1 END, g.id", append([]any{roomID}, args...)...)
	grants := make([]access.Grant, len(rows))
	for i, r := range rows {
		grants[i] = r.grant()
	}
	return grants, err
}

func (t *tx) target(about rooms.MemberTarget) ([]access.Grant, error) {
	if about.GrantID == "" {
		return t.heldBy(about.RoomID, about.Subject)
	}
	if !isKey(about.GrantID) {
		return nil, nil
	}
	return t.grantsWhere(about.RoomID, givenByRoom+" AND g.id = ?", about.GrantID)
}

// heldBy is what the room itself gave to somebody.
func (t *tx) heldBy(roomID string, s access.Subject) ([]access.Grant, error) {
	return t.grantsWhere(roomID, givenByRoom+" AND g.subject_kind = ? AND g.subject_id = ?", string(s.Kind), s.ID)
}

// owners are the grants of owners that the room itself gave, or its office, but for those whose account is closed: a meeting takes its own
// back.
func (t *tx) owners(roomID string) ([]access.Grant, error) {
	grants, err := t.grantsWhere(roomID, "("+givenByRoom+" OR g.source_kind = '"+ofOffice+"') AND g.role = ?", string(access.Owner))
	if err != nil {
		return nil, err
	}
	subjects := make([]access.Subject, len(grants))
	for i, g := range grants {
		subjects[i] = g.Subject
	}
	known, err := knownSubjects(t.DB, subjects, t.store.now())
	return slices.DeleteFunc(grants, func(g access.Grant) bool { return known[g.Subject].Gone }), err
}

func (t *tx) invitedUntil(grantID string) (*time.Time, error) {
	var row struct{ ExpiresAt *moment }
	err := one(t.DB, &row, "SELECT MAX(expires_at) AS expires_at FROM invitations WHERE grant_id = ? AND expires_at > ?", grantID, moment(t.store.now()))
	return timeOf(row.ExpiresAt), ignoreMissing(err)
}

func (t *tx) writeRoster(roomID string, change rooms.RosterChange) error {
	if err := t.dropGrants(roomID, change.Drop); err != nil {
		return err
	}
	if g := change.Put; g != nil {
		if err := t.putGrant(*g); err != nil {
			return err
		}
	}
	if i := change.Invite; i != nil && change.Put != nil {
		if err := t.dropInvitations(change.Put.ID); err != nil {
			return err
		}
		_, err := exec(t.DB, "INSERT INTO invitations (grant_id, token_hash, created_at, expires_at) VALUES (?, ?, ?, ?)", // after a parenthesis GORM takes bytes for a list
			change.Put.ID, i.TokenHash, moment(i.CreatedAt), moment(i.ExpiresAt))
		if err != nil {
			return err
		}
	}
	return t.happened(change.Events...)
}

// putGrant writes a grant, or what it says now of one that exists: role, dates and sources.
func (t *tx) putGrant(g access.Grant) error {
	row := rowOfGrant(g)
	rows, err := exec(t.DB, "UPDATE grants SET role = ?, sources = ?, not_before = ?, not_after = ? WHERE id = ? AND room_id = ?",
		row.Role, row.Sources, row.NotBefore, row.NotAfter, row.ID, row.RoomID)
	if err != nil {
		return err
	}
	if rows == 0 {
		return t.createGrants([]access.Grant{g})
	}
	t.changed(ChangedGrants, g.RoomID)
	return nil
}

func (t *tx) dropGrants(roomID string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	t.changed(ChangedGrants, roomID)
	return chunks(ids, func(part []string) error {
		if err := t.dropInvitations(part...); err != nil {
			return err
		}
		_, err := exec(t.DB, "DELETE FROM grants WHERE id IN ? AND room_id = ?", part, roomID)
		return err
	})
}

func (t *tx) dropInvitations(grantIDs ...string) error {
	_, err := exec(t.DB, "DELETE FROM invitations WHERE grant_id IN ?", grantIDs)
	return err
}

// memberEvent is an event of a room's members that nobody but the store sees happen.
func memberEvent(what event.Type, orgID, personID string, g access.Grant, at time.Time) event.Event {
	return event.Event{
		ID: newID(), Type: what, OrgID: orgID, Subject: "room:" + g.RoomID, Actor: "person:" + personID, At: at,
		Data: map[string]any{"grant": g.ID, "kind": string(g.Subject.Kind), "subject": g.Subject.ID, "role": string(g.Role)},
	}
}

// GrantsOf implements rooms.MemberStore.
func (d *DB) GrantsOf(ctx context.Context, roomID string, subject access.Subject) ([]access.Grant, error) {
	subjects := []access.Subject{subject}
	err := d.read(ctx, "subjects of a person", func(g *gorm.DB) error {
		if subject.Kind != access.SubjectPerson || !isKey(subject.ID) {
			return nil
		}
		rows, err := all[struct{ OrgID, GroupID optional }](g, `SELECT p.org_id, g.id AS group_id FROM people p
			LEFT JOIN group_members m ON m.person_id = p.id LEFT JOIN groups g ON g.id = m.group_id AND g.org_id = p.org_id WHERE p.id = ?`, subject.ID)
		for i, r := range rows {
			if i == 0 {
				subjects = append(subjects, access.Subject{Kind: access.SubjectOrganization, ID: string(r.OrgID)})
			}
			if r.GroupID != "" {
				subjects = append(subjects, access.Subject{Kind: access.SubjectGroup, ID: string(r.GroupID)})
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return d.Grants(ctx, roomID, subjects)
}
