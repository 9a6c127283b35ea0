package audit

import (
	"context"
	"encoding/json"
	"log/slog"
	"regexp"
	"slices"
	"time"

	"parvis/auth"
	"parvis/fault"
)

// Query asks for rows, the newest first. All that is set must hold. Org is one organization; OrgIDs are some with all below them,
// and nil means every one. Cursor is Next of the page before.
type Query struct {
	Org      string
	OrgIDs   []string
	From, To time.Time // from, and before
	ID       string
	Actor    string
	Action   string
	Subject  string
	Result   Result
	PageSize int
	Cursor   string
}

// Page is a part of a list. Next is empty on the last one.
type Page struct {
	Rows []Row
	Next string
}

// Shown is a row with what it tells of who acted, where that was not destroyed.
type Shown struct {
	Row
	Personal Personal
	Erased   bool // somebody acted, whose name was destroyed
}

// Results is a page that somebody may read.
type Results struct {
	Rows []Shown
	Next string
}

// Recorder writes entries that are no events.
type Recorder interface {
	Record(ctx context.Context, entries []Entry) error
}

// Archive is what is sealed.
type Archive interface {
	Find(ctx context.Context, q Query) (Page, error)
	PersonKeys(ctx context.Context, ids []string) (map[string]PersonKey, error)
	// Batches answers batches in the order of their numbers, with their rows in the order of their positions.
	Batches(ctx context.Context, after int64, most int) ([]Batch, map[int64][]Row, error)
	// Stray answers rows of no batch.
	Stray(ctx context.Context, most int) ([]Row, error)
	NewestBatch(ctx context.Context) (Batch, error)
	WaitingEntries(ctx context.Context, most int) (int, error)
	// DestroyedKeys answers keys that are no more, in the order of their ids.
	DestroyedKeys(ctx context.Context, after string, most int) ([]PersonKey, error)
	// DestroyNames takes a person's key away, with what vouch signs of it, and writes that it did. fault.CodeHeld where a hold keeps
	// what is about the person. Done again, it signs again.
	DestroyNames(ctx context.Context, personID string, now time.Time, vouch Vouch, e Entry) error
}

// Organizations knows how they stand.
type Organizations interface {
	// Above answers the organizations above one, nearest first. fault.NotFound when there is no such organization.
	Above(ctx context.Context, id string) ([]string, error)
}

// Ports is what the service works with.
type Ports struct {
	Archive  Archive
	Orgs     Organizations
	Recorder Recorder
	Keys     Keys
	Former   []PublicKey // keys that signed before
	Now      func() time.Time
	Logger   *slog.Logger
}

// Service is what those who must answer do with the trail.
type Service struct{ Ports }

// New makes a service.
func New(p Ports) *Service { return &Service{p} }

// platformOrg is the organization of what belongs to none.
const platformOrg = auth.DefaultOrgID

const (
	// MaxPage bounds a page.
	MaxPage     = 200
	defaultPage = 50
)

// Search answers rows of the organizations whose trail who may read. orgID names one of them, or none for all of them. That
// somebody looked is written in turn.
func (s *Service) Search(ctx context.Context, who auth.Identity, orgID string, q Query) (Results, error) {
	if err := s.reach(ctx, who, orgID, &q); err != nil {
		return Results{}, err
	}
	found, err := s.find(ctx, q)
	if err != nil {
		return Results{}, err
	}
	return found, s.looked(ctx, who, Read, orgID, q)
}

// Operator is whoever runs a command on the machine, and may read everything.
func Operator() auth.Identity {
	return auth.Identity{Kind: auth.System, ID: "command", OrgID: auth.DefaultOrgID}
}

func operates(who auth.Identity) bool { return who.Kind == auth.System && who.ID == "command" }

// reach confines a query to what who may read.
func (s *Service) reach(ctx context.Context, who auth.Identity, orgID string, q *Query) error {
	if err := q.named(); err != nil {
		return err
	}
	if operates(who) {
		q.Org = orgID
		if orgID == "" {
			return nil
		}
		_, err := s.Orgs.Above(ctx, orgID)
		return wrap(err, "find the organization")
	}
	if orgID != "" {
		q.Org = orgID
		return s.mayRead(ctx, who, orgID)
	}
	reach, err := auth.ReachOf(who, auth.AuditRead)
	if err == nil && !reach.All {
		q.OrgIDs = append([]string{}, reach.OrgIDs...)
	}
	return err
}

var (
	thing  = regexp.MustCompile(`^[a-z][a-z-]*:[A-Za-z0-9._:/-]*$`)
	action = regexp.MustCompile(`^[a-z][a-z.-]*$`)
)

// named refuses what is no name of the trail: what somebody searches by is written where no erasure reaches it, an address typed by
// mistake too.
func (q Query) named() error {
	wrong := fault.New(fault.CodeInvalid, "the search is not valid")
	switch {
	case q.Actor != "" && !thing.MatchString(q.Actor):
		return wrong.At("query.actor", "kind and id, such as person:0198…; find the id of somebody among the people")
	case q.Subject != "" && !thing.MatchString(q.Subject):
		return wrong.At("query.subject", "kind and id, such as room:0198…")
	case q.Action != "" && !action.MatchString(q.Action):
		return wrong.At("query.action", "the name of an act, such as room.moderated")
	}
	return nil
}

// mayRead asks for the trail of one organization. Whether it exists is told to nobody who has no right there: what is above it is
// looked up for those who administer something.
func (s *Service) mayRead(ctx context.Context, who auth.Identity, orgID string) error {
	on := auth.Resource{OrgID: orgID}
	var missing error
	if len(who.Appointments) > 0 || who.Kind == auth.Service {
		if on.Above, missing = s.Orgs.Above(ctx, orgID); missing != nil && !fault.Is(missing, fault.NotFound) {
			return wrap(missing, "find the organizations above")
		}
	}
	if err := auth.Allowed(who, auth.AuditRead, on); err != nil {
		return err
	}
	return missing
}

func (s *Service) find(ctx context.Context, q Query) (Results, error) {
	if q.PageSize == 0 {
		q.PageSize = defaultPage
	}
	if q.PageSize < 1 || q.PageSize > MaxPage {
		return Results{}, fault.Newf(fault.CodeInvalid, "a page has 1 to %d rows", MaxPage).At("query.pageSize", "choose another size")
	}
	page, err := s.Archive.Find(ctx, q)
	if err != nil {
		return Results{}, err
	}
	shown, err := s.show(ctx, page.Rows)
	return Results{Rows: shown, Next: page.Next}, err
}

// show opens names. One that does not open is left out: verify says why.
func (s *Service) show(ctx context.Context, rows []Row) ([]Shown, error) {
	people, err := s.Archive.PersonKeys(ctx, keysOf(rows))
	if err != nil {
		return nil, err
	}
	open := s.Keys.reader(s.Keys.trusted(s.Former), people)
	shown := make([]Shown, len(rows))
	for i, r := range rows {
		personal, erased, err := open.open(r)
		r.Data = withReason(r.Data, personal.Reason)
		shown[i] = Shown{Row: r, Personal: personal, Erased: erased || err != nil}
	}
	return shown, nil
}

// withReason shows why beside what else is known of an act.
func withReason(data json.RawMessage, reason string) json.RawMessage {
	all := map[string]any{}
	if reason == "" || len(data) > 0 && json.Unmarshal(data, &all) != nil {
		return data
	}
	all["reason"] = reason
	with, err := json.Marshal(all)
	if err != nil {
		return data
	}
	return with
}

func keysOf(rows []Row) []string {
	var ids []string
	for _, r := range rows {
		if r.KeyID != "" {
			ids = append(ids, r.KeyID)
		}
	}
	return ids
}

// looked writes that somebody read the trail, and after what.
func (s *Service) looked(ctx context.Context, who auth.Identity, action, orgID string, q Query) error {
	after := map[string]any{}
	for name, value := range map[string]string{"id": q.ID, "actor": q.Actor, "action": q.Action, "subject": q.Subject, "result": string(q.Result), "organization": orgID} {
		if value != "" {
			after[name] = value
		}
	}
	for name, at := range map[string]time.Time{"from": q.From, "to": q.To} {
		if !at.IsZero() {
			after[name] = at.UTC().Format(time.RFC3339)
		}
	}
	data, err := json.Marshal(after)
	if err != nil {
		return err
	}
	org := orgID
	if org == "" {
		org = who.OrgID
	}
	return wrap(s.Recorder.Record(ctx, []Entry{{
		At: s.Now().UTC(), OrgID: org, Action: action, Actor: ActorOf(who), OnBehalfOf: who.OnBehalfOf, Subject: "audit:" + org,
		Result: Done, RequestID: OriginOf(ctx).RequestID, Network: OriginOf(ctx).Network, Data: data,
	}}), "write that the audit was read")
}

// ActorOf is how the trail names who acts.
func ActorOf(who auth.Identity) string {
	if who.Anonymous() {
		return "nobody:"
	}
	return string(who.Kind) + ":" + who.ID
}

// Export begins to hand out all that a query finds, the newest first.
func (s *Service) Export(ctx context.Context, who auth.Identity, orgID string, q Query) (*Pages, error) {
	if err := s.reach(ctx, who, orgID, &q); err != nil {
		return nil, err
	}
	if err := s.looked(ctx, who, Exported, orgID, q); err != nil {
		return nil, err
	}
	q.PageSize, q.Cursor = MaxPage, ""
	return &Pages{s, q, false}, nil
}

// Pages is an export that runs.
type Pages struct {
	service *Service
	query   Query
	over    bool
}

// Next answers the next rows, none at the end.
func (p *Pages) Next(ctx context.Context) ([]Shown, error) {
	if p.over {
		return nil, nil
	}
	page, err := p.service.find(ctx, p.query)
	p.query.Cursor, p.over = page.Next, page.Next == ""
	return page.Rows, err
}

// State is how the seal stands.
type State struct {
	Newest  Batch // without its hashes; the number 0 before the first
	Waiting int   // entries that are not sealed yet, counted up to MostWaiting
	Key     PublicKey
}

// MostWaiting is up to where State counts.
const MostWaiting = 10_000

// State answers how the seal stands, to whoever may read some of the trail.
func (s *Service) State(ctx context.Context, who auth.Identity) (State, error) {
	if _, err := auth.ReachOf(who, auth.AuditRead); err != nil {
		return State{}, err
	}
	return s.state(ctx)
}

func (s *Service) state(ctx context.Context) (State, error) {
	newest, err := s.Archive.NewestBatch(ctx)
	if err != nil {
		return State{}, err
	}
	waiting, err := s.Archive.WaitingEntries(ctx, MostWaiting)
	return State{Newest: newest, Waiting: waiting, Key: s.Keys.Public()}, err
}

// perLook is how many batches are read at once to be verified.
const perLook = 16

// Verify judges the whole trail with our own keys as well, names included.
func (s *Service) Verify(ctx context.Context, by Trust) (Report, error) {
	by.Keys = slices.Concat(by.Keys, []PublicKey{s.Keys.Public()}, s.Former)
	v := NewVerifier(by)
	v.Names(s.Keys, map[string]PersonKey{})
	return walk(ctx, s.Archive, v)
}

// VerifyWith judges the whole trail with public keys alone: what nobody needs a secret for.
func VerifyWith(ctx context.Context, from Archive, by Trust) (Report, error) {
	return walk(ctx, from, NewVerifier(by))
}

func walk(ctx context.Context, from Archive, v *Verifier) (Report, error) {
	for after := int64(-1 << 62); ; {
		batches, rows, err := from.Batches(ctx, after, perLook)
		if err != nil {
			return Report{}, err
		}
		if len(batches) == 0 {
			break
		}
		if err := v.know(ctx, from, rows); err != nil {
			return Report{}, err
		}
		for _, b := range batches {
			v.Batch(b, rows[b.ID])
			after = b.ID
		}
	}
	stray, err := from.Stray(ctx, mostFindings)
	if err != nil {
		return Report{}, err
	}
	v.Stray(stray)
	if err := v.destroyed(ctx, from); err != nil {
		return Report{}, err
	}
	return v.End(), nil
}

// perLookOfKeys is how many keys are read at once.
const perLookOfKeys = 500

// destroyed judges the keys that are no more, of people of whom no row is left too.
func (v *Verifier) destroyed(ctx context.Context, from Archive) error {
	for after := ""; v.names != nil; {
		people, err := from.DestroyedKeys(ctx, after, perLookOfKeys)
		if err != nil || len(people) == 0 {
			return err
		}
		v.Destroyed(people)
		after = people[len(people)-1].ID
	}
	return nil
}

// know reads the keys of the people of some rows.
func (v *Verifier) know(ctx context.Context, from Archive, rows map[int64][]Row) error {
	if v.names == nil {
		return nil
	}
	var ids []string
	for _, of := range rows {
		for _, id := range keysOf(of) {
			if _, known := v.names.people[id]; !known {
				ids = append(ids, id)
			}
		}
	}
	people, err := from.PersonKeys(ctx, ids)
	for id, key := range people {
		v.names.people[id] = key
	}
	return err
}

// Forget destroys the key of a person's names. What was sealed holds on: the hashes are over the ciphertext.
func (s *Service) Forget(ctx context.Context, actor, orgID, personID string) error {
	now := s.Now().UTC()
	return s.Archive.DestroyNames(ctx, personID, now, s.Keys.Destruction, Entry{
		At: now, OrgID: orgID, Action: NamesDestroyed, Actor: actor, Subject: "person:" + personID, Result: Done,
		RequestID: OriginOf(ctx).RequestID, Network: OriginOf(ctx).Network,
	})
}
