package scheduletest

import (
	"context"
	"slices"
	"time"

	"parvis/access"
	"parvis/fault"
	"parvis/job"
	"parvis/schedule"
	"parvis/schedule/recur"
)

// post keeps letters and what is to be done about them, and when reminders are due, as a transaction does.
func (m *Memory) post(about schedule.Meeting, letters []schedule.Letter) {
	m.send(about.Version, letters)
	if !about.RemindsAt.IsZero() {
		m.tasks = append(m.tasks, job.Task{Kind: job.SendReminders, Subject: about.ID, At: about.RemindsAt})
	}
}

// send keeps letters of a version of a meeting, and that they are to be sent.
func (m *Memory) send(version int64, letters []schedule.Letter) {
	for _, l := range letters {
		if slices.ContainsFunc(m.mail, func(o schedule.Letter) bool { return sameReminder(o, l) }) {
			continue
		}
		l.Version = version
		m.mail = append(m.mail, l)
		m.tasks = append(m.tasks, job.Task{Kind: job.SendLetter, Subject: l.ID})
	}
}

func sameReminder(a, b schedule.Letter) bool {
	return a.Kind == schedule.LetterReminder && b.Kind == schedule.LetterReminder && a.MeetingID == b.MeetingID &&
		a.Occurrence == b.Occurrence && a.Start.Equal(b.Start) && a.Before == b.Before && a.Recipient == b.Recipient
}

func (m *Memory) delivery(meetingID, inviteeID string) (last schedule.LetterState) {
	for _, l := range m.mail {
		if l.MeetingID == meetingID && l.InviteeID == inviteeID && l.Kind == schedule.LetterRequest && l.State != schedule.LetterSuperseded {
			last = l.State
		}
	}
	return last
}

// Letter implements schedule.Store.
func (m *Memory) Letter(_ context.Context, id string) (schedule.Letter, schedule.Standing, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.letter(id)
}

func (m *Memory) letter(id string) (schedule.Letter, schedule.Standing, error) {
	at := slices.IndexFunc(m.mail, func(l schedule.Letter) bool { return l.ID == id })
	if at < 0 {
		return schedule.Letter{}, schedule.Standing{}, fault.New(fault.CodeNotFound, "there is no such letter")
	}
	l, stands := m.mail[at], schedule.Standing{Begun: m.begun[id]}
	strikesOff := l.Kind == schedule.LetterCancel && l.Occurrence.IsZero()
	stands.Invited = strikesOff && m.named(m.plans[l.MeetingID]).Reaches(l.Address)
	for _, o := range m.mail {
		if o.MeetingID == l.MeetingID && strikesOff && access.FoldAddress(o.Address) == access.FoldAddress(l.Address) {
			stands.Heard = stands.Heard || m.heard(o, l)
		}
		if o.MeetingID != l.MeetingID || o.Recipient != l.Recipient {
			continue
		}
		whole := (o.Kind == schedule.LetterRequest || o.Kind == schedule.LetterCancel) && o.Occurrence.IsZero()
		stands.Newer = stands.Newer || (whole && o.Version > l.Version)
		stands.Heard = stands.Heard || m.heard(o, l)
	}
	stands.Told, stands.Known = m.told(l)
	return l, stands, nil
}

// heard tells that one letter says before another that the meeting takes place, and that somebody may have it.
func (m *Memory) heard(one, other schedule.Letter) bool {
	return one.Kind != schedule.LetterCancel && (one.State == schedule.LetterSent || m.begun[one.ID]) && one.Version < other.Version
}

// told is what somebody was told last before a letter, with the single dates that were cancelled since.
func (m *Memory) told(l schedule.Letter) (was bool, known *schedule.Known) {
	var off []recur.Local
	for _, o := range slices.Backward(m.mail) {
		if o.MeetingID != l.MeetingID || o.Recipient != l.Recipient || o.Version >= l.Version || o.State != schedule.LetterSent {
			continue
		}
		switch k, kept := m.knew[o.ID]; {
		case o.Kind == schedule.LetterCancel && o.Occurrence.IsZero():
			return false, nil
		case o.Kind == schedule.LetterCancel:
			off = append(off, o.Occurrence)
		case o.Kind == schedule.LetterRequest && kept:
			k = k.Without(off)
			return true, &k
		case o.Kind == schedule.LetterRequest:
			return true, nil
		}
	}
	return false, nil
}

// toldOf is what letters that were sent told somebody of a meeting.
func (m *Memory) toldOf(meetingID, recipient string) schedule.Told {
	told := schedule.Told{}
	for _, l := range m.mail {
		single := l.Kind == schedule.LetterCancel && !l.Occurrence.IsZero()
		if l.MeetingID == meetingID && l.Recipient == recipient && l.State == schedule.LetterSent && (l.Kind == schedule.LetterRequest || single) {
			told[l.Occurrence] = max(told[l.Occurrence], l.Sequence, m.sequences[l.ID])
		}
	}
	return told
}

// BeginLetter implements schedule.Store.
func (m *Memory) BeginLetter(_ context.Context, id string, _ time.Time, decide func(schedule.Letter, schedule.Standing, schedule.Meeting) (bool, error)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	l, standing, err := m.letter(id)
	if err != nil || l.State != schedule.LetterQueued {
		return err
	}
	if m.Fails != nil {
		return m.Fails
	}
	about := m.named(m.plans[l.MeetingID])
	known := about.Known()
	about.Invitees = slices.DeleteFunc(about.Invitees, func(i schedule.Invitee) bool { return i.Key() != l.Recipient })
	due, err := decide(l, standing, about)
	if err != nil {
		return err
	}
	if !due {
		m.settle(id, schedule.LetterSuperseded)
		return nil
	}
	if m.begun == nil {
		m.begun, m.knew, m.sequences = map[string]bool{}, map[string]schedule.Known{}, map[string]int{}
	}
	m.begun[id] = true
	if l.Kind == schedule.LetterRequest {
		m.knew[id], m.sequences[id] = known, about.Sequence
	}
	return nil
}

// UnbeginLetter implements schedule.Store.
func (m *Memory) UnbeginLetter(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.begun, id)
	return nil
}

// SettleLetter implements schedule.Store.
func (m *Memory) SettleLetter(_ context.Context, id string, state schedule.LetterState, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Fails != nil {
		return m.Fails
	}
	m.settle(id, state)
	return nil
}

func (m *Memory) settle(id string, state schedule.LetterState) {
	for i := range m.mail {
		if m.mail[i].ID == id && m.mail[i].State == schedule.LetterQueued {
			m.mail[i].State = state
		}
	}
}

// Remind implements schedule.Store.
func (m *Memory) Remind(_ context.Context, meetingID string, decide func(schedule.Meeting) (schedule.Reminding, error)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.plans[meetingID]
	if !ok {
		return none()
	}
	r, err := decide(m.named(p))
	if err != nil {
		return err
	}
	p.Meeting.RemindsAt, p.Meeting.RemindsOf = r.Next, r.Of
	m.plans[meetingID] = p
	m.post(p.Meeting, r.Letters)
	return nil
}

// Letters are all that were written, oldest first.
func (m *Memory) Letters() []schedule.Letter {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.mail)
}

// Tasks are all that was to be done later.
func (m *Memory) Tasks() []job.Task {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.tasks)
}
