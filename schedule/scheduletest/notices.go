package scheduletest

import (
	"context"
	"slices"
	"time"

	"parvis/fault"
	"parvis/job"
	"parvis/schedule"
)

// notice is what an organizer is to hear of.
type notice struct {
	id, meetingID   string
	createdAt       time.Time
	reports         []schedule.Report
	closed, settled bool
}

func (m *Memory) report(meetingID string, r *schedule.Report, now time.Time) {
	if r == nil {
		return
	}
	at := slices.IndexFunc(m.notices, func(n notice) bool { return n.meetingID == meetingID && !n.closed })
	if at < 0 {
		at, m.notices = len(m.notices), append(m.notices, notice{id: r.NoticeID, meetingID: meetingID, createdAt: now})
		m.tasks = append(m.tasks, job.Task{Kind: job.TellAnswers, Subject: r.NoticeID, At: r.Due})
	}
	for i, n := range m.notices {
		if n.meetingID == meetingID && n.closed && !n.settled {
			m.notices[i].reports = slices.DeleteFunc(n.reports, func(o schedule.Report) bool { return o.InviteeID == r.InviteeID && o.Date == r.Date })
		}
	}
	n := &m.notices[at]
	entry := schedule.Report{NoticeID: n.id, InviteeID: r.InviteeID, Date: r.Date}
	if !slices.Contains(n.reports, entry) {
		n.reports = append(n.reports, entry)
	}
}

// BeginNotice implements schedule.Store.
func (m *Memory) BeginNotice(_ context.Context, id string, _ time.Time) (schedule.NoticeOf, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := slices.IndexFunc(m.notices, func(n notice) bool { return n.id == id && !n.settled })
	if at < 0 {
		return schedule.NoticeOf{}, fault.New(fault.CodeNotFound, "there is no such notice")
	}
	n := &m.notices[at]
	n.closed = true
	of := schedule.NoticeOf{Meeting: m.named(m.plans[n.meetingID]), Reports: slices.Clone(n.reports), CreatedAt: n.createdAt}
	if a, known := m.Accounts[of.Meeting.Organizer.PersonID]; known && !a.Closed {
		of.Reader = &a.Person
	}
	return of, nil
}

// SettleNotice implements schedule.Store.
func (m *Memory) SettleNotice(_ context.Context, id string, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.notices {
		if m.notices[i].id == id {
			m.notices[i].closed, m.notices[i].settled = true, true
		}
	}
	return nil
}
