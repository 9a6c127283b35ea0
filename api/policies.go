package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"parvis/auth"
	"parvis/fault"
	"parvis/policy"
	"parvis/rooms"
)

// decidedSetting is what somebody decided about a setting.
type decidedSetting struct {
	Value  any  `json:"value" doc:"A word, a number, true or false, or a list of words: see kind and words of the effective setting."`
	Locked bool `json:"locked" doc:"Nobody below goes further; else it is what counts where nobody below says anything."`
}

// effectiveSetting is what comes of a setting, and why.
type effectiveSetting struct {
	Name     string       `json:"name" example:"entry"`
	Title    string       `json:"title" doc:"In English, for whoever looks after a program."`
	Kind     string       `json:"kind" enum:"choice,switch,limit,forbidden,only" doc:"choice: one of words, loosest first. switch: true is stricter. limit: a number, 0 none. forbidden: a list of words, more are stricter. only: host names, fewer are stricter."`
	Words    []string     `json:"words,omitempty"`
	Least    int          `json:"least,omitempty"`
	Most     int          `json:"most,omitempty"`
	Value    any          `json:"value"`
	Source   policySource `json:"source"`
	Reason   string       `json:"reason" example:"locked by Ministry X"`
	Locked   bool         `json:"locked"`
	Bound    any          `json:"bound,omitempty" doc:"How far anybody below may go, where it is locked."`
	LockedBy string       `json:"lockedBy,omitempty" doc:"The name of who locked it; platform for the platform."`
	Overrode []overridden `json:"overrode" doc:"What was said besides and does not count."`
	Present  []string     `json:"present,omitempty" doc:"Organizations that made it stricter for the meeting that runs, by who is in it: it loosens when that ends."`
}

type policySource struct {
	Level string `json:"level" enum:"default,platform,organization,unit,template,room" doc:"default: nobody said anything."`
	ID    string `json:"id,omitempty"`
	Name  string `json:"name,omitempty"`
}

type overridden struct {
	Source policySource `json:"source"`
	Value  any          `json:"value"`
}

type effectiveRules struct {
	Settings []effectiveSetting `json:"settings"`
}

type effectiveRulesOutput struct {
	Body effectiveRules
}

type policyDocument struct {
	Settings  map[string]decidedSetting `json:"settings" doc:"What was decided here, by the name of the setting."`
	Effective []effectiveSetting        `json:"effective" doc:"What counts below."`
	UpdatedAt *time.Time                `json:"updatedAt,omitempty"`

	Organization string `json:"organization,omitempty" doc:"Whose it is, by id; of the platform's, nobody's."`
	Unit         string `json:"unit,omitempty" doc:"Of a unit's or a room's policy: the unit, by id."`
}

type policyOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	Body policyDocument
}

func plain(s *policy.Setting, v policy.Value) any {
	var out any
	_ = json.Unmarshal(s.JSON(v), &out) // what JSON writes can be read
	return out
}

func wireSource(s policy.Source, usual bool) policySource {
	if usual {
		return policySource{Level: "default"}
	}
	return policySource{s.Level.String(), s.ID, s.Name}
}

func wireEffective(e policy.Effective, only func(*policy.Setting) bool) []effectiveSetting {
	list := []effectiveSetting{}
	for _, r := range e {
		s := r.Setting
		if only != nil && !only(s) {
			continue
		}
		w := effectiveSetting{
			Name: string(s.Name), Title: s.Title, Kind: s.Kind.String(), Words: slices.Clone(s.Words), Least: s.Least, Most: s.Most,
			Value: plain(s, r.Value), Source: wireSource(r.From, r.Usual), Reason: r.Reason(), Locked: r.Locked, Overrode: []overridden{},
		}
		if r.Locked {
			w.Bound, w.LockedBy = plain(s, r.Bound), r.By.Name
			if w.LockedBy == "" {
				w.LockedBy = r.By.Level.String()
			}
		}
		if len(r.Organized) > 0 {
			w.Present = policy.Demand{By: r.Organized}.Says()
		}
		for _, o := range r.Overrode {
			w.Overrode = append(w.Overrode, overridden{wireSource(o.Source, false), plain(s, o.Value)})
		}
		list = append(list, w)
	}
	return list
}

func wireDecided(all map[policy.Name]policy.Decided) map[string]decidedSetting {
	out := map[string]decidedSetting{}
	for name, d := range all {
		if s, known := policy.Find(name); known {
			out[string(name)] = decidedSetting{plain(s, d.Value), d.Locked}
		}
	}
	return out
}

func policyAnswer(v rooms.PolicyView) *policyOutput {
	return &policyOutput{etag(v.Version), policyDocument{
		Settings: wireDecided(v.Settings), Effective: wireEffective(v.Effective, nil), UpdatedAt: atOrNever(everChanged(v.UpdatedAt)),
		Organization: v.Scope.Org, Unit: v.Scope.Unit,
	}}
}

func everChanged(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

type policyChange struct {
	Settings map[string]any `json:"settings" doc:"By the name of the setting, {\"value\": …, \"locked\": true}; null takes back what was decided."`
}

// settingsOf reads a change of settings, and names everything that is wrong with it.
func settingsOf(asked map[string]any) (rooms.PolicyChange, error) {
	wrong := fault.New(fault.CodeInvalid, "some settings are not valid: see errors")
	change := rooms.PolicyChange{}
	for name, given := range asked {
		s, known := policy.Find(policy.Name(name))
		at := "body.settings." + name
		if !known {
			wrong.At("body.settings", "names a setting that there is not: read the effective policy for all")
			continue
		}
		if given == nil {
			change[s.Name] = nil
			continue
		}
		entry, ok := given.(map[string]any)
		if !ok {
			wrong.At(at, "an object with value and locked, or null")
			continue
		}
		d := policy.Decided{}
		for key, v := range entry {
			switch key {
			case "value":
				text, _ := json.Marshal(v)
				if d.Value, ok = s.Parse(text); !ok {
					wrong.At(at+".value", remedyOf(s))
				}
			case "locked":
				if d.Locked, ok = v.(bool); !ok {
					wrong.At(at+".locked", "true or false")
				}
			default:
				wrong.At(at, "unexpected property: value and locked are known")
			}
		}
		if _, has := entry["value"]; !has {
			wrong.At(at+".value", "missing")
		}
		change[s.Name] = &d
	}
	if len(wrong.Fields) > 0 {
		return nil, wrong
	}
	return change, nil
}

func remedyOf(s *policy.Setting) string {
	words, _ := json.Marshal(s.Words)
	switch s.Kind {
	case policy.Choice:
		return "one of " + string(words)
	case policy.Switch:
		return "true or false"
	case policy.Limit:
		bounds, _ := json.Marshal([]int{s.Least, s.Most})
		return "a whole number within " + string(bounds)
	case policy.Forbidden:
		return "a list of " + string(words)
	default:
		if s.Origins {
			return `a list of origins, such as ["https://intranet.example.gouv.fr"]: https, a host, a port where there is one, nothing after it`
		}
		return `a list of host names, such as ["*.example.gouv.fr"]; ["*"] for all`
	}
}

// onPolicies describes an operation of those who administer.
func onPolicies(o operation) operation {
	o.tag, o.callers, o.scope = "Policies", signedIn, auth.ScopePoliciesManage
	o.codes = append(o.codes, fault.CodeForbidden, fault.CodeNotFound, fault.CodeOrganizationNotFound)
	return o
}

var (
	exampleDecided   = map[string]decidedSetting{"entry": {"signed-in", true}}
	exampleEffective = []effectiveSetting{{
		Name: "entry", Title: "Who enters without waiting", Kind: "choice", Words: []string{"everyone", "signed-in", "organization", "members", "hosts"}, Value: "signed-in",
		Source: policySource{"organization", exampleOperation.ID, "Ministry X"}, Reason: "locked by Ministry X", Locked: true, Bound: "signed-in", LockedBy: "Ministry X",
		Overrode: []overridden{{policySource{"room", "", "Budget, weekly"}, "everyone"}},
	}}
	examplePolicy = policyDocument{Settings: exampleDecided, Effective: exampleEffective, UpdatedAt: &exampleTime}
	exampleChange = policyChange{map[string]any{"entry": map[string]any{"value": "signed-in", "locked": true}}}
)

var opPlatformPolicy = onPolicies(operation{
	id: "get-platform-policy", method: http.MethodGet, path: "/policies/platform", summary: "What is decided for all organizations", answer: examplePolicy,
})

func (s *server) platformPolicy(ctx context.Context, _ *struct{}) (*policyOutput, error) {
	return s.policyAt(ctx, rooms.PolicyPlace{})
}

func (s *server) policyAt(ctx context.Context, place rooms.PolicyPlace) (*policyOutput, error) {
	v, err := s.Rooms.Policy(ctx, of(ctx).who, place)
	if err != nil {
		return nil, err
	}
	return policyAnswer(v), nil
}

type changePlatformInput struct {
	Precondition
	Body policyChange `contentType:"application/merge-patch+json"`
}

const changesPolicy = "A merge patch of settings. What is locked binds every room below at once, those in which a call runs too; a room keeps its own value for when it is allowed again. A default is what new rooms begin with."

var changeCodes = []fault.Code{fault.CodePolicyLocked, fault.CodeElevationRequired, fault.CodePreconditionFailed, fault.CodePreconditionRequired}

var opChangePlatformPolicy = onPolicies(operation{
	id: "change-platform-policy", method: http.MethodPatch, path: "/policies/platform", summary: "Decide for all organizations", detail: changesPolicy,
	request: exampleChange, answer: examplePolicy, codes: slices.Clone(changeCodes),
})

func (s *server) changePlatformPolicy(ctx context.Context, in *changePlatformInput) (*policyOutput, error) {
	return s.changePolicyAt(ctx, rooms.PolicyPlace{}, in.IfMatch, in.Body)
}

func (s *server) changePolicyAt(ctx context.Context, place rooms.PolicyPlace, ifMatch string, body policyChange) (*policyOutput, error) {
	who := of(ctx).who
	version, err := versionOf(ifMatch)
	var change rooms.PolicyChange
	if err == nil {
		change, err = settingsOf(body.Settings)
	}
	if err != nil { // to those who may change it at all
		if err := s.Rooms.MayChangePolicy(ctx, who, place); err != nil {
			return nil, err
		}
		return nil, err
	}
	v, err := s.Rooms.ChangePolicy(ctx, who, place, version, change)
	if err != nil {
		return nil, err
	}
	return policyAnswer(v), nil
}

var opOrganizationPolicy = onPolicies(operation{
	id: "get-organization-policy", method: http.MethodGet, path: "/organizations/{id}/policy", summary: "What is decided for an organization", answer: examplePolicy,
})

func (s *server) organizationPolicy(ctx context.Context, in *OrganizationPath) (*policyOutput, error) {
	return s.policyAt(ctx, rooms.PolicyPlace{OrgID: in.ID})
}

type changeOrganizationInput struct {
	OrganizationPath
	Precondition
	Body policyChange `contentType:"application/merge-patch+json"`
}

var opChangeOrganizationPolicy = onPolicies(operation{
	id: "change-organization-policy", method: http.MethodPatch, path: "/organizations/{id}/policy", summary: "Decide for an organization", detail: changesPolicy,
	request: exampleChange, answer: examplePolicy, codes: slices.Clone(changeCodes),
})

func (s *server) changeOrganizationPolicy(ctx context.Context, in *changeOrganizationInput) (*policyOutput, error) {
	return s.changePolicyAt(ctx, rooms.PolicyPlace{OrgID: in.ID}, in.IfMatch, in.Body)
}

var opUnitPolicy = onPolicies(operation{
	id: "get-unit-policy", method: http.MethodGet, path: "/organizations/{id}/units/{unitId}/policy", summary: "What is decided for a unit of an organization",
	detail: "It binds the rooms of the unit and of those below it.", answer: examplePolicy, codes: []fault.Code{fault.CodeUnitNotFound},
})

func (s *server) unitPolicy(ctx context.Context, in *UnitPath) (*policyOutput, error) {
	return s.policyAt(ctx, rooms.PolicyPlace{OrgID: in.ID, UnitID: in.UnitID})
}

type changeUnitPolicyInput struct {
	UnitPath
	Precondition
	Body policyChange `contentType:"application/merge-patch+json"`
}

var opChangeUnitPolicy = onPolicies(operation{
	id: "change-unit-policy", method: http.MethodPatch, path: "/organizations/{id}/units/{unitId}/policy", summary: "Decide for a unit of an organization", detail: changesPolicy,
	request: exampleChange, answer: examplePolicy, codes: append(slices.Clone(changeCodes), fault.CodeUnitNotFound),
})

func (s *server) changeUnitPolicy(ctx context.Context, in *changeUnitPolicyInput) (*policyOutput, error) {
	return s.changePolicyAt(ctx, rooms.PolicyPlace{OrgID: in.ID, UnitID: in.UnitID}, in.IfMatch, in.Body)
}

var opRoomOwnPolicy = onPolicies(operation{
	id: "get-room-policy", method: http.MethodGet, path: "/rooms/{slug}/policy", summary: "What is decided for one room",
	detail: "By those who administer its organization. What its owners chose is in the room itself.", answer: examplePolicy,
})

func (s *server) roomOwnPolicy(ctx context.Context, in *RoomPath) (*policyOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return s.policyAt(ctx, rooms.PolicyPlace{Slug: in.Slug})
}

type changeRoomPolicyInput struct {
	RoomPath
	Precondition
	Body policyChange `contentType:"application/merge-patch+json"`
}

var opChangeRoomPolicy = onPolicies(operation{
	id: "change-room-policy", method: http.MethodPatch, path: "/rooms/{slug}/policy", summary: "Decide for one room",
	detail:  "For those who administer its organization. A merge patch of settings: what is locked binds the room at once, and in a call that runs; its owners change settings within that.",
	request: exampleChange, answer: examplePolicy, codes: slices.Clone(changeCodes),
})

func (s *server) changeRoomPolicy(ctx context.Context, in *changeRoomPolicyInput) (*policyOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return s.changePolicyAt(ctx, rooms.PolicyPlace{Slug: in.Slug}, in.IfMatch, in.Body)
}

type placeBody struct {
	Unit string `json:"unit" maxLength:"64" doc:"Of the room's organization, by id; empty: of none." example:"0198a5c2-3c12-7a90-b4f1-6d2e8c5f7a31"`
}

type placeInput struct {
	RoomPath
	Body placeBody
}

var opPlaceRoom = onPolicies(operation{
	id: "set-room-unit", method: http.MethodPut, path: "/rooms/{slug}/unit", status: http.StatusNoContent, summary: "Say to which unit a room belongs",
	detail:  "The policies of the unit, and of those above it, bind the room from then on. To take a room from under a policy asks a person for a fresh sign-in.",
	request: placeBody{exampleUnit.ID}, codes: []fault.Code{fault.CodeUnitNotFound, fault.CodeElevationRequired},
})

func (s *server) placeRoom(ctx context.Context, in *placeInput) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nil, s.Rooms.PlaceRoom(ctx, of(ctx).who, in.Slug, in.Body.Unit)
}

var opRoomPolicy = operation{
	id: "get-room-effective-policy", method: http.MethodGet, path: "/rooms/{slug}/effective-policy", tag: "Rooms", callers: signedIn, scope: auth.ScopeRoomsRead,
	summary: "Which rules count in a room, and why", detail: "Each with its value, where that comes from, who locked it, and what it overrode. For those who have a role in the room, and those who administer its organization.",
	answer: effectiveRules{exampleEffective}, codes: []fault.Code{fault.CodeForbidden},
}

func (s *server) roomPolicy(ctx context.Context, in *RoomPath) (*effectiveRulesOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	e, err := s.Rooms.EffectivePolicy(ctx, of(ctx).who, in.Slug)
	if err != nil {
		return nil, err
	}
	ofRooms := func(s *policy.Setting) bool { return s.At(policy.Template) }
	return &effectiveRulesOutput{effectiveRules{wireEffective(e, ofRooms)}}, nil
}

var opMyPolicy = operation{
	id: "get-my-effective-policy", method: http.MethodGet, path: "/me/effective-policy", tag: "Rooms", callers: signedIn, scope: auth.ScopeRoomsRead,
	summary: "Which rules count for new rooms of mine", detail: "What a new room begins with, and what is locked, in the organization of whoever asks.",
	answer: effectiveRules{exampleEffective}, codes: []fault.Code{fault.CodeForbidden},
}

func (s *server) myPolicy(ctx context.Context, _ *struct{}) (*effectiveRulesOutput, error) {
	e, err := s.Rooms.NewRoomPolicy(ctx, of(ctx).who)
	if err != nil {
		return nil, err
	}
	return &effectiveRulesOutput{effectiveRules{wireEffective(e, nil)}}, nil
}
