package scim

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// refusedAsBad fails on every failure that is not the client's own.
func refusedAsBad(t *testing.T, err error) {
	t.Helper()
	var own *Error
	if err != nil && (!errors.As(err, &own) || own.Status != statusBadRequest || own.Type == "") {
		t.Errorf("got %v", err)
	}
}

func FuzzFilter(f *testing.F) {
	for _, seed := range []string{
		`userName eq "bjensen"`, `title pr and userType eq "Employee"`, `emails[type eq "work" and value co "@example.com"]`, `not (active eq true)`,
		`meta.lastModified gt "2011-05-13T04:42:34Z"`, `(((id pr`, `userName eq "\u00e9\\"`, `a.b[c eq 1]`, `urn:x:y eq null`, strings.Repeat("not(", 30),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		for _, k := range []resourceKind{userKind, groupKind} {
			_, err := k.parse(raw)
			refusedAsBad(t, err)
		}
	})
}

func FuzzPatch(f *testing.F) {
	for _, seed := range []string{
		`emails[type eq "work"].value`, `name.givenName`, `members[value eq "x"]`, `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department`,
		`emails`, `active`, `userName`, `[`, `a[b`, `emails[not (primary eq true)]`, ``, `schemas`, enterpriseURN,
	} {
		f.Add("add", seed, `"x"`)
		f.Add("replace", seed, `{"value":"a","primary":true}`)
		f.Add("remove", seed, `[{"value":"a"},null,7]`)
	}
	f.Fuzz(func(t *testing.T, op, path, value string) {
		var v any
		if json.Unmarshal([]byte(value), &v) != nil {
			return
		}
		for _, k := range []resourceKind{userKind, groupKind} {
			d := Document{"userName": "x", "displayName": "x", "emails": []any{Document{"value": "a", "type": "work"}}, "members": []any{Document{"value": "b"}}}
			steps, err := operations(Document{"schemas": []any{patchURN}, "Operations": []any{Document{"op": op, "path": path, "value": v}}})
			if err == nil {
				d, err = k.patch(d, steps)
			}
			refusedAsBad(t, err)
			if err == nil && k.name == "User" && word(d, "userName") == "" {
				t.Errorf("what is required is gone: %v", d)
			}
		}
	})
}
