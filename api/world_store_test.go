package api_test

import (
	"bytes"
	"context"
	"slices"
	"time"

	"parvis/access"
	"parvis/event"
	"parvis/fault"
	"parvis/once"
	"parvis/rooms"
)

// rooms.RoomStore

func (w *world) CreateRoom(ctx context.Context, r rooms.Room, grants []access.Grant, events []event.Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fails != nil {
		return w.fails
	}
	w.told = append(w.told, events...)
	w.rooms[r.Slug] = r
	w.grants = append(w.grants, grants...)
	w.noteMade(ctx, once.Room, r.Slug)
	return nil
}

func (w *world) Room(_ context.Context, slug string) (rooms.Room, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lookups++
	if w.fails != nil {
		return rooms.Room{}, w.fails
	}
	r, ok := w.rooms[slug]
	if !ok {
		return rooms.Room{}, fault.New(fault.CodeRoomNotFound, "there is no room of this code")
	}
	return r, nil
}

func (w *world) UpdateRoom(_ context.Context, id string, change func(*rooms.Room) ([]event.Event, error)) (rooms.Room, error) {
	w.mu.Lock()
	r := w.byID(id)
	now := w.now
	w.mu.Unlock()
	r.Tags = slices.Clone(r.Tags)
	if _, err := change(&r); err != nil {
		return rooms.Room{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	r.Version++
	r.UpdatedAt = now
	w.rooms[r.Slug] = r
	return r, nil
}

func (w *world) byID(id string) rooms.Room {
	for _, r := range w.rooms {
		if r.ID == id {
			return r
		}
	}
	return rooms.Room{}
}

func (w *world) Rooms(_ context.Context, q rooms.RoomQuery) (rooms.RoomPage, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var page rooms.RoomPage
	for _, slug := range slices.Sorted(func(yield func(string) bool) {
		for slug := range w.rooms {
			if !yield(slug) {
				return
			}
		}
	}) {
		r := w.rooms[slug]
		role := access.Strongest(w.held(r.ID, q.Subjects), nil, q.Now).Role
		mine := role != access.NoRole || (q.AllOfOrg && r.OrgID == q.OrgID)
		if !mine || (r.ArchivedAt != nil) != q.Archived || (q.Cursor != "" && slug <= q.Cursor) {
			continue
		}
		if len(page.Rooms) == q.PageSize {
			page.Next = page.Rooms[len(page.Rooms)-1].Slug
			break
		}
		page.Rooms = append(page.Rooms, rooms.Listed{Room: r, Role: role})
	}
	return page, nil
}

func (w *world) Grants(_ context.Context, roomID string, subjects []access.Subject) ([]access.Grant, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.held(roomID, subjects), nil
}

func (w *world) held(roomID string, subjects []access.Subject) []access.Grant {
	var held []access.Grant
	for _, g := range w.grants {
		if g.RoomID == roomID && slices.Contains(subjects, g.Subject) {
			held = append(held, g)
		}
	}
	return held
}

func (w *world) Openings(_ context.Context, roomID string) (access.Openings, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.openings[roomID], nil
}

func (w *world) Link(_ context.Context, roomID string, tokenHash []byte) (access.Link, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lookups++
	for _, l := range w.links {
		if l.RoomID == roomID && l.RevokedAt == nil && bytes.Equal(l.TokenHash, tokenHash) {
			return l, true, nil
		}
	}
	return access.Link{}, false, nil
}

func (w *world) LastUsed(context.Context, string) (*time.Time, error) { return nil, nil }

// rooms.AdmissionStore

func (w *world) Admit(_ context.Context, a rooms.Admission, _ []event.Event) (rooms.Admission, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fails != nil {
		return rooms.Admission{}, w.fails
	}
	w.admissions[a.ID] = a
	return a, nil
}

func (w *world) Admission(_ context.Context, id string) (rooms.Entered, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a, ok := w.admissions[id]
	if !ok {
		return rooms.Entered{}, fault.New(fault.CodeNotFound, "there is no such admission")
	}
	return rooms.Entered{Admission: a, Room: w.byID(a.RoomID)}, nil
}

func (w *world) EndAdmissions(_ context.Context, which rooms.AdmissionSelection, reason rooms.EndReason, _ time.Time) ([]rooms.Ending, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var endings []rooms.Ending
	for id, a := range w.admissions {
		if a.Live() && (id == which.ID || (which.RoomID != "" && a.RoomID == which.RoomID)) {
			a.State, a.Reason = rooms.Ended, reason
			w.admissions[id] = a
			endings = append(endings, rooms.Ending{Admission: a})
		}
	}
	return endings, nil
}

// rooms.LiveStore

func (w *world) AddMessage(_ context.Context, m rooms.Message, keep bool) (int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if keep {
		w.messages = append(w.messages, m)
	}
	return int64(len(w.messages)), nil
}

func (w *world) SetHand(_ context.Context, admissionID string, at *time.Time) (int64, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, was := w.hands[admissionID]
	if at == nil {
		delete(w.hands, admissionID)
	} else {
		w.hands[admissionID] = *at
	}
	return 1, was != (at != nil), nil
}

func (w *world) State(context.Context, string, string, int) (rooms.State, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	st := rooms.State{Seq: int64(len(w.messages)), Messages: slices.Clone(w.messages)}
	for id, at := range w.hands {
		st.Hands = append(st.Hands, rooms.Hand{AdmissionID: id, Name: w.admissions[id].Name, RaisedAt: at})
	}
	return st, nil
}
