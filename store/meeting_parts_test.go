package store_test

import (
	"log/slog"
	"testing"
	"time"

	"parvis/auth"
	"parvis/directory"
	"parvis/fault"
	"parvis/policy/policytest"
	"parvis/schedule"
	"parvis/schedule/recur"
	"parvis/seal"
	"parvis/store"
	"parvis/store/storetest"
)

func TestEveryPartOfASeriesIsToldWhenTheSettingsOfItsRoomChange(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		db := open(t, store.Options{URL: url})
		now := func() time.Time { return storetest.Nine }
		p, err := directory.New(db, now).SignedIn(t.Context(), directory.Claims{Provider: "test", Issuer: "http://localhost:1", Subject: "camille", GivenName: "Camille", Siret: "11001401600015"})
		if err != nil {
			t.Fatal(err)
		}
		camille := auth.Identity{Kind: auth.Person, ID: p.ID, PersonID: p.ID, OrgID: p.OrgID, Name: "Camille"}
		service := schedule.New(schedule.Ports{
			Store: db, Operations: db, Rooms: ownRooms{}, Policies: policytest.Free{}, Zones: time.LoadLocation, Box: seal.New([32]byte{3}), Host: "meet.example.org", Now: now, Logger: slog.New(slog.DiscardHandler),
		})
		start := storetest.Nine.AddDate(0, 0, 7).Format("2006-01-02T15:04:05")
		series, report := recur.Parse(recur.Text{Start: start, TimeZone: "Europe/Paris", Duration: "PT1H", Rules: []string{"FREQ=WEEKLY;COUNT=6"}}, recur.Terms{Zones: time.LoadLocation, Now: now()})
		if len(report.Problems) > 0 {
			t.Fatalf("%+v", report.Problems)
		}
		first, err := service.Create(t.Context(), camille, schedule.NewMeeting{Definition: schedule.Definition{Title: "Comité", When: series}})
		if err != nil {
			t.Fatalf("%v %+v", err, fault.Of(err).Fields)
		}
		later, err := service.UpdateFollowing(t.Context(), camille, first.ID, 1, series.Start+21*24*60*60, "", func(d *schedule.Definition) error { d.Title = "Suite"; return nil })
		if err != nil {
			t.Fatal(err)
		}
		set := func(places int) {
			t.Helper()
			m, err := service.Get(t.Context(), camille, later.ID)
			if err == nil {
				_, err = service.Update(t.Context(), camille, later.ID, m.Version, "", func(d *schedule.Definition) error { d.Settings.MaxParticipants = places; return nil })
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		set(7)
		beside := look(t, url)
		told := func(id string) string {
			return tell(t, beside, "SELECT COUNT(*) FROM events WHERE type = 'meeting.updated' AND subject = 'meeting:"+id+"'")
		}
		if of := told(first.ID); of != "2" { // it was parted, and its room changed
			t.Errorf("the first part: %s times", of)
		}
		if of := told(later.ID); of != "1" {
			t.Errorf("the later part: %s times", of)
		}
		set(7)
		if of := told(first.ID); of != "2" {
			t.Errorf("nothing changed, and the first part was told %s times", of)
		}
		if got := tell(t, beside, "SELECT seq FROM events WHERE subject = 'meeting:"+first.ID+"' ORDER BY seq"); got != "1 2 3" {
			t.Errorf("numbered %s", got)
		}
	})
}
