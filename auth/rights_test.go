package auth_test

import (
	"testing"

	"parvis/auth"
	"parvis/fault"
)

func TestWhoMayDoWhat(t *testing.T) {
	person := auth.Identity{Kind: auth.Person, ID: "p", PersonID: "p", OrgID: "one"}
	guest := auth.Identity{Kind: auth.Guest, ID: "g"}
	service := auth.Identity{Kind: auth.Service, ID: "s", OrgID: "one", Scopes: []auth.Scope{auth.ScopeRoomsRead}}
	forPerson := person
	forPerson.OnBehalfOf, forPerson.Scopes = "s", []auth.Scope{auth.ScopeRoomsRead}
	hooks := auth.Identity{Kind: auth.Service, ID: "h", OrgID: "one", Scopes: []auth.Scope{auth.ScopeWebhooksManage}}
	ofNobody := hooks
	ofNobody.OrgID = auth.DefaultOrgID
	phone := auth.Identity{Kind: auth.Phone, ID: "t"}
	const ok = fault.Code("")
	for _, c := range []struct {
		name  string
		who   auth.Identity
		right auth.Right
		on    auth.Resource
		want  fault.Code
	}{
		{"nobody lists sign-ins", auth.Identity{}, auth.SignInList, auth.Resource{}, fault.CodeSignInRequired},
		{"a guest lists sign-ins", guest, auth.SignInList, auth.Resource{}, ok},
		{"software lists sign-ins", service, auth.SignInList, auth.Resource{}, fault.CodeForbidden},
		{"a guest makes a room", guest, auth.RoomCreate, auth.Resource{}, fault.CodeSignInRequired},
		{"a telephone makes a room", phone, auth.RoomCreate, auth.Resource{}, fault.CodeForbidden},
		{"a person makes a room", person, auth.RoomCreate, auth.Resource{}, ok},
		{"software without the scope makes a room", service, auth.RoomCreate, auth.Resource{OrgID: "one"}, fault.CodeScopeMissing},
		{"software reads a room of its organization", service, auth.RoomRead, auth.Resource{OrgID: "one"}, ok},
		{"software reads a room of another", service, auth.RoomRead, auth.Resource{OrgID: "two"}, fault.CodeRoomNotFound},
		{"software makes accounts for software without the scope", service, auth.ServiceAccountManage, auth.Resource{OrgID: "one"}, fault.CodeScopeMissing},
		{"a person without a role makes accounts for software", person, auth.ServiceAccountGive, auth.Resource{OrgID: "one"}, fault.CodeAccountNotFound},
		{"software manages webhooks of an organization below", hooks, auth.WebhookManage, auth.Resource{OrgID: "two", Above: []string{"one"}}, fault.CodeWebhookNotFound},
		{"software of no organization manages its webhooks", ofNobody, auth.WebhookAddress, auth.Resource{OrgID: auth.DefaultOrgID}, ok},
		{"software for a person makes accounts", forPerson, auth.ServiceAccountManage, auth.Resource{OrgID: "one"}, fault.CodeForbidden},
		{"software for a person lists their sign-ins", forPerson, auth.SignInList, auth.Resource{}, fault.CodeForbidden},
		{"software for a person claims an invitation", forPerson, auth.InvitationClaim, auth.Resource{}, fault.CodeForbidden},
		{"software for an owner changes the room without the scope", forPerson, auth.RoomUpdate, auth.Resource{Relation: auth.Owner, Lasting: auth.Owner}, fault.CodeScopeMissing},
		{"software for a stranger, in the person's organization, reads a room with the scope", forPerson, auth.RoomRead, auth.Resource{OrgID: "one"}, fault.CodeRoomNotFound},
		{"software for a stranger learns no more without the scope", forPerson, auth.RoomModerate, auth.Resource{}, fault.CodeScopeMissing},
		{"software for a member reads the room with the scope", forPerson, auth.RoomRead, auth.Resource{Relation: auth.Member, OrgID: "two"}, ok},
		{"software for a person lists their rooms with the scope", forPerson, auth.RoomList, auth.Resource{OrgID: "one"}, ok},
		{"a stranger reads a room", person, auth.RoomRead, auth.Resource{}, fault.CodeRoomNotFound},
		{"a member reads a room", person, auth.RoomRead, auth.Resource{Relation: auth.Member}, ok},
		{"a member changes a room", person, auth.RoomUpdate, auth.Resource{Relation: auth.Member}, fault.CodeForbidden},
		{"a moderator changes a room", person, auth.RoomUpdate, auth.Resource{Relation: auth.Moderator, Lasting: auth.Moderator}, fault.CodeForbidden},
		{"an owner for the meeting alone changes a room", person, auth.RoomUpdate, auth.Resource{Relation: auth.Owner}, fault.CodeForbidden},
		{"an owner whom another demoted for the meeting changes a room", person, auth.RoomUpdate, auth.Resource{Relation: auth.Member, Lasting: auth.Owner}, ok},
		{"an owner for the meeting alone leads it", person, auth.RoomModerate, auth.Resource{Relation: auth.Owner}, ok},
		{"who leads the meeting alone blocks", person, auth.RoomBlock, auth.Resource{Relation: auth.Moderator}, fault.CodeForbidden},
		{"a moderator archives a room", person, auth.RoomArchive, auth.Resource{Relation: auth.Moderator}, fault.CodeForbidden},
		{"an owner archives a room", person, auth.RoomArchive, auth.Resource{Relation: auth.Owner, Lasting: auth.Owner}, ok},
		{"a right that does not exist", person, "rooms.burn", auth.Resource{Relation: auth.Owner}, fault.CodeForbidden},
	} {
		err := auth.Allowed(c.who, c.right, c.on)
		if got := codeOf(err); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func codeOf(err error) fault.Code {
	if err == nil {
		return ""
	}
	return fault.Of(err).Code
}

func TestTheTableNamesEachRightOnceAndSomebodyForIt(t *testing.T) {
	seen := map[auth.Right]bool{}
	for _, r := range auth.Rules() {
		if seen[r.Right] || len(r.Kinds) == 0 {
			t.Errorf("%s stands twice, or for nobody", r.Right)
		}
		seen[r.Right] = true
	}
}

func TestSoftwareForAPersonMayDoWhatBothMay(t *testing.T) {
	person := auth.Identity{Kind: auth.Person, ID: "p", PersonID: "p", OrgID: "one"}
	service := auth.Identity{Kind: auth.Service, ID: "s", OrgID: "one", Scopes: auth.Scopes()}
	for _, rule := range auth.Rules() {
		for relation := auth.Stranger; relation <= auth.Owner; relation++ {
			on := auth.Resource{Relation: relation, Lasting: relation, OrgID: "one"}
			for _, scopes := range [][]auth.Scope{nil, {rule.Scope}, auth.Scopes()} {
				with, alone := person, service
				with.OnBehalfOf, with.Scopes, alone.Scopes = "s", scopes, scopes
				both := auth.Allowed(person, rule.Right, on) == nil && auth.Allowed(alone, rule.Right, on) == nil
				if got := auth.Allowed(with, rule.Right, on) == nil; got != both {
					t.Errorf("%s of %s with %v: got %v, want %v", rule.Right, relation, scopes, got, both)
				}
			}
		}
	}
}

func TestAssuranceIsReadAsItIsWrittenAndOrdered(t *testing.T) {
	for a := auth.AssuranceUnknown; a <= auth.AssuranceAgentMFA; a++ {
		if got, ok := auth.ParseAssurance(a.String()); !ok || got != a {
			t.Errorf("%s is read as %s", a, got)
		}
	}
	if _, ok := auth.ParseAssurance("high"); ok {
		t.Error("a word that does not exist is read")
	}
	if auth.Assurance(99).String() != "unknown" {
		t.Error("an assurance that does not exist is the weakest")
	}
}

func TestTheIdentityTravelsInTheContext(t *testing.T) {
	if !auth.FromContext(t.Context()).Anonymous() {
		t.Error("without an identity it is nobody's request")
	}
	who := auth.Identity{Kind: auth.Guest, ID: "g"}
	if got := auth.FromContext(auth.NewContext(t.Context(), who)); got.ID != "g" {
		t.Errorf("got %+v", got)
	}
}
