package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/directory"
	"parvis/fault"
	"parvis/schedule"
	"parvis/store/storetest"
)

// claiming is a planner in a database that lets others in when a claim has read what there is to claim, and holds none of it yet.
// On one writer, as before a file, nobody comes between.
func claiming(t *testing.T, between func(p planner, address string)) (p planner, address string) {
	t.Helper()
	p, address = newPlanner(t, "postgres", false), "second@example.org"
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
	if err := p.upsert(t, 1, address); err != nil {
		t.Fatal(err)
	}
}

func (p planner) upsert(t *testing.T, n int, address string) error {
	_, err := p.db.UpsertPerson(t.Context(), directory.Claims{
		Provider: "test", Issuer: "http://localhost:1", Subject: fmt.Sprint(n), Email: address, Vouched: directory.VouchedByIdP,
	}, p.people[n].OrgID, time.Now())
	return err
}

func TestWhoIsInvitedByAccountAtTheMomentOfAClaimIsInvitedOnce(t *testing.T) {
	if !storetest.HasPostgres(t) {
		return
	}
	var v schedule.View
	p, address := claiming(t, func(p planner, _ string) {
		_, err := p.service.Invite(t.Context(), p.people[0], v.ID, 1, []schedule.Invitee{{PersonID: p.people[1].PersonID}})
		if !fault.Is(err, fault.Invalid) || fault.Of(err).Fields[0].Location != "body.invitees[0].user" {
			t.Errorf("got %v, want to hear that the address is invited", err)
		}
	})
	v = p.inviting(t, address)
	p.signsIn(t, address)
	got, err := p.db.Meeting(t.Context(), v.ID)
	if err != nil || len(got.Invitees) != 1 || got.Invitees[0].ClaimedBy != p.people[1].PersonID {
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

// failing has the first statement that begins so, of those that write or are part of writing, fail once.
func (p planner) failing(t *testing.T, begins string, with error) {
	t.Helper()
	var once sync.Once
	fail := func(g *gorm.DB) {
		if strings.HasPrefix(g.Statement.SQL.String(), begins) {
			once.Do(func() { _ = g.AddError(with) })
		}
	}
	callbacks := p.db.writer.gorm.Callback()
	if err := errors.Join(callbacks.Raw().Before("gorm:raw").Register("fail", fail), callbacks.Row().Before("gorm:row").Register("fail", fail)); err != nil {
		t.Fatal(err)
	}
}

// onBoth runs on both databases.
func onBoth(t *testing.T, do func(t *testing.T, p planner)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			if engine == "sqlite" || storetest.HasPostgres(t) {
				do(t, newPlanner(t, engine, false))
			}
		})
	}
}

func TestAnAttemptToClaimThatTheDatabaseTakesBackLosesNoInvitation(t *testing.T) {
	for name, begins := range map[string]string{"before the page is written": "UPDATE invitees SET claimed_by", "after": "SELECT " + grantColumns + " FROM grants WHERE source_id IN"} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, p planner) {
				address := "p1@example.org"
				for range claimedAtOnce + 1 {
					p.inviting(t, address)
				}
				p.failing(t, begins, errAgain)
				p.signsIn(t, address)
				var left int
				if err := p.db.reader.sql.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM invitees WHERE claimed_by IS NULL").Scan(&left); err != nil || left != 0 {
					t.Errorf("%d invitations are nobody's, %v", left, err)
				}
			})
		})
	}
}

func TestWhatSomebodyHadNotLetGoOfIsReleasedWhenTheNextSignsIn(t *testing.T) {
	onBoth(t, func(t *testing.T, p planner) {
		address := "p1@example.org"
		v := p.inviting(t, address)
		p.signsIn(t, address)
		broken := errors.New("the process died")
		p.failing(t, "SELECT DISTINCT i.meeting_id FROM invitees", broken)
		if err := p.upsert(t, 1, "elsewhere@example.org"); !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if err := p.upsert(t, 2, address); err != nil {
			t.Fatal(err)
		}
		if got, err := p.db.Meeting(t.Context(), v.ID); err != nil || got.Invitees[0].ClaimedBy != p.people[2].PersonID {
			t.Errorf("invited %+v, %v", got.Invitees, err)
		}
	})
}

func TestWhoHasManyClaimsThatAreVoidIsNamedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, p planner) {
		address := "p1@example.org"
		for range 3 {
			p.inviting(t, address)
		}
		p.signsIn(t, address)
		var u unsettled
		err := p.db.write(t.Context(), "test", func(tx *tx) (err error) {
			if err := tx.noteVouched(p.people[1].PersonID, false, time.Now()); err != nil {
				return err
			}
			u, err = tx.unsettled(p.people[1].PersonID, address, false, time.Now())
			return err
		})
		if err != nil || len(u.void) != 1 {
			t.Errorf("%d times, %v", len(u.void), err)
		}
	})
}

// order is when statements that begin so were asked for the first time; -1: never.
func (p planner) order(begins ...string) (at []int) {
	p.spy.mu.Lock()
	defer p.spy.mu.Unlock()
	for _, b := range begins {
		at = append(at, slices.IndexFunc(p.spy.asked, func(query string) bool { return strings.HasPrefix(query, b) }))
	}
	return at
}

func TestWhatPlansHoldsAMeetingBeforeItsPeopleAndThemBeforeItsRoom(t *testing.T) {
	onBoth(t, func(t *testing.T, p planner) {
		v := p.inviting(t, "zoe@x.example")
		p.spy.forget()
		if err := p.db.Project(t.Context(), schedule.Plan{Meeting: v.Meeting, From: v.CreatedAt, To: v.CreatedAt, Until: v.CreatedAt, At: v.CreatedAt}); err != nil {
			t.Fatal(err)
		}
		if at := p.order("SELECT id FROM meetings WHERE id", "SELECT id FROM rooms WHERE id"); at[0] < 0 || at[1] < at[0] {
			t.Errorf("projected: %v of %q", at, p.spy.asked)
		}
		if !p.db.dialect.postgres() {
			return
		}
		p.spy.forget()
		if _, err := p.service.Invite(t.Context(), p.people[0], v.ID, 1, []schedule.Invitee{{PersonID: p.people[1].PersonID}}); err != nil {
			t.Fatal(err)
		}
		at := p.order("SELECT m.* FROM meetings m WHERE m.id", "SELECT id FROM people WHERE id IN ($1,$2) ORDER BY id FOR KEY SHARE", "SELECT id FROM rooms WHERE id = $1 FOR UPDATE")
		if at[0] < 0 || at[1] < at[0] || at[2] < at[1] {
			t.Errorf("changed: %v of %q", at, p.spy.asked)
		}
	})
}
