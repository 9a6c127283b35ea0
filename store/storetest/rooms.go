package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/policy"
	"parvis/rooms"
)

// Rooms is the suite of rooms.RoomStore. Each call of newStore gives an empty store.
func Rooms(t *testing.T, newStore func(*testing.T) rooms.RoomStore) {
	t.Run("an unknown link is not found", func(t *testing.T) {
		_, err := newStore(t).Room(t.Context(), "aaa-bbbb-ccc")
		if !fault.HasCode(err, fault.CodeRoomNotFound) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a room comes back as it was written, times in UTC", func(t *testing.T) { roomRoundTrip(t, newStore(t)) })
	t.Run("two rooms never share a link", func(t *testing.T) {
		s := newStore(t)
		createRoom(t, s, "aaa-bbbb-ccc")
		again := Room("aaa-bbbb-ccc")
		again.MediaName = "another"
		mustBe(t, s.CreateRoom(t.Context(), again, ownedBy(again, NewID()), nil), fault.Conflict)
		if grants, err := s.Grants(t.Context(), again.ID, []access.Subject{{Kind: access.SubjectPerson, ID: "x"}}); err != nil || len(grants) != 0 {
			t.Errorf("a refused room leaves nothing: %v, %v", grants, err)
		}
	})
	t.Run("two rooms of an organization never share an external name", func(t *testing.T) { roomNamedOnce(t, newStore(t)) })
	t.Run("what a change empties is empty", func(t *testing.T) { roomEmptied(t, newStore(t)) })
	t.Run("a refused change writes nothing", func(t *testing.T) { roomRefused(t, newStore(t)) })
	t.Run("a link never changes", func(t *testing.T) {
		s := newStore(t)
		r := createRoom(t, s, "aaa-bbbb-ccc")
		got, err := s.UpdateRoom(t.Context(), r.ID, func(r *rooms.Room) ([]event.Event, error) {
			r.Slug, r.MediaName, r.OrgID = "xxx-xxxx-xxx", "other", NewID()
			return nil, nil
		})
		if err != nil || got.Slug != r.Slug || got.MediaName != r.MediaName || got.OrgID != r.OrgID {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("changing what does not exist is not found", func(t *testing.T) {
		_, err := newStore(t).UpdateRoom(t.Context(), NewID(), func(*rooms.Room) ([]event.Event, error) { return nil, nil })
		mustBe(t, err, fault.NotFound)
	})
	t.Run("changes at the same time all count", func(t *testing.T) { roomRace(t, newStore(t)) })
	t.Run("grants are those of the subjects asked for", func(t *testing.T) { grantsOfSubjects(t, newStore(t)) })
	t.Run("in a room with many members as well", func(t *testing.T) { grantsOfACrowd(t, newStore(t)) })
	t.Run("a list is one's own rooms, latest first, page by page", func(t *testing.T) { roomPages(t, newStore(t)) })
	t.Run("a list holds no room whose grant has run out", func(t *testing.T) { roomsByTime(t, newStore(t)) })
	t.Run("an organization's list holds all its rooms", func(t *testing.T) { roomsOfOrg(t, newStore(t)) })
	t.Run("archived rooms stand in a list of their own", func(t *testing.T) { roomsArchived(t, newStore(t)) })
	t.Run("a cursor of nobody is refused by name", func(t *testing.T) {
		s := newStore(t)
		for _, cursor := range []string{"!", "eA", "MjAyNi0xMS0yMFQwODowMDowMC4wMDAwMDBaIHg"} {
			_, err := s.Rooms(t.Context(), rooms.RoomQuery{Subjects: []access.Subject{{Kind: access.SubjectPerson, ID: "x"}}, Cursor: cursor, Now: Nine})
			mustBe(t, err, fault.Invalid)
		}
	})
	t.Run("a room never used says so", func(t *testing.T) {
		s := newStore(t)
		for _, id := range []string{createRoom(t, s, "aaa-bbbb-ccc").ID, NewID()} {
			if at, err := s.LastUsed(t.Context(), id); at != nil || err != nil {
				t.Errorf("got %v, %v", at, err)
			}
		}
	})
}

func roomNamedOnce(t *testing.T, s rooms.RoomStore) {
	named := func(slug, externalID string) rooms.Room {
		r := Room(slug)
		r.MediaName, r.ExternalID = "MEDIA"+slug, externalID
		return r
	}
	first := named("aaa-bbbb-ccc", "declared/a")
	if err := s.CreateRoom(t.Context(), first, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.CreateRoom(t.Context(), named("aaa-bbbb-ccd", "declared/a"), nil, nil); !fault.HasCode(err, fault.CodeExternalIDTaken) {
		t.Errorf("the second: %v", err)
	}
	for slug, id := range map[string]string{"aaa-bbbb-cce": "declared/b", "aaa-bbbb-ccf": "", "aaa-bbbb-ccg": ""} {
		if err := s.CreateRoom(t.Context(), named(slug, id), nil, nil); err != nil {
			t.Errorf("%q: %v", id, err)
		}
	}
	got, err := s.UpdateRoom(t.Context(), first.ID, func(r *rooms.Room) ([]event.Event, error) {
		r.ExternalID = "declared/c"
		return nil, nil
	})
	if err != nil || got.ExternalID != first.ExternalID {
		t.Errorf("it changed: %q, %v", got.ExternalID, err)
	}
}

func roomRoundTrip(t *testing.T, s rooms.RoomStore) {
	want := Room("aaa-bbbb-ccc")
	want.ExternalID = "agenda/1"
	archived := Nine.Add(time.Hour)
	want.ArchivedAt = &archived
	if err := s.CreateRoom(t.Context(), want, nil, nil); err != nil {
		t.Fatal(err)
	}
	got, err := s.Room(t.Context(), want.Slug)
	if err != nil {
		t.Fatal(err)
	}
	archived = kept(archived)
	want.CreatedAt, want.UpdatedAt, want.ArchivedAt = kept(want.CreatedAt), kept(want.UpdatedAt), &archived
	want.Rules = rooms.RulesOf(policy.Resolve()) // where nobody decided anything
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, at := range []time.Time{got.CreatedAt, got.UpdatedAt, *got.ArchivedAt} {
		if at.Location() != time.UTC {
			t.Errorf("%v is not in UTC", at)
		}
	}
	got.Tags[0] = "changed by a caller"
	if again, err := s.Room(t.Context(), want.Slug); err != nil || again.Tags[0] == got.Tags[0] {
		t.Errorf("what a caller does to a room stays with the caller: %v, %v", again.Tags, err)
	}
}

func roomEmptied(t *testing.T, s rooms.RoomStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	archive := func(at *time.Time) rooms.Room {
		got, err := s.UpdateRoom(t.Context(), r.ID, func(r *rooms.Room) ([]event.Event, error) {
			r.Description, r.Tags, r.MinAssurance, r.ArchivedAt = "", nil, auth.AssuranceUnknown, at
			return []event.Event{about(*r, event.RoomUpdated)}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	now := Nine.Add(time.Minute)
	if got := archive(&now); got.ArchivedAt == nil || got.Version != 2 {
		t.Errorf("got %+v", got)
	}
	got := archive(nil)
	if got.Version != 3 || got.ArchivedAt != nil {
		t.Errorf("got version %d, archived at %v", got.Version, got.ArchivedAt)
	}
	read, err := s.Room(t.Context(), r.Slug)
	if err != nil {
		t.Fatal(err)
	}
	if len(read.Tags) != 0 || read.MinAssurance != auth.AssuranceUnknown || read.ArchivedAt != nil || read.Version != 3 {
		t.Errorf("got %+v", read)
	}
}

func roomRefused(t *testing.T, s rooms.RoomStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	refusal := fault.New(fault.CodePreconditionFailed, "changed")
	_, err := s.UpdateRoom(t.Context(), r.ID, func(r *rooms.Room) ([]event.Event, error) {
		r.Name, r.Tags[0] = "changed", "changed"
		return nil, refusal
	})
	if !errors.Is(err, refusal) {
		t.Errorf("the refusal comes back as it is: %v", err)
	}
	got, err := s.Room(t.Context(), r.Slug)
	if err != nil || got.Name != r.Name || got.Tags[0] != r.Tags[0] || got.Version != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func roomRace(t *testing.T, s rooms.RoomStore) {
	const people = 8
	r := createRoom(t, s, "aaa-bbbb-ccc")
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			_, err := s.UpdateRoom(t.Context(), r.ID, func(r *rooms.Room) ([]event.Event, error) {
				r.Tags = append(r.Tags, fmt.Sprint(i))
				return []event.Event{about(*r, event.RoomUpdated)}, nil
			})
			if err != nil {
				t.Errorf("update: %v", err)
			}
		})
	}
	wg.Wait()
	if got, err := s.Room(t.Context(), r.Slug); err != nil || len(got.Tags) != people+1 || got.Version != people+1 {
		t.Errorf("got %v at version %d, %v", got.Tags, got.Version, err)
	}
}

func grantsOfSubjects(t *testing.T, s rooms.RoomStore) {
	r := Room("aaa-bbbb-ccc")
	until := kept(Nine.Add(-time.Hour))
	wants := []access.Grant{Grant(r, "jeanne", access.Owner), Grant(r, "louise", access.Moderator), Grant(r, "karim", access.Member)}
	wants[1].Subject.Kind = access.SubjectOrganization
	wants[1].NotAfter, wants[1].Sources = &until, access.Only(access.Microphone)
	wants[2].Sources = access.Only() // nothing: that is not "everything"
	if err := s.CreateRoom(t.Context(), r, append(slices.Clone(wants), Grant(r, "samira", access.Member)), nil); err != nil {
		t.Fatal(err)
	}
	asked := []access.Subject{wants[0].Subject, wants[1].Subject, wants[2].Subject}
	for range 11 { // more than one statement's worth
		asked = append(asked, access.Subject{Kind: access.SubjectGroup, ID: NewID()})
	}
	got, err := s.Grants(t.Context(), r.ID, asked)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wants, got); diff != "" {
		t.Errorf("grants that have run out come too: the rule is rooms' own\n%s", diff)
	}
	if got, err := s.Grants(t.Context(), r.ID, nil); err != nil || len(got) != 0 {
		t.Errorf("nobody holds nothing: %v, %v", got, err)
	}
}

// grantsOfACrowd asks a room with many members, which no cache keeps whole.
func grantsOfACrowd(t *testing.T, s rooms.RoomStore) {
	r := Room("aaa-bbbb-ccc")
	var crowd []access.Grant
	for range 100 {
		crowd = append(crowd, Grant(r, NewID(), access.Member))
	}
	crowd = append(crowd, Grant(r, "jeanne", access.Owner))
	if err := s.CreateRoom(t.Context(), r, crowd, nil); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time may be answered from a cache
		got, err := s.Grants(t.Context(), r.ID, []access.Subject{{Kind: access.SubjectPerson, ID: "jeanne"}})
		if err != nil || len(got) != 1 || got[0].Role != access.Owner {
			t.Errorf("got %v, %v", got, err)
		}
		got, err = s.Grants(t.Context(), r.ID, []access.Subject{{Kind: access.SubjectPerson, ID: "louise"}})
		if err != nil || len(got) != 0 {
			t.Errorf("a stranger holds %v, %v", got, err)
		}
	}
}

func mine(person string) rooms.RoomQuery {
	return rooms.RoomQuery{Subjects: []access.Subject{{Kind: access.SubjectPerson, ID: person}}, PageSize: 2, Now: Nine}
}

func pages(t *testing.T, s rooms.RoomStore, q rooms.RoomQuery) (slugs []string) {
	t.Helper()
	for range 20 {
		page, err := s.Rooms(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Rooms) > q.PageSize {
			t.Errorf("a page of %d rooms", len(page.Rooms))
		}
		for _, r := range page.Rooms {
			slugs = append(slugs, r.Slug)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return slugs
		}
	}
	t.Fatal("the list never ends")
	return nil
}

func roomPages(t *testing.T, s rooms.RoomStore) {
	var want []string
	for i := range 5 {
		r := Room(fmt.Sprintf("aaa-bbbb-cc%d", i))
		r.CreatedAt = Nine.Add(time.Duration(i/2) * time.Second) // some at the same moment
		grants := []access.Grant{Grant(r, "jeanne", access.Member), Grant(r, "jeanne", access.Owner)}
		grants[1].SourceKind = access.SourceInvitation // a second grant makes the room appear once, with the stronger role
		if err := s.CreateRoom(t.Context(), r, grants, nil); err != nil {
			t.Fatal(err)
		}
		want = append(want, r.Slug)
	}
	createRoom(t, s, "zzz-zzzz-zzz")
	slices.Reverse(want)
	if diff := cmp.Diff(want, pages(t, s, mine("jeanne"))); diff != "" {
		t.Error(diff)
	}
	page, err := s.Rooms(t.Context(), mine("jeanne"))
	if err != nil || page.Rooms[0].Role != access.Owner || page.Rooms[0].LastUsedAt != nil {
		t.Errorf("got %+v, %v", page, err)
	}
}

func roomsByTime(t *testing.T, s rooms.RoomStore) {
	past, future := Nine.Add(-time.Second), Nine.Add(time.Second)
	for slug, change := range map[string]func(*access.Grant){
		"past": func(g *access.Grant) { g.NotAfter = &past }, "future": func(g *access.Grant) { g.NotBefore = &future },
		"now": func(g *access.Grant) { g.NotBefore, g.NotAfter = &past, &future },
	} {
		r := Room(slug)
		g := Grant(r, "jeanne", access.Member)
		change(&g)
		if err := s.CreateRoom(t.Context(), r, []access.Grant{g}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"now"}, pages(t, s, mine("jeanne"))); diff != "" {
		t.Error(diff)
	}
}

func roomsOfOrg(t *testing.T, s rooms.RoomStore) {
	a, b := createRoom(t, s, "aaa-aaaa-aaa"), createRoom(t, s, "bbb-bbbb-bbb")
	q := rooms.RoomQuery{OrgID: auth.DefaultOrgID, AllOfOrg: true, PageSize: 1, Now: Nine}
	if diff := cmp.Diff([]string{b.Slug, a.Slug}, pages(t, s, q)); diff != "" {
		t.Error(diff)
	}
	q.OrgID = NewID()
	if got := pages(t, s, q); len(got) != 0 {
		t.Errorf("another organization's list holds %v", got)
	}
}

func roomsArchived(t *testing.T, s rooms.RoomStore) {
	r := Room("aaa-bbbb-ccc")
	r.ArchivedAt = &Nine
	if err := s.CreateRoom(t.Context(), r, ownedBy(r, "jeanne"), nil); err != nil {
		t.Fatal(err)
	}
	q := mine("jeanne")
	if got := pages(t, s, q); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	q.Archived = true
	if got := pages(t, s, q); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}
