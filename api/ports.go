package api

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/service"
	"parvis/auth/signin"
	"parvis/directory"
	"parvis/fault"
	"parvis/policy"
	"parvis/rooms"
	"parvis/schedule"
	"parvis/schedule/recur"
	"parvis/usage"
	"parvis/webhook"
)

// roomService is the use cases of rooms (rooms.Service), by who asks for them.
type roomService interface {
	keeper
	doorkeeper
	talker
	hosting
	lobbyist
	roster
	historian
	regulator
}

type keeper interface {
	Create(ctx context.Context, who auth.Identity, in rooms.NewRoom) (rooms.Listed, error)
	List(ctx context.Context, who auth.Identity, q rooms.ListQuery) (rooms.RoomPage, error)
	GetBy(ctx context.Context, who auth.Identity, slug, link string) (rooms.View, error)
	Update(ctx context.Context, who auth.Identity, slug string, version int64, change rooms.Change) (rooms.Listed, error)
	Archive(ctx context.Context, who auth.Identity, slug string, version int64) error
	owners
}

// owners is about whose rooms are.
type owners interface {
	Offices(ctx context.Context, who auth.Identity) ([]rooms.Office, error)
	Transfer(ctx context.Context, who auth.Identity, slug, officeID string) error
	WithoutOwner(ctx context.Context, who auth.Identity, orgID string) ([]rooms.Ownerless, error)
	RoomsOf(ctx context.Context, who auth.Identity, q rooms.OrgRoomQuery) (rooms.OrgRoomPage, error)
	HandOver(ctx context.Context, who auth.Identity, orgID, slug string, to rooms.Heir) error
}

// regulator is about policies and room templates.
type regulator interface {
	Policy(ctx context.Context, who auth.Identity, at rooms.PolicyPlace) (rooms.PolicyView, error)
	ChangePolicy(ctx context.Context, who auth.Identity, at rooms.PolicyPlace, version int64, change rooms.PolicyChange) (rooms.PolicyView, error)
	// MayChangePolicy answers nil when somebody may change it: who may not does not learn what is wrong with a request.
	MayChangePolicy(ctx context.Context, who auth.Identity, at rooms.PolicyPlace) error
	PlaceRoom(ctx context.Context, who auth.Identity, slug, unitID string) error
	EffectivePolicy(ctx context.Context, who auth.Identity, slug string) (policy.Effective, error)
	Embedders(ctx context.Context, slug string) ([]string, error)
	NewRoomPolicy(ctx context.Context, who auth.Identity) (policy.Effective, error)
	templates
}

type templates interface {
	ListTemplates(ctx context.Context, who auth.Identity, orgID string) ([]policy.RoomTemplate, error)
	GetTemplate(ctx context.Context, who auth.Identity, id string) (policy.RoomTemplate, error)
	CreateTemplate(ctx context.Context, who auth.Identity, orgID string, in rooms.TemplateChange) (policy.RoomTemplate, error)
	ChangeTemplate(ctx context.Context, who auth.Identity, id string, version int64, in rooms.TemplateChange) (policy.RoomTemplate, error)
	DeleteTemplate(ctx context.Context, who auth.Identity, id string, version int64) error
}

type doorkeeper interface {
	// MayGuestJoin answers nil when somebody without a sign-in would be let in, or could wait.
	MayGuestJoin(ctx context.Context, slug string, in rooms.JoinRequest) (waits bool, err error)
	Join(ctx context.Context, who auth.Identity, slug string, in rooms.JoinRequest) (rooms.Joined, error)
}

// lobbyist is about who waits before a room.
type lobbyist interface {
	Waiting(ctx context.Context, who auth.Identity, slug string) (rooms.Lobby, error)
	Decide(ctx context.Context, who auth.Identity, slug string, v rooms.Verdict) ([]string, error)
	LeaveLobby(ctx context.Context, who auth.Identity, slug, ticketID string) error
	Note(ctx context.Context, who auth.Identity, slug, ticketID, text string) error
	Watch(ctx context.Context, who auth.Identity, network, slug, resume string) (*rooms.Feed, error)
	WatchMine(ctx context.Context, who auth.Identity, resume string) (*rooms.Feed, error)
}

// roster is about who has which role in a room.
type roster interface {
	Members(ctx context.Context, who auth.Identity, slug string, pageSize int, cursor string) (rooms.MemberPage, error)
	PutMember(ctx context.Context, who auth.Identity, slug string, in rooms.NewMember) (rooms.PutMember, error)
	RemoveMember(ctx context.Context, who auth.Identity, slug, grantID string) error
	Claim(ctx context.Context, who auth.Identity, slug, token string) (rooms.Claimed, error)
}

// historian tells what happened in a room.
type historian interface {
	Sessions(ctx context.Context, who auth.Identity, slug string, pageSize int, cursor string) (rooms.SessionPage, error)
	MeetingSessions(ctx context.Context, who auth.Identity, slug, meetingID string, leads bool, pageSize int, cursor string) (rooms.SessionPage, error)
	AttendanceLed(ctx context.Context, who auth.Identity, slug, sessionID string, leads rooms.Leads) (rooms.Attendance, error)
}

type talker interface {
	Say(ctx context.Context, who auth.Identity, slug, admissionID, text string) (rooms.Message, int64, error)
	Raise(ctx context.Context, who auth.Identity, slug, admissionID string, raised bool) error
	React(ctx context.Context, who auth.Identity, slug, admissionID, reaction string) error
	Leave(ctx context.Context, who auth.Identity, slug, admissionID string) error
	State(ctx context.Context, who auth.Identity, slug, admissionID string) (rooms.State, error)
}

type hosting interface {
	Participants(ctx context.Context, who auth.Identity, slug string) ([]rooms.Participant, error)
	Mute(ctx context.Context, who auth.Identity, slug, participant string, source access.Ability) error
	MuteAll(ctx context.Context, who auth.Identity, slug string, source access.Ability, except []string) (int, error)
	AskToUnmute(ctx context.Context, who auth.Identity, slug, participant string) error
	AgreeToUnmute(ctx context.Context, who auth.Identity, slug, participant, request string) error
	Permit(ctx context.Context, who auth.Identity, slug, participant string, change rooms.PermissionChange) (rooms.Participant, error)
	PermitAll(ctx context.Context, who auth.Identity, slug string, change rooms.PermissionChange) (rooms.ForAll, error)
	Remove(ctx context.Context, who auth.Identity, slug, participant string, block bool) (guestsWait bool, err error)
	Return(ctx context.Context, who auth.Identity, slug, participant string) error
	Rename(ctx context.Context, who auth.Identity, slug, participant, name string) (rooms.Participant, error)
	SetRole(ctx context.Context, who auth.Identity, slug, participant string, role access.Role, keep bool) (rooms.Participant, error)
	Spotlight(ctx context.Context, who auth.Identity, slug string, participants []string) error
	SpotlightOne(ctx context.Context, who auth.Identity, slug, participant string, on bool) error
	LowerHands(ctx context.Context, who auth.Identity, slug string, participants []string) error
	Lock(ctx context.Context, who auth.Identity, slug string, locked bool) error
	End(ctx context.Context, who auth.Identity, slug string) error
	Blocks(ctx context.Context, who auth.Identity, slug string) ([]rooms.Block, error)
	May(ctx context.Context, who auth.Identity, slug string, right auth.Right) error
	Unblock(ctx context.Context, who auth.Identity, slug, blockID string) error
}

// signIns is the sign-ins of people and guests.
type signIns interface {
	// Presented answers the secret by which a request would be looked up, without looking: empty without a well-formed one.
	Presented(r *http.Request) string
	// Identify answers who the request's cookie stands for: nobody without one, fault.CodeSignInExpired for one that stands
	// for nobody any more, which it clears on w. Another error ends the request.
	Identify(w http.ResponseWriter, r *http.Request) (auth.Identity, error)
	// Still answers who sends a request that began a while ago; fault.CodeSignInExpired when that sign-in has ended.
	Still(r *http.Request) (auth.Identity, error)
	// Knock answers whose browser asks the gate, past the limits of its sign-in too; nobody without a cookie.
	Knock(r *http.Request) (auth.Identity, error)
	// EnsureGuest answers the guest sign-in of this browser, renamed, or makes one and sets its cookie on w.
	EnsureGuest(ctx context.Context, w http.ResponseWriter, r *http.Request, name string) (auth.Identity, error)
	List(ctx context.Context, who auth.Identity) ([]signin.SignIn, error)
	// End ends one of the caller's own; fault.NotFound when it is not one of them.
	End(ctx context.Context, who auth.Identity, id string) error
	EndAll(ctx context.Context, who auth.Identity) error
}

// services is the callers that are software.
type services interface {
	// Identify answers whose token this is, when it comes from that address; fault.Unauthenticated when nobody's.
	Identify(ctx context.Context, token string, from netip.Addr) (auth.Identity, error)
	// Grant answers a token request; a *service.Refusal for what OAuth has a word for.
	Grant(ctx context.Context, in service.Request) (service.Issued, error)
	accountManager
	credentialManager
}

type accountManager interface {
	Create(ctx context.Context, who auth.Identity, in service.NewAccount) (service.Account, error)
	List(ctx context.Context, who auth.Identity, org string, q service.Query) (service.Page, error)
	Get(ctx context.Context, who auth.Identity, id string) (service.Account, error)
	Change(ctx context.Context, who auth.Identity, id string, version int64, in service.Change) (service.Account, error)
	Revoke(ctx context.Context, who auth.Identity, id string) (service.Account, error)
}

type credentialManager interface {
	// AddSecret answers the text of the secret beside it, which is its only copy.
	AddSecret(ctx context.Context, who auth.Identity, id string, in service.NewSecret) (service.Account, service.Secret, string, error)
	RemoveSecret(ctx context.Context, who auth.Identity, id, secretID string) (service.Account, error)
	PutKey(ctx context.Context, who auth.Identity, id, kid string, jwk []byte) (account service.Account, made bool, err error)
	RemoveKey(ctx context.Context, who auth.Identity, id, kid string) (service.Account, error)
}

// people is what GET /me tells of a person beyond the identity, and the directory of the caller's organization.
type people interface {
	Person(ctx context.Context, id string) (directory.Person, error)
	// Search finds colleagues: people of the caller's own organization.
	Search(ctx context.Context, who auth.Identity, query string, limit int) ([]directory.Person, error)
}

// idempotency remembers the answers to creations for a day, by who asked (principal), route and key.
type idempotency interface {
	// BeginIdempotent claims a key. found tells that it was claimed before: then the answer that was kept comes back. Else header is
	// what an earlier run made that died (once.Key).
	// fault codes idempotency-key-in-use while the first request runs, idempotency-key-reused when its hash differs.
	BeginIdempotent(ctx context.Context, principal, route, key string, requestHash []byte, now time.Time) (found bool, status int, header map[string]string, body []byte, err error)
	FinishIdempotent(ctx context.Context, principal, route, key string, status int, header map[string]string, body []byte) error
	// ForgetIdempotent gives a key back: the request changed nothing.
	ForgetIdempotent(ctx context.Context, principal, route, key string) error
}

// proofs is how guests prove an e-mail address (emailproof.Prover).
type proofs interface {
	// Ask sends a code; languages is an Accept-Language.
	Ask(ctx context.Context, who auth.Identity, address, languages string) error
	// Confirm answers the address that is proved.
	Confirm(ctx context.Context, who auth.Identity, code string) (address string, err error)
}

// planner is the use cases of planned meetings (schedule.Service), by who asks for them.
type planner interface {
	// Telling is the same use cases, after which these alone hear by mail of what changes.
	Telling(who schedule.Tell) *schedule.Service
	Create(ctx context.Context, who auth.Identity, n schedule.NewMeeting) (schedule.View, error)
	Validate(ctx context.Context, who auth.Identity, id string, n schedule.NewMeeting) (schedule.View, []schedule.Occurrence, error)
	ChangedDates(ctx context.Context, who auth.Identity, id string, from *recur.Local, to recur.Series) ([]schedule.ChangedDate, error)
	Upsert(ctx context.Context, who auth.Identity, n schedule.NewMeeting, ifMatch int64, onlyNew bool, what schedule.Overrides) (schedule.View, bool, error)
	Get(ctx context.Context, who auth.Identity, id string) (schedule.View, error)
	List(ctx context.Context, who auth.Identity, q schedule.MeetingQuery) (schedule.MeetingPage, error)
	Update(ctx context.Context, who auth.Identity, id string, version int64, what schedule.Overrides, edit schedule.Edit) (schedule.View, error)
	Cancel(ctx context.Context, who auth.Identity, id string, version int64) error

	EffectivePolicy(ctx context.Context, who auth.Identity, id string) ([]schedule.Setting, error)
	PolicyOf(ctx context.Context, who auth.Identity, m schedule.Meeting) ([]schedule.Setting, error)
	Dates(ctx context.Context, who auth.Identity, id string) (schedule.Dates, error)

	Occurrences(ctx context.Context, who auth.Identity, id string, q schedule.OccurrenceQuery) (schedule.OccurrencePage, error)
	UpdateOccurrence(ctx context.Context, who auth.Identity, id string, version int64, date recur.Local, change schedule.OccurrenceChange) (schedule.View, error)
	UpdateFollowing(ctx context.Context, who auth.Identity, id string, version int64, date recur.Local, what schedule.Overrides, edit schedule.Edit) (schedule.View, error)
	CancelOccurrence(ctx context.Context, who auth.Identity, id string, version int64, date recur.Local) (schedule.View, error)
	CancelFollowing(ctx context.Context, who auth.Identity, id string, version int64, date recur.Local) (schedule.View, error)

	Invite(ctx context.Context, who auth.Identity, id string, version int64, more []schedule.Invitee) (schedule.View, error)
	ChangeInvitee(ctx context.Context, who auth.Identity, id string, version int64, inviteeID string, change schedule.InviteeChange) (schedule.View, error)
	Uninvite(ctx context.Context, who auth.Identity, id string, version int64, inviteeID string) (schedule.View, error)
	ImportInvitees(ctx context.Context, who auth.Identity, id string, more []schedule.Invitee, wrong []fault.Field) (schedule.Operation, error)
	Operation(ctx context.Context, who auth.Identity, id string) (schedule.Operation, error)
	PersonalLink(ctx context.Context, who auth.Identity, id, inviteeID string) (v schedule.View, token string, err error)
	RevokeLink(ctx context.Context, who auth.Identity, id, inviteeID string) error

	Invitation(ctx context.Context, token, meetingID string) (schedule.Invitation, error)
	Answer(ctx context.Context, r schedule.Reply) (schedule.Invitation, error)
	DeclineProposal(ctx context.Context, who auth.Identity, id, inviteeID string, date recur.Local) error

	Agenda(ctx context.Context, who auth.Identity, q schedule.AgendaQuery) (list []schedule.Entry, more bool, err error)
	NewFeed(ctx context.Context, who auth.Identity) (token string, err error)
	FeedAddress(ctx context.Context, who auth.Identity) (schedule.FeedAddress, error)
	EndFeed(ctx context.Context, who auth.Identity) error
	Feed(ctx context.Context, token string) ([]schedule.View, error)
}

// hooks is the use cases of webhooks (webhook.Service), by who asks for them. A secret is told once.
type hooks interface {
	Create(ctx context.Context, who auth.Identity, in webhook.New) (w webhook.Webhook, secret string, err error)
	List(ctx context.Context, who auth.Identity, q webhook.Query) (webhook.Page, error)
	Get(ctx context.Context, who auth.Identity, id string) (webhook.Webhook, error)
	Change(ctx context.Context, who auth.Identity, id string, version int64, in webhook.Change) (webhook.Webhook, error)
	Delete(ctx context.Context, who auth.Identity, id string) error
	Rotate(ctx context.Context, who auth.Identity, id string, overlap time.Duration) (w webhook.Webhook, secret string, err error)
	Enable(ctx context.Context, who auth.Identity, id string) (webhook.Webhook, error)
	Test(ctx context.Context, who auth.Identity, id string) (webhook.Delivery, error)
	Deliveries(ctx context.Context, who auth.Identity, id string, q webhook.DeliveryQuery) (webhook.DeliveryPage, error)
	Redeliver(ctx context.Context, who auth.Identity, id, deliveryID string) (webhook.Delivery, error)
}

// administration is the use cases of administrators (directory.Administration), by who asks for them.
type administration interface {
	Organizations(ctx context.Context, who auth.Identity, q directory.OrganizationQuery) (directory.OrganizationPage, error)
	Organization(ctx context.Context, who auth.Identity, id string) (directory.Organization, error)
	CreateOrganization(ctx context.Context, who auth.Identity, in directory.Organization) (directory.Organization, error)
	UpdateOrganization(ctx context.Context, who auth.Identity, id string, version int64, c directory.OrganizationChange) (directory.Organization, error)

	Units(ctx context.Context, who auth.Identity, orgID string) ([]directory.Unit, error)
	CreateUnit(ctx context.Context, who auth.Identity, u directory.Unit) (directory.Unit, error)
	UpdateUnit(ctx context.Context, who auth.Identity, orgID, id string, version int64, c directory.UnitChange) (directory.Unit, error)
	DeleteUnit(ctx context.Context, who auth.Identity, orgID, id string) error

	Offices(ctx context.Context, who auth.Identity, orgID string) ([]directory.Office, error)
	Office(ctx context.Context, who auth.Identity, orgID, id string) (directory.Office, error)
	CreateOffice(ctx context.Context, who auth.Identity, o directory.Office) (directory.Office, error)
	UpdateOffice(ctx context.Context, who auth.Identity, orgID, id string, version int64, c directory.OfficeChange) (directory.Office, error)
	DeleteOffice(ctx context.Context, who auth.Identity, orgID, id string) error
	SeatInOffice(ctx context.Context, who auth.Identity, orgID, id string, s directory.Seat) (directory.Office, error)
	LeaveOffice(ctx context.Context, who auth.Identity, orgID, id, personID string) error

	Appointments(ctx context.Context, who auth.Identity, orgID string) ([]directory.Holder, error)
	RolesOf(ctx context.Context, who auth.Identity, personID string) ([]directory.Holder, error)
	Appoint(ctx context.Context, who auth.Identity, personID string, what auth.Appointment) (directory.Holder, bool, error)
	Dismiss(ctx context.Context, who auth.Identity, id string) error
	Claim(ctx context.Context, who auth.Identity, code string) (directory.Holder, error)

	People(ctx context.Context, who auth.Identity, q directory.PeopleQuery) (directory.PeoplePage, error)
	Account(ctx context.Context, who auth.Identity, id string) (directory.Person, error)
	Deactivate(ctx context.Context, who auth.Identity, id string) (directory.Person, error)
	Reactivate(ctx context.Context, who auth.Identity, id string) (directory.Person, error)
	SignOut(ctx context.Context, who auth.Identity, id string) error
	ImportPeople(ctx context.Context, who auth.Identity, orgID string, file []byte, trial bool) (directory.ImportReport, error)
	PreviewMerge(ctx context.Context, who auth.Identity, id, into string) (directory.Merge, error)
	MergePeople(ctx context.Context, who auth.Identity, id, into string, version int64) (directory.Merge, error)
}

// usageReports says how much the platform is used (usage.Service).
type usageReports interface {
	Report(ctx context.Context, who auth.Identity, q usage.Query) (usage.Report, error)
}
