package rooms_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

const (
	interior = "11001401600015"
	justice  = "13002526500013"
)

// office is a room with an owner, a moderator and a member, and people beside it.
type office struct {
	*house
	slug                                             string
	owner, moderator, member, colleague, far, nobody auth.Identity
}

func openOffice(t *testing.T) *office {
	t.Helper()
	h := open(t)
	o := &office{
		house: h, owner: h.person("camille", interior), moderator: h.person("mounir", interior), member: h.person("odile", interior),
		colleague: h.person("ines", interior), far: h.person("louise", justice), nobody: h.person("noé", ""),
	}
	o.slug = h.room(o.owner, "members").Slug
	o.put(o.moderator, access.Moderator, nil)
	o.put(o.member, access.Member, nil)
	return o
}

func personal(who auth.Identity) access.Subject {
	return access.Subject{Kind: access.SubjectPerson, ID: who.PersonID}
}

func address(a string) access.Subject { return access.Subject{Kind: access.SubjectEmail, ID: a} }

func (o *office) ask(by auth.Identity, in rooms.NewMember) (rooms.PutMember, error) {
	return o.PutMember(o.t.Context(), by, o.slug, in)
}

func (o *office) put(who auth.Identity, role access.Role, until *time.Time) rooms.PutMember {
	o.t.Helper()
	return o.mustPut(rooms.NewMember{Subject: personal(who), Role: role, NotAfter: until})
}

func (o *office) mustPut(in rooms.NewMember) rooms.PutMember {
	o.t.Helper()
	put, err := o.ask(o.owner, in)
	if err != nil {
		o.t.Fatalf("put: %v", err)
	}
	return put
}

func (o *office) roleOf(who auth.Identity) access.Role {
	o.t.Helper()
	view, err := o.Get(o.t.Context(), who, o.slug)
	if err != nil {
		o.t.Fatal(err)
	}
	return view.Role
}

func (o *office) line(who auth.Identity) rooms.Member {
	o.t.Helper()
	page, err := o.Members(o.t.Context(), o.owner, o.slug, 0, "")
	if err != nil {
		o.t.Fatal(err)
	}
	for _, m := range page.Members {
		if m.Subject == personal(who) {
			return m
		}
	}
	o.t.Fatalf("%s is no member", who.Name)
	return rooms.Member{}
}

func (o *office) in(d time.Duration) *time.Time {
	at := o.clock.now().Add(d)
	return &at
}

func TestOnlyOwnersChangeWhoIsAMember(t *testing.T) {
	o := openOffice(t)
	robot := auth.Identity{Kind: auth.Service, ID: uuid.NewString(), OrgID: o.far.OrgID, Scopes: auth.Scopes()}
	for name, c := range map[string]struct {
		who  auth.Identity
		want fault.Code
	}{
		"nobody": {auth.Identity{}, fault.CodeSignInRequired}, "guest": {o.guest("Gaston"), fault.CodeSignInRequired},
		"stranger": {o.far, fault.CodeRoomNotFound}, "colleague": {o.colleague, fault.CodeRoomNotFound},
		"member": {o.member, fault.CodeForbidden}, "moderator": {o.moderator, fault.CodeForbidden}, "software of others": {robot, fault.CodeRoomNotFound},
	} {
		_, err := o.ask(c.who, rooms.NewMember{Subject: personal(o.colleague), Role: access.Member})
		if !fault.HasCode(err, c.want) {
			t.Errorf("%s puts: got %v, want %s", name, err, c.want)
		}
		err = o.RemoveMember(t.Context(), c.who, o.slug, o.line(o.member).ID)
		if !fault.HasCode(err, c.want) {
			t.Errorf("%s removes: got %v, want %s", name, err, c.want)
		}
	}
	if got := o.roleOf(o.colleague); got != access.NoRole {
		t.Errorf("got %q", got)
	}
}

func TestStrangersDoNotSeeTheMembersAndMembersSeeNoAddresses(t *testing.T) {
	o := openOffice(t)
	o.mustPut(rooms.NewMember{Subject: address("zoe@example.org"), Role: access.Member})
	for name, c := range map[string]struct {
		who  auth.Identity
		want fault.Code
	}{"nobody": {auth.Identity{}, fault.CodeSignInRequired}, "guest": {o.guest("Gaston"), fault.CodeSignInRequired}, "stranger": {o.far, fault.CodeRoomNotFound}} {
		if _, err := o.Members(t.Context(), c.who, o.slug, 0, ""); !fault.HasCode(err, c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		who  auth.Identity
		want []string
	}{
		"member": {o.member, []string{"camille", "mounir", "odile"}}, "moderator": {o.moderator, []string{"camille", "mounir", "odile", "zoe@example.org"}},
	} {
		page, err := o.Members(t.Context(), c.who, o.slug, 0, "")
		var got []string
		for _, m := range page.Members {
			got = append(got, m.Name)
			if c.who.ID == o.member.ID && m.Email != "" {
				t.Errorf("a member reads %q", m.Email)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

func TestTheLastOwnerForGoodStays(t *testing.T) {
	o := openOffice(t)
	o.put(o.colleague, access.Owner, o.in(24*time.Hour))
	later := rooms.NewMember{Subject: personal(o.moderator), Role: access.Owner, NotBefore: o.in(time.Hour)}
	o.mustPut(later)
	group := uuid.Must(uuid.NewV7()).String()
	if err := o.db.CreateGroup(t.Context(), group, o.owner.OrgID, "Cabinet", o.clock.now()); err != nil {
		t.Fatal(err)
	}
	o.mustPut(rooms.NewMember{Subject: access.Subject{Kind: access.SubjectGroup, ID: group}, Role: access.Owner})
	o.mustPut(rooms.NewMember{Subject: address("zoe@example.org"), Role: access.Owner})

	self := personal(o.owner)
	for name, in := range map[string]rooms.NewMember{
		"demoted to moderator": {Subject: self, Role: access.Moderator},
		"demoted to member":    {Subject: self, Role: access.Member},
		"given an end":         {Subject: self, Role: access.Owner, NotAfter: o.in(time.Hour)},
		"begun later":          {Subject: self, Role: access.Owner, NotBefore: o.in(time.Hour)},
	} {
		if _, err := o.ask(o.owner, in); !fault.HasCode(err, fault.CodeLastOwner) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	o.refused(o.RemoveMember(t.Context(), o.owner, o.slug, o.line(o.owner).ID), fault.CodeLastOwner)

	o.put(o.colleague, access.Owner, nil)
	if _, err := o.ask(o.owner, rooms.NewMember{Subject: self, Role: access.Member}); err != nil {
		t.Errorf("with another owner: %v", err)
	}
	o.refused(o.RemoveMember(t.Context(), o.colleague, o.slug, o.line(o.colleague).ID), fault.CodeLastOwner)
}

func TestOfTwoOwnersWhoDemoteEachOtherAtOnceOneIsLeft(t *testing.T) {
	for range 5 {
		o := openOffice(t)
		o.put(o.colleague, access.Owner, nil)
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, pair := range [][2]auth.Identity{{o.owner, o.colleague}, {o.colleague, o.owner}} {
			wg.Go(func() {
				_, errs[i] = o.ask(pair[0], rooms.NewMember{Subject: personal(pair[1]), Role: access.Member})
			})
		}
		wg.Wait()
		refused := errs[0]
		if refused == nil {
			refused = errs[1]
		}
		if (errs[0] == nil) == (errs[1] == nil) || !fault.HasCode(refused, fault.CodeForbidden) {
			t.Fatalf("got %v and %v", errs[0], errs[1])
		}
		if a, b := o.line(o.owner).Role, o.line(o.colleague).Role; (a == access.Owner) == (b == access.Owner) {
			t.Errorf("got %s and %s", a, b)
		}
	}
}

func TestWhomAnOwnerMayNotName(t *testing.T) {
	o := openOffice(t)
	gone := o.person("partie", interior)
	if err := o.db.DeactivatePerson(t.Context(), gone.PersonID, o.clock.now()); err != nil {
		t.Fatal(err)
	}
	group := uuid.Must(uuid.NewV7()).String()
	if err := o.db.CreateGroup(t.Context(), group, o.far.OrgID, "Cabinet", o.clock.now()); err != nil {
		t.Fatal(err)
	}
	someone, past := personal(o.colleague), o.in(-time.Second)
	for name, c := range map[string]struct {
		in rooms.NewMember
		at string
	}{
		"nobody":                           {rooms.NewMember{Subject: access.Subject{Kind: access.SubjectPerson}, Role: access.Member}, "body.subject.id"},
		"an unknown person":                {rooms.NewMember{Subject: access.Subject{Kind: access.SubjectPerson, ID: uuid.NewString()}, Role: access.Member}, "body.subject.id"},
		"no key":                           {rooms.NewMember{Subject: access.Subject{Kind: access.SubjectPerson, ID: "1 OR 1=1"}, Role: access.Member}, "body.subject.id"},
		"a person of another organization": {rooms.NewMember{Subject: personal(o.far), Role: access.Member}, "body.subject.id"},
		"a person of none":                 {rooms.NewMember{Subject: personal(o.nobody), Role: access.Member}, "body.subject.id"},
		"a closed account":                 {rooms.NewMember{Subject: personal(gone), Role: access.Member}, "body.subject.id"},
		"a group of another organization":  {rooms.NewMember{Subject: access.Subject{Kind: access.SubjectGroup, ID: group}, Role: access.Member}, "body.subject.id"},
		"another organization":             {rooms.NewMember{Subject: access.Subject{Kind: access.SubjectOrganization, ID: o.far.OrgID}, Role: access.Member}, "body.subject.id"},
		"everybody without one":            {rooms.NewMember{Subject: access.Subject{Kind: access.SubjectOrganization, ID: auth.DefaultOrgID}, Role: access.Member}, "body.subject.id"},
		"an organization as an owner":      {rooms.NewMember{Subject: access.Subject{Kind: access.SubjectOrganization, ID: o.owner.OrgID}, Role: access.Owner}, "body.role"},
		"a link":                           {rooms.NewMember{Subject: access.Subject{Kind: access.SubjectLink, ID: "x"}, Role: access.Member}, "body.subject.kind"},
		"a malformed address":              {rooms.NewMember{Subject: address("zoe@"), Role: access.Member}, "body.subject.email"},
		"two addresses":                    {rooms.NewMember{Subject: address("a@example.org,b@example.org"), Role: access.Member}, "body.subject.email"},
		"no role":                          {rooms.NewMember{Subject: someone}, "body.role"},
		"another role":                     {rooms.NewMember{Subject: someone, Role: "king"}, "body.role"},
		"an end in the past":               {rooms.NewMember{Subject: someone, Role: access.Member, NotAfter: past}, "body.notAfter"},
		"an end now":                       {rooms.NewMember{Subject: someone, Role: access.Member, NotAfter: o.in(0)}, "body.notAfter"},
		"an end before the beginning":      {rooms.NewMember{Subject: someone, Role: access.Member, NotBefore: o.in(2 * time.Hour), NotAfter: o.in(time.Hour)}, "body.notAfter"},
		"an end at the beginning":          {rooms.NewMember{Subject: someone, Role: access.Member, NotBefore: o.in(time.Hour), NotAfter: o.in(time.Hour)}, "body.notAfter"},
	} {
		_, err := o.ask(o.owner, c.in)
		if f := fault.Of(err); f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Location != c.at {
			t.Errorf("%s: got %v %+v", name, err, f.Fields)
		}
	}
	if _, err := o.PutMember(t.Context(), o.owner, "now-here-abc", rooms.NewMember{Subject: someone, Role: access.Member}); !fault.HasCode(err, fault.CodeRoomNotFound) {
		t.Errorf("got %v", err)
	}
	for _, id := range []string{uuid.NewString(), "nonsense", ""} {
		o.refused(o.RemoveMember(t.Context(), o.owner, o.slug, id), fault.CodeMemberNotFound)
	}
}

func TestAnOwnerForATimeDoesNotDecideWhoOwnsTheRoom(t *testing.T) {
	o := openOffice(t)
	o.put(o.colleague, access.Owner, o.in(24*time.Hour))
	for name, in := range map[string]rooms.NewMember{
		"for good": {Subject: personal(o.colleague), Role: access.Owner}, "another": {Subject: personal(o.member), Role: access.Owner},
		"the owner": {Subject: personal(o.owner), Role: access.Member}, "by address": {Subject: address("x@example.org"), Role: access.Owner},
	} {
		if _, err := o.ask(o.colleague, in); !fault.HasCode(err, fault.CodeForbidden) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	o.refused(o.RemoveMember(t.Context(), o.colleague, o.slug, o.line(o.owner).ID), fault.CodeForbidden)
	if _, err := o.ask(o.colleague, rooms.NewMember{Subject: personal(o.member), Role: access.Moderator}); err != nil {
		t.Errorf("deputies do what else owners do: %v", err)
	}
	if _, err := o.ask(o.colleague, rooms.NewMember{Subject: personal(o.colleague), Role: access.Member}); err != nil {
		t.Errorf("and step back: %v", err)
	}
}

func TestADeputyHasTheRoleFromItsBeginningToItsEnd(t *testing.T) {
	o := openOffice(t)
	from, until := o.in(time.Hour), o.in(2*time.Hour)
	put := o.mustPut(rooms.NewMember{Subject: personal(o.colleague), Role: access.Owner, NotBefore: from, NotAfter: until})
	if !put.Created || !put.NotBefore.Equal(*from) || !put.NotAfter.Equal(*until) || put.Token != "" {
		t.Errorf("got %+v", put)
	}
	for _, step := range []struct {
		wait time.Duration
		want access.Role
	}{{0, access.NoRole}, {time.Hour, access.Owner}, {59 * time.Minute, access.Owner}, {time.Minute, access.NoRole}} {
		o.clock.pass(step.wait)
		if got := o.roleOf(o.colleague); got != step.want {
			t.Errorf("after %s: got %q, want %q", step.wait, got, step.want)
		}
	}
	o.clock.pass(time.Minute)
	if _, err := o.ask(o.colleague, rooms.NewMember{Subject: personal(o.colleague), Role: access.Owner}); !fault.HasCode(err, fault.CodeRoomNotFound) {
		t.Errorf("afterwards: got %v", err)
	}
}

func TestAMemberGetsAnotherRoleAndLosesIt(t *testing.T) {
	o := openOffice(t)
	before := o.line(o.member)
	put := o.put(o.member, access.Moderator, o.in(time.Hour))
	if put.Created || put.ID != before.ID || o.roleOf(o.member) != access.Moderator {
		t.Errorf("got %+v", put)
	}
	if put = o.put(o.member, access.Member, nil); put.NotAfter != nil {
		t.Error("the end stayed")
	}
	if err := o.RemoveMember(t.Context(), o.owner, o.slug, put.ID); err != nil || o.roleOf(o.member) != access.NoRole {
		t.Errorf("got %v", err)
	}
	o.refused(o.RemoveMember(t.Context(), o.owner, o.slug, put.ID), fault.CodeMemberNotFound)
}

func TestAnInvitationIsForWhoeverShowsItOnce(t *testing.T) {
	o := openOffice(t)
	put := o.mustPut(rooms.NewMember{Subject: address("Louise@Justice.example"), Role: access.Moderator})
	if !put.Pending() || put.Subject.ID != "louise@justice.example" || len(put.Token) != 43 || !put.InvitedUntil.Equal(o.clock.now().Add(30*24*time.Hour)) {
		t.Fatalf("got %+v", put)
	}
	claim := func(who auth.Identity, slug, token string) error {
		_, err := o.Claim(t.Context(), who, slug, token)
		return err
	}
	other := o.room(o.owner, "members").Slug
	robot := auth.Identity{Kind: auth.Service, ID: uuid.NewString(), OrgID: o.owner.OrgID, Scopes: auth.Scopes()}
	o.refused(claim(auth.Identity{}, o.slug, put.Token), fault.CodeSignInRequired)
	o.refused(claim(o.guest("Gaston"), o.slug, put.Token), fault.CodeSignInRequired)
	o.refused(claim(robot, o.slug, put.Token), fault.CodeForbidden)
	o.refused(claim(o.far, "now-here-abc", put.Token), fault.CodeRoomNotFound)
	o.refused(claim(o.far, other, put.Token), fault.CodeInvitationInvalid)
	for _, guess := range []string{"", "x", strings.ToUpper(put.Token), put.Token + "=", put.Token[1:], string(make([]byte, 10000))} {
		o.refused(claim(o.far, o.slug, guess), fault.CodeInvitationInvalid)
	}
	got, err := o.Claim(t.Context(), o.far, o.slug, put.Token)
	if err != nil || got.Role != access.Moderator || o.roleOf(o.far) != access.Moderator {
		t.Fatalf("got %+v, %v", got, err)
	}
	o.refused(claim(o.far, o.slug, put.Token), fault.CodeInvitationInvalid)
	o.refused(claim(o.colleague, o.slug, put.Token), fault.CodeInvitationInvalid)
	if _, err := o.ask(o.owner, rooms.NewMember{Subject: personal(o.far), Role: access.Member}); err != nil || o.roleOf(o.far) != access.Member {
		t.Errorf("who is of another organization and a member gets another role: %v", err)
	}
}

func TestALinkOutlivesAChangeOfRoleAndNoNewOneIsMadeUnasked(t *testing.T) {
	o := openOffice(t)
	invite := rooms.NewMember{Subject: address("zoe@example.org"), Role: access.Member}
	first := o.mustPut(invite)
	invite.Role = access.Moderator
	if changed := o.mustPut(invite); changed.Token != "" || changed.Created || changed.ID != first.ID || !changed.InvitedUntil.Equal(*first.InvitedUntil) {
		t.Errorf("got %+v", changed)
	}
	invite.Renew = true
	second := o.mustPut(invite)
	if _, err := o.Claim(t.Context(), o.far, o.slug, first.Token); !fault.HasCode(err, fault.CodeInvitationInvalid) {
		t.Errorf("the link before: got %v", err)
	}
	o.clock.pass(30 * 24 * time.Hour)
	if _, err := o.Claim(t.Context(), o.far, o.slug, second.Token); !fault.HasCode(err, fault.CodeInvitationInvalid) {
		t.Errorf("after 30 days: got %v", err)
	}
	invite.Renew = false
	third := o.mustPut(invite)
	if third.Token == "" {
		t.Fatal("an invitation that has run out is renewed")
	}
	if err := o.RemoveMember(t.Context(), o.owner, o.slug, third.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Claim(t.Context(), o.far, o.slug, third.Token); !fault.HasCode(err, fault.CodeInvitationInvalid) {
		t.Errorf("of a removed member: got %v", err)
	}
}

func TestAGroupHasTheRoleOfItsPeople(t *testing.T) {
	o := openOffice(t)
	group := uuid.Must(uuid.NewV7()).String()
	if err := o.db.CreateGroup(t.Context(), group, o.owner.OrgID, "Cabinet", o.clock.now()); err != nil {
		t.Fatal(err)
	}
	o.mustPut(rooms.NewMember{Subject: access.Subject{Kind: access.SubjectGroup, ID: group}, Role: access.Moderator})
	if got := o.roleOf(o.colleague); got != access.NoRole {
		t.Errorf("got %q", got)
	}
	o.colleague.Groups = []string{group}
	if got := o.roleOf(o.colleague); got != access.Moderator {
		t.Errorf("got %q", got)
	}
}

func TestARoleThatChangesHoldsInTheCallThatRuns(t *testing.T) {
	o := openOffice(t)
	o.put(o.colleague, access.Owner, nil)
	in, _ := o.enter(o.colleague, o.slug)
	mine, _ := o.enter(o.owner, o.slug)
	role := func() access.Role {
		t.Helper()
		found, err := o.db.Admission(t.Context(), in.ID)
		if err != nil {
			t.Fatal(err)
		}
		return found.Admission.Role
	}
	if got := role(); got != access.Owner {
		t.Fatalf("got %s", got)
	}
	o.put(o.colleague, access.Member, nil)
	if got := role(); got != access.Member {
		t.Errorf("who is an owner no more: got %s", got)
	}
	if err := o.Lock(t.Context(), o.colleague, o.slug, true); !fault.HasCode(err, fault.CodeForbidden) {
		t.Errorf("and leads no more: got %v", err)
	}
	if _, err := o.SetRole(t.Context(), o.owner, o.slug, in.ID, access.Moderator, false); err != nil {
		t.Fatal(err)
	}
	if got := role(); got != access.Moderator {
		t.Fatalf("got %s", got)
	}
	if err := o.RemoveMember(t.Context(), o.owner, o.slug, o.line(o.colleague).ID); err != nil {
		t.Fatal(err)
	}
	if got := role(); got != access.Member {
		t.Errorf("who has no role any more: got %s", got)
	}
	if err := o.Lock(t.Context(), o.colleague, o.slug, true); err == nil {
		t.Error("and leads for the session no more")
	}
	o.put(o.colleague, access.Moderator, nil)
	if got := role(); got != access.Moderator {
		t.Errorf("who is given one: got %s", got)
	}
	if found, err := o.db.Admission(t.Context(), mine.ID); err != nil || found.Admission.Role != access.Owner {
		t.Errorf("nobody else's changes: %+v, %v", found.Admission.Role, err)
	}
}

func TestWhoLeadsForAMeetingAloneDoesNotGiveRoles(t *testing.T) {
	o := openOffice(t)
	o.enter(o.owner, o.slug)
	in, _ := o.enter(o.moderator, o.slug)
	if _, err := o.SetRole(t.Context(), o.owner, o.slug, in.ID, access.Owner, false); err != nil {
		t.Fatal(err)
	}
	if _, err := o.ask(o.moderator, rooms.NewMember{Subject: personal(o.moderator), Role: access.Owner}); !fault.HasCode(err, fault.CodeForbidden) {
		t.Errorf("got %v", err)
	}
}
