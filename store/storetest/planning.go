package storetest

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/service"
	"parvis/directory"
	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
	"parvis/seal"
)

// PlanningStore is what the suite of planned meetings needs.
type PlanningStore interface {
	schedule.Store
	schedule.Operations
	HistoryStore
	service.Store
	DeactivatePerson(ctx context.Context, id string, at time.Time) error
}

// Planning is the suite of schedule.Store. Plans come from the use cases themselves, so that what is kept is what is planned.
func Planning(t *testing.T, newStore func(*testing.T) PlanningStore) {
	for name, test := range map[string]func(*testing.T, *planning){
		"a meeting comes back as it was planned":                                           meetingRoundTrip,
		"there is no meeting of an id that nobody gave":                                    meetingUnknown,
		"a change is written whole, and what it leaves out is gone":                        meetingChanges,
		"who changes a meeting at the same moment sees the other first":                    meetingRace,
		"an error of the change writes nothing":                                            meetingRefused,
		"one name is one meeting of an account":                                            meetingNamed,
		"the room of a meeting opens for it and closes with it":                            meetingsRoom,
		"a parted series keeps its room until the last part goes":                          meetingParts,
		"lists hold what takes place in a time, a page after the other":                    meetingLists,
		"openings are written ahead, once for each version":                                meetingAhead,
		"only people of the organization with an open account are known":                   meetingPeople,
		"one's own room is one":                                                            meetingOwnRoom,
		"a calendar is read at one address, until it ends":                                 meetingFeed,
		"a session belongs to the meeting for which its room was open":                     sessionsOfMeetings,
		"an operation ends once, with the change that it makes":                            operationEnds,
		"who asked is asked for again, with what they may do by then":                      askerByThen,
		"letters are born with a change, and end once":                                     lettersSettle,
		"a letter knows what came before and after it":                                     lettersStand,
		"a refused change writes no letter":                                                lettersRefused,
		"who is invited by address has a link in the mail":                                 lettersLink,
		"who never had a letter hears of no cancellation":                                  lettersNobodyHad,
		"a cancellation goes to those whose invitation was begun, whoever is faster":       lettersRace,
		"reminders are written once, however often they are due":                           remindersOnce,
		"a reminder that is due outlives a change of the meeting":                          remindersKept,
		"letters go when the meeting is long over":                                         lettersGo,
		"who proposed a time that is declined hears of it once":                            lettersDecline,
		"what those invited answer comes back, and goes with its dates":                    answersKept,
		"a list holds one's own answers":                                                   answersListed,
		"answers go with who gave them":                                                    answersOfThoseGone,
		"a link finds its invitation until it is revoked":                                  invitationsOfLinks,
		"a link is known where its guest is invited, and nowhere once they are struck off": linkOfBothHalves,
		"a link ends when both halves of a series strike its guest off at once":            linkOfWhomBothHalvesStrikeOff,
		"who is struck off and invited again has another link":                             linkOfWhoIsInvitedAgain,
		"a link that is revoked at one half of a series is gone at the other":              linkEndsAtBothHalves,
		"a link that is renewed at one half of a series is gone at the other":              linkRenewedAtBothHalves,
		"a link that is revoked comes back by no change of the other half":                 linkEndsInARace,
		"an answer by mail is of the address that is invited":                              answersByMail,
		"answers and edits at the same moment keep each other":                             answersRace,
		"a meeting of tomorrow moves with the rules of its zone":                           rulesMove,
		"a reminder that new rules move into the past is sent at once":                     rulesMoveReminders,
		"of two programs the one that started last decides about a zone":                   rulesInTurn,
		"who goes back to the rules of before has them":                                    rulesBack,
		"rules that are replaced under a program count from then on":                       rulesReplaced,
		"meetings that are over or cancelled follow no rules":                              rulesInUse,
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			p := &planning{PlanningStore: s, now: kept(Nine), bookable: bookable{}}
			p.letters = &letterbox{PlanningStore: s}
			p.service = schedule.New(schedule.Ports{
				Store: p.letters, Operations: s, SendsMail: true, Rooms: p.bookable, Zones: time.LoadLocation, Box: seal.New([32]byte{3}), Host: "meet.example.org",
				Now: func() time.Time { return p.now }, Logger: slog.New(slog.DiscardHandler),
			})
			p.settle(t)
			test(t, p)
		})
	}
}

// planning is a store with the use cases, and some people.
type planning struct {
	PlanningStore
	service                *schedule.Service
	letters                *letterbox
	bookable               bookable
	now                    time.Time
	camille, odile, louise auth.Identity
}

// bookable are rooms that anybody may plan in: their ids, by code.
type bookable map[string]string

// Bookable implements schedule.Rooms.
func (b bookable) Bookable(_ context.Context, _ auth.Identity, slug string) (string, error) {
	if id, ok := b[slug]; ok {
		return id, nil
	}
	return "", fault.New(fault.CodeRoomNotFound, "there is no such room")
}

func (p *planning) settle(t *testing.T) {
	t.Helper()
	org, err := p.PlaceOrganization(t.Context(), directory.Claims{Siret: "11001401600015", OrganizationLabel: "Ministère"}, Nine)
	if err != nil {
		t.Fatal(err)
	}
	somebody := func(name, orgID string) auth.Identity {
		c := claims(name)
		c.GivenName, c.FamilyName, c.Email = name, "Martin", name+"@example.org"
		found, err := p.UpsertPerson(t.Context(), c, orgID, Nine)
		if err != nil {
			t.Fatal(err)
		}
		return auth.Identity{Kind: auth.Person, ID: found.ID, PersonID: found.ID, OrgID: orgID, Name: found.DisplayName()}
	}
	p.camille, p.odile, p.louise = somebody("camille", org.ID), somebody("odile", org.ID), somebody("louise", directory.DefaultOrgID)
}

func (p *planning) agenda() auth.Identity {
	return auth.Identity{Kind: auth.Service, ID: NewID(), OrgID: p.camille.OrgID, Name: "Agenda", Scopes: auth.Scopes()}
}

// weekly is ten Tuesdays from four days after nine o'clock on, with everything that a meeting can have.
func (p *planning) weekly(t *testing.T) schedule.NewMeeting {
	t.Helper()
	series, report := recur.Parse(recur.Text{
		Start: "2026-11-24T09:00:00", TimeZone: "Europe/Paris", Duration: "PT1H30M", Rules: []string{"FREQ=WEEKLY;COUNT=10"},
		RDates: []string{"2026-11-25T09:00:00"}, ExDates: []string{"2026-12-22T09:00:00"},
	}, recur.Terms{Zones: time.LoadLocation, Now: p.now})
	if len(report.Problems) > 0 {
		t.Fatalf("%+v", report.Problems)
	}
	moved, length, title := series.Start+7*24*60*60+5*60*60, recur.Duration(45*time.Minute), "Décalé 🙂"
	until := p.now.AddDate(0, 2, 0)
	return schedule.NewMeeting{Definition: schedule.Definition{
		Title: "Comité de pilotage", Description: "Ordre du jour :\n1. Budget", Language: "fr", When: series,
		Overrides: []schedule.Override{{ID: series.Start + 7*24*60*60, Start: &moved, Duration: &length, Title: &title}},
		Organizer: schedule.Organizer{OnBehalfOf: "Cabinet"},
		Deputies:  []schedule.Deputy{{PersonID: p.odile.PersonID, Until: &until}},
		Access: schedule.Access{
			Entry: access.EntryMembers, MinAssurance: auth.AssuranceEmail, Passcode: "471147",
			OpensBefore: schedule.DefaultOpensBefore, ClosesAfter: schedule.DefaultClosesAfter,
		},
		Settings: schedule.Settings{MaxParticipants: 80, OpensWithHost: true, Forbidden: access.Abilities{access.AbilityChat}},
		Invitees: []schedule.Invitee{
			{PersonID: p.odile.PersonID, Role: schedule.InviteeModerator, Required: true},
			{Email: "Guest@X.example", Name: "Zoé", Role: schedule.InviteeMember},
		},
		Reminders: []time.Duration{24 * time.Hour, 15 * time.Minute}, Tags: map[string]string{"costCentre": "0421"},
	}}
}

func (p *planning) planned(t *testing.T, who auth.Identity, n schedule.NewMeeting) schedule.Meeting {
	t.Helper()
	v, err := p.service.Create(t.Context(), who, n)
	if err != nil {
		t.Fatalf("create: %v %+v", err, fault.Of(err).Fields)
	}
	return v.Meeting
}

func (p *planning) read(t *testing.T, id string) schedule.Meeting {
	t.Helper()
	v, err := p.service.Get(t.Context(), p.camille, id)
	if err != nil {
		t.Fatalf("get: %v", err)
	}
	return v.Meeting
}

func mustAgree(t *testing.T, what string, want, got schedule.Meeting) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got): %s", what, diff)
	}
}

func meetingRoundTrip(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	got := p.read(t, m.ID)
	mustAgree(t, "as it was planned", m, got)
	if got.Organizer.Name != "camille Martin" || got.Deputies[0].Name != "odile Martin" || got.Invitees[0].Email != "odile@example.org" || got.Access.Passcode != "471147" {
		t.Errorf("got %+v", got)
	}
	raw, err := p.Meeting(t.Context(), m.ID)
	if err != nil || raw.Access.Passcode != "" || slices.Contains(raw.Access.Sealed, 0) && len(raw.Access.Sealed) < 16 {
		t.Errorf("the store knows the passcode %q, %v", raw.Access.Passcode, err)
	}
}

func meetingUnknown(t *testing.T, p *planning) {
	for _, id := range []string{NewID(), "nonsense", "", "\x00"} {
		_, err := p.Meeting(t.Context(), id)
		mustBe(t, err, fault.NotFound)
		_, err = p.UpdateMeeting(t.Context(), id, func(m schedule.Meeting) (schedule.Plan, error) { return schedule.Plan{Meeting: m}, nil })
		mustBe(t, err, fault.NotFound)
	}
	_, err := p.MeetingNamed(t.Context(), p.camille.OrgID, NewID(), "")
	mustBe(t, err, fault.NotFound)
}

func meetingChanges(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	p.now = p.now.Add(time.Minute)
	v, err := p.service.Update(t.Context(), p.camille, m.ID, 1, schedule.OverridesDrop, func(d *schedule.Definition) error {
		*d = schedule.Definition{Title: "Autre", When: recur.Series{Start: d.When.Start, Zone: "Europe/Brussels", Duration: d.When.Duration}}
		return nil
	})
	if err != nil {
		t.Fatalf("update: %v %+v", err, fault.Of(err).Fields)
	}
	mustAgree(t, "as it was changed", v.Meeting, p.read(t, m.ID))
	if v.Version != 2 || v.Sequence != 1 || len(v.Invitees)+len(v.Tags)+len(v.Overrides) > 0 {
		t.Errorf("got %+v", v.Meeting)
	}
	list, err := p.Meetings(t.Context(), schedule.MeetingQuery{OrgID: p.odile.OrgID, PersonID: p.odile.PersonID})
	if err != nil || len(list.Meetings) != 0 {
		t.Errorf("it stands in the agenda of who was struck off: %d, %v", len(list.Meetings), err)
	}
}

func meetingRace(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	errs := make(chan error, 4)
	for range cap(errs) {
		go func() {
			_, err := p.service.Update(t.Context(), p.camille, m.ID, 0, "", func(d *schedule.Definition) error {
				d.Title += "!"
				return nil
			})
			errs <- err
		}()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if got := p.read(t, m.ID); got.Title != m.Title+"!!!!" || got.Version != 5 {
		t.Errorf("got %q, version %d", got.Title, got.Version)
	}
}

func meetingRefused(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	no := fault.New(fault.CodeForbidden, "no")
	if _, err := p.UpdateMeeting(t.Context(), m.ID, func(schedule.Meeting) (schedule.Plan, error) { return schedule.Plan{}, no }); !fault.HasCode(err, fault.CodeForbidden) {
		t.Errorf("got %v", err)
	}
	mustAgree(t, "after a refusal", m, p.read(t, m.ID))
}

func meetingNamed(t *testing.T, p *planning) {
	n := p.weekly(t)
	n.ExternalID = "agenda-118"
	one, other := p.agenda(), p.agenda()
	first, created, err := p.service.Upsert(t.Context(), one, n, 0, false, "")
	if err != nil || !created {
		t.Fatalf("got %v, %v", created, err)
	}
	again, created, err := p.service.Upsert(t.Context(), one, n, 0, false, "")
	if err != nil || created || again.ID != first.ID || again.Version != 1 {
		t.Errorf("again: %v, %+v, %v", created, again.Meeting, err)
	}
	if second, created, err := p.service.Upsert(t.Context(), other, n, 0, false, ""); err != nil || !created || second.ID == first.ID {
		t.Errorf("another account: %v, %v", created, err)
	}
	_, err = p.service.Create(t.Context(), one, n)
	mustBe(t, err, fault.Conflict)
}

func meetingsRoom(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	r, err := p.Room(t.Context(), m.Place.Slug)
	if err != nil || !r.Dedicated || !r.Planned || r.Name != m.Title || r.Limits.MaxParticipants != 80 || !r.Limits.OpensWithHost {
		t.Fatalf("got %+v, %v", r, err)
	}
	openings, err := p.Openings(t.Context(), r.ID)
	if err != nil || len(openings) != 5 || openings[0].Entry != access.EntryMembers || !access.TakesPasscode(openings[0].PasscodeHash, "471147") {
		t.Errorf("got %+v, %v", openings, err)
	}
	grants, err := p.Grants(t.Context(), r.ID, []access.Subject{{Kind: access.SubjectPerson, ID: p.camille.PersonID}, {Kind: access.SubjectPerson, ID: p.odile.PersonID}})
	if err != nil || len(grants) != 3 { // owner; deputy, and invited
		t.Errorf("got %+v, %v", grants, err)
	}
	if _, err := p.service.Update(t.Context(), p.camille, m.ID, 1, "", func(d *schedule.Definition) error { d.Title, d.Settings.MaxParticipants = "Autre", 3; return nil }); err != nil {
		t.Fatal(err)
	}
	if r, err = p.Room(t.Context(), m.Place.Slug); err != nil || r.Name != "Autre" || r.Limits.MaxParticipants != 3 || r.Version != 2 {
		t.Errorf("got %+v, %v", r, err)
	}
	if err := p.service.Cancel(t.Context(), p.camille, m.ID, 2); err != nil {
		t.Fatal(err)
	}
	if r, err = p.Room(t.Context(), m.Place.Slug); err != nil || r.ArchivedAt == nil || r.Planned {
		t.Errorf("got %+v, %v", r, err)
	}
}

func meetingParts(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	later, err := p.service.UpdateFollowing(t.Context(), p.camille, m.ID, 1, m.When.Start+21*24*60*60, "", func(d *schedule.Definition) error { d.Title = "Suite"; return nil })
	if err != nil {
		t.Fatalf("%v %+v", err, fault.Of(err).Fields)
	}
	mustAgree(t, "the later part", later.Meeting, p.read(t, later.ID))
	if err := p.service.Cancel(t.Context(), p.camille, m.ID, 2); err != nil {
		t.Fatal(err)
	}
	if r, err := p.Room(t.Context(), m.Place.Slug); err != nil || r.ArchivedAt != nil || !r.Planned {
		t.Errorf("the room closed with the first part: %+v, %v", r, err)
	}
	if err := p.service.Cancel(t.Context(), p.camille, later.ID, 1); err != nil {
		t.Fatal(err)
	}
	if r, err := p.Room(t.Context(), m.Place.Slug); err != nil || r.ArchivedAt == nil {
		t.Errorf("the room stayed open: %+v, %v", r, err)
	}
}

func meetingLists(t *testing.T, p *planning) {
	var ids []string
	for day := range 5 {
		n := p.weekly(t)
		n.Overrides, n.When.Rules, n.When.RDates, n.When.ExDates = nil, nil, nil, nil
		n.When.Start += recur.Local(day * 24 * 60 * 60)
		n.Tags = map[string]string{"day": []string{"even", "odd"}[day%2]}
		ids = append(ids, p.planned(t, p.camille, n).ID)
	}
	start := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		q    schedule.MeetingQuery
		want []string
	}{
		"all of the organization":  {schedule.MeetingQuery{OrgID: p.camille.OrgID}, ids},
		"another organization":     {schedule.MeetingQuery{OrgID: p.louise.OrgID}, nil},
		"the agenda of an invitee": {schedule.MeetingQuery{OrgID: p.odile.OrgID, PersonID: p.odile.PersonID}, ids},
		"a stranger's agenda":      {schedule.MeetingQuery{OrgID: p.louise.OrgID, PersonID: p.louise.PersonID}, nil},
		"from":                     {schedule.MeetingQuery{OrgID: p.camille.OrgID, From: start.Add(49 * time.Hour)}, ids[2:]},
		"to":                       {schedule.MeetingQuery{OrgID: p.camille.OrgID, To: start.Add(48 * time.Hour)}, ids[:2]},
		"a tag":                    {schedule.MeetingQuery{OrgID: p.camille.OrgID, Tag: "day"}, ids},
		"a tag of a value":         {schedule.MeetingQuery{OrgID: p.camille.OrgID, Tag: "day=odd"}, []string{ids[1], ids[3]}},
		"an organizer":             {schedule.MeetingQuery{OrgID: p.camille.OrgID, Organizer: p.camille.PersonID}, ids},
		"cancelled":                {schedule.MeetingQuery{OrgID: p.camille.OrgID, Status: schedule.Cancelled}, nil},
	} {
		var got []string
		for size, cursor := 2, ""; ; {
			c.q.PageSize, c.q.Cursor = size, cursor
			page, err := p.Meetings(t.Context(), c.q)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, m := range page.Meetings {
				got = append(got, m.ID)
				if m.Organizer.Name != "camille Martin" || m.Place.Slug == "" || len(m.Invitees) > 0 {
					t.Errorf("%s: listed as %+v", name, m)
				}
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %d, want %d", name, len(got), len(c.want))
		}
	}
	for _, cursor := range []string{"forged", "!"} {
		_, err := p.Meetings(t.Context(), schedule.MeetingQuery{OrgID: p.camille.OrgID, Cursor: cursor})
		mustBe(t, err, fault.Invalid)
	}
}

func meetingAhead(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	if ids, err := p.Unprojected(t.Context(), p.now.Add(schedule.Horizon), 10); err != nil || len(ids) != 0 {
		t.Errorf("at once: got %v, %v", ids, err)
	}
	p.now = p.now.Add(30 * 24 * time.Hour)
	if err := p.service.Project(t.Context()); err != nil {
		t.Fatal(err)
	}
	openings, err := p.Openings(t.Context(), m.Place.RoomID)
	if err != nil || !openings[len(openings)-1].Opens.After(p.now.Add(14*24*time.Hour)) {
		t.Errorf("got %+v, %v", openings, err)
	}
	if got := p.read(t, m.ID); got.Version != 1 {
		t.Errorf("it moved the version to %d", got.Version)
	}
	if ids, err := p.Unprojected(t.Context(), p.now.Add(schedule.Horizon), 10); err != nil || len(ids) != 0 {
		t.Errorf("afterwards: got %v, %v", ids, err)
	}
	older := schedule.Plan{Meeting: m, From: p.now, To: p.now, Until: p.now, At: p.now}
	older.Meeting.Version = 7
	if err := p.Project(t.Context(), older); err != nil {
		t.Fatal(err)
	}
	if now, err := p.Openings(t.Context(), m.Place.RoomID); err != nil || len(now) != len(openings) {
		t.Errorf("another version took the openings away: %d, %v", len(now), err)
	}
}

func meetingPeople(t *testing.T, p *planning) {
	got, err := p.People(t.Context(), p.camille.OrgID, []string{p.camille.PersonID, p.louise.PersonID, NewID(), "nonsense"})
	want := map[string]schedule.Person{p.camille.PersonID: {Name: "camille Martin", Email: "camille@example.org", Locale: "fr"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func meetingOwnRoom(t *testing.T, p *planning) {
	n := p.weekly(t)
	n.Place.Mode = schedule.Personal
	n.Access.Passcode, n.Access.MinAssurance, n.Settings = "", 0, schedule.Settings{}
	made := make(chan schedule.Meeting, 3)
	for range cap(made) {
		go func() {
			v, err := p.service.Create(t.Context(), p.camille, n)
			if err != nil {
				t.Error(err)
			}
			made <- v.Meeting
		}()
	}
	first := <-made
	for range cap(made) - 1 {
		if m := <-made; m.Place != first.Place {
			t.Errorf("got %+v and %+v", first.Place, m.Place)
		}
	}
	grants, err := p.Grants(t.Context(), first.Place.RoomID, []access.Subject{{Kind: access.SubjectPerson, ID: p.camille.PersonID}})
	if err != nil || len(grants) != 1 || grants[0].Role != access.Owner || grants[0].SourceKind != access.SourceRoom {
		t.Errorf("got %+v, %v", grants, err)
	}
}

func meetingFeed(t *testing.T, p *planning) {
	p.planned(t, p.camille, p.weekly(t))
	first, err := p.service.NewFeed(t.Context(), p.odile)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := p.service.Feed(t.Context(), first); err != nil || len(list) != 1 || list[0].Leads {
		t.Errorf("got %+v, %v", list, err)
	}
	second, err := p.service.NewFeed(t.Context(), p.odile)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.service.Feed(t.Context(), first); !fault.Is(err, fault.NotFound) {
		t.Errorf("the address before: %v", err)
	}
	for range 2 {
		if err := p.service.EndFeed(t.Context(), p.odile); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.service.Feed(t.Context(), second); !fault.Is(err, fault.NotFound) {
		t.Errorf("an address that ended: %v", err)
	}
}
