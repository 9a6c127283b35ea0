package access_test

import (
	"testing"
	"time"

	"parvis/access"
)

func TestAGrantCoversWhatItGivesAtAnyTime(t *testing.T) {
	monday := time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)
	friday := monday.Add(4 * 24 * time.Hour)
	grant := func(role access.Role, from, until *time.Time) access.Grant {
		return access.Grant{Role: role, Sources: access.Everything(), NotBefore: from, NotAfter: until}
	}
	for _, c := range []struct {
		name string
		g, o access.Grant
		want bool
	}{
		{"an owner for good and a member", grant(access.Owner, nil, nil), grant(access.Member, nil, nil), true},
		{"a member and an owner", grant(access.Member, nil, nil), grant(access.Owner, nil, nil), false},
		{"the same twice", grant(access.Owner, &monday, &friday), grant(access.Owner, &monday, &friday), true},
		{"a deputy and a member for good", grant(access.Owner, nil, &friday), grant(access.Member, nil, nil), false},
		{"somebody from Monday and one from the start", grant(access.Member, &monday, nil), grant(access.Member, nil, nil), false},
		{"one from the start and one from Monday on", grant(access.Member, nil, nil), grant(access.Member, &monday, nil), true},
		{"until Friday and until Monday", grant(access.Member, nil, &friday), grant(access.Member, nil, &monday), true},
		{"who may show nothing and who may", access.Grant{Role: access.Owner}, grant(access.Member, nil, nil), false},
		{"a camera and nothing", access.Grant{Role: access.Member, Sources: access.Only(access.Camera)}, access.Grant{Role: access.Member}, true},
		{"a camera and a microphone", access.Grant{Role: access.Member, Sources: access.Only(access.Camera)}, access.Grant{Role: access.Member, Sources: access.Only(access.Microphone)}, false},
	} {
		if got := c.g.Covers(c.o); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}
