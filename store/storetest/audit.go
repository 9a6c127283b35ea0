package storetest

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"parvis/audit"
)

// AuditStore is what the audit trail is kept in.
type AuditStore interface {
	audit.Trail
	audit.Recorder
	audit.Archive
}

// standalone are organizations that are there, with none above.
type standalone struct{}

func (standalone) Above(context.Context, string) ([]string, error) { return nil, nil }

// Audit is the contract of what the trail is kept in: the database, and what API tests have in its place.
func Audit(t *testing.T, open func(*testing.T) AuditStore) {
	keys, err := audit.NewKeys("a secret of the audit in the tests", "")
	if err != nil {
		t.Fatal(err)
	}
	now := Nine
	clock := func() time.Time { return now }
	start := func(t *testing.T) (AuditStore, *audit.Sealer, *audit.Service) {
		s := open(t)
		sealer := &audit.Sealer{Trail: s, Leases: always{}, Keys: keys, Keep: time.Hour, Now: clock, Logger: slog.New(slog.DiscardHandler)}
		return s, sealer, audit.New(audit.Ports{Archive: s, Recorder: s, Orgs: standalone{}, Keys: keys, Now: clock})
	}
	one, two := NewID(), NewID()
	write := func(t *testing.T, s AuditStore, org string, subjects ...string) {
		t.Helper()
		for _, subject := range subjects {
			e := audit.Entry{At: now, OrgID: org, Action: "room.updated", Actor: "service:a", Subject: subject, Network: "192.0.2.0/24"}
			if err := s.Record(t.Context(), []audit.Entry{e}); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Run("nothing is found before it is sealed, and everything once after", func(t *testing.T) {
		s, sealer, service := start(t)
		write(t, s, one, "room:1", "room:2", "room:3")
		write(t, s, two, "room:4")
		if got, err := service.Search(t.Context(), audit.Operator(), "", audit.Query{Subject: "room:1"}); err != nil || len(got.Rows) != 0 {
			t.Fatalf("got %d, %v", len(got.Rows), err)
		}
		if err := sealer.Turn(t.Context()); err != nil {
			t.Fatal(err)
		}
		var subjects []string
		for q := (audit.Query{PageSize: 2, Action: "room.updated"}); ; {
			got, err := service.Search(t.Context(), audit.Operator(), one, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range got.Rows {
				if subjects = append(subjects, r.Subject); r.Personal.Network != "192.0.2.0/24" {
					t.Errorf("got %+v", r.Personal)
				}
			}
			if q.Cursor = got.Next; q.Cursor == "" {
				break
			}
		}
		if got := strings.Join(subjects, " "); got != "room:3 room:2 room:1" {
			t.Errorf("got %s", got)
		}
		if r, err := service.Verify(t.Context(), audit.Trust{}); err != nil || !r.Holds() || r.Batches != 1 {
			t.Errorf("got %+v, %v", r, err)
		}
	})
	t.Run("what expires leaves its hashes and a word", func(t *testing.T) {
		s, sealer, service := start(t)
		write(t, s, one, "room:1")
		if err := sealer.Turn(t.Context()); err != nil {
			t.Fatal(err)
		}
		now = now.Add(audit.LeastKept)
		if err := sealer.Expire(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, err := s.WaitingEntries(t.Context(), 10); err != nil || n != 1 {
			t.Errorf("%d entries wait, %v", n, err)
		}
		if r, err := service.Verify(t.Context(), audit.Trust{}); err != nil || !r.Holds() || r.Rows != 0 || r.Expired != 1 {
			t.Errorf("got %+v, %v", r, err)
		}
	})
}

type always struct{}

func (always) Take(context.Context, string, string, time.Time, time.Time) (bool, error) {
	return true, nil
}
