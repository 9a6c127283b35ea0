package api_test

import (
	"context"
	"slices"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// rooms.HostStore: a session runs in a room that somebody was put into.

func (w *world) Running(_ context.Context, roomID string, _ time.Time) (rooms.Running, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.running(roomID)
}

func (w *world) running(roomID string) (rooms.Running, error) {
	run := rooms.Running{Room: w.byID(roomID), Session: w.session, Adjusted: w.adjusted}
	for _, a := range w.admissions {
		if a.RoomID == roomID && a.Live() {
			joined := w.now
			run.People = append(run.People, rooms.Person{Admission: a, JoinedAt: &joined})
		}
	}
	slices.SortFunc(run.People, func(a, b rooms.Person) int { return len(a.Name) - len(b.Name) })
	if len(run.People) == 0 {
		return run, fault.New(fault.CodeNoSession, "nobody is in this room")
	}
	return run, nil
}

func (w *world) UpdateRunning(_ context.Context, roomID string, _ time.Time, change func(*rooms.Running) error) (rooms.Moderated, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fails != nil {
		return rooms.Moderated{}, w.fails
	}
	run, err := w.running(roomID)
	if err != nil {
		return rooms.Moderated{}, err
	}
	run = run.Clone()
	if err := change(&run); err != nil {
		return rooms.Moderated{}, err
	}
	done := rooms.Moderated{Running: run}
	for _, p := range run.People {
		if p.State == rooms.Ended {
			done.Ended = append(done.Ended, rooms.Ending{Admission: p.Admission})
		}
		w.admissions[p.ID] = p.Admission
	}
	w.session, w.adjusted, w.acts = run.Session, run.Adjusted, append(w.acts, run.Acts...)
	w.blocks = append(w.blocks, run.Blocks...)
	r := w.byID(roomID)
	r.Guarded, r.Entry = true, run.Room.Entry
	w.rooms[r.Slug] = r
	return done, nil
}

func (w *world) Threshold(context.Context, string) (rooms.Threshold, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := rooms.Threshold{SessionID: w.session.ID, Locked: w.session.LockedAt != nil, Permits: w.session.Permits, Adjusted: w.adjusted, Blocked: map[rooms.Who]bool{}}
	for _, b := range w.blocks {
		t.Blocked[b.Who] = true
	}
	return t, nil
}

func (w *world) AtDoor(context.Context, string, string, rooms.Who) (rooms.AtDoor, error) {
	return rooms.AtDoor{}, nil
}

func (w *world) UpdateSince(ctx context.Context, roomID, actID string, now time.Time, change func(*rooms.Running, []rooms.Act) error) (rooms.Moderated, error) {
	w.mu.Lock()
	acts := slices.Clone(w.acts)
	w.mu.Unlock()
	i := slices.IndexFunc(acts, func(a rooms.Act) bool { return a.ID == actID })
	if i < 0 {
		return rooms.Moderated{}, fault.New(fault.CodeNotFound, "there is no such act")
	}
	return w.UpdateRunning(ctx, roomID, now, func(run *rooms.Running) error { return change(run, acts[i:]) })
}

func (w *world) Blocks(context.Context, string) ([]rooms.Block, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.blocks), nil
}

func (w *world) Unblock(_ context.Context, _, id string, a rooms.Act, _ event.Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.blocks, func(b rooms.Block) bool { return b.ID == id })
	if i < 0 {
		return fault.New(fault.CodeBlockNotFound, "there is no such block")
	}
	a.TargetName = w.blocks[i].Name
	w.blocks, w.acts = slices.Delete(w.blocks, i, i+1), append(w.acts, a)
	return nil
}

// What rooms asks of the SFU for hosts.

func (m media) Apply(_ context.Context, _ string, a rooms.Admission) error {
	m.w.mu.Lock()
	defer m.w.mu.Unlock()
	m.w.applied = append(m.w.applied, a)
	return nil
}

func (m media) Mute(_ context.Context, _, identity string, source access.Ability) (bool, error) {
	m.w.mu.Lock()
	defer m.w.mu.Unlock()
	m.w.muted = append(m.w.muted, identity+" "+string(source))
	return true, nil
}

func (m media) MuteAll(_ context.Context, _ string, source access.Ability, except func(string) bool) ([]string, error) {
	m.w.mu.Lock()
	defer m.w.mu.Unlock()
	var muted []string
	for id, a := range m.w.admissions {
		if a.Live() && !except(id) {
			muted = append(muted, id)
			m.w.muted = append(m.w.muted, id+" "+string(source))
		}
	}
	return muted, nil
}

// changes tells how often anything was changed in a call.
func (w *world) changes() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.acts) + len(w.blocks) + len(w.applied) + len(w.muted) + len(w.signals)
}

// seat puts somebody into a room with a role.
func (w *world) seat(who auth.Identity, slug string, role access.Role) string {
	id := w.admit(who, slug)
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.admissions[id]
	a.Role, a.Sources = role, access.AllSources()
	w.admissions[id] = a
	return id
}
