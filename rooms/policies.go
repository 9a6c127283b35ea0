package rooms

import (
	"context"
	"fmt"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/policy"
)

// PolicyPlace is where a policy is: a unit of an organization or a room, by its link; an organization without these; the platform
// without any.
type PolicyPlace struct {
	OrgID  string
	UnitID string
	Slug   string
}

// Scope is what stands above a room, with its own policy where it has one.
func (r Room) Scope() policy.Scope {
	scope := policy.Scope{Org: r.OrgID, Unit: r.UnitID, Template: r.TemplateID}
	if r.Governed {
		scope.Room = r.ID
	}
	return scope
}

// scopeOf finds where a policy is, for somebody who may do that there. What there is in an organization is not told to others.
func (s *Service) scopeOf(ctx context.Context, who auth.Identity, right auth.Right, at PolicyPlace) (policy.Scope, error) {
	if at.Slug != "" {
		room, err := s.Rooms.Room(ctx, at.Slug)
		if err != nil {
			return policy.Scope{}, err
		}
		scope := room.Scope()
		scope.Room = room.ID
		return scope, s.mayPolicy(ctx, who, right, room.OrgID)
	}
	if err := s.mayPolicy(ctx, who, right, at.OrgID); err != nil || at.UnitID == "" {
		return policy.Scope{Org: at.OrgID}, err
	}
	scope, err := s.Policies.ScopeAt(ctx, policy.Unit, at.UnitID)
	if err == nil && scope.Org != at.OrgID {
		err = fault.New(fault.CodeUnitNotFound, "there is no such unit in this organization")
	}
	return scope, err
}

// PolicyChange is what somebody changes of a policy: nil takes back what is decided about a setting.
type PolicyChange map[policy.Name]*policy.Decided

// PolicyView is what was decided at one place, where that is, and what counts below it.
type PolicyView struct {
	policy.Document
	Scope     policy.Scope
	Effective policy.Effective
}

// Policy answers what was decided at a place, to those who administer it.
func (s *Service) Policy(ctx context.Context, who auth.Identity, at PolicyPlace) (PolicyView, error) {
	scope, err := s.scopeOf(ctx, who, auth.PoliciesRead, at)
	if err != nil {
		return PolicyView{}, err
	}
	level, subject := scope.Nearest()
	doc, err := s.Policies.Policy(ctx, level, subject)
	if err != nil {
		return PolicyView{}, err
	}
	e, err := s.Policies.EffectiveIn(ctx, scope)
	return PolicyView{doc, scope, e}, err
}

// mayPolicy is nil when somebody has an administrative right on an organization; the platform without one. Whether an organization
// exists is not told to who has no right there.
func (s *Service) mayPolicy(ctx context.Context, who auth.Identity, right auth.Right, orgID string) error {
	if who.Kind == auth.System { // an operator at the installation itself
		return nil
	}
	on := auth.Resource{OrgID: orgID}
	if orgID == "" || (len(who.Appointments) == 0 && who.Kind != auth.Service) {
		return auth.Allowed(who, right, on) // nothing is looked up for who administers nothing
	}
	above, err := s.Policies.OrganizationsAbove(ctx, orgID)
	if err != nil {
		if refusal := auth.Allowed(who, right, on); fault.Is(err, fault.NotFound) && refusal != nil {
			return refusal
		}
		return err
	}
	on.Above = above
	return auth.Allowed(who, right, on)
}

// ChangePolicy changes a policy whose version the caller has seen. It holds for every room below at once.
func (s *Service) ChangePolicy(ctx context.Context, who auth.Identity, at PolicyPlace, version int64, change PolicyChange) (PolicyView, error) {
	scope, err := s.scopeOf(ctx, who, auth.PoliciesWrite, at)
	if err != nil {
		return PolicyView{}, err
	}
	mayLoosen := s.mayPolicy(ctx, who, auth.PoliciesLoosen, scope.Org)
	level, subject := scope.Nearest()
	above, err := s.above(ctx, scope)
	if err != nil {
		return PolicyView{}, err
	}
	doc, err := s.Policies.UpdatePolicy(ctx, level, subject, func(doc *policy.Document) ([]event.Event, error) {
		if doc.Version != version {
			return nil, fault.New(fault.CodePreconditionFailed, "somebody changed this policy since you read it")
		}
		settings, err := changed(doc.Settings, change, level, above)
		if err == nil && loosens(doc.Settings, settings) {
			err = mayLoosen
		}
		if err != nil {
			return nil, err
		}
		doc.Settings, doc.UpdatedAt, doc.UpdatedBy = settings, s.Now().UTC(), actor(who)
		return []event.Event{{
			ID: newID(), Type: event.PolicyUpdated, OrgID: orDefault(scope.Org), Subject: "policy:" + level.String() + subjectOf(subject), Actor: actor(who),
			OnBehalfOf: who.OnBehalfOf, At: s.Now().UTC(), Data: said(change),
		}}, nil
	})
	if err != nil {
		return PolicyView{}, err
	}
	e, err := s.Policies.EffectiveIn(ctx, scope)
	return PolicyView{doc, scope, e}, err
}

func subjectOf(id string) string {
	if id == "" {
		return ""
	}
	return ":" + id
}

// PlaceRoom puts a room into a unit of its organization, whose policies bind it from then on; an empty one takes it out. To take it
// from under a policy asks for what loosening that policy does.
func (s *Service) PlaceRoom(ctx context.Context, who auth.Identity, slug, unitID string) error {
	room, err := s.Rooms.Room(ctx, slug)
	if err != nil {
		return err
	}
	if err := s.mayPolicy(ctx, who, auth.PoliciesWrite, room.OrgID); err != nil {
		return err
	}
	if room.UnitID == unitID {
		return nil
	}
	lifts := s.mayPolicy(ctx, who, auth.PoliciesLoosen, room.OrgID)
	return s.Policies.PlaceRoom(ctx, room.ID, unitID, lifts, s.happened(who, event.RoomUpdated, room, map[string]any{"unit": unitID}))
}

// orDefault is the organization that an event of the platform belongs to: events have one.
func orDefault(orgID string) string {
	if orgID == "" {
		return auth.DefaultOrgID
	}
	return orgID
}

// above is what counts above a place, which it cannot loosen.
func (s *Service) above(ctx context.Context, scope policy.Scope) (policy.Effective, error) {
	if scope == (policy.Scope{}) {
		return policy.Resolve(), nil
	}
	return s.Policies.EffectiveAbove(ctx, scope)
}

// changed is what is decided after a change; a refusal names everything that is wrong with it.
func changed(before map[policy.Name]policy.Decided, change PolicyChange, level policy.Level, above policy.Effective) (map[policy.Name]policy.Decided, error) {
	after := make(map[policy.Name]policy.Decided, len(before)+len(change))
	for name, d := range before {
		after[name] = d
	}
	var locked error
	for _, s := range policy.Settings() {
		d, asked := change[s.Name]
		switch {
		case !asked:
		case d == nil:
			delete(after, s.Name)
		case !s.At(level):
			return nil, fault.Newf(fault.CodeInvalid, "this setting is not decided at the level %s", level).At("body.settings."+string(s.Name), "leave it out here")
		default:
			if err := above.Of(s.Name).Refusal("body.settings."+string(s.Name), d.Value); err != nil && locked == nil {
				locked = err
			} else if err != nil {
				fault.Of(locked).Fields = append(fault.Of(locked).Fields, fault.Of(err).Fields...)
			}
			after[s.Name] = *d
		}
	}
	return after, locked
}

// loosens tells whether something that binds what stands below a policy binds it less, or no more.
func loosens(before, after map[policy.Name]policy.Decided) bool {
	for name, was := range before {
		s, known := policy.Find(name)
		now, still := after[name]
		if known && was.Locked && (!still || !now.Locked || !s.Within(now.Value, was.Value)) {
			return true
		}
	}
	return false
}

// said is a change of a policy as events tell it.
func said(change PolicyChange) map[string]any {
	data := map[string]any{}
	for name, d := range change {
		s, known := policy.Find(name)
		switch {
		case !known:
		case d == nil:
			data[string(name)] = nil
		default:
			data[string(name)] = map[string]any{"value": s.JSON(d.Value), "locked": d.Locked}
		}
	}
	return map[string]any{"settings": data}
}

// EffectivePolicy answers what counts in a room, where it comes from and why: to those who have a role in it, and to those who
// administer its organization.
func (s *Service) EffectivePolicy(ctx context.Context, who auth.Identity, slug string) (policy.Effective, error) {
	room, st, err := s.find(ctx, who, slug)
	if err != nil {
		return nil, err
	}
	if err := auth.Allowed(who, auth.RoomRead, st.on(room)); err != nil && s.mayPolicy(ctx, who, auth.PoliciesRead, room.OrgID) != nil {
		return nil, err
	}
	return s.effective(ctx, room)
}

// Embedders answers which origins' pages may show a room in a frame. No room that is archived is shown there.
func (s *Service) Embedders(ctx context.Context, slug string) ([]string, error) {
	room, err := s.Rooms.Room(ctx, slug)
	if err != nil || room.ArchivedAt != nil {
		return nil, err
	}
	e, err := s.Policies.EffectiveIn(ctx, room.Scope())
	if err != nil {
		return nil, fmt.Errorf("who shows a room in a frame: %w", err)
	}
	return e.Of(policy.Embedding).Value.List, nil
}

// Governing answers what counts in a room to whoever plans or reads a meeting there. What its owners chose is for those who may read
// the room; a room that was made for a meeting has no owners besides.
func (s *Service) Governing(ctx context.Context, who auth.Identity, slug string) (policy.Governed, error) {
	room, st, err := s.find(ctx, who, slug)
	if err != nil {
		return policy.Governed{}, err
	}
	above, err := s.Policies.EffectiveIn(ctx, room.Scope())
	if err != nil {
		return policy.Governed{}, fmt.Errorf("policies of a room: %w", err)
	}
	g := policy.Governed{Above: above}
	switch {
	case auth.Allowed(who, auth.RoomRead, st.on(room)) == nil:
		g.Own, g.Present = room.layer(), room.Presence
	case room.Dedicated:
		g.Own = room.layer()
	}
	return g, nil
}

func (s *Service) effective(ctx context.Context, room Room) (policy.Effective, error) {
	e, err := s.Policies.EffectiveIn(ctx, room.Scope())
	if err != nil {
		return nil, fmt.Errorf("policies of a room: %w", err)
	}
	return e.Below(room.layer()).With(room.Presence), nil
}

// layer is what the owners of a room chose.
func (r Room) layer() policy.Layer {
	r = r.Own()
	all := map[policy.Name]policy.Decided{}
	for name, v := range map[policy.Name]policy.Value{
		policy.Entry: valueOfEntry(r.Entry), policy.MinAssurance: {Number: int(r.MinAssurance)}, policy.OpensWithHost: valueOfSwitch(r.Limits.OpensWithHost),
		policy.MuteOnEntry:    valueOfSwitch(r.Limits.MuteOnEntry),
		policy.ForbiddenToAll: valueOfAbilities(r.Forbidden), policy.MaxParticipants: {Number: r.Limits.MaxParticipants},
		policy.MaxMinutes: {Number: r.Limits.MaxMinutes}, policy.AttendanceDays: {Number: r.Limits.AttendanceDays},
	} {
		all[name] = policy.Decided{Value: v}
	}
	return policy.Layer{Source: policy.Source{Level: policy.Room, ID: r.ID, Name: r.Name}, Settings: all}
}

func valueOfEntry(e access.Entry) policy.Value {
	s, _ := policy.Find(policy.Entry)
	return s.Choose(string(e))
}

func valueOfSwitch(on bool) policy.Value {
	if on {
		return policy.Value{Number: 1}
	}
	return policy.Value{}
}

func valueOfAbilities(all access.Abilities) policy.Value {
	return policy.Value{List: all.Words()}.Sorted()
}

// MayChangePolicy is nil when somebody may change a policy.
func (s *Service) MayChangePolicy(ctx context.Context, who auth.Identity, at PolicyPlace) error {
	_, err := s.scopeOf(ctx, who, auth.PoliciesWrite, at)
	return err
}

// NewRoomPolicy answers what counts for new rooms of somebody's organization, to those who could make some.
func (s *Service) NewRoomPolicy(ctx context.Context, who auth.Identity) (policy.Effective, error) {
	if err := auth.Allowed(who, auth.RoomList, auth.Resource{OrgID: who.OrgID}); err != nil {
		return nil, err
	}
	return s.Policies.Effective(ctx, who.OrgID, "")
}

// begun is a room that begins with what policies say where nobody says anything else.
func (r *Room) begun(e policy.Effective) {
	entry, forbidden := e.Of(policy.Entry), e.Of(policy.ForbiddenToAll)
	r.Entry = access.Entry(entry.Setting.Word(entry.Value))
	r.MinAssurance = auth.Assurance(e.Of(policy.MinAssurance).Value.Number)
	r.Forbidden = r.Forbidden.With(access.ParseAbilities(forbidden.Value.List)...)
	r.Limits = Limits{
		OpensWithHost: e.Of(policy.OpensWithHost).Value.True(), MuteOnEntry: e.Of(policy.MuteOnEntry).Value.True(), MaxParticipants: e.Of(policy.MaxParticipants).Value.Number,
		MaxMinutes: e.Of(policy.MaxMinutes).Value.Number, AttendanceDays: e.Of(policy.AttendanceDays).Value.Number,
	}
}

// within is nil when policies allow what is asked for; else it names each field and who locked it.
func within(e policy.Effective, asked map[policy.Name]policy.Value) error {
	var refused *fault.Error
	for _, s := range policy.Settings() {
		v, is := asked[s.Name]
		if !is {
			continue
		}
		err := e.Of(s.Name).Refusal("body."+string(s.Name), v)
		switch {
		case err == nil:
		case refused == nil:
			refused = fault.Of(err)
		default:
			refused.Fields = append(refused.Fields, fault.Of(err).Fields...)
		}
	}
	if refused == nil {
		return nil
	}
	return refused
}

// asks is what a change asks for, of what policies decide about.
func (c Change) asks(after Room) map[policy.Name]policy.Value {
	asked, all := map[policy.Name]policy.Value{}, after.layer().Settings
	for name, is := range map[policy.Name]bool{
		policy.Entry: c.Entry != nil, policy.MinAssurance: c.MinAssurance != nil, policy.OpensWithHost: c.OpensWithHost != nil, policy.MuteOnEntry: c.MuteOnEntry != nil, policy.ForbiddenToAll: c.Forbidden != nil,
		policy.MaxParticipants: c.MaxParticipants != nil, policy.MaxMinutes: c.MaxMinutes != nil, policy.AttendanceDays: c.AttendanceDays != nil,
	} {
		if is {
			asked[name] = all[name].Value
		}
	}
	return asked
}
