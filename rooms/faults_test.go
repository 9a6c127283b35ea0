package rooms_test

import (
	"slices"
	"testing"
	"time"

	"parvis/access"
	"parvis/fault"
	"parvis/rooms"
)

func TestWhoLeavesBeforeOurTimeByTheSFUsClockLeavesNow(t *testing.T) {
	m := open(t).meetingOfTwo()
	m.RelayClosed(t.Context(), m.relay)
	ahead := m.clock.now().Add(50 * time.Second)
	m.webhook(rooms.MediaEvent{ID: "EV_1", Type: "participant_left", Room: m.room.MediaName, Identity: m.atGues.ID, At: ahead})
	happened := m.attendance()
	i := slices.IndexFunc(happened.People, func(a rooms.Attendee) bool { return a.Name == m.guest.Name })
	if left := happened.People[i].LeftAt(); left == nil || left.After(m.clock.now()) {
		t.Errorf("left at %s; it is %s", left, m.clock.now())
	}
}

// attendance is of the session that runs.
func (m *meeting) attendance() rooms.Attendance {
	m.t.Helper()
	all, err := m.Sessions(m.t.Context(), m.owner, m.room.Slug, 1, "")
	m.must(err)
	happened, err := m.Attendance(m.t.Context(), m.owner, m.room.Slug, all.Sessions[0].ID)
	m.must(err)
	return happened
}

// What the SFU told of a minute in which somebody left, somebody came past the gate and the platform did not listen.
func (m *meeting) ofALostMinute() []rooms.MediaEvent {
	at := m.clock.now()
	return []rooms.MediaEvent{
		{ID: "EV_1", Type: "room_started", Room: m.room.MediaName, Sid: "RM_1", At: at},
		{ID: "EV_2", Type: "participant_joined", Room: m.room.MediaName, Sid: "RM_1", Identity: m.atGues.ID, At: at},
		{ID: "EV_3", Type: "participant_left", Room: m.room.MediaName, Sid: "RM_1", Identity: m.atGues.ID, At: at},
		{ID: "EV_4", Type: "participant_joined", Room: m.room.MediaName, Sid: "RM_1", Identity: "intruder", At: at},
		{ID: "EV_5", Type: "room_finished", Room: m.room.MediaName, Sid: "RM_old", At: at},
	}
}

func TestWebhooksThatAreLostForAMinuteDoubledOrReversedEndInTheSameCall(t *testing.T) {
	for name, come := range map[string]func([]rooms.MediaEvent) []rooms.MediaEvent{
		"as they were sent": func(sent []rooms.MediaEvent) []rooms.MediaEvent { return sent },
		"lost":              func([]rooms.MediaEvent) []rooms.MediaEvent { return nil },
		"doubled":           func(sent []rooms.MediaEvent) []rooms.MediaEvent { return append(slices.Clone(sent), sent...) },
		"reversed": func(sent []rooms.MediaEvent) []rooms.MediaEvent {
			sent = slices.Clone(sent)
			slices.Reverse(sent)
			return sent
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			m := h.meetingOfTwo()
			sent := m.ofALostMinute()
			h.media.Join(m.room.MediaName, rooms.Admission{ID: "intruder"})
			h.media.Leave(m.room.MediaName, m.atGues.ID)
			h.RelayClosed(t.Context(), m.relay)
			h.later(time.Minute)
			for _, e := range come(sent) {
				h.webhook(e)
			}
			h.sweep()
			h.later(31 * time.Second)
			h.sweep()
			if people := h.present(m.room); len(people) != 1 || people[0].AdmissionID != m.atOwner.ID || people[0].Relays != 1 {
				t.Errorf("present: %+v", people)
			}
			if _, there := h.media.Connected(m.room.MediaName, "intruder"); there {
				t.Error("who came past the gate is there")
			}
			if happened := m.attendance(); len(happened.People) != 2 || happened.Session.EndedAt != nil {
				t.Errorf("%d people in a session that ended at %v", len(happened.People), happened.Session.EndedAt)
			}
		})
	}
}

// ofTwo is a call of an owner and a guest, with the guest's relay.
type ofTwo struct {
	*meeting
	relay string
}

func (h *house) meetingOfTwo() ofTwo {
	h.t.Helper()
	m := ofTwo{meeting: &meeting{house: h, owner: h.person("Odile", "11000001500001"), guest: h.guest("Gaston")}}
	m.room = h.room(m.owner, "everyone")
	m.atOwner, _ = h.enter(m.owner, m.room.Slug)
	m.atGues, m.relay = h.enter(m.guest, m.room.Slug)
	return m
}

func TestWhatIsDecidedAboutSomebodyWhoHasJustLeftChangesNothingAndIsSaid(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	m.must(m.Leave(ctx, m.guest, m.room.Slug, m.atGues.ID))
	acts := len(m.attendance().Acts)
	_, err := m.Permit(ctx, m.owner, m.room.Slug, m.atGues.ID, rooms.PermissionChange{access.AbilityMicrophone: new(false)})
	m.refused(err, fault.CodeParticipantNotFound)
	_, err = m.SetRole(ctx, m.owner, m.room.Slug, m.atGues.ID, access.Moderator, false)
	m.refused(err, fault.CodeParticipantNotFound)
	if got := len(m.attendance().Acts); got != acts {
		t.Errorf("%d acts were written", got-acts)
	}
	again, _ := m.enter(m.guest, m.room.Slug)
	if again.Role != access.Member || !slices.Equal(again.Sources, access.AllSources()) {
		t.Errorf("came back as %s with %v", again.Role, again.Sources)
	}
}

func TestWhatIsForbiddenToSomebodyWhoseConnectionIsLostHoldsWhenTheyAreBack(t *testing.T) {
	h := open(t)
	m := h.meetingOfTwo()
	h.media.Leave(m.room.MediaName, m.atGues.ID)
	h.RelayClosed(t.Context(), m.relay)
	_, err := m.Permit(t.Context(), m.owner, m.room.Slug, m.atGues.ID, rooms.PermissionChange{access.AbilityMicrophone: new(false)})
	m.must(err)
	in, _, err := m.Enter(t.Context(), m.atGues.ID, m.guest.SignInID, m.room.MediaName)
	if err != nil || slices.Contains(in.Admission.Sources, access.Microphone) || !slices.Contains(in.Admission.Sources, access.Camera) {
		t.Errorf("the gate signs %v, %v", in.Admission.Sources, err)
	}
}
