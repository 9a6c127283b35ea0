package storetest

import (
	"bytes"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/auth/signin"
	"parvis/fault"
	"parvis/rooms"
)

// SignInsStore is what the suite of sign-ins needs.
type SignInsStore interface {
	AdmissionsStore
	People
}

// SignIns is the suite of signin.Store. Its clock stands at Nine.
func SignIns(t *testing.T, newStore func(*testing.T) SignInsStore) {
	t.Run("a secret of nobody is not found", func(t *testing.T) {
		s := newStore(t)
		unknown := sha256.Sum256([]byte("unknown"))
		for _, hash := range [][]byte{unknown[:], []byte("short"), nil} {
			_, err := s.SignIn(t.Context(), hash)
			mustBe(t, err, fault.NotFound)
		}
	})
	t.Run("a sign-in past its limit is found: the limits are judged elsewhere", func(t *testing.T) {
		s := newStore(t)
		row := Guest("g")
		row.ExpiresAt = Nine
		createSignIn(t, s, row)
		for range 2 {
			got, err := s.SignIn(t.Context(), row.SecretHash)
			if err != nil || !got.ExpiresAt.Equal(kept(Nine)) {
				t.Errorf("got %+v, %v", got, err)
			}
		}
	})
	t.Run("a person's sign-in comes back as it was written, without its ID token", func(t *testing.T) { signInRoundTrip(t, newStore(t)) })
	t.Run("an ended sign-in is not found, at once", func(t *testing.T) { endedSignIn(t, newStore(t)) })
	t.Run("a secret is somebody's at the gate until the end", func(t *testing.T) { knocks(t, newStore(t)) })
	t.Run("sign-ins are listed by who they are of, newest first", func(t *testing.T) { listSignIns(t, newStore(t)) })
	t.Run("each way of naming ends its own and nothing else", func(t *testing.T) { endSignIns(t, newStore(t)) })
	t.Run("what a sign-in was admitted to ends with it", func(t *testing.T) { endsPlaces(t, newStore(t)) })
	t.Run("activity moves forward only", func(t *testing.T) { touches(t, newStore(t)) })
	t.Run("being in a call is activity", func(t *testing.T) { busy(t, newStore(t)) })
	t.Run("a guest may change the name, a person may not", func(t *testing.T) { renames(t, newStore(t)) })
	t.Run("a guest who signs in keeps the place", func(t *testing.T) { keepsPlace(t, newStore(t)) })
	t.Run("the ID token is given once, even after the end", func(t *testing.T) { tokenOnce(t, newStore(t)) })
}

func found(t *testing.T, s signin.Store, row signin.SignIn) signin.SignIn {
	t.Helper()
	got, err := s.SignIn(t.Context(), row.SecretHash)
	if err != nil {
		t.Fatalf("find sign-in: %v", err)
	}
	return got
}

func signInRoundTrip(t *testing.T, s SignInsStore) {
	want := createSignIn(t, s, SignedIn("s", createPerson(t, s, "x")))
	want.IDToken = nil
	want.CreatedAt, want.LastSeenAt, want.ExpiresAt = kept(want.CreatedAt), kept(want.LastSeenAt), kept(want.ExpiresAt)
	for range 2 {
		got := found(t, s, want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		got.Emails[0] = "changed by a caller"
	}
}

// knocks holds that a secret is somebody's at the gate until the sign-in is ended, past its limits too.
func knocks(t *testing.T, s SignInsStore) {
	row := createSignIn(t, s, Guest("g"))
	late := Guest("late")
	late.ExpiresAt = Nine
	late = createSignIn(t, s, late)
	for _, want := range []signin.SignIn{row, late} {
		if id, err := s.SignInID(t.Context(), want.SecretHash); err != nil || id != want.ID {
			t.Errorf("got %q, %v", id, err)
		}
	}
	if _, err := s.EndSignIns(t.Context(), signin.Selection{ID: row.ID}, Nine); err != nil {
		t.Fatal(err)
	}
	for _, secret := range [][]byte{row.SecretHash, []byte("unknown"), nil} {
		_, err := s.SignInID(t.Context(), secret)
		mustBe(t, err, fault.NotFound)
	}
}

func endedSignIn(t *testing.T, s SignInsStore) {
	row := createSignIn(t, s, Guest("g"))
	found(t, s, row) // so that a cache holds it
	ended, err := s.EndSignIns(t.Context(), signin.Selection{ID: row.ID}, Nine)
	if err != nil || len(ended) != 1 || ended[0].ID != row.ID || ended[0].EndedAt == nil {
		t.Fatalf("got %+v, %v", ended, err)
	}
	_, err = s.SignIn(t.Context(), row.SecretHash)
	mustBe(t, err, fault.NotFound)
	if again, err := s.EndSignIns(t.Context(), signin.Selection{ID: row.ID}, Nine); err != nil || len(again) != 0 {
		t.Errorf("ended twice: %v, %v", again, err)
	}
}

func ids(rows []signin.SignIn) (list []string) {
	for _, r := range rows {
		list = append(list, r.ID)
	}
	return list
}

func listSignIns(t *testing.T, s SignInsStore) {
	p := createPerson(t, s, "x")
	first, second, past := SignedIn("1", p), SignedIn("2", p), SignedIn("3", p)
	second.CreatedAt, past.ExpiresAt = Nine.Add(time.Second), Nine
	guest := Guest("g")
	for _, row := range []signin.SignIn{first, second, past, guest} {
		createSignIn(t, s, row)
	}
	for name, c := range map[string]struct {
		which signin.Selection
		want  []string
	}{
		"nobody":    {signin.Selection{}, nil},
		"a person":  {signin.Selection{PersonID: p.ID}, []string{second.ID, first.ID}},
		"a guest":   {signin.Selection{ID: guest.ID}, []string{guest.ID}},
		"no person": {signin.Selection{PersonID: "nonsense"}, nil},
		"no issuer": {signin.Selection{Subject: first.Subject}, nil},
	} {
		got, err := s.SignIns(t.Context(), c.which, Nine)
		if diff := cmp.Diff(c.want, ids(got)); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

func endSignIns(t *testing.T, s SignInsStore) {
	p := createPerson(t, s, "x")
	for i, which := range []func(signin.SignIn) signin.Selection{
		func(r signin.SignIn) signin.Selection { return signin.Selection{ID: r.ID} },
		func(r signin.SignIn) signin.Selection { return signin.Selection{PersonID: r.PersonID} },
		func(r signin.SignIn) signin.Selection {
			return signin.Selection{Issuer: r.Issuer, ProviderSID: r.ProviderSID}
		},
		func(r signin.SignIn) signin.Selection { return signin.Selection{Issuer: r.Issuer, Subject: r.Subject} },
	} {
		goes, stays := SignedIn(string(rune('a'+i)), p), Guest(string(rune('A'+i)))
		createSignIn(t, s, goes)
		createSignIn(t, s, stays)
		got, err := s.EndSignIns(t.Context(), which(goes), Nine)
		if diff := cmp.Diff([]string{goes.ID}, ids(got)); diff != "" || err != nil {
			t.Errorf("way %d: %v\n%s", i, err, diff)
		}
		found(t, s, stays)
	}
	guest := createSignIn(t, s, Guest("without a provider"))
	for _, which := range []signin.Selection{{}, {Issuer: "https://op.example"}, {ProviderSID: "sid"}} {
		if got, err := s.EndSignIns(t.Context(), which, Nine); err != nil || len(got) != 0 {
			t.Errorf("%+v ended %v, %v", which, ids(got), err)
		}
	}
	found(t, s, guest)
}

func endsPlaces(t *testing.T, s SignInsStore) {
	r, who, other := createRoom(t, s, "aaa-bbbb-ccc"), createSignIn(t, s, Guest("g")), createSignIn(t, s, Guest("other"))
	goes, stays := admit(t, s, AdmissionOf(r, who)), admit(t, s, AdmissionOf(r, other))
	in, _ := enter(t, s, goes, "a", Nine)
	seq, _, err := s.SetHand(t.Context(), goes.ID, &Nine)
	if err != nil {
		t.Fatal(err)
	}
	later := Nine.Add(time.Minute)
	ended, err := s.EndSignIns(t.Context(), signin.Selection{ID: who.ID}, later)
	if err != nil || len(ended) != 1 {
		t.Fatalf("got %v, %v", ended, err)
	}
	want := in.Admission
	at := kept(later)
	want.State, want.Reason, want.EndedAt = rooms.Ended, rooms.EndSignedOut, &at
	want.Generation++
	if diff := cmp.Diff([]rooms.Ending{{Admission: want, MediaName: r.MediaName, HandSeq: seq + 1}}, ended[0].Left); diff != "" {
		t.Error(diff)
	}
	read, err := s.Admission(t.Context(), goes.ID)
	if diff := cmp.Diff(want, read.Admission); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if in, err := s.Admission(t.Context(), stays.ID); err != nil || !in.Admission.Live() {
		t.Errorf("somebody else's ended as well: %v", err)
	}
}

func touches(t *testing.T, s SignInsStore) {
	row := createSignIn(t, s, Guest("g"))
	later := Nine.Add(time.Minute)
	for _, at := range []time.Time{later, Nine.Add(time.Second)} {
		if err := s.TouchSignIn(t.Context(), row.ID, at); err != nil {
			t.Fatal(err)
		}
		if got := found(t, s, row); !got.LastSeenAt.Equal(kept(later)) {
			t.Errorf("last seen %v", got.LastSeenAt)
		}
	}
}

func busy(t *testing.T, s SignInsStore) {
	row := Guest("g")
	row.LastSeenAt = Nine.Add(-time.Hour) // idle by requests alone
	createSignIn(t, s, row)
	isBusy := func(want bool, when string) {
		t.Helper()
		list, err := s.SignIns(t.Context(), signin.Selection{ID: row.ID}, Nine)
		if got := found(t, s, row); got.Busy != want || err != nil || list[0].Busy != want {
			t.Errorf("%s: busy %v, in the list %v, %v", when, got.Busy, list, err)
		}
	}
	isBusy(false, "before joining")
	a := admit(t, s, AdmissionOf(createRoom(t, s, "aaa-bbbb-ccc"), row))
	isBusy(false, "before the first connection")
	_, relay := enter(t, s, a, "a", Nine)
	isBusy(false, "on a replica without a heartbeat")
	beat(t, s, "a", Nine.Add(-time.Second))
	isBusy(true, "in the call")
	if err := s.CloseRelay(t.Context(), relay, Nine); err != nil {
		t.Fatal(err)
	}
	isBusy(false, "after the call")
	if got := found(t, s, row); !got.LastSeenAt.Equal(kept(Nine)) {
		t.Errorf("somebody who was in a call until now was last seen %v", got.LastSeenAt)
	}
}

func renames(t *testing.T, s SignInsStore) {
	guest := createSignIn(t, s, Guest("g"))
	found(t, s, guest)
	if err := s.RenameGuest(t.Context(), guest.ID, "Anna"); err != nil || found(t, s, guest).Name != "Anna" {
		t.Errorf("got %q, %v", found(t, s, guest).Name, err)
	}
	person := createSignIn(t, s, SignedIn("s", createPerson(t, s, "x")))
	for _, id := range []string{person.ID, NewID()} {
		mustBe(t, s.RenameGuest(t.Context(), id, "Anna"), fault.NotFound)
	}
}

func keepsPlace(t *testing.T, s SignInsStore) {
	guest := createSignIn(t, s, Guest("g"))
	a := admit(t, s, AdmissionOf(createRoom(t, s, "aaa-bbbb-ccc"), guest))
	p := createPerson(t, s, "x")
	person := SignedIn("s", p)
	if err := s.CreateSignIn(t.Context(), person, guest.ID); err != nil {
		t.Fatal(err)
	}
	_, err := s.SignIn(t.Context(), guest.SecretHash)
	mustBe(t, err, fault.NotFound)
	in, err := s.Admission(t.Context(), a.ID)
	if err != nil || in.Admission.SignInID != person.ID || !in.Admission.Live() {
		t.Errorf("got %+v, %v", in.Admission, err)
	}
	ended, err := s.EndSignIns(t.Context(), signin.Selection{PersonID: p.ID}, Nine)
	if err != nil || len(ended) != 1 || len(ended[0].Left) != 1 || ended[0].Left[0].Admission.ID != a.ID {
		t.Errorf("what ends the person's sign-ins ends the place: %v, %v", ended, err)
	}
}

func tokenOnce(t *testing.T, s SignInsStore) {
	row := createSignIn(t, s, SignedIn("s", createPerson(t, s, "x")))
	if _, err := s.EndSignIns(t.Context(), signin.Selection{ID: row.ID}, Nine); err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]byte{[]byte("sealed"), nil} {
		if got, err := s.IDTokenHint(t.Context(), row.ID); err != nil || !bytes.Equal(got, want) {
			t.Errorf("time %d: %q, %v", i, got, err)
		}
	}
	for _, id := range []string{NewID(), "nonsense"} {
		if got, err := s.IDTokenHint(t.Context(), id); err != nil || len(got) != 0 {
			t.Errorf("of nobody: %q, %v", got, err)
		}
	}
}
