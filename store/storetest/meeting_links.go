package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/rooms"
)

func link(t *testing.T, s MeetingsStore, r rooms.Room, name string) (access.Link, []byte) {
	t.Helper()
	hash, _ := access.LinkTokenHash(access.NewLinkToken())
	l := access.Link{ID: NewID(), RoomID: r.ID, Name: name, TokenHash: hash, CreatedAt: kept(Nine)}
	if err := s.CreateLinks(t.Context(), []access.Link{l}); err != nil {
		t.Fatal(err)
	}
	return l, hash
}

func linkFound(t *testing.T, s MeetingsStore) {
	r, other := createRoom(t, s, "aaa-bbbb-ccc"), createRoom(t, s, "ddd-eeee-fff")
	l, hash := link(t, s, r, "Zoé Martin")
	source, half := NewID(), NewID()
	inviteAll(t, s, source, Invited(r, source, l.Subject(), access.Member))
	got, found, err := s.Link(t.Context(), r.ID, hash)
	if diff := cmp.Diff(l, got); diff != "" || !found || err != nil {
		t.Errorf("%v, %v: %s", found, err, diff)
	}
	_, nobodys := link(t, s, other, "else")
	for name, look := range map[string]struct {
		room string
		hash []byte
	}{"another room": {other.ID, hash}, "another token": {r.ID, nobodys}, "no token": {r.ID, nil}, "no room": {"x", hash}} {
		if _, found, err := s.Link(t.Context(), look.room, look.hash); found || err != nil {
			t.Errorf("%s: %v, %v", name, found, err)
		}
	}
	inviteAll(t, s, half, Invited(other, half, l.Subject(), access.Member))
	for _, in := range []rooms.Room{r, other} {
		if got, found, err := s.Link(t.Context(), in.ID, hash); !found || err != nil || got.RoomID != in.ID {
			t.Errorf("a grant in both rooms: %+v, %v, %v", got, found, err)
		}
	}
	inviteAll(t, s, source)
	if _, found, err := s.Link(t.Context(), r.ID, hash); found || err != nil {
		t.Errorf("no grant any more: %v, %v", found, err)
	}
	if _, err := s.EndLink(t.Context(), l.ID, Nine); err != nil {
		t.Fatal(err)
	}
	if _, found, err := s.Link(t.Context(), other.ID, hash); found || err != nil {
		t.Errorf("revoked: %v, %v", found, err)
	}
	if held, err := s.Grants(t.Context(), other.ID, []access.Subject{l.Subject()}); err != nil || len(held) > 0 {
		t.Errorf("revoked, it gives %+v, %v", held, err)
	}
}

func linkEnds(t *testing.T, s MeetingsStore) {
	r, source := createRoom(t, s, "aaa-bbbb-ccc"), NewID()
	l, _ := link(t, s, r, "Zoé")
	others, _ := link(t, s, r, "Paul")
	mine, theirs := Invited(r, source, l.Subject(), access.Member), Invited(r, source, others.Subject(), access.Member)
	inviteAll(t, s, source, mine, theirs)
	in, stays := Admission(r), Admission(r)
	in.GrantID, stays.GrantID = mine.ID, theirs.ID
	in, stays = admit(t, s, in), admit(t, s, stays)
	plain := admit(t, s, Admission(r))
	enter(t, s, in, "one", Nine)
	off, err := s.EndLink(t.Context(), l.ID, Nine)
	if err != nil || len(off.Endings) != 1 || off.Endings[0].Admission.ID != in.ID || off.Endings[0].Admission.Reason != rooms.EndRevoked {
		t.Fatalf("%+v, %v", off, err)
	}
	for _, a := range []rooms.Admission{stays, plain} {
		if now, err := s.Admission(t.Context(), a.ID); err != nil || !now.Admission.Live() || now.Admission.GrantID != a.GrantID {
			t.Errorf("%+v, %v", now.Admission, err)
		}
	}
	if held, err := s.Grants(t.Context(), r.ID, []access.Subject{l.Subject()}); err != nil || len(held) > 0 {
		t.Errorf("the link holds %v, %v", held, err)
	}
	if again, err := s.EndLink(t.Context(), l.ID, Nine); err != nil || len(again.Endings) > 0 {
		t.Errorf("twice: %v, %v", again, err)
	}
}

func linkUnknown(t *testing.T, s MeetingsStore) {
	for _, id := range []string{NewID(), "", "x"} {
		if off, err := s.EndLink(t.Context(), id, Nine); err != nil || len(off.Endings)+len(off.Changed) > 0 {
			t.Errorf("%q: %v, %v", id, off, err)
		}
	}
}

func linkInLobby(t *testing.T, s MeetingsStore) {
	namedUntil(t, s, func(_ string, l access.Link) error {
		_, err := s.EndLink(t.Context(), l.ID, Nine)
		return err
	})
}

func linkStruckOff(t *testing.T, s MeetingsStore) {
	namedUntil(t, s, func(source string, _ access.Link) error {
		_, err := s.ReplaceGrants(t.Context(), source, nil, Nine)
		return err
	})
}

// namedUntil has somebody wait with a link, whose name hosts read until it ends.
func namedUntil(t *testing.T, s MeetingsStore, end func(source string, l access.Link) error) {
	t.Helper()
	r := createRoom(t, s, "aaa-bbbb-ccc")
	l, _ := link(t, s, r, "Zoé Martin")
	source := NewID()
	inviteAll(t, s, source, Invited(r, source, l.Subject(), access.Member))
	guest := createSignIn(t, s, Guest("zoe"))
	k := Knocking(r, guest)
	k.LinkID, k.Invited = l.ID, l.Name
	kept, err := s.Knock(t.Context(), k, Nine)
	if err != nil || kept.LinkID != l.ID || kept.Invited != l.Name {
		t.Fatalf("%+v, %v", kept, err)
	}
	seen := func() rooms.Ticket {
		t.Helper()
		l, err := s.Lobby(t.Context(), r.ID, Nine)
		if err != nil || len(l.Waiting) != 1 {
			t.Fatalf("%+v, %v", l, err)
		}
		return l.Waiting[0]
	}
	before := seen()
	if before.Invited != l.Name {
		t.Errorf("hosts read %q", before.Invited)
	}
	if err := end(source, l); err != nil {
		t.Fatal(err)
	}
	if now := seen(); now.Invited != "" || now.ID != before.ID {
		t.Errorf("hosts read %q of %s", now.Invited, now.ID)
	}
	again, err := s.Lobby(t.Context(), r.ID, Nine)
	if err != nil || again.Seq < 2 {
		t.Errorf("the lobby stands at %d, %v: a stream would not tell", again.Seq, err)
	}
}
