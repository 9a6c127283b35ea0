package provision

import (
	"cmp"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"parvis/text"
)

func (d *decoder) scalar(n *yaml.Node, to reflect.Value, key string, tag reflect.StructTag) {
	if n.Kind != yaml.ScalarNode || null(n) {
		d.say(n, key, "one %s is expected here", wordFor(to.Kind()))
		return
	}
	switch to.Kind() {
	case reflect.Bool:
		if n.Tag != "!!bool" {
			d.say(n, key, "true or false is expected here")
			return
		}
		to.SetBool(strings.EqualFold(n.Value, "true"))
	case reflect.Int:
		v, err := strconv.Atoi(n.Value)
		least, _ := number(tag, "minimum")
		most, _ := number(tag, "maximum")
		if n.Tag != "!!int" || err != nil || v < least || v > most {
			d.say(n, key, "a whole number from %d to %d is expected here", least, most)
			return
		}
		to.SetInt(int64(v))
	default:
		d.text(n, to, key, tag)
	}
}

func wordFor(k reflect.Kind) string {
	switch k {
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "number"
	default:
		return "text"
	}
}

// synonyms are the older names that REST takes for what a room says of its door.
var synonyms = map[string]string{"restricted": "members", "trusted": "signed-in", "public": "everyone"}

func (d *decoder) text(n *yaml.Node, to reflect.Value, key string, tag reflect.StructTag) {
	s := text.Line(n.Value)
	if tag.Get("lines") == "many" {
		s = text.Block(n.Value)
	}
	if words := tag.Get("enum"); words != "" {
		list := strings.Split(words, ",")
		if slices.Contains(list, synonyms[s]) {
			s = synonyms[s]
		}
		if !slices.Contains(list, s) {
			d.say(n, key, "one of %s", strings.Join(list, ", "))
		}
	}
	if most, ok := number(tag, "maxLength"); ok && utf8.RuneCountInString(s) > most {
		d.say(n, key, "at most %d characters", most)
	}
	if s == "" && (tag.Get("required") != "" || tag.Get("pattern") != "") {
		d.say(n, key, "is empty")
	} else if p := tag.Get("pattern"); p != "" && !regexp.MustCompile(p).MatchString(s) {
		d.say(n, key, "%s", cmp.Or(tag.Get("patternDescription"), "does not have the form that it has to have"))
	}
	if s != "" {
		s = d.form(n, s, key, tag.Get("format"))
	}
	to.SetString(s)
}

// form is a text as the platform would write it, so that two ways of saying one thing are no difference.
func (d *decoder) form(n *yaml.Node, s, key, format string) string {
	switch format {
	case "date-time":
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			d.say(n, key, "a time such as 2027-01-31T18:00:00Z is expected here")
		}
		return at.UTC().Format(time.RFC3339)
	case "network":
		network, ok := Network(s)
		if !ok {
			d.say(n, key, "a network such as 192.0.2.0/24, or one address, is expected here")
		}
		return network
	}
	return s
}

// Network is a network as the platform writes it: one address is a network of one, and what lies behind the mask is nothing.
func Network(s string) (string, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()).String(), true
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked().String(), err == nil
}

func number(tag reflect.StructTag, name string) (int, bool) {
	v, err := strconv.Atoi(tag.Get(name))
	return v, err == nil
}
