package auth

import (
	"cmp"
	"errors"
	"slices"

	"parvis/fault"
)

// Right is one thing that a caller may or may not do.
type Right string

// Every right. The surface tests are generated from this table, so a right without a row cannot be asked for.
const (
	SignInList      Right = "sign-ins.list"
	SignInRevoke    Right = "sign-ins.revoke"
	RoomCreate      Right = "rooms.create"
	RoomList        Right = "rooms.list"
	RoomRead        Right = "rooms.read"
	RoomUpdate      Right = "rooms.update"
	RoomArchive     Right = "rooms.archive"
	RoomModerate    Right = "rooms.moderate" // who is in the call, who waits, what they may do
	RoomBlock       Right = "rooms.block"    // who stays out of later meetings too
	RoomPromote     Right = "rooms.promote"
	RoomGrant       Right = "rooms.grant"      // who has which role, for good or for a time
	RoomAttendance  Right = "rooms.attendance" // what happened: sessions, who was there, what hosts did
	PeopleSearch    Right = "people.search"    // colleagues, to give them a role
	InvitationClaim Right = "invitations.claim"
	EmailProve      Right = "email.prove" // that an address is a guest's own
	MeetingCreate   Right = "meetings.create"
	MeetingList     Right = "meetings.list"
	MeetingRead     Right = "meetings.read"
	MeetingUpdate   Right = "meetings.update" // cancelling it and inviting to it too
	MeetingAnswer   Right = "meetings.answer" // for oneself, to an invitation; software is invited to none

	ServiceAccountRead   Right = "service-accounts.read"
	ServiceAccountManage Right = "service-accounts.manage" // what gives nothing: names, fewer rights, their end
	ServiceAccountGive   Right = "service-accounts.give"   // making one, its credentials, more rights for it
	WebhookRead          Right = "webhooks.read"
	WebhookManage        Right = "webhooks.manage"
	WebhookAddress       Right = "webhooks.address" // where messages go, of what more, and by what they are signed

	OrganizationsRead  Right = "organizations.read"  // units and rules too
	OrganizationsWrite Right = "organizations.write" // their names, contacts and units; making one below another
	OrganizationsPlace Right = "organizations.place" // who belongs to one: rules of sign-in, and where it stands
	PeopleRead         Right = "people.read"         // of an administration; colleagues are searched by PeopleSearch
	PeopleWrite        Right = "people.write"        // closing accounts, ending sign-ins
	PeopleMerge        Right = "people.merge"        // two accounts into one: whoever signs in as one is the other from then on
	OfficesWrite       Right = "offices.write"       // who holds them: holders own the rooms of an office
	RoomAssign         Right = "rooms.assign"        // a room that nobody owns, to somebody
	RolesRead          Right = "roles.read"          // who holds which administrative role
	RolesWrite         Right = "roles.write"
	AuditRead          Right = "audit.read"
	PoliciesRead       Right = "policies.read"
	PoliciesWrite      Right = "policies.write"
	PoliciesLoosen     Right = "policies.loosen" // what is locked, so that it binds less, or no more
	TemplatesRead      Right = "templates.read"
	TemplatesWrite     Right = "templates.write"

	PrivacyRead   Right = "privacy.read"  // the register, what is held, how an erasure stands
	PeopleExport  Right = "people.export" // a copy of all that is kept of somebody
	PeopleErase   Right = "people.erase"
	HoldsWrite    Right = "holds.write"    // keeping what would be removed or erased
	PrivacyReport Right = "privacy.report" // of the whole platform: the register and what is kept for how long
	UsageRead     Right = "usage.read"     // counts without names

	LiveRead   Right = "live-rooms.read"   // where meetings run now: counts without names
	LivePeople Right = "live-rooms.people" // who is in one
	LiveAct    Right = "live-rooms.act"    // ending one, taking somebody out
	LiveEnter  Right = "live-rooms.enter"  // being announced to all in it
	HealthRead Right = "health.read"       // what the platform depends on, and its versions
)

// Relation is how the caller stands to a resource, weakest first.
type Relation uint8

// The relations. A role in a room is one of the last three.
const (
	Stranger Relation = iota
	Member
	Moderator
	Owner
)

func (r Relation) String() string {
	return [...]string{"stranger", "member", "moderator", "owner"}[r]
}

// Resource is what a right is asked for: how the caller stands to it now, how they stand to it beyond the meeting that
// runs, and the organization it belongs to, with those above that one.
type Resource struct {
	Relation Relation
	Lasting  Relation
	OrgID    string
	Above    []string
}

// Rule is one row of the table of rights. A service account needs Scope and the resource's organization instead of a
// relation; one that acts for a person needs Scope and the person's relation. Without a Scope no software does it, for
// nobody. Lasting says that the right is about more than the meeting that runs: a role given for its length does not
// do. Hidden says that somebody without the right may not learn that the resource exists: Missing is what they
// are told, room-not-found when left out.
//
// Roles says that a person needs one of these appointments, of the resource's organization or of one above, instead of a
// relation; a resource without an organization is the platform's own, which no software administers; that of the default
// organization, to which the platform's own and people of no organization belong, administers nothing. Elevated says that the
// person has to have proved anew who they are. Own says that software does it in its own organization, whichever that is, and not
// below it.
type Rule struct {
	Right    Right
	Kinds    []Kind
	Relation Relation
	Scope    Scope
	Lasting  bool
	Hidden   bool
	Missing  fault.Code
	Roles    []AdminRole
	Elevated bool
	Own      bool
}

// errByRight tells what is hidden from what is not there, to the audit alone.
var errByRight = errors.New("hidden from whoever has not the right")

// Hidden tells that something was said not to be there to somebody who has no right to know.
func Hidden(err error) bool { return errors.Is(err, errByRight) }

func (r Rule) missing() error {
	return fault.New(cmp.Or(r.Missing, fault.CodeRoomNotFound), "there is none, or it is not yours to see").Because(errByRight)
}

var rules = []Rule{
	{Right: SignInList, Kinds: []Kind{Person, Guest}},
	{Right: SignInRevoke, Kinds: []Kind{Person, Guest}},
	{Right: RoomCreate, Kinds: []Kind{Person, Service}, Scope: ScopeRoomsWrite},
	{Right: RoomList, Kinds: []Kind{Person, Service}, Scope: ScopeRoomsRead},
	{Right: RoomRead, Kinds: []Kind{Person, Service}, Relation: Member, Scope: ScopeRoomsRead, Hidden: true},
	{Right: RoomUpdate, Kinds: []Kind{Person, Service}, Relation: Owner, Scope: ScopeRoomsWrite, Lasting: true, Hidden: true},
	{Right: RoomArchive, Kinds: []Kind{Person, Service}, Relation: Owner, Scope: ScopeRoomsWrite, Lasting: true, Hidden: true},
	{Right: RoomModerate, Kinds: []Kind{Person, Guest, Service}, Relation: Moderator, Scope: ScopeRoomsWrite, Hidden: true},
	{Right: RoomBlock, Kinds: []Kind{Person, Service}, Relation: Moderator, Scope: ScopeRoomsWrite, Lasting: true, Hidden: true},
	{Right: RoomPromote, Kinds: []Kind{Person, Service}, Relation: Owner, Scope: ScopeRoomsWrite, Hidden: true},
	{Right: RoomGrant, Kinds: []Kind{Person, Service}, Relation: Owner, Scope: ScopeRoomsWrite, Lasting: true, Hidden: true},
	{Right: RoomAttendance, Kinds: []Kind{Person, Service}, Relation: Moderator, Scope: ScopeAttendanceRead, Hidden: true},
	{Right: PeopleSearch, Kinds: []Kind{Person, Service}, Scope: ScopeRoomsWrite},
	{Right: InvitationClaim, Kinds: []Kind{Person}},
	{Right: EmailProve, Kinds: []Kind{Guest}},
	{Right: MeetingCreate, Kinds: []Kind{Person, Service}, Scope: ScopeMeetingsWrite},
	{Right: MeetingList, Kinds: []Kind{Person, Service}, Scope: ScopeMeetingsRead},
	{Right: MeetingRead, Kinds: []Kind{Person, Service}, Relation: Member, Scope: ScopeMeetingsRead, Hidden: true, Missing: fault.CodeMeetingNotFound},
	{Right: MeetingUpdate, Kinds: []Kind{Person, Service}, Relation: Owner, Scope: ScopeMeetingsWrite, Hidden: true, Missing: fault.CodeMeetingNotFound},
	{Right: MeetingAnswer, Kinds: []Kind{Person, Service}, Relation: Member, Scope: ScopeMeetingsWrite, Hidden: true, Missing: fault.CodeMeetingNotFound},
	{Right: ServiceAccountRead, Kinds: administrators, Roles: everyRole, Scope: ScopeServiceAccountsManage, Own: true, Hidden: true, Missing: fault.CodeAccountNotFound},
	{Right: ServiceAccountManage, Kinds: administrators, Roles: writers, Scope: ScopeServiceAccountsManage, Own: true, Hidden: true, Missing: fault.CodeAccountNotFound},
	{Right: ServiceAccountGive, Kinds: administrators, Roles: writers, Scope: ScopeServiceAccountsManage, Own: true, Hidden: true, Missing: fault.CodeAccountNotFound, Elevated: true},
	{Right: WebhookRead, Kinds: administrators, Roles: everyRole, Scope: ScopeWebhooksManage, Own: true, Hidden: true, Missing: fault.CodeWebhookNotFound},
	{Right: WebhookManage, Kinds: administrators, Roles: writers, Scope: ScopeWebhooksManage, Own: true, Hidden: true, Missing: fault.CodeWebhookNotFound},
	{Right: WebhookAddress, Kinds: administrators, Roles: writers, Scope: ScopeWebhooksManage, Own: true, Hidden: true, Missing: fault.CodeWebhookNotFound, Elevated: true},

	{Right: OrganizationsRead, Kinds: administrators, Roles: everyRole, Scope: ScopeOrganizationsManage, Hidden: true, Missing: fault.CodeOrganizationNotFound},
	{Right: OrganizationsWrite, Kinds: administrators, Roles: writers, Scope: ScopeOrganizationsManage, Hidden: true, Missing: fault.CodeOrganizationNotFound},
	{Right: OrganizationsPlace, Kinds: []Kind{Person}, Roles: []AdminRole{PlatformAdmin}, Hidden: true, Missing: fault.CodeOrganizationNotFound, Elevated: true},
	{Right: PeopleRead, Kinds: administrators, Roles: everyRole, Scope: ScopePeopleManage, Hidden: true, Missing: fault.CodePersonNotFound},
	{Right: PeopleWrite, Kinds: administrators, Roles: writers, Scope: ScopePeopleManage, Hidden: true, Missing: fault.CodePersonNotFound, Elevated: true},
	{Right: PeopleMerge, Kinds: []Kind{Person}, Roles: writers, Hidden: true, Missing: fault.CodePersonNotFound, Elevated: true},
	{Right: OfficesWrite, Kinds: administrators, Roles: writers, Scope: ScopeOrganizationsManage, Hidden: true, Missing: fault.CodeOrganizationNotFound, Elevated: true},
	{Right: RoomAssign, Kinds: []Kind{Person}, Roles: writers, Hidden: true, Missing: fault.CodeOrganizationNotFound, Elevated: true},
	{Right: RolesRead, Kinds: []Kind{Person}, Roles: everyRole, Hidden: true, Missing: fault.CodeOrganizationNotFound},
	{Right: RolesWrite, Kinds: []Kind{Person}, Roles: writers, Hidden: true, Missing: fault.CodeOrganizationNotFound, Elevated: true},
	{Right: AuditRead, Kinds: administrators, Roles: []AdminRole{PlatformAdmin, OrgAdmin, Auditor}, Scope: ScopeAuditRead, Hidden: true, Missing: fault.CodeNotFound},
	{Right: PoliciesRead, Kinds: administrators, Roles: everyRole, Scope: ScopePoliciesManage, Hidden: true, Missing: fault.CodeNotFound},
	{Right: PoliciesWrite, Kinds: administrators, Roles: writers, Scope: ScopePoliciesManage, Hidden: true, Missing: fault.CodeNotFound},
	{Right: PoliciesLoosen, Kinds: administrators, Roles: writers, Scope: ScopePoliciesManage, Hidden: true, Missing: fault.CodeNotFound, Elevated: true},
	{Right: TemplatesRead, Kinds: administrators, Roles: everyRole, Scope: ScopePoliciesManage, Hidden: true, Missing: fault.CodeNotFound},
	{Right: TemplatesWrite, Kinds: administrators, Roles: writers, Scope: ScopePoliciesManage, Hidden: true, Missing: fault.CodeNotFound},

	{Right: PrivacyRead, Kinds: []Kind{Person}, Roles: []AdminRole{PlatformAdmin, OrgAdmin, Auditor}, Hidden: true, Missing: fault.CodePersonNotFound},
	{Right: PeopleExport, Kinds: []Kind{Person}, Roles: writers, Hidden: true, Missing: fault.CodePersonNotFound, Elevated: true},
	{Right: PeopleErase, Kinds: []Kind{Person}, Roles: writers, Hidden: true, Missing: fault.CodePersonNotFound, Elevated: true},
	{Right: HoldsWrite, Kinds: []Kind{Person}, Roles: writers, Hidden: true, Missing: fault.CodePersonNotFound, Elevated: true},
	{Right: PrivacyReport, Kinds: []Kind{Person}, Roles: []AdminRole{PlatformAdmin, Auditor}, Hidden: true, Missing: fault.CodeNotFound},
	{Right: UsageRead, Kinds: administrators, Roles: everyRole, Scope: ScopeUsageRead, Hidden: true, Missing: fault.CodeOrganizationNotFound},

	{Right: LiveRead, Kinds: []Kind{Person}, Roles: everyRole, Hidden: true},
	{Right: LivePeople, Kinds: []Kind{Person}, Roles: []AdminRole{PlatformAdmin, OrgAdmin, Support}, Hidden: true},
	{Right: LiveAct, Kinds: []Kind{Person}, Roles: writers, Hidden: true, Elevated: true},
	{Right: LiveEnter, Kinds: []Kind{Person}, Roles: writers, Hidden: true, Elevated: true},
	{Right: HealthRead, Kinds: []Kind{Person}, Roles: []AdminRole{PlatformAdmin, Support}, Hidden: true, Missing: fault.CodeNotFound},
}

var (
	administrators = []Kind{Person, Service}
	everyRole      = AdminRoles()
	writers        = []AdminRole{PlatformAdmin, OrgAdmin}
)

// Rules is the table of rights.
func Rules() []Rule { return slices.Clone(rules) }

func ruleOf(right Right) (Rule, bool) {
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.Right == right })
	if i < 0 {
		return Rule{}, false
	}
	return rules[i], true
}

// Allowed answers nil when who has the right on the resource, else the failure to give to the caller:
// sign-in-required for nobody, not-found for a stranger to a hidden resource, elevation-required for who has to prove anew
// who they are, scope-missing or forbidden else.
func Allowed(who Identity, right Right, on Resource) error {
	rule, ok := ruleOf(right)
	if !ok {
		return fault.New(fault.CodeForbidden, "this right does not exist")
	}
	if who.Anonymous() || (who.Kind == Guest && !slices.Contains(rule.Kinds, Guest)) {
		return fault.New(fault.CodeSignInRequired, "sign in to do this")
	}
	if !slices.Contains(rule.Kinds, who.Kind) {
		return fault.New(fault.CodeForbidden, "this kind of account may not do this")
	}
	if who.Kind == Service {
		return allowedService(who, rule, on)
	}
	if len(rule.Roles) > 0 {
		return allowedAdministrator(who, rule, on)
	}
	if who.Delegated() {
		if err := allowedDelegate(who, rule); err != nil {
			return err
		}
	}
	holds := on.Relation
	if rule.Lasting {
		holds = on.Lasting
	}
	if holds >= rule.Relation {
		return nil
	}
	if rule.Hidden && max(on.Relation, on.Lasting) == Stranger {
		return rule.missing()
	}
	if on.Relation >= rule.Relation {
		return fault.Newf(fault.CodeForbidden, "this needs the role %s or a higher one beyond the meeting", rule.Relation)
	}
	return fault.Newf(fault.CodeForbidden, "this needs the role %s or a higher one", rule.Relation)
}

// allowedDelegate is what the service account that acts for a person needs, besides all that the person does.
func allowedDelegate(who Identity, rule Rule) error {
	if rule.Scope == "" {
		return fault.New(fault.CodeForbidden, "people do this themselves: no software does it for them")
	}
	return holdsScope(who, rule.Scope)
}

func holdsScope(who Identity, scope Scope) error {
	if who.HasScope(scope) {
		return nil
	}
	return fault.Newf(fault.CodeScopeMissing, "the token needs the scope %s", scope)
}

func allowedService(who Identity, rule Rule, on Resource) error {
	if err := holdsScope(who, rule.Scope); err != nil {
		return err
	}
	administers := len(rule.Roles) > 0 && !rule.Own
	switch {
	case administers && who.OrgID == DefaultOrgID:
		return fault.New(fault.CodeForbidden, "software of no organization administers nothing: its account belongs to none")
	case administers && on.OrgID == "":
		return fault.New(fault.CodeForbidden, "software administers its own organization, not the platform")
	case on.OrgID != "" && on.OrgID != who.OrgID && (!administers || !slices.Contains(on.Above, who.OrgID)):
		return rule.missing()
	}
	return nil
}
