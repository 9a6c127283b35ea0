package store_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"
	"time"

	"parvis/access"
	"parvis/audit"
	"parvis/auth"
	"parvis/directory"
	"parvis/event"
	"parvis/privacy"
	"parvis/rooms"
	"parvis/store"
	"parvis/store/storetest"
)

// protected is a database in which something of every kind is kept of Odile, and of Bernard, whose data are his own.
type protected struct {
	url            string
	db             *store.DB
	odile, bernard directory.Person
	room, personal rooms.Room
	session        string
	meeting, past  string
	now            time.Time
	service        *privacy.Service
	meetings       *organizing
}

const (
	odilesName    = "Zuleika"
	odilesAddress = "zuleika.secret@finances.example"
	othersName    = "Bernardin"
)

func claimsOf(subject, given, address string) directory.Claims {
	return directory.Claims{
		Provider: "agentconnect", Issuer: "https://op.example", Subject: subject, GivenName: given, FamilyName: given + "-Nom", Email: address, OrganizationUnit: "Bureau " + given,
		Vouched: directory.VouchedByDomain,
	}
}

// organizing changes meetings in the place of package schedule.
type organizing struct {
	t         *testing.T
	url       string
	given     []string
	cancelled []string
	fails     error
}

func (o *organizing) Give(_ context.Context, _, _, meeting, to string) error {
	if o.fails != nil {
		return o.fails
	}
	o.given = append(o.given, meeting)
	write(o.t, o.url, nine(), "UPDATE meetings SET organizer_id = '"+to+"' WHERE id = '"+meeting+"'")
	return nil
}

func (o *organizing) Cancel(_ context.Context, _, _, meeting string) error {
	o.cancelled = append(o.cancelled, meeting)
	write(o.t, o.url, nine(), "UPDATE meetings SET status = 'cancelled', cancelled_at = $AT WHERE id = '"+meeting+"'")
	return nil
}

func protecting(t *testing.T, url string) *protected {
	t.Helper()
	w := &protected{url: url, db: open(t, store.Options{URL: url}), now: nine(), meetings: &organizing{t: t, url: url}}
	for _, p := range []struct {
		into          *directory.Person
		subject, name string
		address       string
	}{{&w.odile, "o", odilesName, odilesAddress}, {&w.bernard, "b", othersName, "bernardin@finances.example"}} {
		person, err := w.db.UpsertPerson(t.Context(), claimsOf(p.subject, p.name, p.address), auth.DefaultOrgID, w.now)
		if err != nil {
			t.Fatal(err)
		}
		*p.into = person
	}
	w.room, w.personal = storetest.Room("aaa-bbbb-ccc"), storetest.Room("ppp-eeee-rrr")
	w.personal.Name = odilesName
	w.create(t, w.room, storetest.Grant(w.room, w.odile.ID, access.Owner), storetest.Grant(w.room, w.bernard.ID, access.Moderator))
	w.create(t, w.personal, storetest.Grant(w.personal, w.odile.ID, access.Owner))
	for i, p := range []directory.Person{w.odile, w.bernard} {
		if err := w.db.CreateSignIn(t.Context(), storetest.SignedIn(fmt.Sprint("secret", i), p), ""); err != nil {
			t.Fatal(err)
		}
	}
	w.fill(t)
	_, key, err := ed25519.GenerateKey(strings.NewReader(strings.Repeat("k", 64)))
	if err != nil {
		t.Fatal(err)
	}
	w.service = w.with(w.db, key)
	return w
}

func (w *protected) with(wiping privacy.Wiping, key ed25519.PrivateKey) *privacy.Service {
	return privacy.New(privacy.Ports{
		People: w.db, Copies: w.db, Erasures: w.db, Wiping: wiping, Organizing: w.meetings, Holds: w.db, Hosts: w.db,
		Key: key, Vouch: trailKeys().Destruction, URL: "https://meet.example.org", Now: func() time.Time { return w.now },
	})
}

func trailKeys() audit.Keys {
	keys, err := audit.NewKeys(auditSecret, "")
	if err != nil {
		panic(err) // a secret derives keys
	}
	return keys
}

func (w *protected) create(t *testing.T, r rooms.Room, grants ...access.Grant) {
	t.Helper()
	made := event.Event{ID: storetest.NewID(), Type: event.RoomCreated, OrgID: r.OrgID, Subject: "room:" + r.ID, Actor: "person:" + w.odile.ID, At: w.now}
	if err := w.db.CreateRoom(t.Context(), r, grants, []event.Event{made}); err != nil {
		t.Fatal(err)
	}
}

// fill writes rows that no short way through the program makes.
func (w *protected) fill(t *testing.T) {
	t.Helper()
	w.session, w.meeting, w.past = storetest.NewID(), storetest.NewID(), storetest.NewID()
	group, account, key := storetest.NewID(), storetest.NewID(), storetest.NewID()
	run := func(statements ...string) {
		for _, s := range statements {
			blob := `'\x` + strings.ReplaceAll(storetest.NewID(), "-", "") + "'"
			if isSQLite(w.url) {
				blob = "x" + strings.Replace(blob, `\x`, "", 1)
			}
			r := strings.NewReplacer("$ORG", auth.DefaultOrgID, "$ROOM", w.room.ID, "$PERSONAL", w.personal.ID, "$SESSION", w.session, "$MEETING", w.meeting, "$PAST", w.past,
				"$GROUP", group, "$ACCOUNT", account, "$KEY", key, "$BLOB", blob)
			write(t, w.url, w.now.Add(-time.Hour), r.Replace(s))
		}
	}
	run("UPDATE rooms SET personal_of = '"+w.odile.ID+"' WHERE id = '$PERSONAL'",
		"INSERT INTO groups (id, org_id, name, created_at) VALUES ('$GROUP', '$ORG', 'Cabinet', $AT)",
		"INSERT INTO service_accounts (id, org_id, name, scopes, networks, acts_for, version, created_at) VALUES ('$ACCOUNT', '$ORG', 'Agenda', '[]', '[]', '[]', 1, $AT)",
		"INSERT INTO sessions (id, org_id, room_id, sid, started_at, locked_by) VALUES ('$SESSION', '$ORG', '$ROOM', '', $AT, '"+w.odile.DisplayName()+"')")
	for _, m := range []struct{ id, last string }{{w.meeting, "'2030-01-01T10:00:00.000000Z'"}, {w.past, "'2026-01-01T10:00:00.000000Z'"}} {
		run(`INSERT INTO meetings (id, org_id, uid, sequence, version, app, external_id, status, title, description, language, starts, zone, duration, rules, rdates, exdates, overrides,
			organizer_id, organizer_name, on_behalf_of, deputies, place_mode, room_id, entry, min_assurance, passcode_hash, opens_before, closes_after, settings, reminders, tags,
			first_at, last_at, projected_until, created_at, updated_at)
			VALUES ('` + m.id + `', '$ORG', 'uid-` + m.id + `', 0, 1, '', '', 'confirmed', 'Budget', '', 'fr', '2026-01-01T10:00:00', 'Europe/Paris', 3600, '[]', '[]', '[]', '[]',
			'` + w.odile.ID + `', '', '', '[{"person":"` + w.bernard.ID + `"}]', 'existing', '$ROOM', 'members', 0, '', 0, 0, '{}', '[]', '{}', '2026-01-01T10:00:00.000000Z', ` + m.last + `, $AT, $AT, $AT)`)
	}
	for i, p := range []struct {
		directory.Person
		secret string
	}{{w.odile, odilesName}, {w.bernard, othersName}} {
		ids := make(map[string]string)
		for _, name := range []string{"ADMISSION", "PARTICIPANT", "INVITEE", "CLAIMED", "PASTINVITEE", "LINK", "NOTICE"} {
			ids["$"+name] = storetest.NewID()
		}
		words := []string{"$NAME", p.secret, "$ADDRESS", p.Email, "$PERSON", p.ID, "$#", fmt.Sprint(i)}
		for k, v := range ids {
			words = append(words, k, v)
		}
		r := strings.NewReplacer(words...)
		for _, s := range aboutSomebody {
			run(r.Replace(s))
		}
	}
}

// aboutSomebody is a row of every kind.
var aboutSomebody = []string{
	"INSERT INTO group_members (group_id, person_id, added_at) VALUES ('$GROUP', '$PERSON', $AT)",
	"INSERT INTO service_access_tokens (hash, account_id, credential_id, person_id, scopes, created_at, expires_at) VALUES ($BLOB, '$ACCOUNT', '$KEY', '$PERSON', '[]', $AT, $AT)",
	"INSERT INTO idempotency_keys (principal, route, key, request_hash, status, header, body, created_at) VALUES ('person:$PERSON', 'r', 'k', $BLOB, 200, '{}', $BLOB, $AT)",
	`INSERT INTO admissions (id, org_id, room_id, session_id, who_kind, who_id, person_id, name, org_name, assurance, role, sources, state, reason, generation, created_at)
		VALUES ('$ADMISSION', '$ORG', '$ROOM', '$SESSION', 'person', '$PERSON', '$PERSON', '$NAME', 'Finances', 3, 'member', '[]', 'open', '', 1, $AT)`,
	"INSERT INTO hands (admission_id, room_id, raised_at) VALUES ('$ADMISSION', '$ROOM', $AT)",
	"INSERT INTO messages (id, room_id, session_id, admission_id, seq, name, text, at) VALUES ('$ADMISSION', '$ROOM', '$SESSION', '$ADMISSION', 10$#, '$NAME', 'je suis $NAME', $AT)",
	`INSERT INTO participants (id, session_id, who_kind, who_id, person_id, name, org_name, assurance, role, first_joined_at, email)
		VALUES ('$PARTICIPANT', '$SESSION', 'person', '$PERSON', '$PERSON', '$NAME', 'Finances', 3, 'member', $AT, '$ADDRESS')`,
	"INSERT INTO intervals (id, session_id, participant_id, admission_id, began_at, last_seen_at) VALUES ('$PARTICIPANT', '$SESSION', '$PARTICIPANT', '$ADMISSION', $AT, $AT)",
	"INSERT INTO acts (id, session_id, at, actor, actor_name, act, target, target_name, data) VALUES ('$ADMISSION', '$SESSION', $AT, 'person:$PERSON', '$NAME', 'lock', '', '', '{\"reason\": \"$NAME shouts\"}')",
	"INSERT INTO acts (id, session_id, at, actor, actor_name, act, target, target_name, data) VALUES ('$PARTICIPANT', '$SESSION', $AT, 'system:x', '', 'mute', 'person:$PERSON', '$NAME', '{}')",
	"INSERT INTO adjustments (session_id, who_kind, who_id, role, name, forbidden, held, updated_at) VALUES ('$SESSION', 'person', '$PERSON', '', '$NAME', '[]', '', $AT)",
	"INSERT INTO blocks (id, room_id, who_kind, who_id, name, blocked_by, blocked_by_name, blocked_at) VALUES ('$ADMISSION', '$ROOM', 'person', '$PERSON', '$NAME', 'person:$PERSON', '$NAME', $AT)",
	"INSERT INTO blocks (id, room_id, who_kind, who_id, name, blocked_by, blocked_by_name, blocked_at) VALUES ('$PARTICIPANT', '$ROOM', 'guest', 'g$#', 'Gaston', 'person:$PERSON', '$NAME', $AT)",
	`INSERT INTO lobby_tickets (id, room_id, sign_in_id, name, state, created_at, expires_at, who_kind, who_id, person_id, email)
		SELECT '$ADMISSION', '$ROOM', id, '$NAME', 'waiting', $AT, $AT, 'person', '$PERSON', '$PERSON', '$ADDRESS' FROM sign_ins WHERE person_id = '$PERSON'`,
	"INSERT INTO links (id, token_hash, room_id, name, created_at) VALUES ('$LINK', $BLOB, '$ROOM', '$NAME', $AT)",
	"INSERT INTO grants (id, room_id, subject_kind, subject_id, role, sources, source_kind, source_id) VALUES ('$LINK', '$ROOM', 'link', '$LINK', 'member', '[]', 'meeting', '$MEETING')",
	"INSERT INTO invitees (id, meeting_id, position, person_id, email, folded, name, role, required, rsvp, language) VALUES ('$INVITEE', '$MEETING', $#, '$PERSON', '', '', '$NAME', 'member', '1', 'accepted', 'fr')",
	"INSERT INTO invitees (id, meeting_id, position, person_id, email, folded, name, role, required, rsvp, language) VALUES ('$PASTINVITEE', '$PAST', $#, '$PERSON', '', '', '$NAME', 'member', '1', 'accepted', 'fr')",
	"INSERT INTO invitees (id, meeting_id, position, email, folded, name, role, required, rsvp, language, link_id) VALUES ('$CLAIMED', '$PAST', 1$#, '$ADDRESS', '$ADDRESS', '$NAME', 'member', '1', 'accepted', 'fr', '$LINK')",
	"INSERT INTO answers (invitee_id, meeting_id, occurrence, rsvp, comment, sequence, answered_at) VALUES ('$PASTINVITEE', '$PAST', '', 'accepted', '$NAME viendra', 0, $AT)",
	"INSERT INTO answers (invitee_id, meeting_id, occurrence, rsvp, comment, sequence, answered_at) VALUES ('$INVITEE', '$MEETING', '', 'accepted', '$NAME viendra', 0, $AT)",
	"INSERT INTO proposals (invitee_id, meeting_id, occurrence, starts, duration, comment, sequence, proposed_at) VALUES ('$PASTINVITEE', '$PAST', '', '2026-01-01T10:00:00', 3600, '$NAME préfère', 0, $AT)",
	"INSERT INTO notices (id, meeting_id, created_at, closed_at) VALUES ('$NOTICE', '$PAST', $AT, $AT)",
	"INSERT INTO reports (notice_id, invitee_id, occurrence) VALUES ('$NOTICE', '$PASTINVITEE', '')",
	"INSERT INTO agenda (person_id, meeting_id, first_at, last_at) VALUES ('$PERSON', '$MEETING', $AT, $AT)",
	"INSERT INTO feeds (person_id, token_hash, created_at) VALUES ('$PERSON', $BLOB, $AT)",
	`INSERT INTO letters (id, org_id, meeting_id, version, invitee_id, recipient, kind, sequence, occurrence, title, before_start, address, name, language, message_id, state, created_at)
		VALUES ('$INVITEE', '$ORG', '$MEETING', 1, '$INVITEE', 'person:$PERSON', 'request', 0, '', 'Budget', 0, '$ADDRESS', '$NAME', 'fr', 'm-$INVITEE', 'queued', $AT)`,
	`INSERT INTO letters (id, org_id, meeting_id, version, invitee_id, recipient, kind, sequence, occurrence, title, before_start, address, name, language, message_id, state, created_at, done_at)
		VALUES ('$CLAIMED', '$ORG', '$PAST', 1, '$CLAIMED', 'email:$ADDRESS', 'request', 0, '', 'Budget', 0, '$ADDRESS', '$NAME', 'fr', 'm-$CLAIMED', 'sent', $AT, $AT)`,
	`INSERT INTO operations (id, org_id, meeting_id, who, invitees, state, invited, changed, code, detail, created_at, ended_at)
		VALUES ('$INVITEE', '$ORG', '$MEETING', '{"kind":"person","id":"$PERSON","personId":"$PERSON","orgId":"$ORG"}', '["$NAME"]', 'done', 1, 0, '', '', $AT, $AT)`,
	"INSERT INTO person_keys (id, person_id, wrapped, created_at) VALUES ('$INVITEE', '$PERSON', $BLOB, $AT)",
}

// found names the columns in which a word stands anywhere in the database.
func (w *protected) found(t *testing.T, word string) (where []string) {
	t.Helper()
	seen := look(t, w.url)
	for _, table := range privacy.Tables() {
		for column := range table.Columns() {
			if column == "xid" || table.Name == "schema_migrations" {
				continue
			}
			count := fmt.Sprintf("SELECT COUNT(*) FROM %s WHERE lower(CAST(%s AS text)) LIKE '%%%s%%'", table.Name, column, strings.ToLower(word))
			if n := tell(t, seen, count); n != "0" {
				where = append(where, table.Name+"."+column+" ("+n+")")
			}
		}
	}
	return where
}
