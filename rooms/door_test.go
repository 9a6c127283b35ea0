package rooms

import (
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
)

var (
	nobody   = auth.Identity{}
	guest    = auth.Identity{Kind: auth.Guest, ID: "g", SignInID: "g"}
	jeanne   = auth.Identity{Kind: auth.Person, ID: "jeanne", PersonID: "jeanne", OrgID: "interior", Assurance: auth.AssuranceAgentMFA}
	louise   = auth.Identity{Kind: auth.Person, ID: "louise", PersonID: "louise", OrgID: "justice", Assurance: auth.AssuranceAgentMFA}
	samira   = auth.Identity{Kind: auth.Person, ID: "samira", PersonID: "samira", OrgID: "interior", Assurance: auth.AssuranceAgent}
	unplaced = auth.Identity{Kind: auth.Person, ID: "x", PersonID: "x", OrgID: auth.DefaultOrgID, Assurance: auth.AssuranceAgent}
	bridge   = auth.Identity{Kind: auth.Service, ID: "bridge", OrgID: "interior", Scopes: []auth.Scope{auth.ScopeRoomsWrite}}
	reader   = auth.Identity{Kind: auth.Service, ID: "reader", OrgID: "interior", Scopes: []auth.Scope{auth.ScopeRoomsRead}}
	stranger = auth.Identity{Kind: auth.Service, ID: "other", OrgID: "justice", Scopes: auth.Scopes()}
)

func TestWhoEntersWithoutWaiting(t *testing.T) {
	const (
		ok     = fault.Code("")
		waits  = fault.Code(WaitLobby)
		others = fault.CodeMembersOnly // software does not wait
	)
	cases := []struct {
		entry access.Entry
		who   auth.Identity
		role  access.Role
		want  fault.Code
	}{
		{access.EntryEveryone, nobody, "", ok},
		{access.EntryEveryone, guest, "", ok},
		{access.EntryEveryone, stranger, "", others},
		{access.EntrySignedIn, nobody, "", waits},
		{access.EntrySignedIn, guest, "", waits},
		{access.EntrySignedIn, louise, "", ok},
		{access.EntrySignedIn, bridge, "", ok},
		{access.EntrySignedIn, reader, "", others},
		{access.EntrySignedIn, stranger, "", others},
		{access.EntryOrganization, jeanne, "", ok},
		{access.EntryOrganization, louise, "", waits},
		{access.EntryOrganization, louise, access.Member, ok},
		{access.EntryOrganization, unplaced, "", waits},
		{access.EntryMembers, jeanne, "", waits},
		{access.EntryMembers, jeanne, access.Member, ok},
		{access.EntryMembers, guest, "", waits},
		{access.EntryHosts, jeanne, access.Member, waits},
		{access.EntryHosts, jeanne, access.Moderator, ok},
		{access.EntryHosts, jeanne, access.Owner, ok},
		{"", louise, access.Member, waits}, // a word that nobody knows lets hosts in, and no one else
		{"", louise, access.Owner, ok},
	}
	for _, c := range cases {
		found := Room{OrgID: "interior", Entry: c.entry}.receive(c.who, standing{role: c.role}, time.Time{})
		got := codeOf(found.refusal)
		if found.wait != NoWait {
			got = fault.Code(found.wait)
		}
		if got != c.want {
			t.Errorf("entry %q, %s %s as %q: got %q, want %q", c.entry, c.who.Kind, c.who.ID, c.role, got, c.want)
		}
	}
}

func codeOf(err error) fault.Code {
	if err == nil {
		return ""
	}
	return fault.Of(err).Code
}

func TestNobodyOfTheDefaultOrganizationIsOfTheRoomsOrganization(t *testing.T) {
	room := Room{OrgID: auth.DefaultOrgID, Entry: access.EntryOrganization}
	if found := room.receive(unplaced, standing{}, time.Time{}); found.wait != WaitLobby {
		t.Errorf("got %+v", found)
	}
}

func TestAnArchivedRoomLetsNobodyIn(t *testing.T) {
	room := Room{Entry: access.EntryEveryone, ArchivedAt: &time.Time{}}
	if err := room.receive(jeanne, standing{role: access.Owner}, time.Time{}).refusal; !fault.HasCode(err, fault.CodeRoomArchived) {
		t.Errorf("got %v", err)
	}
}

func TestARoomThatAsksForASecondFactorGetsIt(t *testing.T) {
	room := Room{OrgID: "interior", Entry: access.EntryEveryone, MinAssurance: auth.AssuranceAgentMFA}
	for _, c := range []struct {
		who  auth.Identity
		want fault.Code
	}{{jeanne, ""}, {samira, fault.CodeAssuranceTooLow}, {guest, fault.CodeSignInRequired}, {nobody, fault.CodeSignInRequired}, {bridge, ""}} {
		if got := codeOf(room.receive(c.who, standing{role: access.Owner}, time.Time{}).refusal); got != c.want {
			t.Errorf("%s: got %q, want %q", c.who.ID, got, c.want)
		}
	}
}

func TestWhatHostsDecidedStandsAtTheDoor(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	past := now.Add(-time.Minute)
	room := Room{OrgID: "interior", Entry: access.EntrySignedIn}
	for name, c := range map[string]struct {
		limits  Limits
		st      standing
		refused fault.Code
		waits   WaitReason
	}{
		"blocked":                              {st: standing{blocked: true}, refused: fault.CodeBlocked},
		"blocked, and a member":                {st: standing{role: access.Member, blocked: true}, refused: fault.CodeBlocked},
		"locked":                               {st: standing{locked: true}, refused: fault.CodeRoomLocked},
		"locked, and a host":                   {st: standing{role: access.Moderator, locked: true}},
		"removed before":                       {st: standing{decided: Adjustment{Held: HeldRemoved}}, waits: WaitRemoved},
		"removed before, locked now":           {st: standing{locked: true, decided: Adjustment{Held: HeldRemoved}}, refused: fault.CodeRoomLocked},
		"sent back to the lobby":               {st: standing{decided: Adjustment{Held: HeldInLobby}}, waits: WaitReturned},
		"sent back, locked now":                {st: standing{locked: true, decided: Adjustment{Held: HeldInLobby}}, waits: WaitReturned},
		"the link has expired":                 {limits: Limits{LinkExpiresAt: &past}, refused: fault.CodeLinkExpired},
		"the link has expired, and a host":     {limits: Limits{LinkExpiresAt: &past}, st: standing{role: access.Owner}},
		"the link expires at this very moment": {limits: Limits{LinkExpiresAt: &now}, refused: fault.CodeLinkExpired},
		"before the host":                      {limits: Limits{OpensWithHost: true}, waits: WaitHost},
		"the host":                             {limits: Limits{OpensWithHost: true}, st: standing{role: access.Owner}},
	} {
		room.Limits = c.limits
		found := room.receive(jeanne, c.st, now)
		if codeOf(found.refusal) != c.refused || found.wait != c.waits {
			t.Errorf("%s: got %v, waits for %q", name, found.refusal, found.wait)
		}
	}
}

func TestWhoWasTakenOutDoesNotLetThemselvesInAgain(t *testing.T) {
	who := Who{Kind: auth.Person, ID: "jeanne"}
	for name, threshold := range map[string]Threshold{
		"removed": {Adjusted: map[Who]Adjustment{who: {Held: HeldRemoved}}}, "blocked": {Blocked: map[Who]bool{who: true}},
		"demoted": {Adjusted: map[Who]Adjustment{who: {Role: access.Member}}},
	} {
		if st := (standing{role: access.Moderator}).under(threshold, who); st.role.Host() {
			t.Errorf("%s: still a host", name)
		}
	}
	if st := (standing{}).under(Threshold{Adjusted: map[Who]Adjustment{who: {Role: access.Moderator}}}, who); !st.role.Host() {
		t.Error("who was promoted is no host")
	}
}

func TestAGrantHoldsForItsTimeAndTheStrongestCounts(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	past, future := now.Add(-time.Hour), now.Add(time.Hour)
	got := stand([]access.Grant{
		{Role: access.Owner, NotAfter: &past},
		{Role: access.Moderator, NotBefore: &future},
		{Role: access.Member, Sources: access.Only(access.Microphone)},
	}, nil, now)
	if got.role != access.Member || len(got.sources) != 1 {
		t.Errorf("got %+v", got)
	}
	if none := stand(nil, nil, now); none.role != access.NoRole || none.seat() != access.Member || len(none.sources) != 4 {
		t.Errorf("without a grant one sits as a member with everything: %+v", none)
	}
}

func TestAGrantThatListsNoSourceLetsNothingBePublished(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		sources access.Sources
		want    int
	}{
		"everything": {access.Everything(), 4}, "one": {access.Only(access.Camera), 1}, "none": {access.Only(), 0},
		"not said": {access.Sources{}, 0}, "an empty list": {access.Sources{Listed: []access.Source{}}, 0},
	} {
		if got := stand([]access.Grant{{Role: access.Owner, Sources: c.sources}}, nil, now); len(got.sources) != c.want {
			t.Errorf("%s: %v", name, got.sources)
		}
	}
}
