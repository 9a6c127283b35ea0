package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"parvis/fault"
	"parvis/rooms"
)

func trusted() caches {
	c := newCaches()
	c.ledger.trustFor(time.Hour)
	return c
}

func TestAValueReadBeforeAChangeIsNotKeptAfterIt(t *testing.T) {
	c := trusted()
	mark := c.ledger.mark() // a slow read begins
	c.ledger.forget("room:1")
	c.rooms.put("slug", rooms.Room{Name: "old"}, "room:1", mark)
	if r, ok := c.rooms.get("slug"); ok {
		t.Errorf("got %q", r.Name)
	}
	c.rooms.put("slug", rooms.Room{Name: "new"}, "room:1", c.ledger.mark())
	if r, ok := c.rooms.get("slug"); !ok || r.Name != "new" {
		t.Errorf("got %q, %v", r.Name, ok)
	}
}

func TestForgettingOneThingLeavesTheOthers(t *testing.T) {
	c := trusted()
	for i := range 10 {
		c.rooms.put(fmt.Sprint(i), rooms.Room{}, fmt.Sprint("room:", i), c.ledger.mark())
	}
	c.ledger.forget("room:3")
	kept := 0
	for i := range 10 {
		if _, ok := c.rooms.get(fmt.Sprint(i)); ok {
			kept++
		}
	}
	if _, ok := c.rooms.get("3"); ok || kept < 8 { // two tags may share a stripe
		t.Errorf("%d are left, the third: %v", kept, ok)
	}
	c.ledger.forgetAll()
	for i := range 10 {
		if _, ok := c.rooms.get(fmt.Sprint(i)); ok {
			t.Errorf("%d outlived everything", i)
		}
	}
}

func TestCachesAreSilentWhenTheReaderOfChangesIs(t *testing.T) {
	c := trusted()
	c.rooms.put("slug", rooms.Room{}, "room:1", c.ledger.mark())
	c.ledger.trustFor(-time.Second)
	if _, ok := c.rooms.get("slug"); ok {
		t.Error("it answered")
	}
	c.rooms.put("other", rooms.Room{}, "room:2", c.ledger.mark())
	c.ledger.trustFor(time.Hour)
	if _, ok := c.rooms.get("other"); ok {
		t.Error("it took in while it was off")
	}
}

func TestDatabaseErrorsHaveOneMeaning(t *testing.T) {
	for code, want := range map[string]fault.Code{
		"23505": fault.CodeConflict, "23503": fault.CodeConflict, "22021": fault.CodeInvalid,
		"57014": fault.CodeDatabaseUnavailable, "55P03": fault.CodeDatabaseUnavailable, "53300": fault.CodeDatabaseUnavailable,
		"57P01": fault.CodeDatabaseUnavailable, "08006": fault.CodeDatabaseUnavailable, "40P01": fault.CodeDatabaseUnavailable,
		"42P01": fault.CodeInternal, "23514": fault.CodeInternal,
	} {
		if got := fault.Of(asFault(t.Context(), "op", fmt.Errorf("x: %w", &pgconn.PgError{Code: code}))).Code; got != want {
			t.Errorf("%s: got %s, want %s", code, got, want)
		}
	}
	refusal := fault.New(fault.CodeRemoved, "removed")
	for err, want := range map[error]fault.Code{
		gorm.ErrRecordNotFound: fault.CodeNotFound, gorm.ErrDuplicatedKey: fault.CodeConflict, errPoolBusy: fault.CodeDatabaseUnavailable,
		io.ErrUnexpectedEOF: fault.CodeDatabaseUnavailable, context.DeadlineExceeded: fault.CodeDatabaseUnavailable,
		errors.New("surprise"): fault.CodeInternal, refusal: fault.CodeRemoved,
	} {
		if got := fault.Of(asFault(t.Context(), "op", err)).Code; got != want {
			t.Errorf("%v: got %s, want %s", err, got, want)
		}
	}
	if asFault(t.Context(), "op", nil) != nil {
		t.Error("no error is no fault")
	}
}

func TestThoseOfABatchWhoWantTheSameShareARow(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	ask := func(ctx context.Context, id, signIn, room, name string) *request {
		return &request{ctx: ctx, admission: rooms.Admission{ID: id, SignInID: signIn, RoomID: room, Name: name}}
	}
	got := seats([]*request{
		ask(t.Context(), "1", "s", "r", "Anna"), ask(t.Context(), "2", "s", "r", "Anne"), ask(t.Context(), "3", "s", "q", "Anna"),
		ask(gone, "4", "t", "r", "Gone"), ask(t.Context(), "5", "", "r", "Bridge"), ask(t.Context(), "6", "", "r", "Bridge"),
	})
	if len(got) != 4 {
		t.Fatalf("%d rows", len(got))
	}
	if s := got[0]; s.admission.ID != "1" || s.admission.Name != "Anne" || len(s.callers) != 2 {
		t.Errorf("the first one's id, the last one's name: %+v", s.admission)
	}
}
