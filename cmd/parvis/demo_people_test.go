package main

import (
	"log/slog"
	"net"
	"path/filepath"
	"testing"
	"time"

	"parvis/auth/devidp"
	"parvis/directory"
	"parvis/store"
)

func TestColleaguesOfADemonstrationFindEachOtherBeforeTheySignInAndAreTheSameAfterwards(t *testing.T) {
	database := "sqlite:" + filepath.Join(t.TempDir(), "parvis.db")
	if err := store.Migrate(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Options{URL: database, Logger: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	idp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = idp.Close() })
	d := &demo{idp: idp}
	for range 2 { // the second is the next start
		if err := d.introduce(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}

	for _, who := range devidp.People() {
		claims := demoClaims(who, d.issuer())
		org, err := db.PlaceOrganization(t.Context(), claims, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		found, err := db.SearchPeople(t.Context(), org.ID, who.Name(), 10)
		if err != nil || (len(found) == 1) == who.Deactivated {
			t.Fatalf("%s is found as %v, %v", who.Name(), found, err)
		}
		at, err := directory.New(db, time.Now).SignedIn(t.Context(), claims)
		if (err != nil) != who.Deactivated || (!who.Deactivated && at.ID != found[0].ID) {
			t.Errorf("%s signs in as %+v, %v; found before as %+v", who.Name(), at, err, found)
		}
	}
}
