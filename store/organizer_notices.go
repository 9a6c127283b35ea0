package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"parvis/fault"
	"parvis/job"
	"parvis/schedule"
)

type noticeRow struct {
	ID        string
	MeetingID string
	CreatedAt moment
	ClosedAt  *moment
	SettledAt *moment
}

func (noticeRow) TableName() string { return "notices" }

type reportRow struct {
	NoticeID   string
	InviteeID  string
	Occurrence string
}

func (reportRow) TableName() string { return "reports" }

// report puts an answer into the notice of its meeting that gathers, or into a new one with the task to send it. Whoever answers
// holds the meeting, so that two do not begin one at once.
func (t *tx) report(b *batch, m schedule.Meeting, r *schedule.Report, now time.Time) ([]job.Task, error) {
	if r == nil {
		return nil, nil
	}
	gathering, err := all[string](t.DB, "SELECT id FROM notices WHERE meeting_id = ? AND closed_at IS NULL", m.ID)
	if err != nil {
		return nil, err
	}
	entry := reportRow{r.NoticeID, r.InviteeID, dateName(r.Date)}
	var begun []job.Task
	if len(gathering) > 0 {
		entry.NoticeID = gathering[0]
	} else {
		insert(b, []noticeRow{{ID: r.NoticeID, MeetingID: m.ID, CreatedAt: moment(now)}})
		begun = []job.Task{{Kind: job.TellAnswers, Subject: r.NoticeID, At: r.Due}}
	}
	insert(b, []reportRow{entry}, clause.OnConflict{DoNothing: true})
	// A notice that is tried again tells answers as they are by then: it leaves this one to the notice that gathers.
	b.exec("DELETE FROM reports WHERE invitee_id = ? AND occurrence = ? AND notice_id IN (SELECT id FROM notices WHERE meeting_id = ? AND closed_at IS NOT NULL AND settled_at IS NULL)",
		entry.InviteeID, entry.Occurrence, m.ID)
	return begun, nil
}

func noNotice(err error) error {
	return fault.New(fault.CodeNotFound, "there is no such notice").Because(err)
}

// BeginNotice implements schedule.Store.
func (d *DB) BeginNotice(ctx context.Context, id string, now time.Time) (of schedule.NoticeOf, err error) {
	if !isKey(id) {
		return of, noNotice(nil)
	}
	err = d.write(ctx, "begin notice", func(t *tx) error {
		var row noticeRow
		err := one(t.DB, &row, "SELECT * FROM notices WHERE id = ? AND settled_at IS NULL", id)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			err = noNotice(err)
		}
		if err != nil {
			return err
		}
		of.CreatedAt = row.CreatedAt.time()
		if of.Meeting, err = meetingWhere(t.DB, t.store.dialect.forUpdateOf("m"), "m.id = ?", row.MeetingID); err != nil {
			return err
		}
		if of.Reports, err = reportsOf(t.DB, id); err != nil {
			return err
		}
		if of.Reader, err = openAccount(t.DB, of.Meeting.Organizer.PersonID); err != nil {
			return err
		}
		_, err = exec(t.DB, "UPDATE notices SET closed_at = COALESCE(closed_at, ?) WHERE id = ?", moment(now), id)
		return err
	})
	return of, err
}

// openAccount is somebody whose account is open; nil when it is not, or nobody's.
func openAccount(g *gorm.DB, id string) (*schedule.Person, error) {
	if !isKey(id) {
		return nil, nil
	}
	var row personRow
	err := one(g, &row, "SELECT * FROM people WHERE id = ? AND deactivated_at IS NULL", id)
	if err != nil {
		return nil, ignoreMissing(err)
	}
	return &schedule.Person{Name: row.person().DisplayName(), Email: row.Email, Locale: row.Locale}, nil
}

func reportsOf(g *gorm.DB, noticeID string) ([]schedule.Report, error) {
	rows, err := all[reportRow](g, `SELECT r.* FROM reports r LEFT JOIN invitees i ON i.id = r.invitee_id WHERE r.notice_id = ?
		ORDER BY i.position, r.invitee_id, r.occurrence`, noticeID)
	list := make([]schedule.Report, len(rows))
	for n, r := range rows {
		date, err := dateNamed(r.Occurrence)
		if err != nil {
			return nil, err
		}
		list[n] = schedule.Report{NoticeID: noticeID, InviteeID: r.InviteeID, Date: date}
	}
	return list, err
}

// SettleNotice implements schedule.Store.
func (d *DB) SettleNotice(ctx context.Context, id string, now time.Time) error {
	return d.write(ctx, "settle notice", func(t *tx) error {
		_, err := exec(t.DB, "UPDATE notices SET settled_at = ?, closed_at = COALESCE(closed_at, ?) WHERE id = ? AND settled_at IS NULL", moment(now), moment(now), id)
		return err
	})
}
