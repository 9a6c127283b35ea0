package oidc

import (
	"testing"
	"time"
)

func TestAProviderThatSaysNothingIsBelievedOnlyWhenItWasAskedForAFreshProof(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	said := now.Add(-time.Hour)
	for _, c := range []struct {
		name  string
		id    idToken
		asked bool
		want  time.Time
	}{
		{"it says when, however it was asked", idToken{authTime: said.Unix()}, true, said},
		{"it says nothing and was asked with prompt=login", idToken{}, true, now},
		{"it says nothing and was not asked: a sign-in that is hours old looks the same", idToken{}, false, time.Time{}},
	} {
		if got := authenticatedAt(c.id, c.asked, now); !got.Equal(c.want) {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}
