package store

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"parvis/auth"
	"parvis/directory"
	"parvis/schedule"
	"parvis/store/storetest"
)

// claiming is a planner in a database that lets others in when a claim has read what there is to claim, and holds none of it yet.
// On one writer, as before a file, nobody comes between.
func claiming(t *testing.T, between func(p planner, address string)) (p planner, address string) {
	t.Helper()
	p, address = newPlanner(t, "postgres", false), "p1@example.org"
	var once sync.Once
	p.spy.hears = func(query string) {
		if strings.HasPrefix(query, "SELECT id FROM meetings WHERE id IN") {
			once.Do(func() { between(p, address) })
		}
	}
	return p, address
}

func (p planner) inviting(t *testing.T, address string) schedule.View {
	t.Helper()
	v, err := p.service.Create(t.Context(), p.people[0], schedule.NewMeeting{Definition: schedule.Definition{
		Title: "Comité", Language: "fr", When: nextWeek(t), Invitees: []schedule.Invitee{{Email: address}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// signsIn is the second of the people, whose provider answers for an address.
func (p planner) signsIn(t *testing.T, address string) {
	t.Helper()
	_, err := p.db.UpsertPerson(t.Context(), directory.Claims{
		Provider: "test", Issuer: "http://localhost:1", Subject: "1", Email: address, Vouched: directory.VouchedByIdP,
	}, p.people[1].OrgID, time.Now())
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhoIsInvitedByAccountAtTheMomentOfAClaimIsInvitedOnce(t *testing.T) {
	if !storetest.HasPostgres(t) {
		return
	}
	var v schedule.View
	p, address := claiming(t, func(p planner, _ string) {
		if _, err := p.service.Invite(t.Context(), p.people[0], v.ID, 1, []schedule.Invitee{{PersonID: p.people[1].PersonID}}); err != nil {
			t.Error(err)
		}
	})
	v = p.inviting(t, address)
	p.signsIn(t, address)
	got, err := p.db.Meeting(t.Context(), v.ID)
	if err != nil || len(got.Invitees) != 2 || got.Invitees[0].ClaimedBy != "" {
		t.Errorf("invited %+v, %v", got.Invitees, err)
	}
}

func TestWhoseAccountIsClosedAtTheMomentOfAClaimClaimsNothing(t *testing.T) {
	if !storetest.HasPostgres(t) {
		return
	}
	p, address := claiming(t, func(p planner, _ string) {
		if err := p.db.DeactivatePerson(t.Context(), p.people[1].PersonID, time.Now()); err != nil {
			t.Error(err)
		}
	})
	v := p.inviting(t, address)
	p.signsIn(t, address)
	if got, err := p.db.Meeting(t.Context(), v.ID); err != nil || got.Invitees[0].ClaimedBy != "" {
		t.Errorf("invited %+v, %v", got.Invitees, err)
	}
}

func TestAPageOfInvitationsThatAreGoneDoesNotKeepTheNextFromBeingClaimed(t *testing.T) {
	if !storetest.HasPostgres(t) {
		return
	}
	var made []string
	p, address := claiming(t, func(p planner, address string) {
		if _, err := p.db.writer.sql.ExecContext(t.Context(), fmt.Sprintf("DELETE FROM invitees WHERE folded = '%s' AND meeting_id <> '%s'", address, made[claimedAtOnce])); err != nil {
			t.Error(err)
		}
	})
	for range claimedAtOnce + 1 {
		made = append(made, p.inviting(t, address).ID)
	}
	p.signsIn(t, address)
	page, err := p.service.List(t.Context(), auth.Identity{Kind: auth.Person, ID: p.people[1].ID, PersonID: p.people[1].PersonID, OrgID: p.people[1].OrgID}, schedule.MeetingQuery{})
	if err != nil || len(page.Meetings) != 1 || page.Meetings[0].ID != made[claimedAtOnce] {
		t.Errorf("claimed %d, %v", len(page.Meetings), err)
	}
}
