package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"parvis/access"
	"parvis/fault"
	"parvis/job"
	"parvis/schedule"
	"parvis/schedule/recur"
)

type letterRow struct {
	ID          string
	OrgID       string
	MeetingID   string
	Version     int64
	InviteeID   string
	Recipient   string
	Kind        string
	Sequence    int
	Occurrence  string
	Title       string
	Starts      *moment
	Ends        *moment
	BeforeStart int64
	Address     string
	Name        string
	Language    string
	MessageID   string
	State       string
	CreatedAt   moment
	DoneAt      *moment
	BegunAt     *moment
	ToldVersion *int64
}

func (letterRow) TableName() string { return "letters" }

func rowOfLetter(l schedule.Letter, version int64) letterRow {
	row := letterRow{
		ID: l.ID, OrgID: l.OrgID, MeetingID: l.MeetingID, Version: version, InviteeID: l.InviteeID, Recipient: l.Recipient,
		Kind: string(l.Kind), Sequence: l.Sequence, Title: l.Title, Starts: momentUnlessZero(l.Start), Ends: momentUnlessZero(l.End), BeforeStart: seconds(l.Before),
		Address: l.Address, Name: l.Name, Language: l.Language, MessageID: l.MessageID, State: string(l.State), CreatedAt: moment(l.CreatedAt),
	}
	if !l.Occurrence.IsZero() {
		row.Occurrence = l.Occurrence.String()
	}
	return row
}

func (r letterRow) letter() (schedule.Letter, error) {
	l := schedule.Letter{
		ID: r.ID, OrgID: r.OrgID, MeetingID: r.MeetingID, Version: r.Version, InviteeID: r.InviteeID, Recipient: r.Recipient,
		Kind: schedule.LetterKind(r.Kind), Sequence: r.Sequence, Title: r.Title, Before: time.Duration(r.BeforeStart) * time.Second,
		Address: r.Address, Name: r.Name, Language: r.Language, MessageID: r.MessageID, State: schedule.LetterState(r.State), CreatedAt: r.CreatedAt.time(),
	}
	if r.Starts != nil && r.Ends != nil {
		l.Start, l.End = r.Starts.time(), r.Ends.time()
	}
	if r.Occurrence == "" {
		return l, nil
	}
	var err error
	l.Occurrence, err = recur.ParseLocal(r.Occurrence)
	return l, err
}

// letters writes letters of a version of a meeting; tasksOf has them sent. A reminder that was written before is not written
// again.
func (b *batch) letters(version int64, letters []schedule.Letter) {
	rows := make([]letterRow, len(letters))
	for i, l := range letters {
		rows[i] = rowOfLetter(l, version)
	}
	insert(b, rows, clause.OnConflict{DoNothing: true})
}

// tasksOf has letters sent, after other tasks.
func tasksOf(letters []schedule.Letter, tasks ...job.Task) []job.Task {
	for _, l := range letters {
		tasks = append(tasks, job.Task{Kind: job.SendLetter, Subject: l.ID})
	}
	return tasks
}

// remindersOf has the reminders of a meeting written when the next is due. Tasks of before find that it is too early, or that
// there is nothing to do.
func remindersOf(m schedule.Meeting) []job.Task {
	if m.RemindsAt.IsZero() {
		return nil
	}
	return []job.Task{{Kind: job.SendReminders, Subject: m.ID, At: m.RemindsAt}}
}

// deliveries are how far the last invitation to each of those invited has come, by their ids.
func deliveries(g *gorm.DB, meetingID string) (map[string]schedule.LetterState, error) {
	rows, err := all[struct{ InviteeID, State string }](g,
		`SELECT invitee_id, state FROM (SELECT invitee_id, state, ROW_NUMBER() OVER (PARTITION BY invitee_id ORDER BY version DESC) AS nth
			FROM letters WHERE meeting_id = ? AND kind = 'request' AND state <> 'superseded') latest WHERE nth = 1`, meetingID)
	last := make(map[string]schedule.LetterState, len(rows))
	for _, r := range rows {
		last[r.InviteeID] = schedule.LetterState(r.State)
	}
	return last, err
}

// What else there is for the person of a letter: see schedule.Standing.
const selectLetter = `SELECT l.*,
	EXISTS (SELECT 1 FROM letters n WHERE n.meeting_id = l.meeting_id AND n.recipient = l.recipient AND n.version > l.version
		AND n.kind IN ('request', 'cancel') AND n.occurrence = '') AS newer,
	EXISTS (SELECT 1 FROM letters h WHERE h.meeting_id = l.meeting_id AND h.recipient = l.recipient AND h.version < l.version
		AND h.kind <> 'cancel' AND (h.state = 'sent' OR h.begun_at IS NOT NULL)) AS heard
	FROM letters l WHERE l.id = ?`

func noLetter(err error) error {
	return fault.New(fault.CodeNotFound, "there is no such letter").Because(err)
}

func oneLetter(g *gorm.DB, id string) (schedule.Letter, schedule.Standing, error) {
	var row struct {
		Row          letterRow `gorm:"embedded"`
		Newer, Heard bool
	}
	if !isKey(id) {
		return schedule.Letter{}, schedule.Standing{}, noLetter(nil)
	}
	err := one(g, &row, selectLetter, id)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = noLetter(err)
	}
	if err != nil {
		return schedule.Letter{}, schedule.Standing{}, err
	}
	l, err := row.Row.letter()
	if err != nil {
		return l, schedule.Standing{}, err
	}
	stands := schedule.Standing{Newer: row.Newer, Heard: row.Heard, Begun: row.Row.BegunAt != nil}
	stands.Told, stands.Known, err = told(g, row.Row)
	if err == nil && l.Kind == schedule.LetterCancel && l.Occurrence.IsZero() {
		err = row.Row.mailbox(g, &stands)
	}
	return l, stands, err
}

// mailbox looks at who else reads the mails to the address of a cancellation: accounts and invited addresses have one mailbox, and two
// names as recipients. Addresses are compared in Go, where both databases fold alike.
func (r letterRow) mailbox(g *gorm.DB, stands *schedule.Standing) error {
	same := func(address string) bool { return access.FoldAddress(address) == access.FoldAddress(r.Address) }
	invited, err := all[string](g, `SELECT i.email FROM invitees i WHERE i.meeting_id = ? AND i.person_id IS NULL
		UNION ALL SELECT p.email FROM invitees i JOIN people p ON p.id = i.person_id WHERE i.meeting_id = ?`, r.MeetingID, r.MeetingID)
	if err != nil {
		return err
	}
	stands.Invited = slices.ContainsFunc(invited, same)
	if stands.Heard {
		return nil
	}
	heard, err := all[string](g, `SELECT DISTINCT h.address FROM letters h WHERE h.meeting_id = ? AND h.version < ?
		AND h.kind <> 'cancel' AND (h.state = 'sent' OR h.begun_at IS NOT NULL)`, r.MeetingID, r.Version)
	stands.Heard = slices.ContainsFunc(heard, same)
	return err
}

// letterAt is a letter alone.
func letterAt(g *gorm.DB, id string) (row letterRow, err error) {
	if !isKey(id) {
		return row, noLetter(nil)
	}
	err = one(g, &row, "SELECT * FROM letters WHERE id = ?", id)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = noLetter(err)
	}
	return row, err
}

// reader finds whom a letter is to among those invited to its meeting by now.
func (r letterRow) reader(g *gorm.DB, meetingID string) (schedule.Invitee, bool, error) {
	where, key := "person_id = ?", strings.TrimPrefix(r.Recipient, "person:")
	if address, found := strings.CutPrefix(r.Recipient, "email:"); found {
		where, key = "person_id IS NULL AND folded = ?", address
	}
	return inviteeWhere(g, meetingID, where, key)
}

// Letter implements schedule.Store.
func (d *DB) Letter(ctx context.Context, id string) (l schedule.Letter, s schedule.Standing, err error) {
	err = d.read(ctx, "find letter", func(g *gorm.DB) error {
		l, s, err = oneLetter(g, id)
		return err
	})
	return l, s, err
}

// BeginLetter implements schedule.Store. Who cancels the meeting, or strikes somebody off, holds it too: either the letter is no
// longer due, or the cancellation finds that it may have arrived.
func (d *DB) BeginLetter(ctx context.Context, id string, now time.Time, decide func(schedule.Letter, schedule.Standing, schedule.Meeting) (bool, error)) error {
	return d.write(ctx, "begin letter", func(t *tx) error {
		row, err := letterAt(t.DB, id)
		if err != nil {
			return err
		}
		m, err := meetingWith(t.DB, t.store.dialect.forUpdateOf("m"), row.MeetingID, row.reader)
		if err != nil {
			return err
		}
		l, standing, err := oneLetter(t.DB, id) // as it is for who holds the meeting
		if err != nil || l.State != schedule.LetterQueued {
			return err
		}
		due, err := decide(l, standing, m)
		switch {
		case err != nil:
			return err
		case due:
			return t.begun(l, m, now)
		default:
			return t.settleLetter(id, schedule.LetterSuperseded, now)
		}
	})
}

// UnbeginLetter implements schedule.Store.
func (d *DB) UnbeginLetter(ctx context.Context, id string) error {
	return d.write(ctx, "letter not sent", func(t *tx) error {
		_, err := exec(t.DB, "UPDATE letters SET begun_at = NULL WHERE id = ? AND state <> 'sent'", id)
		return err
	})
}

// SettleLetter implements schedule.Store.
func (d *DB) SettleLetter(ctx context.Context, id string, state schedule.LetterState, now time.Time) error {
	return d.write(ctx, "settle letter", func(t *tx) error { return t.settleLetter(id, state, now) })
}

func (t *tx) settleLetter(id string, state schedule.LetterState, now time.Time) error {
	purged, err := t.purgedOf(id)
	if err != nil {
		return err
	}
	_, err = exec(t.DB, "UPDATE letters SET state = ?, done_at = ? WHERE id = ? AND state = 'queued'", string(state), moment(now), id)
	if err != nil || purged == "" {
		return err
	}
	return t.erasePurged(purged)
}

// Remind implements schedule.Store.
func (d *DB) Remind(ctx context.Context, meetingID string, decide func(schedule.Meeting) (schedule.Reminding, error)) error {
	if !isKey(meetingID) {
		return noMeeting(nil)
	}
	return d.write(ctx, "remind", func(t *tx) error {
		m, err := meetingWhere(t.DB, t.store.dialect.forUpdateOf("m"), "m.id = ?", meetingID)
		if err != nil {
			return err
		}
		r, err := decide(m)
		if err != nil {
			return err
		}
		m.RemindsAt = r.Next
		b := t.batch()
		b.exec("UPDATE meetings SET reminds_at = ?, reminds_of = ? WHERE id = ?", momentUnlessZero(r.Next), remindedOf(r.Next, r.Of), m.ID)
		b.letters(m.Version, r.Letters)
		b.later(tasksOf(r.Letters, remindersOf(m)...)...)
		return b.send()
	})
}
