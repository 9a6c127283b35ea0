package storetest

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/service"
	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/policy"
	"parvis/policy/policytest"
	"parvis/privacy"
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
	PlaceHold(ctx context.Context, h privacy.Hold, e event.Event) error
	ReleaseHold(ctx context.Context, id, by, reason string, at time.Time, e event.Event) (privacy.Hold, error)
	DeactivatePerson(ctx context.Context, id string, at time.Time) error
}

// Planning is the suite of schedule.Store. Plans come from the use cases themselves, so that what is kept is what is planned.
func Planning(t *testing.T, newStore func(*testing.T) PlanningStore) {
	for name, test := range map[string]func(*testing.T, *planning){
		"a meeting comes back as it was planned":                                                   meetingRoundTrip,
		"there is no meeting of an id that nobody gave":                                            meetingUnknown,
		"a change is written whole, and what it leaves out is gone":                                meetingChanges,
		"who changes a meeting at the same moment sees the other first":                            meetingRace,
		"an error of the change writes nothing":                                                    meetingRefused,
		"one name is one meeting of an account":                                                    meetingNamed,
		"the same again under a name changes nothing":                                              sameAgain,
		"the room of a meeting opens for it and closes with it":                                    meetingsRoom,
		"what nobody chose of a meeting is known":                                                  meetingDefaults,
		"a room lasts as long as its meeting needs":                                                longerMeeting,
		"a meeting that is erased is found by nobody, and its cancellation still goes":             purgedWithLetters,
		"a meeting is erased at once of which nobody hears":                                        purgedInSilence,
		"a meeting that runs, or that a hold keeps, is not erased":                                 purgeRefused,
		"what was written to somebody held keeps a meeting from being erased":                      purgeKeepsLetters,
		"a parted series keeps its room until the last part goes":                                  meetingParts,
		"a parted series whose earlier part is over loses its room with the later one":             meetingPartsOver,
		"lists hold what takes place in a time, a page after the other":                            meetingLists,
		"whose mandate has ended has the meeting in no list":                                       meetingMandates,
		"openings are written ahead, once for each version":                                        meetingAhead,
		"only people of the organization with an open account are known":                           meetingPeople,
		"one's own room is one":                                                                    meetingOwnRoom,
		"a calendar is read at one address, until it ends":                                         meetingFeed,
		"a session belongs to the meeting for which its room was open":                             sessionsOfMeetings,
		"an operation ends once, with the change that it makes":                                    operationEnds,
		"who asked is asked for again, with what they may do by then":                              askerByThen,
		"letters are born with a change, and end once":                                             lettersSettle,
		"an answer by mail is weighed by what was sent to who gives it":                            lettersTold,
		"a letter knows what came before and after it":                                             lettersStand,
		"a refused change writes no letter":                                                        lettersRefused,
		"who is invited by address has a link in the mail":                                         lettersLink,
		"who never had a letter hears of no cancellation":                                          lettersNobodyHad,
		"a mailbox that is still invited hears of no cancellation":                                 lettersMailbox,
		"a cancellation goes to those whose invitation was begun, whoever is faster":               lettersRace,
		"a letter knows what its reader was told last":                                             lettersKnow,
		"answers are told in one notice":                                                           answersTold,
		"answers are told to who organizes, wherever placed, and to no closed account":             answersToldTo,
		"reminders are written once, however often they are due":                                   remindersOnce,
		"a reminder that is due outlives a change of the meeting":                                  remindersKept,
		"letters go when the meeting is long over":                                                 lettersGo,
		"who proposed a time that is declined hears of it once":                                    lettersDecline,
		"what those invited answer comes back, and goes with its dates":                            answersKept,
		"a list holds one's own answers":                                                           answersListed,
		"answers go with who gave them":                                                            answersOfThoseGone,
		"a link finds its invitation until it is revoked":                                          invitationsOfLinks,
		"a link is known where its guest is invited, and nowhere once they are struck off":         linkOfBothHalves,
		"a link ends when both halves of a series strike its guest off at once":                    linkOfWhomBothHalvesStrikeOff,
		"who is struck off and invited again has another link":                                     linkOfWhoIsInvitedAgain,
		"a link that is revoked at one half of a series is gone at the other":                      linkEndsAtBothHalves,
		"a link that is renewed at one half of a series is gone at the other":                      linkRenewedAtBothHalves,
		"a link in place of another is no edit of the meeting":                                     linkIsNoEdit,
		"a link that is revoked comes back by no change of the other half":                         linkEndsInARace,
		"an answer by mail is of the address that is invited":                                      answersByMail,
		"answers and edits at the same moment keep each other":                                     answersRace,
		"a meeting of tomorrow moves with the rules of its zone":                                   rulesMove,
		"a reminder that new rules move into the past is sent at once":                             rulesMoveReminders,
		"of two programs the one that started last decides about a zone":                           rulesInTurn,
		"who goes back to the rules of before has them":                                            rulesBack,
		"rules that are replaced under a program count from then on":                               rulesReplaced,
		"meetings that are over or cancelled follow no rules":                                      rulesInUse,
		"an invitation is claimed by no unproved or other address, and not once it was taken back": claimsRefused,
		"what is over is claimed by nobody":                                                        claimsNoPast,
		"who signs in with a proved address has its invitations":                                   claimsAtSignIn,
		"who is of another organization sees what a link shows":                                    claimsShowNoMore,
		"who is known by a proved address has an invitation at once":                               claimsAtInvitation,
		"a claimed invitation stays and goes with the invitation":                                  claimsGoWithInvitation,
		"who is invited by account is invited once":                                                claimsOnce,
		"who has many invitations claims all, while they change":                                   claimsOfMany,
		"who no longer holds an address keeps of its invitations what was":                         claimsReleased,
		"who leads a meeting leads it whoever has the address":                                     claimsOfWhoLeads,
		"who is given an address has its invitations, and who had it has them no more":             claimsTakenOver,
		"who is given an address answers its invitations anew":                                     claimsTakenAnswerAnew,
		"an address in other letters is the same":                                                  claimsWhateverTheCase,
		"an invitation that is nobody's any more is claimed when the meeting changes":              claimsTakenAtChange,
		"a date that is restored is told to who heard that it was not, and to nobody twice":        dateRestored,
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			p := &planning{PlanningStore: s, now: kept(Nine), bookable: bookable{}}
			p.letters = &letterbox{PlanningStore: s}
			p.service = schedule.New(schedule.Ports{
				Store: p.letters, Operations: s, SendsMail: true, Rooms: p.bookable, Policies: policytest.Free{}, Zones: time.LoadLocation, Box: seal.New([32]byte{3}), Host: "meet.example.org",
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

// Governing implements schedule.Rooms: nobody decided anything about them.
func (b bookable) Governing(context.Context, auth.Identity, string) (policy.Governed, error) {
	return policy.Governed{Above: policy.Resolve()}, nil
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
		Settings: schedule.Settings{MaxParticipants: 80, OpensWithHost: true, MuteOnEntry: true, Forbidden: access.Abilities{access.AbilityChat}},
		Invitees: []schedule.Invitee{
			{PersonID: p.odile.PersonID, Role: schedule.InviteeModerator, Required: true},
			{Email: "Guest@X.example", Name: "Zoé", Role: schedule.InviteeMember},
		},
		Reminders: []time.Duration{24 * time.Hour, 15 * time.Minute}, Quiet: true, Tags: map[string]string{"costCentre": "0421"},
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
