package provision

import (
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"parvis/policy"
)

// known finds the setting of a key.
func (d *decoder) known(n *yaml.Node, name, key string) (*policy.Setting, bool) {
	s, ok := policy.Find(policy.Name(name))
	if !ok {
		d.say(n, key, "no such setting: parvis policy show lists all")
	}
	return s, ok
}

// setting makes of what was decided what the platform would answer.
func (d *decoder) setting(n *yaml.Node, name string, s *Setting, key string) {
	rule, ok := d.known(n, name, key)
	if !ok || s.Value == nil {
		return
	}
	written, err := json.Marshal(s.Value)
	v, fits := policy.Value{}, false
	if err == nil {
		v, fits = rule.Parse(written)
	}
	if !fits {
		d.say(n, key+".value", "%s is expected here", formOf(rule))
		return
	}
	s.Value = nil
	_ = json.Unmarshal(rule.JSON(v), &s.Value) // what JSON writes can be read
}

func formOf(s *policy.Setting) string {
	switch s.Kind {
	case policy.Choice:
		return "one of " + strings.Join(s.Words, ", ")
	case policy.Switch:
		return "true or false"
	case policy.Limit:
		return fmt.Sprintf("a whole number from %d to %d", s.Least, s.Most)
	case policy.Forbidden:
		return "a list of " + strings.Join(s.Words, ", ")
	default:
		if s.Origins {
			return `a list of origins, such as ["https://intranet.example.gouv.fr"]`
		}
		return `a list of host names, such as ["*.example.org"], or ["*"] for all`
	}
}
