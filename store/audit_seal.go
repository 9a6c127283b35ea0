package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"parvis/audit"
	"parvis/auth"
)

var (
	_ audit.Trail    = (*DB)(nil)
	_ audit.Recorder = (*DB)(nil)
	_ audit.Archive  = (*DB)(nil)
)

// sealLock: one sealer among the replicas, should the lease of one run out while it works.
const sealLock = 0x70617564 // "paud"

type batchRow struct {
	ID              int64
	Size            int
	Root            []byte
	PreviousRoot    []byte
	KeyID           string
	Signature       []byte
	SealedAt        moment
	Leaves          []byte
	ExpiredAt       *moment
	ExpirySignature optionalBytes
}

func (batchRow) TableName() string { return "audit_batches" }

func rowOfBatch(b audit.Batch) batchRow {
	leaves := make([]byte, 0, len(b.Leaves)*len(audit.Hash{}))
	for _, h := range b.Leaves {
		leaves = append(leaves, h[:]...)
	}
	return batchRow{
		ID: b.ID, Size: b.Size, Root: b.Root[:], PreviousRoot: b.PreviousRoot[:], KeyID: b.KeyID, Signature: b.Signature,
		SealedAt: moment(b.SealedAt), Leaves: leaves, ExpiredAt: momentOf(b.ExpiredAt), ExpirySignature: b.ExpirySignature,
	}
}

// batch reads what may have been tampered with: a hash of another length is another hash, and never a panic.
func (r batchRow) batch() audit.Batch {
	b := audit.Batch{
		ID: r.ID, Size: r.Size, KeyID: r.KeyID, Signature: r.Signature, SealedAt: r.SealedAt.time(), ExpiredAt: timeOf(r.ExpiredAt), ExpirySignature: r.ExpirySignature,
	}
	copy(b.Root[:], r.Root)
	copy(b.PreviousRoot[:], r.PreviousRoot)
	for rest := r.Leaves; len(rest) > 0; {
		var h audit.Hash
		n := copy(h[:], rest)
		b.Leaves, rest = append(b.Leaves, h), rest[n:]
	}
	return b
}

type trailRow struct {
	ID          string
	BatchID     int64
	Position    int
	At          moment
	OrgID       string
	Action      string
	Actor       string
	OnBehalfOf  string
	Subject     string
	Result      string
	Code        string
	RequestID   string
	Data        string
	Personal    optionalBytes
	PersonKeyID optional
}

// trailColumns reads data as text, which need not be JSON after somebody was at it.
const trailColumns = `t.id, t.batch_id, t.position, t.at, t.org_id, t.action, t.actor, t.on_behalf_of, t.subject, t.result, t.code, t.request_id,
	CAST(t.data AS TEXT) AS data, t.personal, t.person_key_id`

func (r trailRow) row() audit.Row {
	return audit.Row{
		ID: r.ID, At: r.At.time(), OrgID: r.OrgID, Action: r.Action, Actor: r.Actor, OnBehalfOf: r.OnBehalfOf, Subject: r.Subject,
		Result: audit.Result(r.Result), Code: r.Code, RequestID: r.RequestID, Data: json.RawMessage(r.Data),
		KeyID: string(r.PersonKeyID), Personal: r.Personal, Batch: r.BatchID, Position: r.Position,
	}
}

type waitingRow struct {
	ID         string
	At         moment
	OrgID      string
	Action     string
	Actor      string
	OnBehalfOf string
	Subject    string
	Result     string
	Code       string
	RequestID  string
	Network    string
	Reason     string
	Data       string
}

const waitingColumns = "id, at, org_id, action, actor, on_behalf_of, subject, result, code, request_id, network, reason, CAST(data AS TEXT) AS data"

func (r waitingRow) entry() audit.Entry {
	return audit.Entry{
		ID: r.ID, At: r.At.time(), OrgID: r.OrgID, Action: r.Action, Actor: r.Actor, OnBehalfOf: r.OnBehalfOf, Subject: r.Subject,
		Result: audit.Result(r.Result), Code: r.Code, RequestID: r.RequestID, Network: r.Network, Reason: r.Reason, Data: json.RawMessage(r.Data),
	}
}

// Seal implements audit.Trail. It is asked all the time, and there is nothing to do most of it: that costs one look.
func (d *DB) Seal(ctx context.Context, most int, compose func(audit.Waiting) (audit.Sealing, error)) (n int, err error) {
	waiting, err := d.WaitingEntries(ctx, 1)
	if err != nil || waiting == 0 {
		return 0, err
	}
	err = d.write(ctx, "seal the audit", func(t *tx) error {
		if d.dialect.postgres() {
			if _, err := exec(t.DB, "SELECT pg_advisory_xact_lock(?)", sealLock); err != nil {
				return err
			}
		}
		w, err := t.waitingEntries(most)
		if n = len(w.Entries); err != nil || n == 0 {
			return err
		}
		s, err := compose(w)
		if err != nil {
			return err
		}
		return t.seal(s)
	})
	return n, err
}

// WaitingEntries counts what is not sealed yet, up to a bound.
func (d *DB) WaitingEntries(ctx context.Context, most int) (n int, err error) {
	err = d.read(ctx, "waiting audit", func(g *gorm.DB) error {
		return one(g, &n, "SELECT COUNT(*) FROM (SELECT 1 FROM audit LIMIT ?) w", most)
	})
	return n, err
}

func (t *tx) waitingEntries(most int) (audit.Waiting, error) {
	w := audit.Waiting{People: map[string]audit.Personal{}, Keys: map[string]audit.PersonKey{}}
	rows, err := all[waitingRow](t.DB, "SELECT "+waitingColumns+" FROM audit ORDER BY id LIMIT ?", most)
	if err != nil || len(rows) == 0 {
		return w, err
	}
	var people []string
	for _, r := range rows {
		e := r.entry()
		if w.Entries = append(w.Entries, e); isKey(e.Person()) {
			people = append(people, e.Person())
		}
	}
	if err := t.named(distinct(people), &w); err != nil {
		return w, err
	}
	w.Last, err = newestBatch(t.DB)
	return w, err
}

// named reads who acted, and their keys. The keys are held, so that none is destroyed while names are put under it.
func (t *tx) named(people []string, w *audit.Waiting) error {
	return chunks(people, func(some []string) error {
		rows, err := all[personRow](t.DB, "SELECT id, given_name, family_name, email FROM people WHERE id IN ?", some)
		if err != nil {
			return err
		}
		for _, r := range rows {
			w.People[r.ID] = audit.Personal{Name: r.person().DisplayName(), Email: r.Email}
		}
		keys, err := all[personKeyRow](t.DB, "SELECT * FROM person_keys WHERE person_id IN ?"+t.store.dialect.forShare, some)
		for _, k := range keys {
			w.Keys[k.PersonID] = k.key()
		}
		return err
	})
}

type personKeyRow struct {
	ID          string
	PersonID    string
	Wrapped     optionalBytes
	CreatedAt   moment
	DestroyedAt *moment
	Destruction optionalBytes
}

func (personKeyRow) TableName() string { return "person_keys" }

func (r personKeyRow) key() audit.PersonKey {
	k := audit.PersonKey{ID: r.ID, PersonID: r.PersonID, Wrapped: r.Wrapped, CreatedAt: r.CreatedAt.time(), Destroyed: r.DestroyedAt != nil, Destruction: r.Destruction}
	if k.Destroyed {
		k.DestroyedAt = r.DestroyedAt.time()
	}
	return k
}

// newestBatch is without its hashes, which nobody needs to go on from it.
func newestBatch(g *gorm.DB) (audit.Batch, error) {
	rows, err := all[batchRow](g, "SELECT id, size, root, previous_root, key_id, signature, sealed_at, expired_at, expiry_signature FROM audit_batches ORDER BY id DESC LIMIT 1")
	if err != nil || len(rows) == 0 {
		return audit.Batch{}, err
	}
	return rows[0].batch(), nil
}

// NewestBatch implements audit.Trail.
func (d *DB) NewestBatch(ctx context.Context) (b audit.Batch, err error) {
	err = d.read(ctx, "newest audit batch", func(g *gorm.DB) error {
		b, err = newestBatch(g)
		return err
	})
	return b, err
}

func (t *tx) seal(s audit.Sealing) error {
	b := t.batch()
	keys := make([]personKeyRow, len(s.Keys))
	for i, k := range s.Keys {
		keys[i] = personKeyRow{ID: k.ID, PersonID: k.PersonID, Wrapped: k.Wrapped, CreatedAt: moment(k.CreatedAt)}
	}
	insert(b, keys)
	insert(b, []batchRow{rowOfBatch(s.Batch)})
	if err := b.send(); err != nil {
		return fmt.Errorf("batch %d: %w", s.Batch.ID, err)
	}
	if t.store.dialect.postgres() {
		return t.sealPostgres(s)
	}
	return chunks(s.Rows, func(some []audit.Row) error { return t.sealSQLite(s.Batch.ID, some) })
}

// What was written goes over as it stands in the database: a change between the look and the seal shows.
const (
	sealedInto  = "INSERT INTO audit_trail (id, batch_id, position, at, org_id, action, actor, on_behalf_of, subject, result, code, request_id, data, personal, person_key_id) "
	sealedAsIs  = "a.at, a.org_id, a.action, a.actor, a.on_behalf_of, a.subject, a.result, a.code, a.request_id, a.data"
	sealedGoing = "id, at, org_id, action, actor, on_behalf_of, subject, result, code, request_id, data"
)

const sealPostgres = `WITH a AS (DELETE FROM audit WHERE id = ANY($2::uuid[]) RETURNING ` + sealedGoing + `)
	` + sealedInto + `SELECT a.id, $1, x.position, ` + sealedAsIs + `, x.personal, x.key
	FROM unnest($2::uuid[], $3::integer[], $4::bytea[], $5::uuid[]) AS x(id, position, personal, key) JOIN a ON a.id = x.id`

func (t *tx) sealPostgres(s audit.Sealing) error {
	ids, positions := make([]string, len(s.Rows)), make([]int32, len(s.Rows))
	personal, keys := make([][]byte, len(s.Rows)), make([]*string, len(s.Rows))
	for i, r := range s.Rows {
		ids[i], positions[i], personal[i] = r.ID, int32(r.Position), r.Personal
		if r.KeyID != "" {
			keys[i] = &r.KeyID
		}
	}
	_, err := t.Statement.ConnPool.ExecContext(t.Statement.Context, sealPostgres, s.Batch.ID, ids, positions, personal, keys)
	return err
}

func (t *tx) sealSQLite(batch int64, rows []audit.Row) error {
	args, ids := []any{batch}, make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
		args = append(args, r.ID, r.Position, optionalBytes(r.Personal), optional(r.KeyID))
	}
	values := strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?), ", len(rows)), ", ")
	_, err := exec(t.DB, sealedInto+"SELECT a.id, ?, x.column2, "+sealedAsIs+", x.column3, x.column4 FROM (VALUES "+values+") x JOIN audit a ON a.id = x.column1", args...)
	if err != nil {
		return err
	}
	_, err = exec(t.DB, "DELETE FROM audit WHERE id IN ?", ids)
	return err
}

// ExpireBatches implements audit.Trail.
func (d *DB) ExpireBatches(ctx context.Context, sealedBy time.Time, most int, now time.Time, expire func(audit.Batch) (audit.Batch, error)) (n int, err error) {
	err = d.write(ctx, "expire the audit", func(t *tx) error {
		held, args, err := t.heldBatches(sealedBy)
		if err != nil {
			return err
		}
		rows, err := all[batchRow](t.DB, "SELECT * FROM audit_batches WHERE expired_at IS NULL AND sealed_at <= ?"+held+" ORDER BY sealed_at, id LIMIT ?"+d.dialect.forUpdate,
			append(append([]any{moment(sealedBy)}, args...), most)...)
		if n = len(rows); err != nil || n == 0 {
			return err
		}
		ids, taken := make([]int64, n), 0
		for i, r := range rows {
			ids[i], taken = r.ID, taken+r.Size
			b, err := expire(r.batch())
			if err != nil {
				return err
			}
			if _, err := exec(t.DB, "UPDATE audit_batches SET expired_at = ?, expiry_signature = ? WHERE id = ?", momentOf(b.ExpiredAt), b.ExpirySignature, b.ID); err != nil {
				return err
			}
		}
		if _, err := exec(t.DB, "DELETE FROM audit_trail WHERE batch_id IN ?", ids); err != nil {
			return err
		}
		data, err := json.Marshal(map[string]any{"batches": n, "rows": taken, "first": ids[0], "last": ids[n-1]})
		if err != nil {
			return err
		}
		return t.record(audit.Entry{At: now, OrgID: auth.DefaultOrgID, Action: audit.Expired, Actor: "system:audit", Subject: fmt.Sprintf("audit-batch:%d", ids[n-1]), Data: data})
	})
	return n, err
}
