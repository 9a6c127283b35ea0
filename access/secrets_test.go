package access_test

import (
	"regexp"
	"strings"
	"testing"

	"parvis/access"
)

func TestAPasscodeIsFourToTwelveDigits(t *testing.T) {
	for code, want := range map[string]bool{
		"": false, "123": false, "1234567890123": false, "12a4": false, "١٢٣٤": false, "12 34": false, "-1234": false,
		"1234": true, "0000": true, "123456789012": true,
	} {
		if access.IsPasscode(code) != want {
			t.Errorf("%q is taken: %v", code, !want)
		}
	}
}

func TestAPasscodeIsKeptSaltedAndTakenAgain(t *testing.T) {
	one, err := access.HashPasscode("482913")
	if err != nil {
		t.Fatal(err)
	}
	two, err := access.HashPasscode("482913")
	if err != nil || one == two || strings.Contains(one, "482913") {
		t.Errorf("%q and %q, %v", one, two, err)
	}
	if access.TakesPasscode(one, "482914") || access.TakesPasscode(one, "") || access.TakesPasscode("", "482913") {
		t.Error("another one is taken")
	}
	if !access.TakesPasscode(one, "482913") {
		t.Error("the right one is not taken")
	}
}

func TestATokenOfALinkIsFoundByItsHashAlone(t *testing.T) {
	for _, no := range []string{"", "short", strings.Repeat("a", 42), strings.Repeat("a", 44), strings.Repeat("/", 43), strings.Repeat("b", 43)} {
		if _, ok := access.LinkTokenHash(no); ok {
			t.Errorf("%q is taken for a token", no)
		}
	}
	one, two := access.NewLinkToken(), access.NewLinkToken()
	if one == two || len(one) != 43 {
		t.Errorf("%q and %q", one, two)
	}
	hash, ok := access.LinkTokenHash(one)
	again, _ := access.LinkTokenHash(one)
	if !ok || len(hash) != 32 || string(hash) != string(again) {
		t.Errorf("hashed as %x and %x", hash, again)
	}
}

func TestAddressesOfRoomsAreDrawn(t *testing.T) {
	shape := regexp.MustCompile(`^[a-z]{3}-[a-z]{4}-[a-z]{3}$`)
	slugs, names := map[string]bool{}, map[string]bool{}
	for range 200 {
		slug, name := access.NewSlug(), access.NewMediaName()
		if !shape.MatchString(slug) || slugs[slug] || names[name] || len(name) != 26 {
			t.Fatalf("drew %q and %q", slug, name)
		}
		slugs[slug], names[name] = true, true
	}
}
