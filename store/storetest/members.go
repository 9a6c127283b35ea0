package storetest

import (
	"context"
	"crypto/sha256"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/signin"
	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// MembersStore is what the suite of members needs.
type MembersStore interface {
	rooms.RoomStore
	rooms.MemberStore
	directory.Store
	signin.Store
	CreateGroup(ctx context.Context, id, orgID, name string, now time.Time) error
	ChangeGroup(ctx context.Context, groupID string, add, remove []string, now time.Time) error
	DeactivatePerson(ctx context.Context, id string, at time.Time) error
}

// Members is the suite of rooms.MemberStore, and of what becomes of grants to addresses and to groups.
func Members(t *testing.T, newStore func(*testing.T) MembersStore) {
	for name, test := range map[string]func(*testing.T, MembersStore){
		"what no room has is found in none":                                     strangeMembers,
		"members come the highest role first, a page at a time":                 membersByPage,
		"members have the names of people, groups, organizations and addresses": namedMembers,
		"a decision that refuses writes nothing":                                refusedChange,
		"a decision sees what is, and is written whole":                         writtenChange,
		"an owner whose account is closed does not count":                       closedOwner,
		"of two changes at once the second sees the first":                      changesAtOnce,
		"an invitation is claimed once, by its token, in its room, in its time": claimedOnce,
		"an invitation to a role that was taken away is void":                   voidInvitation,
		"a new invitation voids the one before":                                 renewedInvitation,
		"a claim meets what the person holds already":                           claimsMeet,
		"of two claims at once one is given":                                    claimsAtOnce,
		"an address is claimed at a sign-in only where the provider vouches":    vouchedClaims,
		"somebody whose account is closed claims nothing":                       closedClaim,
		"a sign-in says the groups, anew when they change":                      groupsOfSignIn,
		"colleagues are found by the beginnings of words":                       colleagues,
		"who moves to another organization is found there alone":                movedColleague,
	} {
		t.Run(name, func(t *testing.T) { test(t, newStore(t)) })
	}
}

func strangeMembers(t *testing.T, s MembersStore) {
	page, err := s.Members(t.Context(), rooms.MemberQuery{RoomID: NewID(), Pending: true})
	if err != nil || len(page.Members) != 0 || page.Next != "" {
		t.Errorf("got %+v, %v", page, err)
	}
	none := func(rooms.Roster) (rooms.RosterChange, error) { return rooms.RosterChange{}, nil }
	for _, id := range []string{NewID(), "nonsense"} {
		mustBe(t, s.UpdateMembers(t.Context(), rooms.MemberTarget{RoomID: id}, none), fault.NotFound)
	}
	r := createRoom(t, s, "aaa-bbbb-ccc")
	for _, cursor := range []string{"%", "bm9uc2Vuc2U", "NCBub25zZW5zZQ"} {
		_, err := s.Members(t.Context(), rooms.MemberQuery{RoomID: r.ID, Cursor: cursor})
		mustBe(t, err, fault.Invalid)
	}
	other := createRoom(t, s, "aaa-bbbb-ccd")
	theirs, err := s.Members(t.Context(), rooms.MemberQuery{RoomID: other.ID})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{theirs.Members[0].ID, NewID(), "nonsense"} {
		roster(t, s, rooms.MemberTarget{RoomID: r.ID, GrantID: id}, func(got rooms.Roster) {
			if len(got.Target) != 0 || got.Known != nil {
				t.Errorf("%s: got %+v", id, got)
			}
		})
	}
}

// roster looks at what a decision would see.
func roster(t *testing.T, s rooms.MemberStore, about rooms.MemberTarget, look func(rooms.Roster)) {
	t.Helper()
	err := s.UpdateMembers(t.Context(), about, func(r rooms.Roster) (rooms.RosterChange, error) {
		look(r)
		return rooms.RosterChange{}, nil
	})
	if err != nil {
		t.Errorf("look: %v", err)
	}
}

func membersByPage(t *testing.T, s MembersStore) {
	r := Room("aaa-bbbb-ccc")
	var grants []access.Grant
	for _, role := range []access.Role{access.Member, access.Owner, access.Moderator, access.Member, access.Owner} {
		grants = append(grants, Grant(r, NewID(), role))
	}
	meeting := Grant(r, NewID(), access.Owner)
	meeting.SourceKind, meeting.SourceID = "meeting", NewID()
	link := Grant(r, "link", access.Owner)
	link.Subject.Kind = access.SubjectLink
	if err := s.CreateRoom(t.Context(), r, append(grants, meeting, link), nil); err != nil {
		t.Fatal(err)
	}
	var got []string
	cursor := ""
	for range 10 {
		page, err := s.Members(t.Context(), rooms.MemberQuery{RoomID: r.ID, PageSize: 2, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Members {
			got = append(got, m.ID)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	want := []string{grants[1].ID, grants[4].ID, grants[2].ID, grants[0].ID, grants[3].ID}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func namedMembers(t *testing.T, s MembersStore) {
	org := place(t, s, "13002526500013", "Direction")
	p, err := s.UpsertPerson(t.Context(), claims("jeanne"), org, Nine)
	if err != nil {
		t.Fatal(err)
	}
	group := NewID()
	if err := s.CreateGroup(t.Context(), group, org, "Cabinet", Nine); err != nil {
		t.Fatal(err)
	}
	r := createRoom(t, s, "aaa-bbbb-ccc")
	for _, subject := range []access.Subject{{Kind: access.SubjectPerson, ID: p.ID}, {Kind: access.SubjectGroup, ID: group}, {Kind: access.SubjectOrganization, ID: org}} {
		put(t, s, r, subject, access.Member, nil)
	}
	invite(t, s, r, "zoe@example.org", access.Moderator, "token")
	page, err := s.Members(t.Context(), rooms.MemberQuery{RoomID: r.ID, Pending: true})
	if err != nil || len(page.Members) != 5 {
		t.Fatalf("got %+v, %v", page, err)
	}
	until := kept(Nine.Add(time.Hour))
	type row struct {
		Name, Email string
		Until       *time.Time
	}
	var got []row
	for _, m := range page.Members {
		got = append(got, row{m.Name, m.Email, m.InvitedUntil})
	}
	want := []row{{}, {"zoe@example.org", "zoe@example.org", &until}, {"Jeanne d’Arc", "Jeanne@Example.fr", nil}, {"Cabinet", "", nil}, {"Direction", "", nil}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	page, err = s.Members(t.Context(), rooms.MemberQuery{RoomID: r.ID})
	if err != nil || len(page.Members) != 4 {
		t.Errorf("without those who have not claimed: got %+v, %v", page, err)
	}
}

func place(t *testing.T, s directory.Store, siret, name string) string {
	t.Helper()
	org, err := s.PlaceOrganization(t.Context(), directory.Claims{Siret: siret, OrganizationLabel: name}, Nine)
	if err != nil {
		t.Fatal(err)
	}
	return org.ID
}

// put gives a subject a role, as the room itself.
func put(t *testing.T, s rooms.MemberStore, r rooms.Room, subject access.Subject, role access.Role, until *time.Time) access.Grant {
	t.Helper()
	g := Grant(r, subject.ID, role)
	g.Subject, g.NotAfter = subject, until
	err := s.UpdateMembers(t.Context(), rooms.MemberTarget{RoomID: r.ID, Subject: subject}, func(rooms.Roster) (rooms.RosterChange, error) {
		return rooms.RosterChange{Put: &g, Events: []event.Event{about(r, event.MemberGranted)}}, nil
	})
	if err != nil {
		t.Fatalf("put: %v", err)
	}
	return g
}

// invite gives an address a role, to be claimed within an hour.
func invite(t *testing.T, s rooms.MemberStore, r rooms.Room, address string, role access.Role, token string) access.Grant {
	t.Helper()
	g := Grant(r, address, role)
	g.Subject.Kind = access.SubjectEmail
	return inviteTo(t, s, g, token)
}

func inviteTo(t *testing.T, s rooms.MemberStore, g access.Grant, token string) access.Grant {
	t.Helper()
	err := s.UpdateMembers(t.Context(), rooms.MemberTarget{RoomID: g.RoomID, Subject: g.Subject}, func(rooms.Roster) (rooms.RosterChange, error) {
		return rooms.RosterChange{Put: &g, Invite: &rooms.Invitation{TokenHash: hashed(token), CreatedAt: Nine, ExpiresAt: Nine.Add(time.Hour)}}, nil
	})
	if err != nil {
		t.Fatalf("invite: %v", err)
	}
	return g
}

func hashed(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

func refusedChange(t *testing.T, s MembersStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	g := Grant(r, NewID(), access.Owner)
	refusal := fault.New(fault.CodeLastOwner, "no")
	err := s.UpdateMembers(t.Context(), rooms.MemberTarget{RoomID: r.ID, Subject: g.Subject}, func(rooms.Roster) (rooms.RosterChange, error) {
		return rooms.RosterChange{Put: &g}, refusal
	})
	if !fault.HasCode(err, fault.CodeLastOwner) {
		t.Errorf("got %v", err)
	}
	if held := heldBy(t, s, r, g.Subject); len(held) != 0 {
		t.Errorf("got %+v", held)
	}
}

// heldBy asks as a join does, through the caches.
func heldBy(t *testing.T, s rooms.RoomStore, r rooms.Room, subject access.Subject) []access.Grant {
	t.Helper()
	held, err := s.Grants(t.Context(), r.ID, []access.Subject{subject})
	if err != nil {
		t.Fatal(err)
	}
	return held
}

func personSubject(id string) access.Subject {
	return access.Subject{Kind: access.SubjectPerson, ID: id}
}

func writtenChange(t *testing.T, s MembersStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	p := createPerson(t, s, "jeanne")
	who := personSubject(p.ID)
	if held := heldBy(t, s, r, who); len(held) != 0 { // now cached
		t.Fatalf("got %+v", held)
	}
	g := put(t, s, r, who, access.Moderator, nil)
	roster(t, s, rooms.MemberTarget{RoomID: r.ID, Subject: who, Caller: []access.Subject{who}}, func(got rooms.Roster) {
		known := rooms.Subject{Name: "Jeanne d’Arc", Email: "Jeanne@Example.fr", OrgID: auth.DefaultOrgID}
		if diff := cmp.Diff(rooms.Roster{Mine: []access.Grant{g}, Target: []access.Grant{g}, Known: &known, Owners: got.Owners}, got); diff != "" || len(got.Owners) != 1 {
			t.Errorf("%d owners\n%s", len(got.Owners), diff)
		}
	})
	soon, later := kept(Nine.Add(time.Hour)), kept(Nine.Add(2*time.Hour))
	g.Role, g.Sources, g.NotBefore, g.NotAfter = access.Owner, access.Only(access.Camera), &soon, &later
	replace := func(rooms.Roster) (rooms.RosterChange, error) { return rooms.RosterChange{Put: &g}, nil }
	if err := s.UpdateMembers(t.Context(), rooms.MemberTarget{RoomID: r.ID, GrantID: g.ID}, replace); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]access.Grant{g}, heldBy(t, s, r, who)); diff != "" {
		t.Error(diff)
	}
	drop := func(rooms.Roster) (rooms.RosterChange, error) { return rooms.RosterChange{Drop: []string{g.ID}}, nil }
	for range 2 {
		if err := s.UpdateMembers(t.Context(), rooms.MemberTarget{RoomID: r.ID, GrantID: g.ID}, drop); err != nil {
			t.Fatal(err)
		}
	}
	if held := heldBy(t, s, r, who); len(held) != 0 {
		t.Errorf("got %+v", held)
	}
}

func closedOwner(t *testing.T, s MembersStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	p := createPerson(t, s, "jeanne")
	put(t, s, r, personSubject(p.ID), access.Owner, nil)
	count := func() (n int, gone bool) {
		roster(t, s, rooms.MemberTarget{RoomID: r.ID, Subject: personSubject(p.ID)}, func(got rooms.Roster) { n, gone = len(got.Owners), got.Known.Gone })
		return n, gone
	}
	if n, gone := count(); n != 2 || gone {
		t.Errorf("got %d, %v", n, gone)
	}
	if err := s.DeactivatePerson(t.Context(), p.ID, Nine); err != nil {
		t.Fatal(err)
	}
	if n, gone := count(); n != 1 || !gone {
		t.Errorf("got %d, %v", n, gone)
	}
}

func changesAtOnce(t *testing.T, s MembersStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	refusal := fault.New(fault.CodeLastOwner, "no")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			g := Grant(r, NewID(), access.Owner)
			err := s.UpdateMembers(t.Context(), rooms.MemberTarget{RoomID: r.ID, Subject: g.Subject}, func(got rooms.Roster) (rooms.RosterChange, error) {
				if len(got.Owners) == 3 {
					return rooms.RosterChange{}, refusal
				}
				return rooms.RosterChange{Put: &g, Events: []event.Event{about(r, event.MemberGranted)}}, nil
			})
			if err != nil && !fault.HasCode(err, fault.CodeLastOwner) {
				t.Errorf("got %v", err)
			}
		})
	}
	wg.Wait()
	roster(t, s, rooms.MemberTarget{RoomID: r.ID}, func(got rooms.Roster) {
		if len(got.Owners) != 3 {
			t.Errorf("%d owners", len(got.Owners))
		}
	})
}

func claimedOnce(t *testing.T, s MembersStore) {
	r, other := createRoom(t, s, "aaa-bbbb-ccc"), createRoom(t, s, "aaa-bbbb-ccd")
	p, q := createPerson(t, s, "jeanne"), createPerson(t, s, "zoé")
	g := invite(t, s, r, "jeanne@example.fr", access.Moderator, "token")
	for name, ask := range map[string]struct {
		room, token, person string
		at                  time.Time
	}{
		"guessed":           {r.ID, "tokem", p.ID, Nine},
		"empty":             {r.ID, "", p.ID, Nine},
		"of another room":   {other.ID, "token", p.ID, Nine},
		"of no room":        {"nonsense", "token", p.ID, Nine},
		"by nobody":         {r.ID, "token", "", Nine},
		"by no such person": {r.ID, "token", "guest", Nine},
		"at its end":        {r.ID, "token", p.ID, Nine.Add(time.Hour)},
	} {
		if _, err := s.ClaimInvitation(t.Context(), ask.room, hashed(ask.token), ask.person, ask.at); !fault.HasCode(err, fault.CodeInvitationInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := s.ClaimInvitation(t.Context(), r.ID, []byte("token"), p.ID, Nine); !fault.HasCode(err, fault.CodeInvitationInvalid) {
		t.Errorf("by the token instead of its hash: got %v", err)
	}
	got, err := s.ClaimInvitation(t.Context(), r.ID, hashed("token"), p.ID, Nine)
	g.Subject = personSubject(p.ID)
	if diff := cmp.Diff(g, got); diff != "" || err != nil {
		t.Fatalf("%v\n%s", err, diff)
	}
	if diff := cmp.Diff([]access.Grant{g}, heldBy(t, s, r, g.Subject)); diff != "" {
		t.Error(diff)
	}
	for _, again := range []string{p.ID, q.ID} {
		if _, err := s.ClaimInvitation(t.Context(), r.ID, hashed("token"), again, Nine); !fault.HasCode(err, fault.CodeInvitationInvalid) {
			t.Errorf("used twice: got %v", err)
		}
	}
}

func voidInvitation(t *testing.T, s MembersStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	p := createPerson(t, s, "jeanne")
	g := invite(t, s, r, "jeanne@example.fr", access.Owner, "token")
	drop := func(rooms.Roster) (rooms.RosterChange, error) { return rooms.RosterChange{Drop: []string{g.ID}}, nil }
	if err := s.UpdateMembers(t.Context(), rooms.MemberTarget{RoomID: r.ID, GrantID: g.ID}, drop); err != nil {
		t.Fatal(err)
	}
	past := kept(Nine.Add(time.Minute))
	deputy := Grant(r, "deputy@example.fr", access.Owner)
	deputy.Subject.Kind, deputy.NotAfter = access.SubjectEmail, &past
	inviteTo(t, s, deputy, "deputy")
	for token, at := range map[string]time.Time{"token": Nine, "deputy": past} {
		if _, err := s.ClaimInvitation(t.Context(), r.ID, hashed(token), p.ID, at); !fault.HasCode(err, fault.CodeInvitationInvalid) {
			t.Errorf("%s: got %v", token, err)
		}
	}
	if held := heldBy(t, s, r, personSubject(p.ID)); len(held) != 0 {
		t.Errorf("got %+v", held)
	}
}

func renewedInvitation(t *testing.T, s MembersStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	p := createPerson(t, s, "jeanne")
	g := invite(t, s, r, "jeanne@example.fr", access.Member, "first")
	inviteTo(t, s, g, "second")
	if _, err := s.ClaimInvitation(t.Context(), r.ID, hashed("first"), p.ID, Nine); !fault.HasCode(err, fault.CodeInvitationInvalid) {
		t.Errorf("got %v", err)
	}
	if _, err := s.ClaimInvitation(t.Context(), r.ID, hashed("second"), p.ID, Nine); err != nil {
		t.Error(err)
	}
}

func claimsMeet(t *testing.T, s MembersStore) {
	friday := kept(Nine.Add(96 * time.Hour))
	type held struct {
		Role  access.Role
		Until *time.Time
	}
	for i, c := range []struct {
		name    string
		has     held
		invited held
		want    []held
	}{
		{"a member becomes an owner", held{access.Member, nil}, held{access.Owner, nil}, []held{{access.Owner, nil}}},
		{"an owner stays one", held{access.Owner, nil}, held{access.Member, nil}, []held{{access.Owner, nil}}},
		{"a deputy stays one, and a member after", held{access.Owner, &friday}, held{access.Member, nil}, []held{{access.Owner, &friday}, {access.Member, nil}}},
		{"a member becomes a deputy, and a member after", held{access.Member, nil}, held{access.Owner, &friday}, []held{{access.Member, nil}, {access.Owner, &friday}}},
		{"the longer time counts", held{access.Moderator, &friday}, held{access.Moderator, nil}, []held{{access.Moderator, nil}}},
	} {
		r := createRoom(t, s, "aaa-bbbb-cc"+string(rune('a'+i)))
		p := createPerson(t, s, "jeanne")
		put(t, s, r, personSubject(p.ID), c.has.Role, c.has.Until)
		g := Grant(r, "jeanne@example.fr", c.invited.Role)
		g.Subject.Kind, g.NotAfter = access.SubjectEmail, c.invited.Until
		inviteTo(t, s, g, c.name)
		if _, err := s.ClaimInvitation(t.Context(), r.ID, hashed(c.name), p.ID, Nine); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		var got []held
		for _, g := range heldBy(t, s, r, personSubject(p.ID)) {
			got = append(got, held{g.Role, g.NotAfter})
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if left := heldBy(t, s, r, g.Subject); len(left) != 0 {
			t.Errorf("%s: the address still has %+v", c.name, left)
		}
	}
}

func claimsAtOnce(t *testing.T, s MembersStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	invite(t, s, r, "jeanne@example.fr", access.Owner, "token")
	people := []directory.Person{createPerson(t, s, "a"), createPerson(t, s, "b"), createPerson(t, s, "c")}
	given := make(chan bool, len(people))
	var wg sync.WaitGroup
	for _, p := range people {
		wg.Go(func() {
			_, err := s.ClaimInvitation(t.Context(), r.ID, hashed("token"), p.ID, Nine)
			if err != nil && !fault.HasCode(err, fault.CodeInvitationInvalid) {
				t.Errorf("got %v", err)
			}
			given <- err == nil
		})
	}
	wg.Wait()
	n := 0
	for range people {
		if <-given {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d people were given it", n)
	}
}

func vouchedClaims(t *testing.T, s MembersStore) {
	org := place(t, s, "13002526500013", "Direction")
	for i, c := range []struct {
		name    string
		org     string
		vouched directory.Vouched
		email   string
		want    bool
	}{
		{"no rule", org, directory.NotVouched, "Jeanne@Example.fr", false},
		{"a rule for the domain, nobody's organization", auth.DefaultOrgID, directory.VouchedByDomain, "Jeanne@Example.fr", false},
		{"another address", org, directory.VouchedByIdP, "jeanne.darc@example.fr", false},
		{"no address said", org, directory.VouchedByIdP, "", false},
		{"a rule for the domain", org, directory.VouchedByDomain, "Jeanne@Example.fr", true},
		{"a rule for the identity provider, nobody's organization", auth.DefaultOrgID, directory.VouchedByIdP, "Jeanne@Example.fr", true},
	} {
		slug := "aaa-bbbb-cc" + string(rune('a'+i))
		r, same := createRoom(t, s, slug), createRoom(t, s, "b"+slug[1:])
		invite(t, s, r, "jeanne@example.fr", access.Moderator, slug)
		member := invite(t, s, same, "jeanne@example.fr", access.Member, "b"+slug)
		said := claims(c.name)
		said.Email = "jeanne@example.fr" // what is known from before proves nothing
		if _, err := s.UpsertPerson(t.Context(), said, c.org, Nine); err != nil {
			t.Fatal(err)
		}
		said.Email, said.Vouched = c.email, c.vouched
		p, err := s.UpsertPerson(t.Context(), said, c.org, Nine)
		if err != nil {
			t.Fatal(err)
		}
		got := heldBy(t, s, r, personSubject(p.ID))
		if len(got) > 0 != c.want || (c.want && got[0].Role != access.Moderator) {
			t.Errorf("%s: got %+v", c.name, got)
		}
		if held := heldBy(t, s, same, personSubject(p.ID)); len(held) > 0 != c.want || (c.want && held[0].ID != member.ID) {
			t.Errorf("%s: in another room: got %+v", c.name, held)
		}
		if _, err := s.ClaimInvitation(t.Context(), r.ID, hashed(slug), p.ID, Nine); (err == nil) == c.want {
			t.Errorf("%s: the link afterwards: %v", c.name, err)
		}
		// What was left goes, so that the next case begins with nothing.
		_, _ = s.ClaimInvitation(t.Context(), same.ID, hashed("b"+slug), p.ID, Nine)
	}
}

func closedClaim(t *testing.T, s MembersStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	p := createPerson(t, s, "jeanne")
	invite(t, s, r, "jeanne@example.fr", access.Owner, "token")
	if err := s.DeactivatePerson(t.Context(), p.ID, Nine); err != nil {
		t.Fatal(err)
	}
	said := claims("jeanne")
	said.Vouched = directory.VouchedByIdP
	if _, err := s.UpsertPerson(t.Context(), said, auth.DefaultOrgID, Nine); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ClaimInvitation(t.Context(), r.ID, hashed("token"), p.ID, Nine); !fault.Is(err, fault.Forbidden) {
		t.Errorf("got %v", err)
	}
	if held := heldBy(t, s, r, personSubject(p.ID)); len(held) != 0 {
		t.Errorf("got %+v", held)
	}
}

func groupsOfSignIn(t *testing.T, s MembersStore) {
	org := place(t, s, "13002526500013", "Direction")
	p, err := s.UpsertPerson(t.Context(), claims("jeanne"), org, Nine)
	if err != nil {
		t.Fatal(err)
	}
	row := createSignIn(t, s, SignedIn("jeanne", p))
	groups := []string{NewID(), NewID(), NewID()}
	for i, id := range groups {
		of := org
		if i == 2 {
			of = auth.DefaultOrgID
		}
		if err := s.CreateGroup(t.Context(), id, of, "Cabinet", Nine); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		add, remove int
		want        []string
	}{{-1, -1, nil}, {1, -1, groups[1:2]}, {0, -1, groups[:2]}, {2, -1, groups[:2]}, {0, -1, groups[:2]}, {-1, 1, groups[:1]}, {-1, 0, nil}} {
		if step.add >= 0 {
			err = s.ChangeGroup(t.Context(), groups[step.add], []string{p.ID}, nil, Nine)
		} else if step.remove >= 0 {
			err = s.ChangeGroup(t.Context(), groups[step.remove], nil, []string{p.ID}, Nine)
		}
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.SignIn(t.Context(), row.SecretHash)
		if diff := cmp.Diff(step.want, got.Groups); diff != "" || err != nil {
			t.Errorf("%+v: %v\n%s", step, err, diff)
		}
	}
	mustBe(t, s.ChangeGroup(t.Context(), NewID(), []string{p.ID}, nil, Nine), fault.Conflict)
}

func colleagues(t *testing.T, s MembersStore) {
	org, other := place(t, s, "13002526500013", "Direction"), place(t, s, "11000201100044", "Autre")
	add := func(of, given, family, email string) string {
		p, err := s.UpsertPerson(t.Context(), directory.Claims{
			Issuer: "https://op.example", Subject: email, GivenName: given, FamilyName: family, Email: email, OrganizationUnit: "Cabinet",
		}, of, Nine)
		if err != nil {
			t.Fatal(err)
		}
		return p.ID
	}
	elodie := add(org, "Élodie", "d’Arc", "Elodie.Darc@direction.example")
	jean := add(org, "Jean-Luc", "Morel", "jl.morel@direction.example")
	percent := add(org, "100%", "_Under_score", "percent@direction.example")
	gone := add(org, "Jean", "Parti", "jean.parti@direction.example")
	add(other, "Jean", "Autre", "jean@autre.example")
	if err := s.DeactivatePerson(t.Context(), gone, Nine); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string][]string{
		"": nil, "  ": nil, "zz": nil, "%": nil, "%%": nil, "_": nil, "\\": nil, "'": nil, "lodie": nil, "jean zz": nil, strings.Repeat("a", 5000): nil,
		"elo": {elodie}, "ÉLO": {elodie}, "E\u0301lo": {elodie}, "arc": {elodie}, "d'arc": {elodie}, "elodie.d": {elodie}, "elodie.darc@dir": {elodie},
		"jean": {jean}, "luc": {jean}, "mor jea": {jean}, "jean-luc morel": {jean}, "JL": {jean}, "10": {percent}, "under": {percent}, "sco": {percent},
		"d": {elodie},
	} {
		found, err := s.SearchPeople(t.Context(), org, query, 10)
		var got []string
		for _, p := range found {
			got = append(got, p.ID)
			if p.OrgID != org || p.Unit != "Cabinet" || p.Email == "" {
				t.Errorf("%q: got %+v", query, p)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%q: %v\n%s", query, err, diff)
		}
	}
	if found, err := s.SearchPeople(t.Context(), "nonsense", "jean", 10); err != nil || len(found) != 0 {
		t.Errorf("got %+v, %v", found, err)
	}
	add(org, "Elodie", "Zola", "elodie.zola@direction.example")
	if found, err := s.SearchPeople(t.Context(), org, "elodie", 1); err != nil || len(found) != 1 {
		t.Errorf("got %+v, %v", found, err)
	}
}

func movedColleague(t *testing.T, s MembersStore) {
	org, other := place(t, s, "13002526500013", "Direction"), place(t, s, "11000201100044", "Autre")
	for i, step := range []struct {
		org, family, query string
		here, there        int
	}{{org, "Morel", "morel", 1, 0}, {other, "Morel", "morel", 0, 1}, {other, "Martin", "morel", 0, 0}, {other, "Martin", "martin", 0, 1}} {
		if _, err := s.UpsertPerson(t.Context(), directory.Claims{Issuer: "https://op.example", Subject: "x", FamilyName: step.family}, step.org, Nine); err != nil {
			t.Fatal(err)
		}
		here, err := s.SearchPeople(t.Context(), org, step.query, 10)
		if err != nil || len(here) != step.here {
			t.Errorf("%d: got %+v, %v", i, here, err)
		}
		there, err := s.SearchPeople(t.Context(), other, step.query, 10)
		if err != nil || len(there) != step.there {
			t.Errorf("%d: got %+v, %v", i, there, err)
		}
	}
}
