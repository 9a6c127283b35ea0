package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"parvis/auth"
	"parvis/directory"
	"parvis/fault"
	"parvis/policy"
	"parvis/policy/policytest"
	"parvis/schedule"
	"parvis/schedule/recur"
	"parvis/seal"
	"parvis/store"
)

// BenchmarkPlan measures a meeting with ten invitees, from the use case to the commit.
func BenchmarkPlan(b *testing.B) {
	for engine, newURL := range engines {
		b.Run(engine, func(b *testing.B) { benchmarkPlan(b, newURL(b)) })
	}
}

type ownRooms struct{}

func (ownRooms) Bookable(context.Context, auth.Identity, string) (string, error) {
	return "", fault.New(fault.CodeRoomNotFound, "there is no such room")
}

func (ownRooms) Governing(context.Context, auth.Identity, string) (policy.Governed, error) {
	return policy.Governed{}, fault.New(fault.CodeRoomNotFound, "there is no such room")
}

func benchmarkPlan(b *testing.B, url string) {
	if err := store.Migrate(b.Context(), url); err != nil {
		b.Fatal(err)
	}
	db, err := store.Open(b.Context(), store.Options{URL: url})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	people := directory.New(db, time.Now)
	var who []auth.Identity
	for i := range 11 {
		p, err := people.SignedIn(b.Context(), directory.Claims{Provider: "bench", Issuer: "http://localhost:1", Subject: fmt.Sprint(i), GivenName: "Jeanne", Siret: "11001401600015"})
		if err != nil {
			b.Fatal(err)
		}
		who = append(who, auth.Identity{Kind: auth.Person, ID: p.ID, PersonID: p.ID, OrgID: p.OrgID, Name: p.DisplayName()})
	}
	service := schedule.New(schedule.Ports{
		Store: db, Operations: db, Rooms: ownRooms{}, Policies: policytest.Free{}, Zones: recur.Remember(time.LoadLocation, time.Minute, time.Now), Box: seal.New([32]byte{3}), Host: "meet.example.org", Now: time.Now, Logger: slog.New(slog.DiscardHandler),
	})
	series, report := recur.Parse(recur.Text{Start: time.Now().AddDate(0, 0, 7).Format("2006-01-02T09:00:00"), TimeZone: "Europe/Paris", Duration: "PT1H"},
		recur.Terms{Zones: time.LoadLocation, Now: time.Now()})
	if len(report.Problems) > 0 {
		b.Fatal(report.Problems)
	}
	d := schedule.Definition{Title: "Comité", Language: "fr", When: series, Access: schedule.Access{Entry: "members", OpensBefore: schedule.DefaultOpensBefore, ClosesAfter: schedule.DefaultClosesAfter}}
	for _, i := range who[1:] {
		d.Invitees = append(d.Invitees, schedule.Invitee{PersonID: i.PersonID, Role: schedule.InviteeMember, Required: true})
	}
	for b.Loop() {
		if _, err := service.Create(b.Context(), who[0], schedule.NewMeeting{Definition: d.Clone()}); err != nil {
			b.Fatal(err, fault.Of(err).Fields)
		}
	}
}
