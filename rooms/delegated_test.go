package rooms_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

// witness sees what hosts do as the database is told of it.
type witness struct {
	*wall
	acts []rooms.Act
}

func (w *witness) UpdateRunning(ctx context.Context, roomID string, at time.Time, change func(*rooms.Running) error) (rooms.Moderated, error) {
	return w.wall.UpdateRunning(ctx, roomID, at, func(r *rooms.Running) error {
		err := change(r)
		w.acts = r.Acts
		return err
	})
}

func TestWhatSoftwareDoesForAHostNamesBoth(t *testing.T) {
	m := open(t).meeting()
	w := &witness{wall: m.db}
	s := rooms.New(rooms.Ports{Rooms: m.db, Admissions: m.db, Hosts: w, Live: m.db, Media: m.media, Now: m.clock.now, Logger: slog.New(slog.DiscardHandler)})
	t.Cleanup(s.Close)
	software := m.owner
	software.OnBehalfOf, software.Scopes, software.SignInID = "agenda", []auth.Scope{auth.ScopeRoomsRead}, ""
	m.refused(s.Lock(t.Context(), software, m.room.Slug, true), fault.CodeScopeMissing)
	if w.acts != nil {
		t.Errorf("refused, and told: %+v", w.acts)
	}
	software.Scopes = []auth.Scope{auth.ScopeRoomsWrite}
	m.must(s.Lock(t.Context(), software, m.room.Slug, true))
	if len(w.acts) != 1 || w.acts[0].Actor != "person:"+m.owner.ID || w.acts[0].OnBehalfOf != "agenda" {
		t.Errorf("got %+v", w.acts)
	}
}
