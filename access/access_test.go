package access_test

import (
	"slices"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
)

func TestEntriesHaveShortNamesAndAnOrder(t *testing.T) {
	for word, want := range map[string]access.Entry{
		"restricted": access.EntryMembers, "trusted": access.EntrySignedIn, "public": access.EntryEveryone, "hosts": access.EntryHosts,
	} {
		if got, ok := access.ParseEntry(word); !ok || got != want {
			t.Errorf("%s is read as %s", word, got)
		}
	}
	if _, ok := access.ParseEntry("all"); ok {
		t.Error("a word that does not exist is read")
	}
	all := access.Entries()
	for i := 1; i < len(all); i++ {
		if all[i].Width() <= all[i-1].Width() {
			t.Errorf("%s is not wider than %s", all[i], all[i-1])
		}
	}
	if access.Entry("all").Width() != access.EntryHosts.Width() {
		t.Error("an unknown entry must be the narrowest")
	}
}

func TestTheStrongestGrantThatHoldsCounts(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	soon := now.Add(time.Minute)
	grants := []access.Grant{
		{Role: access.Owner, NotBefore: &soon},
		{Role: access.Moderator, NotAfter: &now}, // the end itself is outside
		{Role: access.Member},
	}
	if role := access.Strongest(grants, nil, now).Role; role != access.Member {
		t.Errorf("got %q", role)
	}
	if role := access.Strongest(grants, nil, soon).Role; role != access.Owner {
		t.Errorf("the beginning itself is inside: got %q", role)
	}
	if role := access.Strongest(nil, nil, now).Role; role != access.NoRole || role.Host() {
		t.Errorf("nothing gives nothing: got %q", role)
	}
}

func TestPeopleHoldGrantsOfTheirGroups(t *testing.T) {
	who := auth.Identity{Kind: auth.Person, PersonID: "p", OrgID: "o", Groups: []string{"g", "h"}}
	want := []access.Subject{{Kind: access.SubjectPerson, ID: "p"}, {Kind: access.SubjectOrganization, ID: "o"}, {Kind: access.SubjectGroup, ID: "g"}, {Kind: access.SubjectGroup, ID: "h"}}
	if got := access.SubjectsOf(who); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestAnAddressIsNobodysSubject(t *testing.T) {
	who := auth.Identity{Kind: auth.Person, PersonID: "p", OrgID: "o", Emails: []string{"p@example.org"}}
	for _, s := range access.SubjectsOf(who) {
		if s.Kind == access.SubjectEmail {
			t.Error("a grant to an address is claimed, never matched")
		}
	}
	if got := access.SubjectsOf(auth.Identity{Kind: auth.Guest, ID: "g"}); got != nil {
		t.Errorf("a guest holds %v", got)
	}
}
