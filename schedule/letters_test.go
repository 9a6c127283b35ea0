package schedule_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
	"parvis/seal"
)

// mailing is a house that sends mail, with a series to which mounir, odile and a guest are invited.
func mailing(t *testing.T) (*house, schedule.View) {
	t.Helper()
	h := newHouse(t)
	h.SendsMail = true
	n := weekly(t)
	n.Invitees = []schedule.Invitee{{PersonID: "mounir"}, {PersonID: "odile"}, {Email: "zoe@x.example", Name: "Zoé"}}
	return h, h.planned(t, camille, n)
}

// since are the letters that followed from what do did: what for, about which date, to whom.
func (h *house) since(t *testing.T, do func() error) []string {
	t.Helper()
	before := len(h.store.Letters())
	if err := do(); err != nil {
		t.Fatalf("%v %+v", err, fault.Of(err).Fields)
	}
	list := []string{}
	for _, l := range h.store.Letters()[before:] {
		text := fmt.Sprintf("%s %d %s", l.Kind, l.Sequence, l.Address)
		if !l.Occurrence.IsZero() {
			text += " " + l.Occurrence.ID()
		}
		list = append(list, text)
	}
	return list
}

func (h *house) updating(t *testing.T, s *schedule.Service, id string, change func(*schedule.Definition)) func() error {
	return func() error {
		_, err := s.Update(t.Context(), camille, id, 0, schedule.OverridesKeep, edited(change))
		return err
	}
}

func TestWhatIsNotMaterialIsToldToNobody(t *testing.T) {
	h, v := mailing(t)
	for name, change := range map[string]func(*schedule.Definition){
		"a description": func(d *schedule.Definition) { d.Description = "x" },
		"a tag":         func(d *schedule.Definition) { d.Tags = map[string]string{"a": "b"} },
		"a role":        func(d *schedule.Definition) { d.Invitees[0].Role = schedule.InviteeModerator },
		"a reminder":    func(d *schedule.Definition) { d.Reminders = []time.Duration{time.Hour} },
		"nothing":       func(*schedule.Definition) {},
	} {
		if got := h.since(t, h.updating(t, h.Service, v.ID, change)); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	if now, err := h.Get(t.Context(), camille, v.ID); err != nil || now.Sequence != 0 {
		t.Errorf("sequence %d, %v", now.Sequence, err)
	}
}

func TestAMeetingThatIsOverIsToldToNobody(t *testing.T) {
	h, v := mailing(t)
	h.now = h.now.AddDate(1, 0, 0)
	for _, c := range []struct {
		name string
		do   func() error
	}{
		{"a title", h.updating(t, h.Service, v.ID, func(d *schedule.Definition) { d.Title = "x" })},
		{"somebody", func() error {
			_, err := h.Invite(t.Context(), camille, v.ID, 0, []schedule.Invitee{{Email: "late@x.example"}})
			return err
		}},
	} {
		if got := h.since(t, c.do); len(got) > 0 {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestNobodyIsToldWhoIsNotToBe(t *testing.T) {
	h, v := mailing(t)
	retitled := func(d *schedule.Definition) { d.Title += "!" }
	if got := h.since(t, h.updating(t, h.Telling(schedule.TellNone), v.ID, retitled)); len(got) > 0 {
		t.Errorf("none: %v", got)
	}
	if got := h.since(t, h.updating(t, h.Telling(schedule.TellExternal), v.ID, retitled)); !slices.Equal(got, []string{"request 2 zoe@x.example"}) {
		t.Errorf("external: %v", got)
	}
	got := h.since(t, func() error {
		_, err := h.Invite(t.Context(), camille, v.ID, 0, []schedule.Invitee{{PersonID: "camille"}})
		return err
	})
	if len(got) > 0 {
		t.Errorf("the organizer hears of their own meeting: %v", got)
	}
}

func TestWithoutAMailServerNothingIsWrittenAndTheCallerIsWarned(t *testing.T) {
	h, v := mailing(t)
	h.SendsMail = false
	warned := func(list []schedule.Warning) bool {
		return slices.ContainsFunc(list, func(w schedule.Warning) bool { return w.Code == schedule.CodeMailOff })
	}
	n := once(t)
	alone := h.planned(t, camille, n)
	n.Invitees = []schedule.Invitee{{Email: "zoe@x.example"}}
	n.Reminders = []time.Duration{time.Hour}
	var made schedule.View
	if got := h.since(t, func() error { made = h.planned(t, camille, n); return nil }); len(got) > 0 {
		t.Errorf("got %v", got)
	}
	quiet, err := h.Telling(schedule.TellNone).Create(t.Context(), camille, n)
	if err != nil || warned(alone.Warnings) || !warned(made.Warnings) || warned(quiet.Warnings) {
		t.Errorf("alone %v, with a guest %v, told to be quiet %v, %v", alone.Warnings, made.Warnings, quiet.Warnings, err)
	}
	if made.Invitees[0].LinkID != "" || made.Invitees[0].Delivery != "" || !made.RemindsAt.IsZero() {
		t.Errorf("got %+v, %s", made.Invitees[0], made.RemindsAt)
	}
	changed, err := h.Update(t.Context(), camille, v.ID, 0, "", edited(func(d *schedule.Definition) { d.Title = "x" }))
	if err != nil || !warned(changed.Warnings) {
		t.Errorf("a change: %v, %v", changed.Warnings, err)
	}
}

func TestWhichLettersFollowFromAChange(t *testing.T) {
	date := func(t *testing.T) recur.Local { return local(t, "2026-11-24T09:00:00") }
	for name, c := range map[string]struct {
		change func(t *testing.T, h *house, id string) func() error
		want   []string
	}{
		"a title": {func(t *testing.T, h *house, id string) func() error {
			return h.updating(t, h.Service, id, func(d *schedule.Definition) { d.Title = "x" })
		}, []string{"request 1 mounir@example.org", "request 1 odile@example.org", "request 1 zoe@x.example"}},
		"a time": {func(t *testing.T, h *house, id string) func() error {
			return h.updating(t, h.Service, id, func(d *schedule.Definition) { d.When.Start += 3600 })
		}, []string{"request 1 mounir@example.org", "request 1 odile@example.org", "request 1 zoe@x.example"}},
		"a zone": {func(t *testing.T, h *house, id string) func() error {
			return h.updating(t, h.Service, id, func(d *schedule.Definition) { d.When.Zone = "Europe/Lisbon" })
		}, []string{"request 1 mounir@example.org", "request 1 odile@example.org", "request 1 zoe@x.example"}},
		"a room": {func(t *testing.T, h *house, id string) func() error {
			return h.updating(t, h.Service, id, func(d *schedule.Definition) {
				d.Place = schedule.Place{Mode: schedule.Existing, Slug: "bud-gett-xyz"}
				d.Access.Passcode, d.Settings = "", schedule.Settings{}
			})
		}, []string{"request 1 mounir@example.org", "request 1 odile@example.org", "request 1 zoe@x.example"}},
		"somebody more": {func(t *testing.T, h *house, id string) func() error {
			return func() error {
				_, err := h.Invite(t.Context(), camille, id, 0, []schedule.Invitee{{Email: "new@x.example"}})
				return err
			}
		}, []string{"request 0 new@x.example"}},
		"somebody less": {func(t *testing.T, h *house, id string) func() error {
			return h.updating(t, h.Service, id, func(d *schedule.Definition) { d.Invitees = d.Invitees[:2] })
		}, []string{"cancel 0 zoe@x.example"}},
		"somebody for somebody, at another time": {func(t *testing.T, h *house, id string) func() error {
			return h.updating(t, h.Service, id, func(d *schedule.Definition) {
				d.When.Start += 3600
				d.Invitees = []schedule.Invitee{d.Invitees[1], {Email: "new@x.example"}}
			})
		}, []string{"cancel 1 mounir@example.org", "cancel 1 zoe@x.example", "request 1 odile@example.org", "request 1 new@x.example"}},
		"a date less": {func(t *testing.T, h *house, id string) func() error {
			return func() error {
				_, err := h.CancelOccurrence(t.Context(), camille, id, 0, date(t))
				return err
			}
		}, []string{"cancel 1 mounir@example.org 20261124T090000", "cancel 1 odile@example.org 20261124T090000", "cancel 1 zoe@x.example 20261124T090000"}},
		"a date that was left out again": {func(t *testing.T, h *house, id string) func() error {
			if _, err := h.Telling(schedule.TellNone).CancelOccurrence(t.Context(), camille, id, 0, date(t)); err != nil {
				t.Fatal(err)
			}
			return func() error {
				_, err := h.UpdateOccurrence(t.Context(), camille, id, 0, date(t), schedule.OccurrenceChange{Restore: true})
				return err
			}
		}, []string{"request 2 mounir@example.org", "request 2 odile@example.org", "request 2 zoe@x.example"}},
		"two dates less": {func(t *testing.T, h *house, id string) func() error {
			return h.updating(t, h.Service, id, func(d *schedule.Definition) { d.When.ExDates = []recur.Local{date(t), date(t) + 7*24*3600} })
		}, []string{"request 1 mounir@example.org", "request 1 odile@example.org", "request 1 zoe@x.example"}},
		"a date at another time": {func(t *testing.T, h *house, id string) func() error {
			start := date(t) + 3600
			return func() error {
				_, err := h.UpdateOccurrence(t.Context(), camille, id, 0, date(t), schedule.OccurrenceChange{Start: &start})
				return err
			}
		}, []string{"request 1 mounir@example.org", "request 1 odile@example.org", "request 1 zoe@x.example"}},
		"no date from one on": {func(t *testing.T, h *house, id string) func() error {
			return func() error {
				_, err := h.CancelFollowing(t.Context(), camille, id, 0, date(t))
				return err
			}
		}, []string{"request 1 mounir@example.org", "request 1 odile@example.org", "request 1 zoe@x.example"}},
		"its end": {func(t *testing.T, h *house, id string) func() error {
			return func() error { return h.Cancel(t.Context(), camille, id, 0) }
		}, []string{"cancel 1 mounir@example.org", "cancel 1 odile@example.org", "cancel 1 zoe@x.example"}},
	} {
		t.Run(name, func(t *testing.T) {
			h, v := mailing(t)
			if got := h.since(t, c.change(t, h, v.ID)); !slices.Equal(got, c.want) {
				t.Errorf("got  %v\nwant %v", got, c.want)
			}
		})
	}
}

func TestASeriesThatEndsAfterItsLastDateIsStillNews(t *testing.T) {
	h, v := mailing(t)
	h.now = time.Date(2026, 11, 17, 12, 0, 0, 0, time.UTC) // after the first date
	got := h.since(t, func() error {
		_, err := h.CancelFollowing(t.Context(), camille, v.ID, 0, local(t, "2026-11-24T09:00:00"))
		return err
	})
	if len(got) != 3 {
		t.Errorf("got %v", got)
	}
	for _, l := range h.store.Letters()[:3] {
		if err := h.Settle(t.Context(), l.ID, schedule.LetterSent); err != nil {
			t.Fatal(err)
		}
	}
	for _, l := range h.store.Letters()[3:] {
		if _, due, err := h.Mailing(t.Context(), l.ID); !due || err != nil {
			t.Errorf("it is not sent: %v, %v", due, err)
		}
	}
}

func TestWhoIsInvitedAgainHasTheInvitationLast(t *testing.T) {
	h, v := mailing(t)
	for _, do := range []func() error{
		h.updating(t, h.Service, v.ID, func(d *schedule.Definition) { d.Invitees = d.Invitees[:2] }),
		h.updating(t, h.Service, v.ID, func(d *schedule.Definition) {
			d.Invitees = append(d.Invitees, schedule.Invitee{Email: "ZOE@x.example"})
		}),
	} {
		h.since(t, do)
	}
	var due []string
	for _, l := range h.store.Letters() {
		if _, ok, err := h.Mailing(t.Context(), l.ID); err != nil {
			t.Fatal(err)
		} else if ok && l.Recipient == "email:zoe@x.example" {
			due = append(due, string(l.Kind)+" "+l.Address)
		}
	}
	if !slices.Equal(due, []string{"request ZOE@x.example"}) {
		t.Errorf("got %v", due)
	}
}

func TestALinkThatWasTakenBackComesNewWithTheNextInvitation(t *testing.T) {
	h, v := mailing(t)
	zoe := v.Invitees[2]
	if err := h.RevokeLink(t.Context(), camille, v.ID, zoe.ID); err != nil {
		t.Fatal(err)
	}
	if err := h.updating(t, h.Service, v.ID, func(d *schedule.Definition) { d.Title = "x" })(); err != nil {
		t.Fatal(err)
	}
	now, err := h.Get(t.Context(), camille, v.ID)
	if err != nil || now.Invitees[2].LinkID == "" || now.Invitees[2].LinkID == zoe.LinkID {
		t.Errorf("got %+v, %v", now.Invitees[2], err)
	}
	again := now.Invitees[2].LinkID
	if err := h.updating(t, h.Service, v.ID, func(d *schedule.Definition) { d.Title = "y" })(); err != nil {
		t.Fatal(err)
	}
	if now, _ = h.Get(t.Context(), camille, v.ID); now.Invitees[2].LinkID != again {
		t.Error("each change makes a new link: the mail of before opens nothing")
	}
}

func TestTheNextReminderIsOneOfADateThatIsNear(t *testing.T) {
	h := newHouse(t)
	h.SendsMail = true
	for name, c := range map[string]struct {
		in   time.Duration // to the first date
		want time.Duration // from now; zero for none
	}{
		"within the horizon":           {10 * 24 * time.Hour, 9 * 24 * time.Hour},
		"beyond it":                    {60 * 24 * time.Hour, 0},
		"the day before has begun":     {12 * time.Hour, 12*time.Hour - 15*time.Minute},
		"it begins before any of them": {10 * time.Minute, 0},
	} {
		n := once(t)
		n.When.Start = recur.LocalOf(h.now.Add(c.in).In(time.FixedZone("CET", 3600)))
		n.Invitees = []schedule.Invitee{{Email: "zoe@x.example"}}
		n.Reminders = []time.Duration{24 * time.Hour, 15 * time.Minute}
		v := h.planned(t, camille, n)
		want := h.now.Add(c.want)
		if c.want == 0 {
			want = time.Time{}
		}
		if !v.RemindsAt.Equal(want) {
			t.Errorf("%s: %s, want %s", name, v.RemindsAt, want)
		}
	}
}

func TestALinkThatIsSealedUnderAnotherKeyIsLeftOut(t *testing.T) {
	h, _ := mailing(t)
	h.Box = seal.New([32]byte{9})
	for _, l := range h.store.Letters() {
		m, due, err := h.Mailing(t.Context(), l.ID)
		if err != nil || !due || m.Token != "" {
			t.Errorf("due %v, token %q, %v", due, m.Token, err)
		}
	}
}
