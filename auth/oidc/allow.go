package oidc

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Rules say who may sign in. A person needs one of the rules; a rule holds when all its conditions do; a condition holds
// when the person has one of its values. No rules at all let everybody in whom the provider lets in.
type Rules []Rule

// Rule is conditions that hold together, such as siret of a ministry and a role.
type Rule []Condition

// Condition is a claim and the values that satisfy it. The provider is one of ours by its name, and counts as a claim
// that nobody but we can make: what a second provider says of a siret need not weigh as much as what the first says.
type Condition struct {
	Claim  string // siret, idp_id, role or provider
	Values []string
}

// The claims that a rule may ask for.
const (
	allowSiret    = "siret"
	allowIdP      = "idp_id"
	allowRole     = "role"
	allowProvider = "provider"
)

const maxAllow = 64 << 10

var (
	siretDigits = regexp.MustCompile(`^[0-9]{14}$`)
	claimWord   = regexp.MustCompile(`^[A-Za-z0-9._:/@-]{1,200}$`)
)

// ParseAllow reads rules separated by ";" or a new line. A rule is conditions separated by spaces; a condition is
// siret=…, idp_id=…, role=… or provider=… with values separated by commas. The error names every rule that is wrong.
func ParseAllow(text string) (Rules, error) {
	if len(text) > maxAllow {
		return nil, fmt.Errorf("the rules are longer than %d characters", maxAllow)
	}
	var rules Rules
	var wrong []error
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == '\n' }) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		rule, err := parseRule(part)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("rule %q: %w", part, err))
			continue
		}
		rules = append(rules, rule)
	}
	if strings.TrimSpace(text) != "" && len(rules) == 0 && len(wrong) == 0 {
		wrong = append(wrong, errors.New("there are separators but no rule; leave it empty to let everybody in"))
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return rules, nil
}

func parseRule(text string) (Rule, error) {
	var rule Rule
	for _, field := range strings.Fields(text) {
		claim, list, found := strings.Cut(field, "=")
		if !found || list == "" {
			return nil, fmt.Errorf("%q is not siret=…, idp_id=…, role=… or provider=…", field)
		}
		c := Condition{Claim: claim, Values: strings.Split(list, ",")}
		if err := c.check(); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(rule, func(before Condition) bool { return before.Claim == claim }) {
			return nil, fmt.Errorf("%s stands twice: put its values into one list, separated by commas", claim)
		}
		rule = append(rule, c)
	}
	return rule, nil
}

func (c Condition) check() error {
	if !slices.Contains([]string{allowSiret, allowIdP, allowRole, allowProvider}, c.Claim) {
		return fmt.Errorf("there is no %q: use siret, idp_id, role or provider", c.Claim)
	}
	for _, v := range c.Values {
		switch {
		case c.Claim == allowSiret && !siretDigits.MatchString(v):
			return fmt.Errorf("%q is not a siret of 14 digits", v)
		case !claimWord.MatchString(v):
			return fmt.Errorf("%q is not a value of %s", v, c.Claim)
		}
	}
	return nil
}

// String is the rules as ParseAllow reads them, one a line.
func (r Rules) String() string {
	lines := make([]string, len(r))
	for i, rule := range r {
		conditions := make([]string, len(rule))
		for j, c := range rule {
			conditions[j] = c.Claim + "=" + strings.Join(c.Values, ",")
		}
		lines[i] = strings.Join(conditions, " ")
	}
	return strings.Join(lines, "\n")
}

// unknown is the providers that rules name and that are none of ours.
func (r Rules) unknown(ours func(name string) bool) (names []string) {
	for _, rule := range r {
		for _, c := range rule {
			if c.Claim == allowProvider {
				names = append(names, slices.DeleteFunc(slices.Clone(c.Values), ours)...)
			}
		}
	}
	return names
}

// let tells whether somebody with these claims may sign in.
func (r Rules) let(c claims) bool {
	return len(r) == 0 || slices.ContainsFunc(r, func(rule Rule) bool {
		return len(rule) > 0 && !slices.ContainsFunc(rule, func(want Condition) bool { return !want.holds(c) })
	})
}

func (c Condition) holds(of claims) bool {
	var have []string
	switch c.Claim {
	case allowSiret:
		have = []string{of.Siret}
	case allowIdP:
		have = []string{of.IdPID}
	case allowRole:
		have = of.Roles
	case allowProvider:
		have = []string{of.Provider}
	}
	return slices.ContainsFunc(have, func(v string) bool { return v != "" && slices.Contains(c.Values, v) })
}
