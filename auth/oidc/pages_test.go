package oidc

import (
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/language"

	"parvis/fault"
)

func TestPagesSpeakFrenchAndEnglishAlike(t *testing.T) {
	p, err := loadPages()
	if err != nil {
		t.Fatal(err)
	}
	fr, en := slices.Sorted(maps.Keys(p.texts[language.French])), slices.Sorted(maps.Keys(p.texts[language.English]))
	if diff := cmp.Diff(fr, en); diff != "" {
		t.Errorf("texts (-fr +en):\n%s", diff)
	}
	cases := map[string]string{
		"": "fr", "fr-FR,fr;q=0.9,en;q=0.5": "fr", "en-GB,en": "en", "de,en;q=0.5": "en", "de": "fr",
		"garbage;;;=,": "fr", strings.Repeat("en,", 200): "fr",
	}
	for accept, want := range cases {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Language", accept)
		if err := p.write(w, r, noAttempt("test")); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(w.Body.String(), `<html lang="`+want+`">`) || w.Header().Get("Content-Language") != want {
			t.Errorf("Accept-Language %.20q: want %s, got\n%s", accept, want, w.Body)
		}
	}
}

func TestEveryPageIsWholeAndPlain(t *testing.T) {
	p, err := loadPages()
	if err != nil {
		t.Fatal(err)
	}
	refusals := []*refusal{
		noAttempt("x"), notBelieved(errors.New("x")), providerRefused("<b>code</b>", "described"),
		refuse("provider-unknown", 404, fault.CodeNotFound, ""), refuse("assurance", 403, fault.CodeAssuranceTooLow, ""),
		refuse("deactivated", 403, fault.CodeForbidden, ""), refuse("signed-out-unknown", 400, fault.CodeInvalid, ""),
		(&Handler{Options: Options{Allow: Rules{{{"role", []string{"a"}}}}}}).notAllowed(claims{GivenName: "<script>"}),
		refusalOf(errors.New("anything")), refusalOf(fault.New(fault.CodeDatabaseUnavailable, "x")), refusalOf(fault.New(fault.CodeProviderUnavailable, "x")),
	}
	for _, lang := range []string{"fr", "en"} {
		for _, x := range refusals {
			w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil)
			r.Header.Set("Accept-Language", lang)
			if err := p.write(w, r, x); err != nil {
				t.Fatal(err)
			}
			text := w.Body.String()
			for _, forbidden := range []string{"<script", "<style", "style=", "<b>", "<h1></h1>", "<p></p>", "<h2></h2>", "<dt></dt>"} {
				if strings.Contains(text, forbidden) {
					t.Errorf("%s in %s: %s in\n%s", x.page, lang, forbidden, text)
				}
			}
			if w.Code != x.status || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %d, %v", x.page, w.Code, w.Header())
			}
		}
	}
}
