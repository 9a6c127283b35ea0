package api

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"parvis/audit"
	"parvis/auth"
	"parvis/fault"
	"parvis/once"
	"parvis/privacy"
)

// protection answers for personal data (privacy.Service).
type protection interface {
	copier
	eraser
	holder
}

type copier interface {
	CopyFor(ctx context.Context, who auth.Identity, personID string) (*privacy.Copy, error)
	Register(ctx context.Context, who auth.Identity) (privacy.Register, error)
	Retention(ctx context.Context, who auth.Identity) ([]privacy.Standing, error)
}

type eraser interface {
	PreviewErasure(ctx context.Context, who auth.Identity, personID string) (privacy.Preview, error)
	Erase(ctx context.Context, who auth.Identity, personID string, in privacy.NewErasure) (privacy.Erasure, error)
	Erasure(ctx context.Context, who auth.Identity, id string) (privacy.Erasure, error)
}

type holder interface {
	PlaceHold(ctx context.Context, who auth.Identity, kind privacy.HeldKind, subject, reason string) (privacy.Hold, error)
	ReleaseHold(ctx context.Context, who auth.Identity, id, reason string) (privacy.Hold, error)
	ListHolds(ctx context.Context, who auth.Identity) ([]privacy.Hold, error)
}

const (
	zipType      = "application/zip"
	copyPatience = 30 * time.Second // for a client to take what is written to it
)

var opCopyMine = operation{
	id: "export-me", method: http.MethodGet, path: "/me/export", tag: "Data protection", callers: browsers,
	summary: "A copy of all that is kept of oneself",
	detail: "A zip archive with a JSON file for each kind of data, a readme in French and in English, and, last, manifest.json with rows, bytes and SHA-256 of each. " +
		"What is about others is left out. It is made five times a day. Where it breaks off, the connection is cut and the archive does not open.",
	codes: []fault.Code{fault.CodeForbidden, fault.CodePersonErased, fault.CodeTooMany},
}

var opCopyOf = operation{
	id: "export-person", method: http.MethodGet, path: "/people/{id}/export", tag: "Data protection", callers: browsers,
	summary: "A copy of all that is kept of a person", detail: "For administrators of the person's organization who administer no less than the person, after a fresh sign-in. As GET /me/export; both count together.",
	codes: []fault.Code{fault.CodeForbidden, fault.CodeElevationRequired, fault.CodePersonNotFound, fault.CodePersonErased, fault.CodeTooMany},
}

// download adds an archive to the surface and to the document.
func (s *server) download(o operation, personOf func(*gin.Context, auth.Identity) (string, error), guards ...gin.HandlerFunc) {
	op := o.huma()
	op.Responses["200"].Content = map[string]*huma.MediaType{zipType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}, Example: "PK"}}
	path := o.path
	if strings.Contains(path, "{id}") {
		path = strings.ReplaceAll(path, "{id}", ":id")
		op.Parameters = append(op.Parameters, &huma.Param{Name: "id", In: "path", Required: true, Description: "The person.", Schema: &huma.Schema{Type: huma.TypeString}})
	}
	s.doc.AddOperation(&op)
	s.engine.Handle(o.method, basePath+path, append(guards, s.noStore, func(c *gin.Context) {
		who := of(c.Request.Context()).who
		err := o.lets(who)
		var person string
		if err == nil {
			person, err = personOf(c, who)
		}
		if err == nil && c.Request.URL.RawQuery != "" {
			err = fault.New(fault.CodeInvalid, "a copy takes no query").At("query", "leave it out")
		}
		var copied *privacy.Copy
		if err == nil {
			copied, err = s.Privacy.CopyFor(c.Request.Context(), who, person)
		}
		if err != nil {
			s.refuse(c, err)
			return
		}
		s.serveCopy(c, copied)
	})...)
}

// serveCopy writes an archive. What breaks off is cut: an end would say that it is whole.
func (s *server) serveCopy(c *gin.Context, copied *privacy.Copy) {
	h := c.Writer.Header()
	h.Set("Content-Type", zipType)
	h.Set("Content-Disposition", `attachment; filename="`+copied.Name()+`"`)
	h.Set("X-Accel-Buffering", "no")
	if err := copied.Write(c.Request.Context(), patient{c.Writer}); err != nil {
		s.Logger.WarnContext(c.Request.Context(), "a copy broke off", "request", of(c.Request.Context()).id, "error", err)
		panic(http.ErrAbortHandler)
	}
}

// patient gives the client a time to take each part, in the place of one for the whole answer.
type patient struct{ to gin.ResponseWriter }

func (p patient) Write(part []byte) (int, error) {
	_ = http.NewResponseController(p.to).SetWriteDeadline(time.Now().Add(copyPatience)) // where there is none, the client's own counts
	n, err := p.to.Write(part)
	if err == nil {
		p.to.Flush()
	}
	return n, err
}

var _ io.Writer = patient{}

func oneself(_ *gin.Context, who auth.Identity) (string, error) {
	switch {
	case who.Anonymous() || who.Kind == auth.Guest:
		return "", fault.New(fault.CodeSignInRequired, "sign in to do this")
	case who.Kind != auth.Person:
		return "", fault.New(fault.CodeForbidden, "this kind of account may not do this")
	}
	return who.PersonID, nil
}

func personInPath(c *gin.Context, _ auth.Identity) (string, error) { return c.Param("id"), nil }

// DataSubjectPath is the address of what is kept of a person.
type DataSubjectPath struct {
	ID string `path:"id" maxLength:"36" example:"0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d13" doc:"The person."`
}

type erasureCount struct {
	Kind     string         `json:"kind"`
	Fate     string         `json:"fate" enum:"removed,nameless,stays" doc:"What erasure does with it."`
	Removed  int            `json:"removed"`
	Nameless int            `json:"nameless" doc:"Rows that stay without name, address and text."`
	Held     int            `json:"held" doc:"Rows that a hold on a room keeps."`
	Why      *privacy.Words `json:"why,omitempty" doc:"Why something stays."`
}

func wireCounts(kinds map[privacy.Kind]privacy.Count) []erasureCount {
	list := []erasureCount{}
	for _, d := range privacy.Kinds() {
		n := kinds[d.Kind]
		c := erasureCount{Kind: string(d.Kind), Fate: string(d.Fate), Removed: n.Removed, Nameless: n.Nameless, Held: n.Held}
		if d.Fate != privacy.Removed && d.Why.EN != "" {
			c.Why = &d.Why
		}
		list = append(list, c)
	}
	return list
}

type erasurePreview struct {
	Person   string         `json:"person"`
	Kinds    []erasureCount `json:"kinds"`
	Rooms    int            `json:"rooms" doc:"That the person alone owns: somebody has to take them over."`
	Meetings int            `json:"meetings" doc:"Coming ones that the person organizes."`
	Holds    []string       `json:"holds" doc:"That forbid it."`
	LastOne  bool           `json:"lastAdministrator" doc:"Of the platform: that forbids it too."`
	Above    bool           `json:"aboveYou" doc:"Yourself, or somebody who administers more than you do: another administrator has to ask."`
	Erasure  *erasureState  `json:"erasure,omitempty" doc:"One that was asked for."`
}

type erasureState struct {
	ID          string           `json:"id"`
	Person      string           `json:"person"`
	State       string           `json:"state" enum:"running,done"`
	RequestedAt time.Time        `json:"requestedAt"`
	Receipt     *privacy.Receipt `json:"receipt,omitempty" doc:"Signed; parvis privacy verify verifies it."`
}

func wireErasure(e privacy.Erasure) erasureState {
	state := erasureState{ID: e.ID, Person: e.PersonID, State: "running", RequestedAt: at(e.RequestedAt), Receipt: e.Receipt}
	if e.Receipt != nil {
		state.State = "done"
	}
	return state
}

var exampleErasure = erasureState{
	ID: "0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58", Person: "0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d13", State: "running", RequestedAt: exampleTime,
}

type previewOutput struct {
	Body erasurePreview
}

var opPreviewErasure = operation{
	id: "preview-erasure", method: http.MethodGet, path: "/people/{id}/erasure", tag: "Data protection", callers: browsers, reads: audit.PeopleRead,
	summary: "What erasing a person would do", codes: []fault.Code{fault.CodeForbidden, fault.CodePersonNotFound},
	answer: erasurePreview{Person: exampleErasure.Person, Kinds: wireCounts(nil)[:1], Rooms: 2, Meetings: 1, Holds: []string{}},
}

func (s *server) previewErasure(ctx context.Context, in *DataSubjectPath) (*previewOutput, error) {
	p, err := s.Privacy.PreviewErasure(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	out := erasurePreview{Person: p.PersonID, Kinds: wireCounts(p.Kinds), Rooms: p.Rooms, Meetings: p.Meetings, Holds: []string{}, LastOne: p.LastOne, Above: p.Above}
	for _, h := range p.Holds {
		out.Holds = append(out.Holds, h.ID)
	}
	if p.Erasure != nil {
		state := wireErasure(*p.Erasure)
		out.Erasure = &state
	}
	return &previewOutput{out}, nil
}

type newErasure struct {
	Reason   string          `json:"reason,omitempty" maxLength:"500" doc:"Such as the number of the request. No name."`
	Handover *erasureHanding `json:"handover,omitempty" doc:"Needed where somebody has to take something over."`
}

type erasureHanding struct {
	To     string `json:"to" enum:"successor,deputies,archive"`
	Person string `json:"person,omitempty" maxLength:"36" doc:"The successor, of the same organization."`
}

type eraseInput struct {
	DataSubjectPath
	Body newErasure
}

type erasureOutput struct {
	Body erasureState
}

var opErase = operation{
	id: "erase-person", method: http.MethodPost, path: "/people/{id}/erasure", tag: "Data protection", callers: browsers, status: http.StatusAccepted,
	summary: "Erase a person", detail: "After a fresh sign-in; not oneself, nor somebody who administers more. The account, its sign-ins and calls end at once; the rest is done in the background: read the erasure. Asked for again, it answers the same one.",
	request: newErasure{Reason: "DPO-2026-031", Handover: &erasureHanding{To: "successor", Person: "0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d14"}}, answer: exampleErasure,
	codes: []fault.Code{
		fault.CodeForbidden, fault.CodeElevationRequired, fault.CodePersonNotFound, fault.CodeHeld, fault.CodeHandoverRequired, fault.CodeLastAdministrator,
	},
}

func (s *server) erase(ctx context.Context, in *eraseInput) (*erasureOutput, error) {
	asked := privacy.NewErasure{Reason: in.Body.Reason}
	if h := in.Body.Handover; h != nil {
		asked.Handover = privacy.Handover{To: privacy.Heir(h.To), PersonID: h.Person}
	}
	e, err := s.Privacy.Erase(ctx, of(ctx).who, in.ID, asked)
	if err != nil {
		return nil, err
	}
	return &erasureOutput{wireErasure(e)}, nil
}

// ErasurePath is the address of an erasure.
type ErasurePath struct {
	ID string `path:"id" maxLength:"36" example:"0198a5c2-7d41-7a93-8e02-4c6b1f9d3a58" doc:"The erasure."`
}

var opGetErasure = operation{
	id: "get-erasure", method: http.MethodGet, path: "/erasures/{id}", tag: "Data protection", callers: browsers,
	summary: "How an erasure stands, with its receipt", answer: exampleErasure, codes: []fault.Code{fault.CodeForbidden, fault.CodeErasureNotFound},
}

func (s *server) getErasure(ctx context.Context, in *ErasurePath) (*erasureOutput, error) {
	e, err := s.Privacy.Erasure(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	return &erasureOutput{wireErasure(e)}, nil
}

type hold struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind" enum:"person,room"`
	Subject    string     `json:"subject" doc:"The person's or the room's id."`
	Reason     string     `json:"reason"`
	PlacedBy   string     `json:"placedBy"`
	PlacedAt   time.Time  `json:"placedAt"`
	ReleasedAt *time.Time `json:"releasedAt,omitempty"`
	ReleasedBy string     `json:"releasedBy,omitempty"`
	Released   string     `json:"releaseReason,omitempty"`
}

func wireHold(h privacy.Hold) hold {
	return hold{h.ID, string(h.Kind), h.SubjectID, h.Reason, h.PlacedBy, at(h.PlacedAt), atOrNever(h.ReleasedAt), h.ReleasedBy, h.Released}
}

var exampleHold = hold{
	ID: "0198a5c2-7d41-7a93-8e02-4c6b1f9d3a59", Kind: "room", Subject: "0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d15", Reason: "Litigation 2026-114",
	PlacedBy: "person:0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d13", PlacedAt: exampleTime,
}

type holdList struct {
	Items []hold `json:"items" doc:"The newest first, 1000 at most."`
}

type holdsOutput struct {
	Body holdList
}

type holdOutput struct {
	Body hold
}

var opListHolds = operation{
	id: "list-holds", method: http.MethodGet, path: "/privacy/holds", tag: "Data protection", callers: browsers, summary: "What is kept from erasure and removal", reads: audit.PeopleRead,
	answer: holdList{[]hold{exampleHold}}, codes: []fault.Code{fault.CodeForbidden, fault.CodePersonNotFound},
}

func (s *server) listHolds(ctx context.Context, _ *struct{}) (*holdsOutput, error) {
	list, err := s.Privacy.ListHolds(ctx, of(ctx).who)
	if err != nil {
		return nil, err
	}
	out := holdList{make([]hold, len(list))}
	orgs := make([]string, len(list))
	for i, h := range list {
		out.Items[i], orgs[i] = wireHold(h), h.OrgID
	}
	audit.AboutAll(ctx, readOf(orgs...))
	return &holdsOutput{out}, nil
}

type newHold struct {
	Kind    string `json:"kind" enum:"person,room"`
	Subject string `json:"subject" maxLength:"36" doc:"The person's id; the room's code or id."`
	Reason  string `json:"reason" minLength:"10" maxLength:"1000" doc:"Such as the number of the case."`
}

type placeHoldInput struct {
	Body newHold
}

var opPlaceHold = operation{
	id: "place-hold", method: http.MethodPost, path: "/privacy/holds", tag: "Data protection", callers: browsers, status: http.StatusCreated,
	summary: "Keep what is about a person, or what happens in a room", detail: "From erasure and from the jobs that remove what has run out. After a fresh sign-in; not about oneself, nor about somebody who administers more.",
	request: newHold{Kind: "room", Subject: "fin-ance-dgt", Reason: exampleHold.Reason}, answer: exampleHold,
	codes: []fault.Code{fault.CodeForbidden, fault.CodeElevationRequired, fault.CodePersonNotFound, fault.CodeRoomNotFound, fault.CodePersonErased},
}

func (s *server) placeHold(ctx context.Context, in *placeHoldInput) (*holdOutput, error) {
	who := of(ctx).who
	h, err := madeOnce(ctx, once.Hold, func(id string) (privacy.Hold, error) { return s.hold(ctx, id) }, func() (privacy.Hold, error) {
		return s.Privacy.PlaceHold(ctx, who, privacy.HeldKind(in.Body.Kind), in.Body.Subject, in.Body.Reason)
	})
	if err != nil {
		return nil, err
	}
	return &holdOutput{wireHold(h)}, nil
}

func (s *server) hold(ctx context.Context, id string) (privacy.Hold, error) {
	holds, err := s.Privacy.ListHolds(ctx, of(ctx).who)
	at := slices.IndexFunc(holds, func(h privacy.Hold) bool { return h.ID == id })
	if err == nil && at < 0 {
		err = fault.New(fault.CodeHoldNotFound, "the hold that this request placed is no more")
	}
	if err != nil {
		return privacy.Hold{}, err
	}
	return holds[at], nil
}

type holdRelease struct {
	Reason string `json:"reason" minLength:"10" maxLength:"1000"`
}

type releaseHoldInput struct {
	ID   string `path:"id" maxLength:"36" example:"0198a5c2-7d41-7a93-8e02-4c6b1f9d3a59" doc:"The hold."`
	Body holdRelease
}

var opReleaseHold = operation{
	id: "release-hold", method: http.MethodPost, path: "/privacy/holds/{id}/release", tag: "Data protection", callers: browsers, summary: "End a hold", detail: "For who may place it.",
	request: holdRelease{"Litigation 2026-114 is closed"}, answer: exampleHold,
	codes: []fault.Code{fault.CodeForbidden, fault.CodeElevationRequired, fault.CodeHoldNotFound, fault.CodePersonNotFound},
}

func (s *server) releaseHold(ctx context.Context, in *releaseHoldInput) (*holdOutput, error) {
	h, err := s.Privacy.ReleaseHold(ctx, of(ctx).who, in.ID, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &holdOutput{wireHold(h)}, nil
}

type registerOutput struct {
	Body privacy.Register
}

var opRegister = operation{
	id: "get-privacy-register", method: http.MethodGet, path: "/privacy/register", tag: "Data protection", callers: browsers,
	summary: "The record of processing activities (GDPR, article 30)", detail: "As the settings that run make it.",
	answer: privacy.Register{Platform: "Parvis", URL: "https://meet.example.gouv.fr", Activities: []privacy.Activity{}, Recipients: []privacy.Recipient{}, Measures: []privacy.Words{}},
	codes:  []fault.Code{fault.CodeForbidden},
}

func (s *server) register(ctx context.Context, _ *struct{}) (*registerOutput, error) {
	r, err := s.Privacy.Register(ctx, of(ctx).who)
	if err != nil {
		return nil, err
	}
	return &registerOutput{r}, nil
}

type retentionList struct {
	Items []privacy.Standing `json:"items"`
}

type retentionOutput struct {
	Body retentionList
}

var opRetention = operation{
	id: "get-privacy-retention", method: http.MethodGet, path: "/privacy/retention", tag: "Data protection", callers: browsers,
	summary: "For how long each kind of data is kept, and how much there is", answer: retentionList{[]privacy.Standing{}}, codes: []fault.Code{fault.CodeForbidden},
}

func (s *server) retention(ctx context.Context, _ *struct{}) (*retentionOutput, error) {
	report, err := s.Privacy.Retention(ctx, of(ctx).who)
	if err != nil {
		return nil, err
	}
	return &retentionOutput{retentionList{report}}, nil
}

// answersForData adds the routes of data protection.
func (s *server) answersForData() {
	s.download(opCopyMine, oneself, s.identify, s.limit)
	s.download(opCopyOf, personInPath, s.identify, s.limit)
	g := s.group(s.identify, s.limit)
	register(g, opPreviewErasure, s.previewErasure)
	register(g, opErase, s.erase)
	register(g, opGetErasure, s.getErasure)
	register(g, opListHolds, s.listHolds)
	register(g, opPlaceHold, s.placeHold, s.idempotent)
	register(g, opReleaseHold, s.releaseHold)
	register(g, opRegister, s.register)
	register(g, opRetention, s.retention)
}
