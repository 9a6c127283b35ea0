package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"parvis/schedule"
	"parvis/schedule/recur"
)

// Options is all that the API is built from. Only TrustedProxies, Providers, Limits and Proofs may be empty.
type Options struct {
	BaseURL        string // the address people use, such as https://meet.example.gouv.fr; no other Host is served
	TrustedProxies []netip.Prefix
	Version        string
	Name           string
	Languages      []string
	Providers      []Provider
	Limits         Limits

	Rooms        roomService
	SignIns      signIns
	Services     services
	People       people
	Proofs       proofs // nil where no mail is sent
	Mailbox      schedule.Mailbox
	Idempotency  idempotency
	Schedule     planner
	Webhooks     hooks
	Provisioning provisioning // nil: no SCIM
	Privacy      protection
	Usage        usageReports
	Audit        trail
	Watch        watch
	// Administration is the use cases of organizations, people and who administers them.
	Administration administration
	// Live is where meetings run, for administrators.
	Live overseer
	// Health is how what the platform depends on stands, and its versions.
	Health   func(context.Context) Health
	Zones    recur.Zones
	Handlers Handlers
	Ready    func(context.Context) Readiness

	Now     func() time.Time
	Logger  *slog.Logger
	Metrics prometheus.Registerer
}

// Provider is an identity provider that people may choose. Origin is where its pages live (https://idp.example): forms
// may be sent on to it.
type Provider struct {
	Name   string
	Label  string
	Origin string
}

// Handlers are the parts of the surface that others own.
type Handlers struct {
	Login, Callback, Logout, LoggedOut, BackChannelLogout http.Handler // auth/oidc
	Gate, Webhook                                         http.Handler // sfu
	Web                                                   http.Handler // the client and its pages
}

// server is the API with what it needs at run time.
type server struct {
	Options
	base      origin
	engine    *gin.Engine
	doc       *huma.OpenAPI
	headers   []header
	origin    *http.CrossOriginProtection
	limits    *limiter
	misses    *guesses
	tries     *tries
	meter     *meter
	strangers *strangers
}

// New builds the API.
func New(o Options) (http.Handler, error) {
	s, err := newServer(o)
	if err != nil {
		return nil, err
	}
	return s.engine, nil
}

func newServer(o Options) (*server, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	base, err := parseOrigin(o.BaseURL)
	if err != nil {
		return nil, err
	}
	o.Limits = o.Limits.orDefaults()
	s := &server{Options: o, base: base, doc: newDocument(), headers: securityHeaders(base, o.Providers)}
	if s.meter, err = newMeter(o.Metrics); err != nil {
		return nil, err
	}
	if s.limits, err = newLimiter(o.Limits, o.Now); err != nil {
		return nil, err
	}
	if s.misses, err = newGuesses(o.Limits, o.Now); err != nil {
		return nil, err
	}
	if s.tries, err = newTries(o.Limits, o.Now); err != nil {
		return nil, err
	}
	if s.strangers, err = newStrangers(o.Limits, o.Now); err != nil {
		return nil, err
	}
	s.origin = http.NewCrossOriginProtection()
	if err := s.origin.AddTrustedOrigin(base.String()); err != nil {
		return nil, fmt.Errorf("trust own origin: %w", err)
	}
	if s.engine, err = newEngine(o.TrustedProxies); err != nil {
		return nil, err
	}
	return s, s.routes()
}

// newEngine makes a Gin engine that trusts no header but those of the given proxies, corrects no path and redirects
// nobody: an address is right or it is not found.
func newEngine(proxies []netip.Prefix) (*gin.Engine, error) {
	e := gin.New()
	e.RedirectTrailingSlash = false
	e.HandleMethodNotAllowed = true
	e.ForwardedByClientIP = len(proxies) > 0
	e.RemoteIPHeaders = []string{"X-Forwarded-For"}
	trusted := make([]string, len(proxies))
	for i, p := range proxies {
		trusted[i] = p.String()
	}
	if err := e.SetTrustedProxies(trusted); err != nil {
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	return e, nil
}

// routes is the whole surface. What stands in front of a group is named where the group begins.
func (s *server) routes() error {
	e := s.engine
	e.Use(s.observe, s.secure, s.guardHost, s.guardOrigin)

	// No cookie is read here, and any Host will do: probes and the SFU come by addresses of their own.
	e.GET("/healthz", s.healthz)
	e.GET("/readyz", s.readyz)
	e.POST("/webhooks/livekit", s.mount(s.Handlers.Webhook))

	e.GET("/auth/login", s.limitNetwork, s.mount(s.Handlers.Login))
	e.GET("/auth/callback/:provider", s.limitNetwork, s.welcome, s.mount(s.Handlers.Callback))
	e.POST("/auth/logout", s.limitStrangers, s.mount(s.Handlers.Logout))
	e.GET("/auth/logged-out", s.mount(s.Handlers.LoggedOut))
	e.POST("/auth/backchannel-logout", s.limitNetwork, s.mount(s.Handlers.BackChannelLogout))
	e.POST(TokenPath, s.limitNetwork, s.token)
	e.Any("/livekit/*path", s.identifyAtGate, s.mount(s.Handlers.Gate))

	open := s.group()
	register(open, opConfig, s.config)

	mine := s.group(s.identify, s.limit)
	register(mine, opMe, s.me)
	register(mine, opListSignIns, s.listSignIns)
	register(mine, opEndSignIn, s.endSignIn)
	register(mine, opEndSignIns, s.endSignIns)
	register(mine, opListRooms, s.listRooms)
	register(mine, opCreateRoom, s.createRoom, s.idempotent)
	register(mine, opBulkRooms, s.createRooms, s.idempotent)
	register(mine, opMyPolicy, s.myPolicy)
	register(mine, opRoomPolicy, s.roomPolicy)
	register(mine, opPlatformPolicy, s.platformPolicy)
	register(mine, opChangePlatformPolicy, s.changePlatformPolicy)
	register(mine, opOrganizationPolicy, s.organizationPolicy)
	register(mine, opChangeOrganizationPolicy, s.changeOrganizationPolicy)
	register(mine, opUnitPolicy, s.unitPolicy)
	register(mine, opChangeUnitPolicy, s.changeUnitPolicy)
	register(mine, opRoomOwnPolicy, s.roomOwnPolicy)
	register(mine, opChangeRoomPolicy, s.changeRoomPolicy)
	register(mine, opPlaceRoom, s.placeRoom)
	register(mine, opListTemplates, s.listTemplates)
	register(mine, opCreateTemplate, s.createTemplate, s.idempotent)
	register(mine, opGetTemplate, s.getTemplate)
	register(mine, opChangeTemplate, s.changeTemplate)
	register(mine, opDeleteTemplate, s.deleteTemplate)

	register(s.group(s.identify, s.limit, s.limitSearch), opSearchPeople, s.searchPeople)

	software := s.group(s.identify, s.limit)
	register(software, opListAccounts, s.listAccounts)
	register(software, opCreateAccount, s.createAccount, s.idempotent)
	register(software, opGetAccount, s.getAccount)
	register(software, opUpdateAccount, s.updateAccount)
	register(software, opRevokeAccount, s.revokeAccount)
	register(software, opAddSecret, s.addSecret, s.idempotentBut("secret"))
	register(software, opRemoveSecret, s.removeSecret)
	register(software, opPutKey, s.putKey)
	register(software, opRemoveKey, s.removeKey)
	s.administrationRoutes()
	register(software, opListHooks, s.listHooks)
	register(software, opCreateHook, s.createHook, s.idempotentBut("secret"))
	register(software, opGetHook, s.getHook)
	register(software, opUpdateHook, s.updateHook)
	register(software, opDeleteHook, s.deleteHook)
	register(software, opRotateHook, s.rotateHook, s.idempotentBut("secret"))
	register(software, opEnableHook, s.enableHook)
	register(software, opTestHook, s.testHook, s.idempotent)
	register(software, opListDeliveries, s.listDeliveries)
	register(software, opRedeliver, s.redeliver, s.idempotentIfAsked)

	register(mine, opSearchAudit, s.searchAudit)
	register(mine, opListMyOffices, s.listMyOffices)
	register(mine, opExportAudit, s.exportAudit, s.auditLines)
	register(mine, opAuditSeal, s.auditSeal)
	s.answersForData()

	proofs := s.group(s.identify, s.limit, s.limitProofs)
	register(proofs, opAskForCode, s.askForCode)
	register(proofs, opConfirmCode, s.confirmCode)

	room := s.group(s.identify, s.limit, s.limitGuesses, s.welcome)
	register(room, opGetRoom, s.getRoom)
	register(room, opUpdateRoom, s.updateRoom)
	register(room, opArchiveRoom, s.archiveRoom)
	register(room, opTransferRoom, s.transferRoom)
	register(room, opJoin, s.join, s.joinsOrWaits)
	register(room, opLobby, s.lobby)
	register(room, opAdmit, s.admit)
	register(room, opRefuse, s.refuseTickets)
	register(room, opNote, s.leaveNote)
	register(room, opLeaveLobby, s.leaveLobby)
	s.stream(opRoomEvents, s.roomEvents, s.identify, s.limit, s.limitGuesses)
	s.stream(opMyEvents, s.myEvents, s.identify, s.limit)
	register(room, opSay, s.say)
	register(room, opRaise, s.raise)
	register(room, opReact, s.react)
	register(room, opLeave, s.leave)
	register(room, opState, s.state)
	register(room, opAgreeToUnmute, s.agreeToUnmute)
	register(room, opParticipants, s.participants)
	register(room, opMute, s.mute)
	register(room, opMuteAll, s.muteAll)
	register(room, opAskToUnmute, s.askToUnmute)
	register(room, opPermit, s.permit)
	register(room, opPermitAll, s.permitAll)
	register(room, opRemove, s.remove)
	register(room, opReturn, s.returnToLobby)
	register(room, opRename, s.rename)
	register(room, opSetRole, s.setRole)
	register(room, opSpotlight, s.spotlight)
	register(room, opSpotlightOne, s.spotlightOne)
	register(room, opLowerHands, s.lowerHands)
	register(room, opLock, s.lock)
	register(room, opUnlock, s.unlock)
	register(room, opEnd, s.end)
	register(room, opBlocks, s.blocks)
	register(room, opUnblock, s.unblock)
	register(room, opListMembers, s.listMembers)
	register(room, opPutMember, s.putMember)
	register(room, opRemoveMember, s.removeMember)
	register(room, opClaim, s.claim)
	register(room, opSessions, s.sessions)
	register(room, opAttendance, s.attendance, s.twoForms)

	register(mine, opListMeetings, s.listMeetings)
	register(mine, opCreateMeeting, s.createMeeting, s.idempotent)
	register(mine, opValidateMeeting, s.validateMeeting)
	register(mine, opUpsertMeeting, s.upsertMeeting, s.newOrThere)
	register(mine, opGetMeeting, s.getMeeting, s.meetingForms)
	register(mine, opUpdateMeeting, s.updateMeeting)
	register(mine, opCancelMeeting, s.cancelMeeting)
	register(mine, opMeetingSessions, s.meetingSessions)
	register(mine, opEffectivePolicy, s.effectivePolicy)
	register(mine, opListOccurrences, s.listOccurrences)
	register(mine, opUpdateOccurrence, s.updateOccurrence)
	register(mine, opCancelOccurrence, s.cancelOccurrence)
	register(mine, opListInvitees, s.listInvitees)
	register(mine, opInvite, s.invite, s.idempotentIfAsked)
	register(mine, opImportInvitees, s.importInvitees, s.tableForms, s.idempotent)
	register(mine, opGetOperation, s.getOperation)
	register(mine, opChangeInvitee, s.changeInvitee)
	register(mine, opUninvite, s.uninvite)
	register(mine, opPersonalLink, s.personalLink, s.idempotentBut("url"))
	register(mine, opRevokeLink, s.revokeLink)
	register(mine, opAnswerMeeting, s.sayWhetherICome)
	register(mine, opDeclineProposal, s.declineProposal)
	register(mine, opAgenda, s.agenda)
	register(mine, opNewFeed, s.newFeed)
	register(mine, opFeedState, s.feedState)
	register(mine, opEndFeed, s.endFeed)
	register(mine, opUsage, s.usage, s.usageForms)
	invited := s.group(s.identify, s.limit, s.limitTokens)
	register(invited, opLookUpInvitation, s.lookUpInvitation)
	register(invited, opAnswerInvitation, s.answerInvitation)
	register(s.group(s.limitNetwork), opFeed, s.feed, s.feedForm)

	if s.Provisioning != nil {
		s.mountSCIM()
	}

	document := s.describe()
	metadata, err := s.metadata()
	if err != nil {
		return err
	}
	e.GET(metadataPath, bytesOf("application/json", metadata))
	e.GET(basePath+"/openapi.json", s.shown(document, func(c *gin.Context, d documents) { c.Data(http.StatusOK, "application/openapi+json", d.spec) }))
	e.GET("/docs", s.shown(document, func(c *gin.Context, d documents) { c.Data(http.StatusOK, "text/html; charset=utf-8", d.pages.docs) }))
	e.GET("/problems/:code", s.shown(document, func(c *gin.Context, d documents) { d.pages.problem(c) }))
	e.NoMethod(s.wrongMethod)
	e.NoRoute(s.others)
	return nil
}

// administrationRoutes are those of administrators.
func (s *server) administrationRoutes() {
	admin := s.group(s.identify, s.limit)
	register(admin, opListOrganizations, s.listOrganizations)
	register(admin, opCreateOrganization, s.createOrganization, s.idempotent)
	register(admin, opGetOrganization, s.getOrganization)
	register(admin, opUpdateOrganization, s.updateOrganization)
	register(admin, opListUnits, s.listUnits)
	register(admin, opCreateUnit, s.createUnit, s.idempotent)
	register(admin, opUpdateUnit, s.updateUnit)
	register(admin, opDeleteUnit, s.deleteUnit)
	register(admin, opListOffices, s.listOffices)
	register(admin, opCreateOffice, s.createOffice, s.idempotent)
	register(admin, opGetOffice, s.getOffice)
	register(admin, opUpdateOffice, s.updateOffice)
	register(admin, opDeleteOffice, s.deleteOffice)
	register(admin, opSeatInOffice, s.seatInOffice)
	register(admin, opLeaveOffice, s.leaveOffice)
	register(admin, opListOrgRooms, s.listOrgRooms)
	register(admin, opListOwnerless, s.listOwnerless)
	register(admin, opHandOverRoom, s.handOverRoom)
	register(admin, opListAppointments, s.listAppointments)
	register(admin, opPutAppointment, s.putAppointment, s.newOrThere)
	register(admin, opRemoveAppointment, s.removeAppointment)
	register(admin, opListAdminPeople, s.listAdminPeople)
	register(admin, opImportPeople, s.importPeople, s.peopleForm)
	register(admin, opGetPerson, s.getPerson)
	register(admin, opDeactivatePerson, s.deactivatePerson)
	register(admin, opReactivatePerson, s.reactivatePerson)
	register(admin, opSignPersonOut, s.signPersonOut)
	register(admin, opPreviewMerge, s.previewMerge)
	register(admin, opMergePeople, s.mergePeople)
	register(admin, opClaimPlatform, s.claimPlatform)
	register(admin, opListLive, s.listLive)
	register(admin, opGetLive, s.getLive)
	register(admin, opLivePeople, s.livePeople)
	register(admin, opVisit, s.visit)
	register(admin, opEndLive, s.endLive)
	register(admin, opRemoveLive, s.removeLive)
	register(admin, opHealth, s.health)
}

const basePath = "/api/v1"

// group is a group of API operations behind the given guards. All groups write into one OpenAPI document.
func (s *server) group(guards ...gin.HandlerFunc) huma.API {
	config := huma.Config{OpenAPI: s.doc, RejectUnknownQueryParameters: true, Formats: formats}
	api := humagin.NewWithGroup(s.engine, s.engine.Group(basePath, append(guards, s.noStore)...), config)
	api.UseMiddleware(s.readBody)
	return tight{API: api, config: config, base: s.base}
}

// mount serves a plain handler. Its request body is bounded; it answers its own errors.
func (s *server) mount(h http.Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxBody)
		h.ServeHTTP(c.Writer, c.Request)
	}
}

func (o Options) check() error {
	h := o.Handlers
	for name, missing := range map[string]bool{
		"Rooms": o.Rooms == nil, "SignIns": o.SignIns == nil, "Services": o.Services == nil, "People": o.People == nil,
		"Idempotency": o.Idempotency == nil, "Schedule": o.Schedule == nil, "Webhooks": o.Webhooks == nil, "Usage": o.Usage == nil, "Privacy": o.Privacy == nil, "Zones": o.Zones == nil, "Administration": o.Administration == nil, "Live": o.Live == nil, "Health": o.Health == nil, "Ready": o.Ready == nil, "Now": o.Now == nil, "Logger": o.Logger == nil, "Audit": o.Audit == nil, "Watch": o.Watch == nil,
		"Metrics": o.Metrics == nil, "Handlers.Login": h.Login == nil, "Handlers.Callback": h.Callback == nil,
		"Handlers.Logout": h.Logout == nil, "Handlers.LoggedOut": h.LoggedOut == nil,
		"Handlers.BackChannelLogout": h.BackChannelLogout == nil, "Handlers.Gate": h.Gate == nil,
		"Handlers.Webhook": h.Webhook == nil, "Handlers.Web": h.Web == nil,
	} {
		if missing {
			return fmt.Errorf("api options: %s is missing", name)
		}
	}
	return nil
}

// origin is a scheme and a host.
type origin struct{ scheme, host string }

func (o origin) String() string { return o.scheme + "://" + o.host }

// socket is the same origin for WebSockets.
func (o origin) socket() string {
	if o.scheme == "https" {
		return "wss://" + o.host
	}
	return "ws://" + o.host
}

func parseOrigin(address string) (origin, error) {
	u, err := url.Parse(address)
	if err != nil {
		return origin{}, fmt.Errorf("base URL: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || (u.Path != "" && u.Path != "/") {
		return origin{}, errors.New("base URL: want a scheme and a host, such as https://meet.example.org")
	}
	return origin{u.Scheme, u.Host}, nil
}
