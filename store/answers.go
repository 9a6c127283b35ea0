package store

import (
	"context"
	"errors"
	"reflect"
	"time"

	"gorm.io/gorm"

	"parvis/access"
	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
)

type answerRow struct {
	InviteeID  string
	MeetingID  string
	Occurrence string
	RSVP       string `gorm:"column:rsvp"`
	Comment    string
	Sequence   int
	AnsweredAt moment
}

func (answerRow) TableName() string { return "answers" }

type proposalRow struct {
	InviteeID  string
	MeetingID  string
	Occurrence string
	Starts     string
	Duration   int64
	Comment    string
	Sequence   int
	ProposedAt moment
}

func (proposalRow) TableName() string { return "proposals" }

// dateName is how a date is kept; empty for the whole meeting, which sorts first.
func dateName(date recur.Local) string {
	if date.IsZero() {
		return ""
	}
	return date.ID()
}

func dateNamed(name string) (recur.Local, error) {
	if name == "" {
		return 0, nil
	}
	return recur.ParseID(name)
}

func rowsOfAnswers(meetingID string, i schedule.Invitee) []answerRow {
	rows := make([]answerRow, len(i.Answers))
	for n, a := range i.Answers {
		rows[n] = answerRow{i.ID, meetingID, dateName(a.Date), string(a.RSVP), a.Comment, a.Sequence, moment(a.At)}
	}
	return rows
}

func (r answerRow) answer() (schedule.Answer, error) {
	date, err := dateNamed(r.Occurrence)
	return schedule.Answer{Date: date, RSVP: schedule.RSVP(r.RSVP), Comment: r.Comment, At: r.AnsweredAt.time(), Sequence: r.Sequence}, err
}

func rowsOfProposals(meetingID string, i schedule.Invitee) []proposalRow {
	rows := make([]proposalRow, len(i.Proposals))
	for n, p := range i.Proposals {
		rows[n] = proposalRow{i.ID, meetingID, dateName(p.Date), p.Start.String(), seconds(p.Duration.Std()), p.Comment, p.Sequence, moment(p.At)}
	}
	return rows
}

func (r proposalRow) proposal() (schedule.Proposal, error) {
	date, err := dateNamed(r.Occurrence)
	if err != nil {
		return schedule.Proposal{}, err
	}
	start, err := recur.ParseLocal(r.Starts)
	return schedule.Proposal{
		Date: date, Start: start, Duration: recur.Duration(time.Duration(r.Duration) * time.Second), Comment: r.Comment,
		At: r.ProposedAt.time(), Sequence: r.Sequence,
	}, err
}

// addAnswers reads what invitees of a meeting said. where narrows it to some of them.
func addAnswers(g *gorm.DB, invitees []schedule.Invitee, where string, args ...any) error {
	of := map[string]*schedule.Invitee{}
	for i := range invitees {
		of[invitees[i].ID] = &invitees[i]
	}
	answers, err := all[answerRow](g, "SELECT * FROM answers WHERE "+where+" ORDER BY occurrence", args...)
	if err != nil {
		return err
	}
	for _, r := range answers {
		a, err := r.answer()
		if err != nil {
			return err
		}
		if in := of[r.InviteeID]; in != nil {
			in.Answers = append(in.Answers, a)
		}
	}
	proposals, err := all[proposalRow](g, "SELECT * FROM proposals WHERE "+where+" ORDER BY occurrence", args...)
	if err != nil {
		return err
	}
	for _, r := range proposals {
		p, err := r.proposal()
		if err != nil {
			return err
		}
		if in := of[r.InviteeID]; in != nil {
			in.Proposals = append(in.Proposals, p)
		}
	}
	return nil
}

// saveAnswers writes what those invited said, where a change of the meeting changed that: somebody was struck off, a date
// was moved, a series was parted.
func (t *tx) saveAnswers(before, after schedule.Meeting) error {
	if sameAnswers(before.Invitees, after.Invitees) {
		return nil
	}
	b := t.batch()
	b.forgetAnswers("meeting_id", before.ID)
	b.answers(after)
	return b.send()
}

func (b *batch) forgetAnswers(column, key string) {
	for _, table := range []string{"answers", "proposals"} {
		b.exec("DELETE FROM "+table+" WHERE "+column+" = ?", key)
	}
}

// answers writes what those invited to a meeting said.
func (b *batch) answers(m schedule.Meeting) {
	var answers []answerRow
	var proposals []proposalRow
	for _, i := range m.Invitees {
		answers, proposals = append(answers, rowsOfAnswers(m.ID, i)...), append(proposals, rowsOfProposals(m.ID, i)...)
	}
	insert(b, answers)
	insert(b, proposals)
}

// sameAnswers compares what stands in answers and proposals.
func sameAnswers(before, after []schedule.Invitee) bool {
	said := func(list []schedule.Invitee) map[string]schedule.Invitee {
		m := map[string]schedule.Invitee{}
		for _, i := range list {
			if len(i.Answers)+len(i.Proposals) > 0 {
				m[i.ID] = schedule.Invitee{Answers: some(i.Answers), Proposals: some(i.Proposals)}
			}
		}
		return m
	}
	return reflect.DeepEqual(said(before), said(after))
}

// Invitation implements schedule.Store.
func (d *DB) Invitation(ctx context.Context, of schedule.Invited, now time.Time) (m schedule.Meeting, err error) {
	err = d.snapshot(ctx, "find invitation", func(g *gorm.DB) (err error) {
		m, err = invitationOf(g, "", of, now)
		return err
	})
	return m, err
}

// AnswerInvitation implements schedule.Store.
func (d *DB) AnswerInvitation(ctx context.Context, of schedule.Invited, now time.Time, decide func(schedule.Meeting) (schedule.Answered, error)) error {
	return d.write(ctx, "answer invitation", func(t *tx) error {
		m, err := invitationOf(t.DB, t.store.dialect.forUpdateOf("m"), of, now)
		if err != nil {
			return err
		}
		if of.UID != "" {
			if err := addTold(t.DB, m); err != nil {
				return err
			}
		}
		done, err := decide(m)
		if err != nil || len(done.Events) == 0 {
			return err // nothing to tell: nothing has changed
		}
		in := done.Invitee
		m.Invitees = []schedule.Invitee{in}
		b := t.batch()
		b.exec("UPDATE invitees SET rsvp = ? WHERE id = ?", string(in.RSVP), in.ID)
		b.forgetAnswers("invitee_id", in.ID)
		b.answers(m)
		b.happened(done.Events)
		b.letters(m.Version, done.Letters)
		begun, err := t.report(b, m, done.Report, now)
		if err != nil {
			return err
		}
		b.later(tasksOf(done.Letters, begun...)...)
		return b.send()
	})
}

// invitationOf reads a meeting with one of those invited. Whom a link is of is asked again once the meeting is held:
// somebody may have been struck off meanwhile.
func invitationOf(g *gorm.DB, forUpdate string, of schedule.Invited, now time.Time) (schedule.Meeting, error) {
	id, err := meetingOfInvitation(g, of, now)
	if err != nil {
		return schedule.Meeting{}, err
	}
	find := func(g *gorm.DB, meetingID string) (schedule.Invitee, bool, error) { return inviteeOf(g, meetingID, of) }
	m, err := meetingWith(g, forUpdate, id, find)
	if err == nil && len(m.Invitees) == 0 && of.TokenHash != nil {
		err = fault.New(fault.CodeNotInvited, "whom this link was for is not invited any more")
	}
	return m, err
}

// meetingWith reads a meeting with one of those invited, or with none.
func meetingWith(g *gorm.DB, forUpdate, id string, find func(g *gorm.DB, meetingID string) (schedule.Invitee, bool, error)) (schedule.Meeting, error) {
	var row meetingRow
	if err := one(g, &row, "SELECT m.* FROM meetings m WHERE m.id = ?"+forUpdate, id); err != nil {
		if errors.Is(err, gorm.ErrRecordNotFound) {
			err = noMeeting(err)
		}
		return schedule.Meeting{}, err
	}
	m, err := row.meeting()
	if err != nil {
		return m, err
	}
	in, found, err := find(g, m.ID)
	if err == nil && found {
		m.Invitees = []schedule.Invitee{in}
		err = addAnswers(g, m.Invitees, "invitee_id = ?", in.ID)
	}
	if err != nil {
		return m, err
	}
	list := []schedule.Meeting{m}
	err = complete(g, list)
	return list[0], err
}

func meetingOfInvitation(g *gorm.DB, of schedule.Invited, now time.Time) (string, error) {
	switch {
	case of.TokenHash != nil:
		return meetingOfLink(g, of, now)
	case of.UID != "":
		var id string
		err := one(g, &id, "SELECT id FROM meetings WHERE uid = ? AND purged_at IS NULL", of.UID)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			err = noMeeting(err)
		}
		return id, err
	case !isKey(of.MeetingID):
		return "", noMeeting(nil)
	default:
		return of.MeetingID, nil
	}
}

// meetingOfLink finds the meeting of a personal link; of several that which comes first among those that are not over.
func meetingOfLink(g *gorm.DB, of schedule.Invited, now time.Time) (string, error) {
	var link linkRow
	err := one(g, &link, "SELECT id, revoked_at FROM links WHERE token_hash = ?", of.TokenHash)
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return "", fault.New(fault.CodeLinkUnknown, "there is no such personal link").Because(err)
	case err != nil:
		return "", err
	case link.RevokedAt != nil:
		return "", fault.New(fault.CodeLinkRevoked, "this personal link was taken back")
	}
	var id string
	where, args := "i.link_id = ?", []any{link.ID}
	if isKey(of.MeetingID) {
		where, args = where+" AND m.id = ?", append(args, of.MeetingID)
	}
	err = one(g, &id, "SELECT m.id FROM invitees i JOIN meetings m ON m.id = i.meeting_id WHERE "+where+
		" ORDER BY CASE WHEN m.status = 'confirmed' AND m.last_at > ? THEN 0 ELSE 1 END, m.first_at, m.id LIMIT 1", append(args, moment(now))...)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = fault.New(fault.CodeNotInvited, "whom this link was for is not invited any more").Because(err)
	}
	return id, err
}

// inviteeOf finds somebody among those invited to a meeting.
func inviteeOf(g *gorm.DB, meetingID string, of schedule.Invited) (schedule.Invitee, bool, error) {
	var where string
	var args []any
	switch {
	case of.TokenHash != nil:
		where, args = "link_id = (SELECT id FROM links WHERE token_hash = ? AND revoked_at IS NULL)", []any{of.TokenHash}
	case isKey(of.InviteeID):
		where, args = "id = ?", []any{of.InviteeID}
	case isKey(of.PersonID):
		where, args = "(person_id = ? OR claimed_by = ?)", []any{of.PersonID, of.PersonID}
	case of.Email != "":
		return inviteeAt(g, meetingID, of.Email)
	default:
		return schedule.Invitee{}, false, nil
	}
	return inviteeWhere(g, meetingID, where, args...)
}

func inviteeWhere(g *gorm.DB, meetingID, where string, args ...any) (schedule.Invitee, bool, error) {
	var row inviteeRow
	err := one(g, &row, "SELECT * FROM invitees WHERE meeting_id = ? AND "+where+" ORDER BY position LIMIT 1", append([]any{meetingID}, args...)...)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return schedule.Invitee{}, false, nil
	}
	return row.invitee(), err == nil, err
}

// inviteeAt finds who is invited at an address: by it, or by the account whose address it is today.
func inviteeAt(g *gorm.DB, meetingID, email string) (schedule.Invitee, bool, error) {
	type candidate struct {
		Invitee inviteeRow `gorm:"embedded"`
		Address string
	}
	rows, err := all[candidate](g, `SELECT i.*, COALESCE(p.email, i.email) AS address FROM invitees i LEFT JOIN people p ON p.id = i.person_id
		WHERE i.meeting_id = ? ORDER BY i.position`, meetingID)
	folded := access.FoldAddress(email)
	for _, r := range rows {
		if r.Address != "" && access.FoldAddress(r.Address) == folded {
			return r.Invitee.invitee(), true, nil
		}
	}
	return schedule.Invitee{}, false, err
}
