package scim

import "slices"

// Keeping is the user with what was said of them before and is taken away now, and whether there is such. What is put in its place
// is a correction, and counts.
func (u User) Keeping(before User) (User, bool) {
	d := clone(u.Attributes).(Document)
	some := keepIn(d, before.Attributes)
	u.Attributes = d
	return u, some
}

func keepIn(now, before Document) (some bool) {
	for name, was := range before {
		switch was := was.(type) {
		case Document:
			inner, _ := now[name].(Document)
			if inner == nil {
				inner = Document{}
			}
			if keepIn(inner, was) {
				now[name], some = inner, true
			}
		case []any:
			list, _ := now[name].([]any)
			if len(list) < len(was) {
				now[name], some = keepAmong(list, was), true
			}
		default:
			if is := now[name]; is == nil || is == "" {
				now[name], some = was, true
			}
		}
	}
	return some
}

// keepAmong adds to a list what it no longer has. The first value of a list that has others now is theirs.
func keepAmong(list, before []any) []any {
	kept := slices.Clone(list)
	for _, was := range before {
		v, ok := was.(Document)
		if !ok || slices.ContainsFunc(list, func(is any) bool { d, _ := is.(Document); return word(d, "value") == word(v, "value") }) {
			continue
		}
		v = clone(v).(Document)
		if len(list) > 0 {
			delete(v, "primary")
		}
		kept = append(kept, v)
	}
	return kept
}
