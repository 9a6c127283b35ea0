package store

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"parvis/fault"
	"parvis/once"
)

const (
	// idempotencyKept is how long an answer is repeated.
	idempotencyKept = 24 * time.Hour
	// idempotencyRunning is after how long a key whose request never finished is free again: its process has died.
	idempotencyRunning = 2 * time.Minute
)

type idempotencyRow struct {
	RequestHash []byte
	Status      int
	Header      document[map[string]string]
	Body        []byte
	CreatedAt   moment
}

// BeginIdempotent claims a key for a request, by who asks (principal), route and key. found tells that the same request
// was answered within the last 24 hours: this is its answer. Not found means: go on, and say how it ended by
// FinishIdempotent or ForgetIdempotent; header is then what an earlier run has made that died before it could say how it ended (see
// package once): that is not to be made again, and only the same request goes on under the key. Errors: fault codes idempotency-key-in-use while the first request runs,
// idempotency-key-reused when that was another one.
func (d *DB) BeginIdempotent(ctx context.Context, principal, route, key string, requestHash []byte, now time.Time) (found bool, status int, header map[string]string, body []byte, err error) {
	err = d.write(ctx, "begin idempotent request", func(t *tx) error {
		if err := t.unhurried(); err != nil {
			return err
		}
		claimed, err := all[struct{ Header document[map[string]string] }](t.DB, `INSERT INTO idempotency_keys (principal, route, key, request_hash, status, header, created_at)
			VALUES (?, ?, ?, ?, 0, '{}', ?)
			ON CONFLICT (principal, route, key) DO UPDATE
			SET request_hash = excluded.request_hash, status = 0, body = NULL, created_at = excluded.created_at,
				header = CASE WHEN idempotency_keys.status = 0 AND idempotency_keys.created_at > ? THEN idempotency_keys.header ELSE excluded.header END
			WHERE idempotency_keys.created_at <= ? OR (idempotency_keys.status = 0 AND idempotency_keys.created_at <= ?
				AND (idempotency_keys.header = '{}' OR idempotency_keys.request_hash = excluded.request_hash))
			RETURNING header`,
			principal, route, key, requestHash, moment(now), moment(now.Add(-idempotencyKept)), moment(now.Add(-idempotencyKept)), moment(now.Add(-idempotencyRunning)))
		if err != nil {
			return err
		}
		if found = len(claimed) == 0; !found {
			header = claimed[0].Header.v
			return nil
		}
		var row idempotencyRow
		err = one(t.DB, &row, "SELECT request_hash, status, header, body, created_at FROM idempotency_keys WHERE principal = ? AND route = ? AND key = ?", principal, route, key)
		switch {
		case err != nil:
			return err
		case !bytes.Equal(row.RequestHash, requestHash):
			return fault.New(fault.CodeIdempotencyReuse, "this key was used for another request")
		case row.Status == 0:
			return fault.New(fault.CodeIdempotencyRunning, "the first request with this key still runs").After(time.Second)
		}
		status, header, body = row.Status, row.Header.v, row.Body
		return nil
	})
	if err != nil {
		return false, 0, nil, nil, err
	}
	return found, status, header, body, nil
}

// unhurried has the commit of this transaction not wait for the disk. It is for what is lost without harm unless something is
// kept that is committed later: the log is written in order, so that whatever waits for the disk after a claim has the claim
// there too. A claim cannot be part of what it is for: who comes with the same key meanwhile has to see it.
func (t *tx) unhurried() error {
	if !t.store.dialect.postgres() {
		return nil
	}
	_, err := exec(t.DB, "SET LOCAL synchronous_commit TO off")
	return err
}

// FinishIdempotent keeps the answer of a request whose key was claimed.
func (d *DB) FinishIdempotent(ctx context.Context, principal, route, key string, status int, header map[string]string, body []byte) error {
	if header == nil {
		header = map[string]string{}
	}
	return d.write(ctx, "finish idempotent request", func(t *tx) error {
		_, err := exec(t.DB, "UPDATE idempotency_keys SET status = ?, header = ?, body = ? WHERE principal = ? AND route = ? AND key = ? AND status = 0",
			status, documentOf(header), body, principal, route, key)
		return err
	})
}

// ForgetIdempotent gives a key back whose request failed: it may be tried again. What it has made all the same stays noted.
func (d *DB) ForgetIdempotent(ctx context.Context, principal, route, key string) error {
	const running = " WHERE principal = ? AND route = ? AND key = ? AND status = 0"
	return d.write(ctx, "forget idempotent request", func(t *tx) error {
		gone, err := exec(t.DB, "DELETE FROM idempotency_keys"+running+" AND header = '{}'", principal, route, key)
		if err != nil || gone > 0 {
			return err
		}
		began, err := all[struct{ CreatedAt moment }](t.DB, "SELECT created_at FROM idempotency_keys"+running, principal, route, key)
		if err != nil || len(began) == 0 {
			return err
		}
		_, err = exec(t.DB, "UPDATE idempotency_keys SET created_at = ?"+running, moment(began[0].CreatedAt.time().Add(-idempotencyRunning)), principal, route, key)
		return err
	})
}

// made is batch.made for what is written statement by statement: the last of them.
func (t *tx) made(kind, ref string) error {
	b := t.batch()
	b.made(kind, ref)
	return b.send()
}

// made notes what a transaction makes under the key of the request that asked for it, if that has one: see package once.
func (b *batch) made(kind, ref string) {
	ctx := b.t.Statement.Context
	k, ok := once.Of(ctx)
	if !ok {
		return
	}
	note, err := json.Marshal(map[string]string{once.Name(ctx, kind): ref})
	b.fail(err)
	with := "json_patch(header, ?)"
	if b.t.store.dialect.postgres() {
		with = "header || CAST(CAST(? AS text) AS jsonb)"
	}
	b.exec("UPDATE idempotency_keys SET header = "+with+" WHERE principal = ? AND route = ? AND key = ? AND status = 0", string(note), k.Principal, k.Route, k.Key)
}
