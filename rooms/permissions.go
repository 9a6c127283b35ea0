package rooms

import (
	"maps"
	"slices"

	"parvis/access"
	"parvis/event"
	"parvis/fault"
)

// What people may do in a call. The room's own setting holds for all but hosts; over it goes what hosts decide for the
// meeting; over both, what they decide about one person.

// Permission is what is decided about abilities: true allows, false forbids. Of the others nothing is decided.
type Permission map[access.Ability]bool

// Over is what is forbidden where this is decided over a setting.
func (p Permission) Over(setting access.Abilities) access.Abilities {
	for a, allowed := range p {
		if allowed {
			setting = setting.Without(a)
		} else {
			setting = setting.With(a)
		}
	}
	return setting
}

// PermissionChange is what a host decides now: nil takes back what was decided.
type PermissionChange map[access.Ability]*bool

// over changes what is decided for all but hosts, where it differs from the room's own setting: what is as the setting
// says is not decided.
func (c PermissionChange) over(decided Permission, setting access.Abilities) Permission {
	now := Permission{}
	maps.Copy(now, decided)
	for a, allowed := range c {
		if allowed == nil || *allowed != setting.Has(a) {
			delete(now, a)
		} else {
			now[a] = *allowed
		}
	}
	return now
}

// about changes what is decided about somebody who is bound by a rule. What nobody forbids needs no allowance; one that
// they have stays while they are bound by no rule, as hosts are.
func (c PermissionChange) about(was Adjustment, rule access.Abilities) Adjustment {
	now := was
	for a, allowed := range c {
		now.Forbidden, now.Allowed = now.Forbidden.Without(a), now.Allowed.Without(a)
		switch {
		case allowed == nil:
		case !*allowed:
			now.Forbidden = now.Forbidden.With(a)
		case rule.Has(a) || was.Allowed.Has(a):
			now.Allowed = now.Allowed.With(a)
		}
	}
	return now
}

// forbiddenTo is what somebody may not do: hosts are bound by what is decided about themselves alone.
func forbiddenTo(role access.Role, rule access.Abilities, decided Adjustment) access.Abilities {
	return binding(role, rule).Without(decided.Allowed...).With(decided.Forbidden...)
}

// binding is as much of a rule for all as binds this role.
func binding(role access.Role, rule access.Abilities) access.Abilities {
	if role.Host() {
		return nil
	}
	return rule
}

// rule is what is forbidden to all but hosts while the session runs.
func (r *Running) rule() access.Abilities { return r.Room.rule(r.Session.Permits) }

// may is nil unless a host would allow what a policy forbids to all.
func (r *Running) may(change PermissionChange) error {
	for _, a := range r.Room.Rules.Forbidden {
		if allowed := change[a]; allowed != nil && *allowed {
			return fault.New(fault.CodePolicyLocked, "a policy forbids this to all but hosts").At("body."+string(a), "locked by a policy: read the effective policy of the room")
		}
	}
	return nil
}

// silences tells whether the microphone is forbidden to somebody.
func (r *Running) silences(p *Person) bool {
	return forbiddenTo(p.Role, r.rule(), r.Adjusted[p.Who()]).Has(access.AbilityMicrophone)
}

type restrictedSaid struct {
	Participant *string  `json:"participant"` // null: everybody but hosts
	Forbidden   []string `json:"forbidden"`
	Allowed     []string `json:"allowed,omitzero"` // of one person: although it is forbidden to all
	By          by       `json:"by"`               // nobody, when somebody agreed to it themselves
}

// permit decides about one person, as whomever they are known: who has signed in since comes back by the account.
func (r *Running) permit(h host, id string, change PermissionChange) (Person, error) {
	p, err := r.target(h, id)
	if err == nil && !p.Role.Host() {
		err = r.may(change)
	}
	if err != nil {
		return Person{}, err
	}
	rule, decided := binding(p.Role, r.rule()), false
	var forbade, permitted access.Abilities
	teller := by{h.name}
	if slices.Contains(p.Known(), WhoIs(h.who)) {
		teller = by{}
	}
	for _, who := range p.Known() {
		was := r.Adjusted[who]
		now := change.about(was, rule)
		if now.samePermissions(was) {
			continue
		}
		decided = true
		forbade = forbade.With(now.forbade(was)...)
		permitted = permitted.With(was.forbade(now).Without(forbiddenTo(p.Role, rule, now)...)...)
		r.adjust(who, func(a *Adjustment) { *a = now })
		r.each(who, func(p *Person) {
			r.say(h.at, event.SignalRestrictions, restrictedSaid{&p.ID, now.Forbidden.Words(), now.Allowed.Words(), teller})
		})
	}
	if now := r.Adjusted[p.Who()]; decided {
		r.acted(h, ActPermissions, p, map[string]any{
			"forbidden": now.Forbidden.Words(), "allowed": now.Allowed.Words(), forbadeThen: forbade.Words(), permittedThen: permitted.Words(),
		})
	}
	return *p, nil
}

// forbade is what this decision forbade in place of another: also what somebody was allowed alone and is not any more.
func (a Adjustment) forbade(was Adjustment) access.Abilities {
	return a.Forbidden.Without(was.Forbidden...).With(was.Allowed.Without(a.Allowed...)...)
}

// What an act about permissions changed, beside what held afterwards.
const (
	forbadeThen   = "forbade"
	permittedThen = "permitted"
)

// forbids tells whether an act forbade this to somebody, or to all. Acts of earlier versions say what held afterwards
// alone.
func (a Act) forbids(what access.Ability, who []Who) bool {
	if a.Act != ActForbidForAll && !(a.Act == ActPermissions && slices.Contains(who, a.Target)) {
		return false
	}
	list, noted := a.Data[forbadeThen]
	if !noted {
		list = a.Data["forbidden"]
	}
	said, _ := list.([]any)
	return slices.Contains(said, any(string(what)))
}

func (a Adjustment) samePermissions(b Adjustment) bool {
	return a.Forbidden.Equal(b.Forbidden) && a.Allowed.Equal(b.Allowed)
}

// permitAll decides for all but hosts, until the meeting ends.
func (r *Running) permitAll(h host, change PermissionChange) error {
	if err := r.may(change); err != nil {
		return err
	}
	was := r.rule()
	r.Session.Permits = change.over(r.Session.Permits, r.Room.Forbidden)
	r.bind(h, was)
	return nil
}

// settingChanged follows a change of the room's own setting: it takes the place of what was decided for the meeting.
func (r *Running) settingChanged(h host, before, after access.Abilities) {
	was := r.Room.Rules.forbid(r.Session.Permits.Over(before))
	r.Session.Permits = maps.Clone(r.Session.Permits)
	for _, a := range access.AllAbilities() {
		if before.Has(a) != after.Has(a) {
			delete(r.Session.Permits, a)
		}
	}
	r.bind(h, was)
}

// bind brings everybody under the rule that holds now. What somebody is allowed ends with the rule that forbade it: one
// that is made later binds them anew.
func (r *Running) bind(h host, was access.Abilities) {
	rule := r.rule()
	for who, a := range r.Adjusted {
		a.Allowed = r.Room.decided(a).Allowed.Without(access.AllAbilities().Without(rule...)...)
		r.Adjusted[who] = a
	}
	for i := range r.People {
		if p := &r.People[i]; p.Live() {
			p.Admission = p.under(rule, r.Adjusted[p.Who()])
		}
	}
	if rule.Equal(was) {
		return
	}
	r.say(h.at, event.SignalRestrictions, restrictedSaid{Forbidden: rule.Words(), By: by{h.name}})
	r.acted(h, ActForbidForAll, nil, map[string]any{
		"forbidden": rule.Words(), forbadeThen: rule.Without(was...).Words(), permittedThen: was.Without(rule...).Words(),
	})
}
