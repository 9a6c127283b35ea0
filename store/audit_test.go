package store_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/access"
	"parvis/audit"
	"parvis/auth"
	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/privacy"
	"parvis/rooms"
	"parvis/store"
	"parvis/store/storetest"
)

const auditSecret = "a secret of the audit in the tests"

// auditors is a database with a trail that a sealer and an auditor work on.
type auditors struct {
	*store.DB
	url    string
	beside *sql.DB
	now    time.Time
	sealer *audit.Sealer
	*audit.Service
}

func auditing(t *testing.T, url string) *auditors {
	t.Helper()
	keys, err := audit.NewKeys(auditSecret, "")
	if err != nil {
		t.Fatal(err)
	}
	a := &auditors{DB: open(t, store.Options{URL: url}), url: url, beside: look(t, url), now: storetest.Nine}
	now := func() time.Time { return a.now }
	a.sealer = &audit.Sealer{
		Trail: a.DB, Leases: a.DB, Keys: keys, Holder: "one", Keep: 365 * 24 * time.Hour, Now: now, Logger: slog.New(slog.DiscardHandler),
	}
	a.Service = audit.New(audit.Ports{Archive: a.DB, Orgs: a.DB, Recorder: a.DB, Keys: keys, Now: now, Logger: slog.New(slog.DiscardHandler)})
	return a
}

func (a *auditors) person(t *testing.T, name string) directory.Person {
	t.Helper()
	p, err := a.UpsertPerson(t.Context(), directory.Claims{Issuer: "i", Subject: name, GivenName: name, Email: name + "@example.org"}, auth.DefaultOrgID, a.now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// acts writes entries of somebody from a network, and seals them as one batch.
func (a *auditors) acts(t *testing.T, p directory.Person, subjects ...string) {
	t.Helper()
	var entries []audit.Entry
	for _, s := range subjects {
		entries = append(entries, audit.Entry{
			At: a.now, OrgID: p.OrgID, Action: "room.updated", Actor: "person:" + p.ID, Subject: s, RequestID: "R", Network: "192.0.2.0/24", Data: json.RawMessage(`{"n":1}`),
		})
	}
	if err := a.Record(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	a.seal(t)
}

func (a *auditors) seal(t *testing.T) {
	t.Helper()
	a.now = a.now.Add(time.Second)
	if err := a.sealer.Turn(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (a *auditors) report(t *testing.T, anchors ...audit.Anchor) audit.Report {
	t.Helper()
	r, err := a.Verify(t.Context(), audit.Trust{Anchors: anchors, Kept: a.sealer.Keep})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func found(r audit.Report) string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, fmt.Sprintf("%s %d/%d", f.Fault, f.Batch, f.Position))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// bySQL does what an administrator of the database can do; constraints are no protection from whoever owns the tables.
func (a *auditors) bySQL(t *testing.T, statements ...string) {
	t.Helper()
	ctx := t.Context()
	conn, err := a.beside.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	off, on := "SET session_replication_role = replica", "SET session_replication_role = DEFAULT"
	if isSQLite(a.url) {
		off, on = "PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"
	}
	for _, s := range append(append([]string{off}, statements...), on) {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			t.Fatalf("%v in %s", err, s)
		}
	}
}

func TestWhatIsDoneToTheTrailBySQLIsFound(t *testing.T) {
	const row = "(SELECT id FROM audit_trail WHERE batch_id = 2 AND position = %d)"
	first, second := fmt.Sprintf(row, 0), fmt.Sprintf(row, 1)
	cases := map[string]struct {
		sql  []string
		want string
	}{
		"nothing":              {nil, ""},
		"a subject is edited":  {[]string{"UPDATE audit_trail SET subject = 'room:other' WHERE batch_id = 2 AND position = 0"}, "row-changed 2/0"},
		"an actor is edited":   {[]string{"UPDATE audit_trail SET actor = 'person:other' WHERE batch_id = 1 AND position = 0"}, "row-changed 1/0"},
		"a result is edited":   {[]string{"UPDATE audit_trail SET result = 'refused' WHERE batch_id = 1 AND position = 0"}, "row-changed 1/0"},
		"data is edited":       {[]string{`UPDATE audit_trail SET data = '{"n": 2}' WHERE batch_id = 1 AND position = 0`}, "row-changed 1/0"},
		"a row is removed":     {[]string{"DELETE FROM audit_trail WHERE batch_id = 2 AND position = 1"}, "row-removed 2/1"},
		"a batch is emptied":   {[]string{"DELETE FROM audit_trail WHERE batch_id = 3"}, "row-removed 3/0"},
		"a row is inserted":    {[]string{"INSERT INTO audit_trail SELECT " + insertedRow + " FROM audit_trail WHERE batch_id = 1"}, "row-inserted 1/7"},
		"a row of no batch":    {[]string{"INSERT INTO audit_trail SELECT " + strings.Replace(insertedRow, "batch_id, 7", "99, 0", 1) + " FROM audit_trail WHERE batch_id = 1"}, "row-inserted 99/0"},
		"two rows are swapped": {[]string{"UPDATE audit_trail SET position = 9 WHERE batch_id = 2 AND position = 0", "UPDATE audit_trail SET position = 0 WHERE batch_id = 2 AND position = 1", "UPDATE audit_trail SET position = 1 WHERE position = 9"}, "row-moved 2/0, row-moved 2/1"},
		"two names are swapped": {[]string{
			"CREATE TABLE aside AS SELECT id, personal FROM audit_trail WHERE batch_id = 2",
			"UPDATE audit_trail SET personal = (SELECT personal FROM aside WHERE aside.id <> audit_trail.id) WHERE batch_id = 2",
			"DROP TABLE aside",
		}, "row-changed 2/0, row-changed 2/1"},
		"a name is taken away":   {[]string{"UPDATE audit_trail SET personal = NULL WHERE id = " + first}, "row-changed 2/0"},
		"a name of another":      {[]string{"UPDATE audit_trail SET person_key_id = (SELECT person_key_id FROM audit_trail WHERE batch_id = 1) WHERE id = " + second}, "row-changed 2/1"},
		"a key of another":       {[]string{"UPDATE person_keys SET wrapped = (SELECT k.wrapped FROM person_keys k JOIN audit_trail t ON t.person_key_id = k.id WHERE t.batch_id = 1) WHERE id = (SELECT person_key_id FROM audit_trail WHERE batch_id = 3)"}, "name-unreadable 2/0, name-unreadable 2/1, name-unreadable 3/0"},
		"a key is taken away":    {[]string{"UPDATE person_keys SET wrapped = NULL, destroyed_at = created_at WHERE id = (SELECT person_key_id FROM audit_trail WHERE batch_id = 1)"}, "name-unreadable 1/0"},
		"an erasure is foreseen": {[]string{"INSERT INTO person_keys (id, person_id, created_at, destroyed_at) SELECT '01900000-0000-7000-8000-00000000000f', '01900000-0000-7000-8000-00000000000e', created_at, created_at FROM person_keys WHERE id = (SELECT person_key_id FROM audit_trail WHERE batch_id = 1)"}, "name-unreadable 0/-1"},
		"a root is edited":       {[]string{"UPDATE audit_batches SET root = previous_root WHERE id = 2"}, "batch-changed 2/-1, chain-broken 3/-1, hashes-changed 2/-1"},
		"hashes are edited":      {[]string{"UPDATE audit_batches SET leaves = root WHERE id = 2"}, "hashes-changed 2/-1, row-changed 2/0, row-inserted 2/1"},
		"a seal is dated back":   {[]string{"UPDATE audit_batches SET sealed_at = '2020-01-01T00:00:00.000000Z' WHERE id = 2"}, "batch-changed 2/-1, chain-broken 2/-1"},
		"a batch is removed":     {[]string{"DELETE FROM audit_trail WHERE batch_id = 2", "DELETE FROM audit_batches WHERE id = 2"}, "batch-removed 2/-1"},
		"a batch, not its rows":  {[]string{"DELETE FROM audit_batches WHERE id = 2"}, "batch-removed 2/-1, row-inserted 2/0, row-inserted 2/1"},
		"the first is removed":   {[]string{"DELETE FROM audit_trail WHERE batch_id = 1", "DELETE FROM audit_batches WHERE id = 1"}, "batch-removed 1/-1"},
		"the newest are cut off": {[]string{"DELETE FROM audit_trail WHERE batch_id > 1", "DELETE FROM audit_batches WHERE id > 1"}, "cut-off 3/-1"},
		"all is cut off":         {[]string{"DELETE FROM audit_trail", "DELETE FROM audit_batches"}, "cut-off 3/-1"},
		"an expiry is pretended": {[]string{"DELETE FROM audit_trail WHERE batch_id = 1", "UPDATE audit_batches SET expired_at = sealed_at, expiry_signature = signature WHERE id = 1"}, "expiry-unsigned 1/-1"},
		"the newest is numbered anew": {[]string{"UPDATE audit_batches SET id = 4 WHERE id = 3", "UPDATE audit_trail SET batch_id = 4 WHERE batch_id = 3"},
			"batch-changed 4/-1, batch-removed 3/-1, cut-off 3/-1"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			onSchema(t, func(t *testing.T, url string) {
				a := auditing(t, url)
				a.seal(t)
				jeanne, camille := a.person(t, "jeanne"), a.person(t, "camille")
				if err := a.empty(t); err != nil {
					t.Fatal(err)
				}
				a.acts(t, jeanne, "room:1")
				a.acts(t, camille, "room:1", "room:2")
				a.acts(t, camille, "room:3")
				anchor := a.report(t).Newest
				if anchor.Batch != 3 {
					t.Fatalf("the newest batch is %v", anchor)
				}
				a.bySQL(t, c.sql...)
				if got := found(a.report(t, anchor)); got != c.want {
					t.Errorf("got  %s\nwant %s", got, c.want)
				}
			})
		})
	}
}

const insertedRow = "'01900000-0000-7000-8000-00000000000f', batch_id, 7, at, org_id, action, actor, on_behalf_of, subject, result, code, request_id, data, personal, person_key_id"

// empty takes away what came before the trail begins: that people were made.
func (a *auditors) empty(t *testing.T) error {
	_, err := a.beside.ExecContext(t.Context(), "DELETE FROM audit")
	return err
}

func TestTheSealKeepsWhoDidWhatFromWhere(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		a := auditing(t, url)
		p := a.person(t, "jeanne")
		r := storetest.Room("aaa-bbbb-ccc")
		r.OrgID = p.OrgID
		if err := a.CreateRoom(t.Context(), r, []access.Grant{storetest.Grant(r, p.ID, access.Owner)}, nil); err != nil {
			t.Fatal(err)
		}
		ctx := audit.NewContext(t.Context(), audit.Origin{Network: "192.0.2.0/24", RequestID: "REQUEST"})
		joins(t, ctx, a.DB, r, p)
		a.seal(t)
		if got := tell(t, a.beside, "SELECT COUNT(*) FROM audit"); got != "0" {
			t.Errorf("%s entries wait still", got)
		}
		shown, err := a.Search(t.Context(), theAuditor, "", audit.Query{Actor: "person:" + p.ID, Action: string(event.AdmissionCreated)})
		if err != nil || len(shown.Rows) != 1 {
			t.Fatalf("got %+v, %v", shown, err)
		}
		got := shown.Rows[0]
		if got.Personal != (audit.Personal{Name: "jeanne", Email: "jeanne@example.org", Network: "192.0.2.0/24"}) || got.RequestID != "REQUEST" || got.Result != audit.Done {
			t.Errorf("got %+v", got)
		}
		for _, secret := range []string{"jeanne", "192.0.2"} {
			if got := tell(t, a.beside, "SELECT COUNT(*) FROM audit_trail WHERE CAST(personal AS TEXT) LIKE '%"+secret+"%' OR CAST(data AS TEXT) LIKE '%"+secret+"%' OR actor LIKE '%"+secret+"%'"); got != "0" {
				t.Errorf("%s is to be read in the database", secret)
			}
		}
		if r := a.report(t); !r.Holds() || r.Rows == 0 {
			t.Errorf("got %+v", r)
		}
	})
}

func joins(t *testing.T, ctx context.Context, db *store.DB, r rooms.Room, p directory.Person) {
	t.Helper()
	s := storetest.SignedIn("s", p)
	if err := db.CreateSignIn(ctx, s, ""); err != nil {
		t.Fatal(err)
	}
	seat := storetest.AdmissionOf(r, s)
	events := storetest.Created(seat)
	events[0].Actor = "person:" + p.ID
	if _, err := db.Admit(ctx, seat, events); err != nil {
		t.Fatal(err)
	}
}

var theAuditor = auth.Identity{Kind: auth.Person, ID: storetest.NewID(), OrgID: auth.DefaultOrgID, Appointments: []auth.Appointment{{Role: auth.Auditor}}}

func TestReadingTheTrailIsWrittenInIt(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		a := auditing(t, url)
		if _, err := a.Search(t.Context(), theAuditor, "", audit.Query{Subject: "room:1"}); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Export(t.Context(), theAuditor, "", audit.Query{}); err != nil {
			t.Fatal(err)
		}
		a.seal(t)
		if got := tell(t, a.beside, "SELECT action || ' ' || actor FROM audit_trail ORDER BY position"); got != "audit.read person:"+theAuditor.ID+" audit.exported person:"+theAuditor.ID {
			t.Errorf("got %s", got)
		}
	})
}

func TestTheTrailOfAnOrganizationThatIsNotThereIsNotFound(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		a := auditing(t, url)
		for _, who := range []auth.Identity{theAuditor, audit.Operator()} {
			for _, org := range []string{"foo", "Ministère de l’Intérieur", storetest.NewID()} {
				if _, err := a.Search(t.Context(), who, org, audit.Query{}); !fault.HasCode(err, fault.CodeOrganizationNotFound) {
					t.Errorf("%s searches the trail of %s: %v", who.Kind, org, err)
				}
				if _, err := a.Export(t.Context(), who, org, audit.Query{}); !fault.HasCode(err, fault.CodeOrganizationNotFound) {
					t.Errorf("%s exports the trail of %s: %v", who.Kind, org, err)
				}
			}
			if _, err := a.Search(t.Context(), who, auth.DefaultOrgID, audit.Query{}); err != nil {
				t.Errorf("%s searches the trail of the platform: %v", who.Kind, err)
			}
		}
		a.seal(t)
		if got := tell(t, a.beside, "SELECT COUNT(*) FROM audit_trail"); got != "2" {
			t.Errorf("%s readings are written of what was not found", got)
		}
	})
}

func TestAnOrganizationsAuditorReadsItsTrailAlone(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		a := auditing(t, url)
		one, two := storetest.NewID(), storetest.NewID()
		var entries []audit.Entry
		for _, org := range []string{one, two} {
			if err := a.CreateOrganization(t.Context(), directory.Organization{ID: org, Name: org, CreatedAt: a.now}); err != nil {
				t.Fatal(err)
			}
			entries = append(entries, audit.Entry{At: a.now, OrgID: org, Action: "room.updated", Actor: "service:x", Subject: "room:" + org})
		}
		if err := a.Record(t.Context(), entries); err != nil {
			t.Fatal(err)
		}
		a.seal(t)
		who := auth.Identity{Kind: auth.Person, ID: storetest.NewID(), OrgID: one, Appointments: []auth.Appointment{{Role: auth.Auditor, OrgID: one}}}
		got, err := a.Search(t.Context(), who, "", audit.Query{})
		if err != nil || len(got.Rows) != 1 || got.Rows[0].OrgID != one {
			t.Errorf("got %+v, %v", got, err)
		}
		if _, err := a.Search(t.Context(), who, two, audit.Query{}); err == nil {
			t.Error("the trail of another organization is shown")
		}
		who.Appointments = nil
		if _, err := a.Search(t.Context(), who, "", audit.Query{}); err == nil {
			t.Error("somebody without a role reads the trail")
		}
	})
}

func TestASearchGoesThroughAllPages(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		a := auditing(t, url)
		p := a.person(t, "jeanne")
		a.acts(t, p, "room:1", "room:2", "room:3", "room:4", "room:5")
		var subjects []string
		q := audit.Query{PageSize: 2, Action: "room.updated", From: storetest.Nine, To: storetest.Nine.Add(time.Hour), Actor: "person:" + p.ID}
		for pages := 1; ; pages++ {
			page, err := a.Search(t.Context(), theAuditor, "", q)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Rows {
				subjects = append(subjects, r.Subject)
			}
			if q.Cursor = page.Next; q.Cursor == "" || pages > 5 {
				break
			}
		}
		if got := strings.Join(subjects, " "); got != "room:5 room:4 room:3 room:2 room:1" {
			t.Errorf("got %s", got)
		}
		for _, q := range []audit.Query{{To: storetest.Nine}, {Subject: "room:9"}, {Result: audit.Refused}, {ID: "nonsense"}} {
			if page, err := a.Search(t.Context(), theAuditor, "", q); err != nil || len(page.Rows) != 0 {
				t.Errorf("%+v: %d rows, %v", q, len(page.Rows), err)
			}
		}
		if _, err := a.Search(t.Context(), theAuditor, "", audit.Query{Cursor: "x"}); err == nil {
			t.Error("a cursor of nobody is taken")
		}
	})
}

func TestErasedNamesAreGoneAndTheTrailHolds(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		a := auditing(t, url)
		jeanne, camille := a.person(t, "jeanne"), a.person(t, "camille")
		a.acts(t, jeanne, "room:1")
		a.acts(t, camille, "room:2")
		if err := a.Forget(t.Context(), "system:command", auth.DefaultOrgID, jeanne.ID); err != nil {
			t.Fatal(err)
		}
		a.acts(t, jeanne, "room:3") // what waited while she was erased
		shown, err := a.Search(t.Context(), theAuditor, "", audit.Query{Action: "room.updated"})
		if err != nil || len(shown.Rows) != 3 {
			t.Fatalf("got %d, %v", len(shown.Rows), err)
		}
		for _, r := range shown.Rows {
			if hers := r.Actor == "person:"+jeanne.ID; hers != (r.Personal == audit.Personal{}) {
				t.Errorf("%s: %+v", r.Subject, r.Personal)
			}
		}
		if r := a.report(t); !r.Holds() || r.Erased == 0 {
			t.Errorf("got %+v", r)
		}
		if got := tell(t, a.beside, "SELECT COUNT(*) FROM audit_trail WHERE action = 'audit.names-destroyed' AND subject = 'person:"+jeanne.ID+"'"); got != "1" {
			t.Errorf("the erasure is written %s times", got)
		}
	})
}

func TestNamesThatNoErasureDestroyedAreNotBelievedToBeErased(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		a := auditing(t, url)
		jeanne, camille := a.person(t, "jeanne"), a.person(t, "camille")
		a.acts(t, jeanne, "room:1")
		a.acts(t, camille, "room:2")
		if err := a.Forget(t.Context(), "system:command", auth.DefaultOrgID, jeanne.ID); err != nil {
			t.Fatal(err)
		}
		a.seal(t)
		of := func(p directory.Person) string { return " WHERE person_id = '" + p.ID + "'" }
		hers := func(column string) string { return "(SELECT k." + column + " FROM person_keys k" + of(jeanne) + ")" }
		a.bySQL(t, "UPDATE person_keys SET wrapped = NULL, destroyed_at = "+hers("destroyed_at")+", destruction = "+hers("destruction")+of(camille))
		if got := found(a.report(t)); !strings.HasPrefix(got, "name-unreadable") {
			t.Errorf("with the erasure of another: %q", got)
		}
		a.now = a.now.Add(366 * 24 * time.Hour) // and when no row is left that tells of an erasure
		a.acts(t, camille, "room:3")
		if err := a.sealer.Expire(t.Context()); err != nil {
			t.Fatal(err)
		}
		a.seal(t)
		if got := found(a.report(t)); got != "name-unreadable 0/-1" {
			t.Errorf("a year later: %q", got)
		}
		if err := a.Forget(t.Context(), "system:command", auth.DefaultOrgID, camille.ID); err != nil {
			t.Fatal(err)
		}
		a.seal(t)
		if r := a.report(t); !r.Holds() {
			t.Errorf("once somebody answers for it: %s", found(r))
		}
	})
}

func TestNamesOfSomebodyUnderAHoldAreNotDestroyed(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		a := auditing(t, url)
		jeanne := a.person(t, "jeanne")
		a.acts(t, jeanne, "room:1")
		h := a.hold(t, privacy.HeldPerson, jeanne.ID)
		if err := a.Forget(t.Context(), "system:command", auth.DefaultOrgID, jeanne.ID); !fault.HasCode(err, fault.CodeHeld) {
			t.Errorf("got %v", err)
		}
		if got := tell(t, a.beside, "SELECT COUNT(*) FROM person_keys WHERE wrapped IS NULL"); got != "0" {
			t.Error("the names are gone")
		}
		a.release(t, h)
		if err := a.Forget(t.Context(), "system:command", auth.DefaultOrgID, jeanne.ID); err != nil {
			t.Error(err)
		}
	})
}

func (a *auditors) hold(t *testing.T, kind privacy.HeldKind, subject string) privacy.Hold {
	t.Helper()
	h := privacy.Hold{ID: storetest.NewID(), OrgID: auth.DefaultOrgID, Kind: kind, SubjectID: subject, Reason: "Litigation 2026-114", PlacedBy: "person:x", PlacedAt: a.now}
	e := event.Event{ID: storetest.NewID(), Type: event.HoldPlaced, OrgID: h.OrgID, Subject: "hold:" + h.ID, Actor: h.PlacedBy, At: a.now}
	if err := a.PlaceHold(t.Context(), h, e); err != nil {
		t.Fatal(err)
	}
	return h
}

func (a *auditors) release(t *testing.T, h privacy.Hold) {
	t.Helper()
	e := event.Event{ID: storetest.NewID(), Type: event.HoldReleased, OrgID: h.OrgID, Subject: "hold:" + h.ID, Actor: h.PlacedBy, At: a.now}
	if _, err := a.ReleaseHold(t.Context(), h.ID, h.PlacedBy, "It is over now", a.now, e); err != nil {
		t.Fatal(err)
	}
}

func TestAReasonStandsAmongTheNamesAndGoesWithThem(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		a := auditing(t, url)
		jeanne := a.person(t, "jeanne")
		r := storetest.Room("aaa-bbbb-ccc")
		entered := event.Event{
			ID: storetest.NewID(), Type: event.AdministratorEntered, OrgID: r.OrgID, Subject: "room:" + r.ID, Actor: "person:" + jeanne.ID, At: a.now,
			Data: map[string]any{"administrator": "support"}, Reason: "Camille shouts",
		}
		if err := a.CreateRoom(t.Context(), r, nil, []event.Event{entered}); err != nil {
			t.Fatal(err)
		}
		a.seal(t)
		for _, table := range []string{"events", "audit", "audit_trail"} {
			if got := tell(t, a.beside, "SELECT COUNT(*) FROM "+table+" WHERE CAST(data AS text) LIKE '%shouts%'"); got != "0" {
				t.Errorf("%s says why in clear", table)
			}
		}
		why := func() any {
			t.Helper()
			shown, err := a.Search(t.Context(), theAuditor, "", audit.Query{Action: string(event.AdministratorEntered)})
			if err != nil || len(shown.Rows) != 1 {
				t.Fatalf("got %d rows, %v", len(shown.Rows), err)
			}
			data := map[string]any{}
			if err := json.Unmarshal(shown.Rows[0].Data, &data); err != nil || data["administrator"] != "support" {
				t.Errorf("got %s, %v", shown.Rows[0].Data, err)
			}
			return data["reason"]
		}
		if got := why(); got != "Camille shouts" {
			t.Errorf("the auditor reads %v", got)
		}
		if err := a.Forget(t.Context(), "system:command", auth.DefaultOrgID, jeanne.ID); err != nil {
			t.Fatal(err)
		}
		if got := why(); got != nil {
			t.Errorf("once erased, the auditor reads %v", got)
		}
		a.seal(t)
		if r := a.report(t); !r.Holds() {
			t.Errorf("got %s", found(r))
		}
	})
}

func TestWhatAHoldKeepsInTheTrailDoesNotExpire(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		a := auditing(t, url)
		jeanne, camille, noor := a.person(t, "jeanne"), a.person(t, "camille"), a.person(t, "noor")
		r := storetest.Room("aaa-bbbb-ccc")
		if err := a.CreateRoom(t.Context(), r, []access.Grant{storetest.Grant(r, noor.ID, access.Owner)}, nil); err != nil {
			t.Fatal(err)
		}
		if err := a.empty(t); err != nil {
			t.Fatal(err)
		}
		a.acts(t, jeanne, "room:1")
		a.acts(t, noor, "person:"+jeanne.ID)
		a.acts(t, camille, "room:"+r.ID)
		a.acts(t, camille, "room:2")
		holds := []privacy.Hold{a.hold(t, privacy.HeldPerson, jeanne.ID), a.hold(t, privacy.HeldRoom, r.ID)}
		a.now = a.now.Add(366 * 24 * time.Hour)
		if err := a.sealer.Expire(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := tell(t, a.beside, "SELECT batch_id FROM audit_trail ORDER BY batch_id"); got != "1 2 3" {
			t.Errorf("left of the batches is %q", got)
		}
		for _, h := range holds {
			a.release(t, h)
		}
		if err := a.sealer.Expire(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := tell(t, a.beside, "SELECT batch_id FROM audit_trail ORDER BY batch_id"); got != "" {
			t.Errorf("once released, left is %q", got)
		}
		a.seal(t)
		if r := a.report(t); !r.Holds() {
			t.Errorf("got %s", found(r))
		}
	})
}

func TestADateThatWasWrittenBackExpiresNothing(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		a := auditing(t, url)
		p := a.person(t, "jeanne")
		a.acts(t, p, "room:1", "room:2")
		a.bySQL(t, "UPDATE audit_batches SET sealed_at = '2020-01-01T00:00:00.000000Z'")
		if err := a.sealer.Expire(t.Context()); err == nil {
			t.Error("the batch expired")
		}
		if got := tell(t, a.beside, "SELECT COUNT(*) FROM audit_batches WHERE expired_at IS NOT NULL"); got != "0" {
			t.Errorf("%s batches are signed away", got)
		}
	})
}

func TestWhatExpiredIsGoneAndTheTrailHolds(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		a := auditing(t, url)
		p := a.person(t, "jeanne")
		a.acts(t, p, "room:1", "room:2")
		a.now = a.now.Add(364 * 24 * time.Hour)
		a.acts(t, p, "room:3")
		if err := a.sealer.Expire(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := tell(t, a.beside, "SELECT COUNT(*) FROM audit_trail"); got == "1" {
			t.Error("rows went before their time")
		}
		a.now = a.now.Add(2 * 24 * time.Hour)
		if err := a.sealer.Expire(t.Context()); err != nil {
			t.Fatal(err)
		}
		a.seal(t)
		if got := tell(t, a.beside, "SELECT subject FROM audit_trail ORDER BY batch_id"); got != "room:3 audit-batch:1" {
			t.Errorf("left is %s", got)
		}
		if got := tell(t, a.beside, "SELECT COUNT(*) FROM audit_trail WHERE action = 'audit.expired'"); got != "1" {
			t.Errorf("the expiry is written %s times", got)
		}
		r := a.report(t)
		if !r.Holds() || r.Expired != 3 || r.Rows != 2 {
			t.Errorf("got %+v", r)
		}
		a.bySQL(t, "UPDATE audit_batches SET leaves = root WHERE id = 1")
		if got := found(a.report(t)); got != "hashes-changed 1/-1" {
			t.Errorf("hashes of what expired, edited: %s", got)
		}
	})
}

func TestOneReplicaSealsAtATimeAndNothingIsSealedTwice(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		a := auditing(t, url)
		p := a.person(t, "jeanne")
		other := *a.sealer
		other.Holder = "two"
		a.acts(t, p, "room:1")
		if err := a.Record(t.Context(), []audit.Entry{{At: a.now, OrgID: p.OrgID, Action: "x", Actor: "system:x", Subject: "y:z"}}); err != nil {
			t.Fatal(err)
		}
		if err := other.Turn(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := tell(t, a.beside, "SELECT COUNT(*) FROM audit"); got != "1" {
			t.Errorf("sealed without the lease: %s wait", got)
		}
		a.now = a.now.Add(time.Minute)
		if err := other.Turn(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r := a.report(t); !r.Holds() || r.Batches != 2 {
			t.Errorf("got %+v", r)
		}
	})
}

func TestATamperedKeyDoesNotStopTheSeal(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		a := auditing(t, url)
		p := a.person(t, "jeanne")
		a.acts(t, p, "room:1")
		a.bySQL(t, "UPDATE person_keys SET wrapped = (SELECT root FROM audit_batches LIMIT 1)")
		a.acts(t, p, "room:2")
		if got := tell(t, a.beside, "SELECT COUNT(*) FROM audit_trail WHERE subject = 'room:2' AND personal IS NULL"); got != "1" {
			t.Errorf("%s rows are sealed without a name", got)
		}
	})
}
