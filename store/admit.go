package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"

	"parvis/event"
	"parvis/rooms"
)

// Admit implements rooms.AdmissionStore. A sign-in that ended meanwhile is fault.Unauthenticated (sign-in-expired).
func (d *DB) Admit(ctx context.Context, a rooms.Admission, events []event.Event) (rooms.Admission, error) {
	return d.admits.admit(ctx, a, events)
}

// Both engines write: rows only for sign-ins that have not ended (locked, so that one that ends now sees them and ends
// them), the present row brought up to date where the sign-in holds one that was never opened, events and audit only
// for rows that are new.
const (
	admitColumns = `id, org_id, room_id, who_kind, who_id, person_id, sign_in_id, name, org_name, assurance, role, sources,
		state, reason, generation, created_at`
	admitAgain = `ON CONFLICT (sign_in_id, room_id) WHERE state = 'admitted' DO UPDATE SET
		name = excluded.name, org_name = excluded.org_name, assurance = excluded.assurance, role = excluded.role,
		sources = excluded.sources,
		generation = a.generation + CASE WHEN a.name <> excluded.name OR a.org_name <> excluded.org_name
			OR a.assurance <> excluded.assurance OR a.role <> excluded.role OR a.sources <> excluded.sources
			THEN 1 ELSE 0 END
		RETURNING `
	eventColumns = "id, subject, seq, type, org_id, actor, on_behalf_of, at, data"
	auditColumns = "id, at, org_id, action, actor, on_behalf_of, subject, data"
)

// returned is what RETURNING names, where SQLite knows no alias.
var returned = strings.ReplaceAll(admissionColumns, "a.", "")

// admitAll writes seats in one transaction and answers the rows by key; a seat whose sign-in has ended is not in it.
func (d *DB) admitAll(ctx context.Context, all []*seat) (map[seatKey]rooms.Admission, error) {
	if d.dialect.postgres() {
		return d.admitPostgres(ctx, all)
	}
	return d.admitSQLite(ctx, all)
}

// admitPostgres is one statement, whatever the number of rows: one round trip, one plan.
var admitPostgres = `
WITH x AS (
	SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
		$10::smallint[], $11::text[], $12::text[], $13::text[])
		AS x(id, org_id, room_id, who_kind, who_id, person_id, sign_in_id, name, org_name, assurance, role, sources, created_at)
), live AS (
	SELECT s.id FROM sign_ins s
	WHERE s.id IN (SELECT x.sign_in_id::uuid FROM x WHERE x.sign_in_id <> '') AND s.ended_at IS NULL FOR SHARE
), a AS (
	INSERT INTO admissions AS a (` + admitColumns + `)
	SELECT x.id::uuid, x.org_id::uuid, x.room_id::uuid, x.who_kind, x.who_id, NULLIF(x.person_id, '')::uuid,
		NULLIF(x.sign_in_id, '')::uuid, x.name, x.org_name, x.assurance, x.role, x.sources::jsonb, 'admitted', '', 1,
		x.created_at::timestamptz
	FROM x WHERE x.sign_in_id = '' OR x.sign_in_id::uuid IN (SELECT id FROM live)
	` + admitAgain + returned + `
), e AS (
	SELECT e.* FROM unnest($14::text[], $15::text[], $16::text[], $17::text[], $18::bigint[], $19::text[], $20::text[], $21::text[],
		$22::text[], $23::text[], $24::text[])
		AS e(admission_id, id, audit_id, subject, seq, type, org_id, actor, on_behalf_of, at, data)
	JOIN a ON a.id = e.admission_id::uuid
), outbox AS (
	INSERT INTO events (` + eventColumns + `)
	SELECT id::uuid, subject, seq, type, org_id::uuid, actor, on_behalf_of, at::timestamptz, data::jsonb FROM e
), trail AS (
	INSERT INTO audit (` + auditColumns + `)
	SELECT audit_id::uuid, at::timestamptz, org_id::uuid, type, actor, on_behalf_of, subject, data::jsonb FROM e
)
SELECT ` + admissionColumns + ` FROM a`

func (d *DB) admitPostgres(ctx context.Context, all []*seat) (map[seatKey]rooms.Admission, error) {
	args, err := admitArgs(all)
	if err != nil {
		return nil, err
	}
	release, err := d.writer.acquire(ctx)
	if err != nil {
		return nil, asFault(ctx, "admit", err)
	}
	defer release()
	for attempt := 1; ; attempt++ {
		written, err := scanAdmitted(d.writer.sql.QueryContext(ctx, admitPostgres, args...))
		if attempt == attempts || !worthRetry(err) {
			return written, asFault(ctx, "admit", err)
		}
	}
}

func scanAdmitted(rows *sql.Rows, err error) (map[seatKey]rooms.Admission, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	written := map[seatKey]rooms.Admission{}
	for rows.Next() {
		var r admissionRow
		if err := rows.Scan(r.fields()...); err != nil {
			return nil, err
		}
		a := r.admission()
		written[keyOf(a)] = a
	}
	return written, rows.Err()
}

// admitArgs turns seats into columns.
func admitArgs(all []*seat) ([]any, error) {
	var text [12][]string
	var assurances []int16
	var etext [10][]string
	var seqs []int64
	for _, s := range all {
		a := s.admission
		sources, err := json.Marshal(listOf(a.Sources).v)
		if err != nil {
			return nil, err
		}
		appendRow(text[:], a.ID, a.OrgID, a.RoomID, string(a.WhoKind), a.WhoID, a.PersonID, a.SignInID, a.Name, a.OrgName,
			string(a.Role), string(sources), stamp(a.CreatedAt))
		assurances = append(assurances, int16(a.Assurance))
		for _, e := range s.outbox() {
			data, err := json.Marshal(e.Data.v)
			if err != nil {
				return nil, err
			}
			appendRow(etext[:], a.ID, e.ID, newID(), e.Subject, e.Type, e.OrgID, e.Actor, e.OnBehalfOf, stamp(e.At.time()), string(data))
			seqs = append(seqs, e.Seq)
		}
	}
	return []any{
		text[0], text[1], text[2], text[3], text[4], text[5], text[6], text[7], text[8], assurances, text[9], text[10], text[11],
		etext[0], etext[1], etext[2], etext[3], seqs, etext[4], etext[5], etext[6], etext[7], etext[8], etext[9],
	}, nil
}

func appendRow(columns [][]string, values ...string) {
	for i, v := range values {
		columns[i] = append(columns[i], v)
	}
}

// outbox is the events of a new admission, numbered: they are the first of their subject.
func (s *seat) outbox() []eventRow {
	rows := make([]eventRow, len(s.events))
	for i, e := range s.events {
		e.Seq, e.Subject = int64(i+1), "admission:"+s.admission.ID
		rows[i] = rowOfEvent(e)
	}
	return rows
}

// admitSQLite is three statements in a transaction: SQLite has no writing common table expressions.
func (d *DB) admitSQLite(ctx context.Context, all []*seat) (map[seatKey]rooms.Admission, error) {
	var written map[seatKey]rooms.Admission
	err := d.write(ctx, "admit", func(t *tx) error {
		query, args := admitValues(all)
		rows, err := t.Raw(query, args...).Rows()
		if written, err = scanAdmitted(rows, err); err != nil {
			return err
		}
		var events []eventRow
		var trail []auditRow
		for _, s := range all {
			if written[s.key()].ID != s.admission.ID {
				continue
			}
			for i, row := range s.outbox() {
				events, trail = append(events, row), append(trail, auditOf(s.events[i]))
				trail[len(trail)-1].Subject = row.Subject
			}
		}
		if len(events) == 0 {
			return nil
		}
		if err := t.CreateInBatches(events, chunk).Error; err != nil {
			return err
		}
		return t.CreateInBatches(trail, chunk).Error
	})
	if err != nil {
		return nil, err
	}
	return written, nil
}

func admitValues(all []*seat) (string, []any) {
	const row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'admitted', '', 1, ?)"
	var args []any
	for _, s := range all {
		a := s.admission
		args = append(args, a.ID, a.OrgID, a.RoomID, string(a.WhoKind), a.WhoID, optional(a.PersonID), optional(a.SignInID),
			a.Name, a.OrgName, int(a.Assurance), string(a.Role), listOf(a.Sources), stamp(a.CreatedAt))
	}
	query := "INSERT INTO admissions AS a (" + admitColumns + `) SELECT * FROM (VALUES ` + strings.TrimSuffix(strings.Repeat(row+", ", len(all)), ", ") + `) x
		WHERE x.column7 IS NULL OR EXISTS (SELECT 1 FROM sign_ins s WHERE s.id = x.column7 AND s.ended_at IS NULL) ` + admitAgain + returned
	return query, args
}
