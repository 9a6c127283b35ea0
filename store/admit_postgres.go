package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"

	"parvis/access"
	"parvis/audit"
	"parvis/event"
	"parvis/rooms"
)

// admitPostgres is one statement, whatever the number of rows: one round trip, one plan. Keys and times go in and out
// in PostgreSQL's binary form, which this statement alone is hot enough to deserve.
var admitPostgres = `
WITH x AS (
	SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::text[],
		$10::smallint[], $11::text[], $12::text[], $13::timestamptz[], $25::uuid[])
		AS x(id, org_id, room_id, who_kind, who_id, person_id, sign_in_id, name, org_name, assurance, role, sources, created_at, grant_id)
), a AS (
	INSERT INTO admissions AS a (` + admitColumns + `)
	SELECT x.id, x.org_id, x.room_id, x.who_kind, x.who_id, x.person_id, x.sign_in_id, x.name, x.org_name, x.assurance, x.role,
		x.sources::jsonb, 'admitted', '', 1, x.created_at, x.grant_id
	FROM x WHERE x.sign_in_id IS NULL OR (SELECT s.ended_at IS NULL FROM sign_ins s WHERE s.id = x.sign_in_id)
	` + admitAgain + `a.id, a.org_id, a.room_id, a.session_id, a.who_kind, a.who_id, a.person_id, a.sign_in_id, a.name, a.org_name,
		a.assurance, a.role, a.sources, a.reason, a.generation, a.created_at, a.grant_id, a.visit, a.visit_for
), e AS (
	SELECT e.id, e.audit_id, e.subject, e.seq, e.type, e.org_id, e.actor, e.on_behalf_of, e.at, e.data::jsonb AS data,
		e.network, e.request_id
	FROM unnest($14::uuid[], $15::uuid[], $16::uuid[], $17::text[], $18::bigint[], $19::text[], $20::uuid[], $21::text[],
		$22::text[], $23::timestamptz[], $24::text[], $26::text[], $27::text[])
		AS e(admission_id, id, audit_id, subject, seq, type, org_id, actor, on_behalf_of, at, data, network, request_id)
	JOIN a ON a.id = e.admission_id
), outbox AS (
	INSERT INTO events (` + eventColumns + `)
	SELECT id, subject, seq, type, org_id, actor, on_behalf_of, at, data FROM e
), trail AS (
	INSERT INTO audit (` + auditColumns + `)
	SELECT audit_id, at, org_id, type, actor, on_behalf_of, subject, data, network, request_id FROM e
)
SELECT * FROM a`

func (d *DB) admitPostgres(ctx context.Context, all []*seat) (map[seatKey]rooms.Admission, error) {
	columns, err := columnsOf(all)
	if err != nil {
		return nil, fmt.Errorf("admit: %w", err)
	}
	release, err := d.writer.acquire(ctx)
	if err != nil {
		return nil, asFault(ctx, "admit", err)
	}
	defer release()
	for attempt := 1; ; attempt++ {
		written, err := d.admitBinary(ctx, all, columns.arguments())
		if attempt == attempts || !worthRetry(err) {
			return written, asFault(ctx, "admit", err)
		}
	}
}

func (d *DB) admitBinary(ctx context.Context, all []*seat, args []any) (written map[seatKey]rooms.Admission, err error) {
	conn, err := d.writer.sql.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	return written, conn.Raw(func(driver any) error {
		rows, err := driver.(*stdlib.Conn).Conn().Query(ctx, admitPostgres, args...)
		if err != nil {
			return err
		}
		written, err = scanSeats(rows, all)
		return err
	})
}

// scanSeats reads a row whole only when it is another than the one that was asked for: an admission that the sign-in
// had already.
func scanSeats(rows pgx.Rows, all []*seat) (map[seatKey]rooms.Admission, error) {
	defer rows.Close()
	asked := make(map[string]*seat, len(all))
	for _, s := range all {
		asked[s.admission.ID] = s
	}
	written := make(map[seatKey]rooms.Admission, len(all))
	for rows.Next() {
		var id pgtype.UUID
		copy(id.Bytes[:], rows.RawValues()[0])
		id.Valid = true
		if s := asked[id.String()]; s != nil {
			a := s.admission
			a.CreatedAt = a.CreatedAt.UTC().Truncate(time.Microsecond)
			a.Sources = listOf(a.Sources).v
			written[s.key()] = a
			continue
		}
		a, err := scanSeat(rows)
		if err != nil {
			return nil, err
		}
		written[keyOf(a)] = a
	}
	return written, rows.Err()
}

func scanSeat(row pgx.Row) (rooms.Admission, error) {
	var id, org, room, session, person, signIn, grant pgtype.UUID
	var sources []byte
	a := rooms.Admission{State: rooms.Admitted}
	err := row.Scan(&id, &org, &room, &session, &a.WhoKind, &a.WhoID, &person, &signIn, &a.Name, &a.OrgName, &a.Assurance,
		&a.Role, &sources, &a.Reason, &a.Generation, &a.CreatedAt, &grant, &a.Visit, &a.VisitFor)
	if err != nil {
		return rooms.Admission{}, err
	}
	a.ID, a.OrgID, a.RoomID, a.SessionID = id.String(), org.String(), room.String(), session.String()
	a.PersonID, a.SignInID, a.GrantID, a.CreatedAt = person.String(), signIn.String(), grant.String(), a.CreatedAt.UTC()
	var kept document[[]access.Source]
	if err := json.Unmarshal(sources, &kept.v); err != nil {
		return rooms.Admission{}, err
	}
	a.Sources, a.Withheld, a.Silenced = rightsOf(kept)
	return a, nil
}

// seatColumns is seats turned into columns, one array each.
type seatColumns struct {
	id, org, room, person, signIn, grant    []pgtype.UUID
	kind, who, name, orgName, role, sources []string
	assurance                               []int16
	created                                 []time.Time

	event, eventOf, audit, eventOrg        []pgtype.UUID
	subject, what, actor, onBehalfOf, data []string
	seq                                    []int64
	at                                     []time.Time
	network, request                       []string
}

func columnsOf(all []*seat) (*seatColumns, error) {
	c := &seatColumns{}
	for _, s := range all {
		if err := c.add(s.admission); err != nil {
			return nil, err
		}
		for _, e := range s.outbox() {
			if err := c.happened(s, e); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

func (c *seatColumns) add(a rooms.Admission) error {
	sources, err := json.Marshal(keptRights(a).v)
	if err != nil {
		return err
	}
	for _, key := range []struct {
		column *[]pgtype.UUID
		text   string
	}{{&c.id, a.ID}, {&c.org, a.OrgID}, {&c.room, a.RoomID}, {&c.person, a.PersonID}, {&c.signIn, a.SignInID}, {&c.grant, a.GrantID}} {
		if err := appendKey(key.column, key.text); err != nil {
			return err
		}
	}
	c.kind, c.who = append(c.kind, string(a.WhoKind)), append(c.who, a.WhoID)
	c.name, c.orgName = append(c.name, a.Name), append(c.orgName, a.OrgName)
	c.assurance, c.role = append(c.assurance, int16(a.Assurance)), append(c.role, string(a.Role))
	c.sources, c.created = append(c.sources, string(sources)), append(c.created, a.CreatedAt)
	return nil
}

func (c *seatColumns) happened(s *seat, e event.Event) error {
	row := rowOfEvent(e)
	data, err := json.Marshal(row.Data.v)
	if err != nil {
		return err
	}
	for _, key := range []struct {
		column *[]pgtype.UUID
		text   string
	}{{&c.eventOf, s.admission.ID}, {&c.event, row.ID}, {&c.audit, newID()}, {&c.eventOrg, row.OrgID}} {
		if err := appendKey(key.column, key.text); err != nil {
			return err
		}
	}
	c.subject, c.seq, c.what = append(c.subject, row.Subject), append(c.seq, row.Seq), append(c.what, row.Type)
	c.actor, c.onBehalfOf = append(c.actor, row.Actor), append(c.onBehalfOf, row.OnBehalfOf)
	c.at, c.data = append(c.at, e.At), append(c.data, string(data))
	from := audit.OriginOf(s.ctx)
	c.network, c.request = append(c.network, from.Network), append(c.request, from.RequestID)
	return nil
}

// appendKey puts a key into its column; the empty one is NULL.
func appendKey(column *[]pgtype.UUID, text string) error {
	if text == "" {
		*column = append(*column, pgtype.UUID{})
		return nil
	}
	id, err := uuid.Parse(text)
	*column = append(*column, pgtype.UUID{Bytes: id, Valid: true})
	return err
}

// arguments is the columns in the order of admitPostgres.
func (c *seatColumns) arguments() []any {
	return []any{
		c.id, c.org, c.room, c.kind, c.who, c.person, c.signIn, c.name, c.orgName, c.assurance, c.role, c.sources, c.created,
		c.eventOf, c.event, c.audit, c.subject, c.seq, c.what, c.eventOrg, c.actor, c.onBehalfOf, c.at, c.data,
		c.grant, c.network, c.request,
	}
}
