package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"parvis/directory"
	"parvis/store"
)

// typed are the words of a command line, with what stands in single quotes as one.
var typed = regexp.MustCompile(`'[^']*'|\S+`)

// TestTheCommandsOfThePageAboutPoliciesWork runs them as they stand there, with the room that there is.
func TestTheCommandsOfThePageAboutPoliciesWork(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	var owner string
	i.withStore(func(db *store.DB) error {
		p, err := directory.New(db, time.Now).SignedIn(t.Context(), directory.Claims{
			Provider: "test", Issuer: "https://op.example", Subject: "1", GivenName: "Jeanne", Siret: "11001401600015",
		})
		owner = p.ID
		return err
	})
	var room roomWire
	if err := json.Unmarshal([]byte(i.must("room", "create", "--name", "Budget", "--owner", owner, "-o", "json")), &room); err != nil {
		t.Fatal(err)
	}
	const unit = "0198a5c2-3c12-7a90-b4f1-6d2e8c5f7a31"
	i.withStore(func(db *store.DB) error {
		p, err := db.Person(t.Context(), owner)
		if err != nil {
			return err
		}
		return db.CreateUnit(t.Context(), directory.Unit{ID: unit, OrgID: p.OrgID, Name: "Direction du budget", Version: 1, CreatedAt: time.Now()}, 10)
	})
	page, err := os.ReadFile("../../docs/operations/policies.md")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for line := range strings.Lines(string(page)) {
		rest, is := strings.CutPrefix(strings.TrimSpace(line), "parvis ")
		if !is {
			continue
		}
		var args []string
		for _, word := range typed.FindAllString(strings.ReplaceAll(rest, "abc-defg-hij", room.Slug), -1) {
			args = append(args, strings.Trim(word, "'"))
		}
		if out := i.must(args...); !strings.Contains(out, "entry") {
			t.Errorf("%s says nothing: %s", rest, out)
		}
		ran++
	}
	if ran != 12 {
		t.Errorf("%d commands were run", ran)
	}
	if out := i.must("policy", "show", "--org", "11001401600015"); !strings.Contains(out, "locked by Ministère de l’Intérieur") {
		t.Errorf("it is not said who locked: %s", out)
	}
}
