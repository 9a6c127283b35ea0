package schedule_test

import (
	"testing"

	"parvis/job"
	"parvis/schedule"
)

// proves has the provider of somebody answer for their address.
func (h *house) proves(person string) {
	account := h.store.Accounts[person]
	account.Proved = true
	h.store.Accounts[person] = account
}

// notices are those that were begun.
func (h *house) notices() (ids []string) {
	for _, task := range h.store.Tasks() {
		if task.Kind == job.TellAnswers {
			ids = append(ids, task.Subject)
		}
	}
	return ids
}

func TestNobodyHearsOfTheirOwnMeeting(t *testing.T) {
	for name, own := range map[string]schedule.Invitee{
		"by account": {PersonID: "camille"}, "by an address of theirs": {Email: "C.Martin@example.org"},
	} {
		h, _ := mailing(t)
		n := weekly(t)
		n.Invitees = []schedule.Invitee{own, {PersonID: "odile"}}
		v, err := h.Telling(schedule.TellNone).Create(t.Context(), camille, n)
		if err != nil {
			t.Fatal(err)
		}
		mine := h.store.Accounts["camille"]
		mine.Email, mine.Proved = "c.martin@example.org", true // as her provider says since
		h.store.Accounts["camille"] = mine
		if got := h.since(t, h.updating(t, h.Service, v.ID, func(d *schedule.Definition) { d.Title = "x" })); len(got) != 1 {
			t.Errorf("%s: the invitation goes to %v", name, got)
		}
		h.says(t, schedule.Reply{Who: camille, MeetingID: v.ID, RSVP: schedule.Declined, Comment: "En congé"})
		if got := h.notices(); len(got) > 0 {
			t.Fatalf("%s: their own answer is told to them", name)
		}
	}
}
