package policy

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Kind is the sort of values that a setting has.
type Kind uint8

// The kinds. What is stricter follows from the kind.
const (
	// Choice is one of Words, loosest first.
	Choice Kind = iota
	// Switch is false or true; true is stricter.
	Switch
	// Limit is a number; 0 sets no limit, else the lower one is stricter.
	Limit
	// Forbidden is a set of words; more of them are stricter.
	Forbidden
	// Only is a list of host names, * before a dot standing for whatever comes before; fewer are stricter. The list ["*"] is every
	// host, an empty one none. Where the setting says Origins they are origins instead, each one by itself.
	Only
)

var kindNames = [...]string{"choice", "switch", "limit", "forbidden", "only"}

func (k Kind) String() string { return kindNames[k] }

// Value is a value of a setting. Which field counts follows from the kind of the setting; Number of a Choice is the place of
// its word, of a Switch 1 for true. The zero Value is the loosest of a Choice, a Switch, a Limit and a Forbidden.
type Value struct {
	Number int
	List   []string
}

// Equal tells whether two values are the same.
func (v Value) Equal(o Value) bool { return v.Number == o.Number && slices.Equal(v.List, o.List) }

// Sorted is the value with its list as it is kept.
func (v Value) Sorted() Value {
	v.List = normal(v.List)
	return v
}

// True is a Switch that is on.
func (v Value) True() bool { return v.Number == 1 }

// JSON is a value as files, requests and the database have it.
func (s *Setting) JSON(v Value) json.RawMessage {
	var said any
	switch s.Kind {
	case Choice:
		said = s.Word(v)
	case Switch:
		said = v.True()
	case Limit:
		said = v.Number
	default:
		said = append([]string{}, v.List...)
	}
	text, _ := json.Marshal(said) // words, numbers and lists of words always can be
	return text
}

// Word is the word of a Choice.
func (s *Setting) Word(v Value) string { return s.Words[min(max(v.Number, 0), len(s.Words)-1)] }

// Parse reads what JSON writes; ok is false for what is no value of the setting.
func (s *Setting) Parse(text json.RawMessage) (v Value, ok bool) {
	switch s.Kind {
	case Choice:
		var word string
		if json.Unmarshal(text, &word) != nil {
			return Value{}, false
		}
		v.Number = slices.Index(s.Words, word)
		return v, v.Number >= 0
	case Switch:
		on := string(text) == "true"
		if on {
			v.Number = 1
		}
		return v, on || string(text) == "false"
	case Limit:
		n, err := strconv.Atoi(string(text))
		return Value{Number: n}, err == nil && n >= s.Least && n <= s.Most
	default:
		return s.parseList(text)
	}
}

func (s *Setting) parseList(text json.RawMessage) (v Value, ok bool) {
	if strings.HasPrefix(string(text), "null") || json.Unmarshal(text, &v.List) != nil || len(v.List) > maxList {
		return Value{}, false
	}
	for i, word := range v.List {
		if s.Kind == Only {
			if v.List[i], ok = s.place(strings.ToLower(word)); !ok {
				return Value{}, false
			}
		} else if !slices.Contains(s.Words, word) {
			return Value{}, false
		}
	}
	v.List = normal(v.List)
	return v, true
}

// place is a word of an Only as it is kept.
func (s *Setting) place(word string) (kept string, ok bool) {
	if s.Origins {
		return asOrigin(word)
	}
	return word, isHost(word)
}

// maxList bounds a list.
const maxList = 100

func normal(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	if list = slices.Compact(list); len(list) == 0 {
		return nil
	}
	return list
}

// asOrigin is the origin that browsers compare with (RFC 6454 §4): a scheme, a host and a port that the scheme does not imply. It is https, but
// for pages of the machine itself. Nothing else is in it, so that it can stand in a header.
func asOrigin(word string) (origin string, ok bool) {
	scheme, rest, found := strings.Cut(strings.TrimSuffix(word, "/"), "://")
	host, port, hasPort := strings.Cut(rest, ":")
	loopback := host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "127.0.0.1"
	if !found || strings.HasPrefix(host, "*") || !isHost(host) || scheme != "https" && (scheme != "http" || !loopback) {
		return "", false
	}
	if !hasPort || scheme == "https" && port == "443" || scheme == "http" && port == "80" {
		return scheme + "://" + host, true
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return scheme + "://" + host + ":" + port, err == nil && n > 0 && port[0] != '0'
}

// isHost tells whether a text is *, a host name, or one with * in place of what comes before its first dot.
func isHost(word string) bool {
	if word == "*" {
		return true
	}
	word = strings.TrimPrefix(word, "*.")
	if word == "" || len(word) > 253 {
		return false
	}
	for label := range strings.SplitSeq(word, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	return true
}

// covers tells whether all hosts that a pattern stands for are those of another one too.
func covers(wide, narrow string) bool {
	if wide == "*" || wide == narrow {
		return true
	}
	suffix, is := strings.CutPrefix(wide, "*")
	return is && strings.HasSuffix(narrow, suffix) && narrow != suffix
}

// Allows tells whether a host is one that a value of kind Only names.
func (v Value) Allows(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return slices.ContainsFunc(v.List, func(pattern string) bool { return covers(pattern, host) })
}

// Strictest is the stricter of two values; where neither is, what both allow.
func (s *Setting) Strictest(a, b Value) Value {
	switch s.Kind {
	case Choice, Switch:
		return Value{Number: max(a.Number, b.Number)}
	case Limit:
		switch {
		case a.Number == 0:
			return b
		case b.Number == 0:
			return a
		default:
			return Value{Number: min(a.Number, b.Number)}
		}
	case Forbidden:
		return Value{List: normal(slices.Concat(a.List, b.List))}
	default:
		return Value{List: intersection(a.List, b.List)}
	}
}

// intersection is the patterns of each list that the other one covers: of two patterns one covers the other, or they have no
// host in common.
func intersection(a, b []string) (both []string) {
	for _, pair := range [2][2][]string{{a, b}, {b, a}} {
		for _, narrow := range pair[0] {
			if slices.ContainsFunc(pair[1], func(wide string) bool { return covers(wide, narrow) }) {
				both = append(both, narrow)
			}
		}
	}
	return reduced(normal(both))
}

// reduced leaves out what another pattern of the list covers.
func reduced(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(narrow string) bool {
		return slices.ContainsFunc(list, func(wide string) bool { return wide != narrow && covers(wide, narrow) })
	})
}

// Within tells whether a value is allowed where bound is: it is as strict in all respects, or stricter.
func (s *Setting) Within(v, bound Value) bool {
	if s.Kind == Only {
		return !slices.ContainsFunc(v.List, func(pattern string) bool { return !bound.coversPattern(pattern) })
	}
	return s.Strictest(v, bound).Equal(v)
}

func (v Value) coversPattern(narrow string) bool {
	return slices.ContainsFunc(v.List, func(wide string) bool { return covers(wide, narrow) })
}

// Unread stands for a value that cannot be read: the strictest that there is.
func (s *Setting) Unread() Value {
	switch s.Kind {
	case Choice:
		return Value{Number: len(s.Words) - 1}
	case Switch:
		return Value{Number: 1}
	case Limit:
		return Value{Number: max(s.Least, 1)}
	case Forbidden:
		return Value{List: normal(s.Words)}
	default:
		return Value{}
	}
}

// Loosest is the value that binds nobody.
func (s *Setting) Loosest() Value {
	if s.Kind == Only {
		return Value{List: []string{"*"}}
	}
	return Value{}
}
