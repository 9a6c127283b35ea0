package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/auth/signin"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

var _ signin.Store = (*DB)(nil)

type signInRow struct {
	ID          string
	SecretHash  []byte
	Kind        string
	PersonID    optional
	OrgID       optional
	OrgName     string
	Name        string
	Emails      document[[]string]
	Assurance   int
	Provider    string
	Issuer      string
	Subject     string
	ProviderSID string `gorm:"column:provider_sid"`
	IDToken     []byte `gorm:"column:id_token"`
	UserAgent   string
	Network     string
	CreatedAt   moment
	LastSeenAt  moment
	ExpiresAt   moment
	EndedAt     *moment

	AuthenticatedAt *moment
}

func (signInRow) TableName() string { return "sign_ins" }

func rowOfSignIn(s signin.SignIn) signInRow {
	return signInRow{
		ID: s.ID, SecretHash: s.SecretHash, Kind: string(s.Kind), PersonID: optional(s.PersonID), OrgID: optional(s.OrgID),
		OrgName: s.OrgName, Name: s.Name, Emails: listOf(s.Emails), Assurance: int(s.Assurance), Provider: s.Provider,
		Issuer: s.Issuer, Subject: s.Subject, ProviderSID: s.ProviderSID, IDToken: s.IDToken, UserAgent: s.UserAgent,
		Network: s.Network, CreatedAt: moment(s.CreatedAt), LastSeenAt: moment(s.LastSeenAt), ExpiresAt: moment(s.ExpiresAt),
		EndedAt: momentOf(s.EndedAt), AuthenticatedAt: momentUnlessZero(s.AuthenticatedAt),
	}
}

// signIn leaves the ID token out: it is read by IDTokenHint alone.
func (r signInRow) signIn() signin.SignIn {
	var proved time.Time
	if r.AuthenticatedAt != nil {
		proved = r.AuthenticatedAt.time()
	}
	return signin.SignIn{
		ID: r.ID, SecretHash: r.SecretHash, Kind: auth.Kind(r.Kind), PersonID: string(r.PersonID), OrgID: string(r.OrgID),
		OrgName: r.OrgName, Name: r.Name, Emails: r.Emails.v, Assurance: auth.Assurance(r.Assurance), Provider: r.Provider,
		Issuer: r.Issuer, Subject: r.Subject, ProviderSID: r.ProviderSID, UserAgent: r.UserAgent, Network: r.Network,
		CreatedAt: r.CreatedAt.time(), LastSeenAt: r.LastSeenAt.time(), ExpiresAt: r.ExpiresAt.time(), EndedAt: timeOf(r.EndedAt),
		AuthenticatedAt: proved,
	}
}

const signInColumns = `s.id, s.secret_hash, s.kind, s.person_id, s.org_id, s.org_name, s.name, s.emails, s.assurance, s.provider,
	s.issuer, s.subject, s.provider_sid, s.user_agent, s.network, s.created_at, s.last_seen_at, s.expires_at, s.ended_at, s.authenticated_at`

func (r *signInRow) fields() []any {
	return []any{&r.ID, &r.SecretHash, &r.Kind, &r.PersonID, &r.OrgID, &r.OrgName, &r.Name, &r.Emails, &r.Assurance, &r.Provider,
		&r.Issuer, &r.Subject, &r.ProviderSID, &r.UserAgent, &r.Network, &r.CreatedAt, &r.LastSeenAt, &r.ExpiresAt, &r.EndedAt, &r.AuthenticatedAt}
}

// busyColumn tells whether an admission of the sign-in has a relay that counts. It takes the moment from which a
// heartbeat is fresh.
const busyColumn = `EXISTS (SELECT 1 FROM admissions a JOIN relays l ON l.admission_id = a.id AND l.closed_at IS NULL
	JOIN replicas p ON p.name = l.replica AND p.seen_at >= ? WHERE a.sign_in_id = s.id AND a.state = 'open') AS busy`

// CreateSignIn implements signin.Store.
func (d *DB) CreateSignIn(ctx context.Context, s signin.SignIn, replaces string) error {
	return d.write(ctx, "create sign-in", func(t *tx) error {
		if err := t.personStays(s.PersonID); err != nil {
			return err
		}
		row := rowOfSignIn(s)
		if err := t.Create(&row).Error; err != nil {
			return err
		}
		if replaces != "" {
			if err := t.replaceSignIn(s, replaces); err != nil {
				return err
			}
		}
		return t.happened(signInEvent(event.SignInCreated, s, s.CreatedAt))
	})
}

// personStays holds the account of who signs in open until the sign-in is written: one that is deactivated at the same
// moment either refuses it or ends it.
func (t *tx) personStays(id string) error {
	if id == "" {
		return nil
	}
	var account struct{ DeactivatedAt *moment }
	err := one(t.DB, &account, "SELECT deactivated_at FROM people WHERE id = ?"+t.store.dialect.forShare, id)
	if err == nil && account.DeactivatedAt != nil {
		return fault.New(fault.CodeForbidden, "this account is deactivated")
	}
	return err
}

// replaceSignIn hands the place in running calls over: tickets and admissions go to the new sign-in, and with the
// person also what ends when the person's account does; what hosts decided about a guest follows. Rows are locked as
// elsewhere: sign-in, session, lobby, admissions.
func (t *tx) replaceSignIn(s signin.SignIn, replaces string) error {
	if _, err := t.endSignIns("s.id = ?", []any{replaces}, s.CreatedAt); err != nil {
		return err
	}
	sessions, err := t.guestSessions(replaces)
	if err != nil {
		return err
	}
	if err := t.handAdjusted(sessions, replaces, s); err != nil {
		return err
	}
	if err := t.handTickets(replaces, s); err != nil {
		return err
	}
	moved, err := all[struct{ ID string }](t.DB, `UPDATE admissions AS a SET sign_in_id = ?, person_id = COALESCE(person_id, ?)
		WHERE `+heldBySignIn+` RETURNING id`, s.ID, optional(s.PersonID), replaces, replaces)
	if err != nil {
		return err
	}
	for _, m := range moved {
		t.changed(ChangedAdmission, m.ID)
	}
	return t.handBlocks(replaces, s)
}

func signInEvent(what event.Type, s signin.SignIn, at time.Time) event.Event {
	actor := "guest:" + s.ID
	if s.Kind == auth.Person {
		actor = "person:" + s.PersonID
	}
	return event.Event{ID: newID(), Type: what, OrgID: s.OrgID, Subject: "sign-in:" + s.ID, Actor: actor, At: at}
}

var selectSignIn = statement{
	sqlite:   signInWithGroups("json_group_array"),
	postgres: numbered(signInWithGroups("json_agg")),
}

func signInWithGroups(aggregate string) string {
	return "SELECT " + signInColumns + ", " + busyColumn + ", " + groupsOf(aggregate) + ", " + appointmentsColumn(aggregate) + " FROM sign_ins s WHERE s.secret_hash = ? AND s.ended_at IS NULL"
}

// signInFresh is how old the last activity of a cached sign-in may be. Activity is noted once a minute and by any
// replica, and being in a call counts too: of what seems idle, the database is asked.
const signInFresh = time.Minute

var errNoSignIn = errors.New("no such sign-in")

func noSignIn() error {
	return fault.New(fault.CodeNotFound, "there is no such sign-in, or it has ended").Because(errNoSignIn)
}

// SignIn implements signin.Store.
func (d *DB) SignIn(ctx context.Context, secretHash []byte) (signin.SignIn, error) {
	if len(secretHash) != sha256.Size {
		return signin.SignIn{}, noSignIn()
	}
	key, now := [sha256.Size]byte(secretHash), d.now()
	s, ok := d.caches.signIns.get(key)
	if !ok || now.Sub(s.LastSeenAt) >= signInFresh {
		mark := d.caches.ledger.mark()
		var err error
		if s, err = d.findSignIn(ctx, secretHash, now); err != nil {
			return signin.SignIn{}, err
		}
		d.caches.signIns.put(key, s, tagOf(ChangedSignIn, s.ID), mark)
	}
	s.Emails, s.Groups, s.SecretHash = slices.Clone(s.Emails), slices.Clone(s.Groups), slices.Clone(s.SecretHash)
	s.Appointments = slices.Clone(s.Appointments)
	return s, nil
}

var selectSignInID = prepared("SELECT id FROM sign_ins WHERE secret_hash = ? AND ended_at IS NULL")

// SignInID implements signin.Store.
func (d *DB) SignInID(ctx context.Context, secretHash []byte) (id string, err error) {
	err = d.query(ctx, "find sign-in of a knock", func(ctx context.Context, db *sql.DB) error {
		err := db.QueryRowContext(ctx, selectSignInID.in(d.dialect), secretHash).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return noSignIn()
		}
		return err
	})
	return id, err
}

func (d *DB) findSignIn(ctx context.Context, secretHash []byte, now time.Time) (signin.SignIn, error) {
	var row signInRow
	var busy bool
	var groups, held document[[]string]
	err := d.query(ctx, "find sign-in", func(ctx context.Context, db *sql.DB) error {
		found := db.QueryRowContext(ctx, selectSignIn.in(d.dialect), stamp(now.Add(-rooms.RelayFresh)), secretHash)
		err := found.Scan(append(row.fields(), &busy, &groups, &held)...)
		if errors.Is(err, sql.ErrNoRows) {
			return noSignIn()
		}
		return err
	})
	if err != nil {
		return signin.SignIn{}, err
	}
	s := row.signIn()
	s.Busy, s.Appointments = busy, appointmentsIn(held.v)
	if len(groups.v) > 0 {
		slices.Sort(groups.v) // the key of grants
		s.Groups = groups.v
	}
	return s, nil
}

// nobody is the condition that no row meets.
const nobody = "1 = 0"

// named is the condition of a selection; an empty one names nobody.
func named(which signin.Selection) (condition string, args []any) {
	switch {
	case which.ID != "":
		if !isKey(which.ID) {
			return nobody, nil
		}
		return "s.id = ?", []any{which.ID}
	case which.PersonID != "":
		if !isKey(which.PersonID) {
			return nobody, nil
		}
		return "s.person_id = ?", []any{which.PersonID}
	case which.Issuer != "" && which.ProviderSID != "":
		return "s.issuer = ? AND s.provider_sid = ? AND s.provider_sid <> ''", []any{which.Issuer, which.ProviderSID}
	case which.Issuer != "" && which.Subject != "":
		return "s.issuer = ? AND s.subject = ? AND s.subject <> ''", []any{which.Issuer, which.Subject}
	default:
		return nobody, nil
	}
}

// SignIns implements signin.Store.
func (d *DB) SignIns(ctx context.Context, which signin.Selection, now time.Time) ([]signin.SignIn, error) {
	condition, args := named(which)
	args = append([]any{moment(now.Add(-rooms.RelayFresh))}, append(args, moment(now))...)
	var rows []struct {
		SignIn signInRow `gorm:"embedded"`
		Busy   bool
	}
	err := d.read(ctx, "list sign-ins", func(g *gorm.DB) error {
		return g.Raw("SELECT "+signInColumns+", "+busyColumn+" FROM sign_ins s WHERE "+condition+
			" AND s.ended_at IS NULL AND s.expires_at > ? ORDER BY s.created_at DESC, s.id DESC", args...).Scan(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	found := make([]signin.SignIn, len(rows))
	for i, r := range rows {
		found[i] = r.SignIn.signIn()
		found[i].Busy = r.Busy
	}
	return found, nil
}

// TouchSignIn implements signin.Store. Other replicas need not hear of it: see signInFresh.
func (d *DB) TouchSignIn(ctx context.Context, id string, at time.Time) error {
	err := d.write(ctx, "touch sign-in", func(t *tx) error {
		_, err := exec(t.DB, "UPDATE sign_ins SET last_seen_at = ? WHERE id = ? AND last_seen_at < ? AND ended_at IS NULL", moment(at), id, moment(at))
		return err
	})
	d.caches.ledger.forget(tagOf(ChangedSignIn, id))
	return err
}

// RenameGuest implements signin.Store.
func (d *DB) RenameGuest(ctx context.Context, id, name string) error {
	return d.write(ctx, "rename guest", func(t *tx) error {
		rows, err := exec(t.DB, "UPDATE sign_ins SET name = ? WHERE id = ? AND kind = 'guest' AND ended_at IS NULL AND expires_at > ?",
			name, id, moment(d.now()))
		if err != nil {
			return err
		}
		if rows == 0 {
			return noSignIn()
		}
		t.changed(ChangedSignIn, id)
		return nil
	})
}

// EndSignIns implements signin.Store.
func (d *DB) EndSignIns(ctx context.Context, which signin.Selection, now time.Time) ([]signin.SignIn, error) {
	condition, args := named(which)
	var ended []signin.SignIn
	err := d.write(ctx, "end sign-ins", func(t *tx) (err error) {
		if ended, err = t.endSignIns(condition, args, now); err != nil {
			return err
		}
		return t.endPlaces(ended, rooms.EndSignedOut, now)
	})
	if err != nil {
		return nil, err
	}
	return ended, nil
}

// endPlaces ends what sign-ins that end were admitted to, so that the gate refuses from the same moment on.
func (t *tx) endPlaces(ended []signin.SignIn, reason rooms.EndReason, now time.Time) error {
	return chunks(ended, func(part []signin.SignIn) error {
		ids, at := make([]string, len(part)), make(map[string]int, len(part))
		for i, s := range part {
			ids[i], at[s.ID] = s.ID, i
		}
		if err := t.leaveLobbies(ids); err != nil {
			return err
		}
		left, err := t.endAdmissions(heldBySignIn, []any{ids, ids}, reason, now)
		for _, e := range left {
			s := &part[at[e.Admission.SignInID]]
			s.Left = append(s.Left, e)
		}
		return err
	})
}

func (t *tx) endSignIns(condition string, args []any, now time.Time) ([]signin.SignIn, error) {
	rows, err := all[signInRow](t.DB, "SELECT "+signInColumns+" FROM sign_ins s WHERE "+condition+
		" AND s.ended_at IS NULL ORDER BY s.created_at DESC, s.id DESC"+t.store.dialect.forUpdate, args...)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(rows))
	ended, events := make([]signin.SignIn, len(rows)), make([]event.Event, len(rows))
	for i, r := range rows {
		ids[i], ended[i] = r.ID, r.signIn()
		ended[i].EndedAt = timeOf(momentOf(&now))
		events[i] = signInEvent(event.SignInEnded, ended[i], now)
		t.changed(ChangedSignIn, r.ID)
	}
	err = chunks(ids, func(part []string) error {
		_, err := exec(t.DB, "UPDATE sign_ins SET ended_at = ? WHERE id IN ?", moment(now), part)
		return err
	})
	if err != nil {
		return nil, err
	}
	return ended, t.happened(events...)
}

// IDTokenHint implements signin.Store.
func (d *DB) IDTokenHint(ctx context.Context, id string) (hint []byte, err error) {
	if !isKey(id) {
		return nil, nil
	}
	err = d.write(ctx, "take ID token", func(t *tx) error {
		var row struct {
			Token []byte
		}
		if err := one(t.DB, &row, "SELECT id_token AS token FROM sign_ins WHERE id = ?"+d.dialect.forUpdate, id); err != nil {
			return ignoreMissing(err)
		}
		if hint = row.Token; len(hint) == 0 {
			return nil
		}
		_, err := exec(t.DB, "UPDATE sign_ins SET id_token = NULL WHERE id = ?", id)
		return err
	})
	return hint, err
}

func ignoreMissing(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	return err
}
