package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"parvis/schedule"
)

// Meetings implements schedule.Store.
func (d *DB) Meetings(ctx context.Context, q schedule.MeetingQuery) (schedule.MeetingPage, error) {
	what, rest, args, err := d.dialect.meetingQuery(q)
	if err != nil {
		return schedule.MeetingPage{}, err
	}
	if q.Organizer != "" && !isKey(q.Organizer) || q.PersonID != "" && !isKey(q.PersonID) || !isText(q.App+q.ExternalID+q.Tag) {
		return schedule.MeetingPage{}, nil // PostgreSQL compares ids with ids alone, and texts with what it can hold
	}
	size := pageSize(q.PageSize)
	var page schedule.MeetingPage
	err = d.snapshot(ctx, "list meetings", func(g *gorm.DB) error {
		page = schedule.MeetingPage{}
		rest, args := rest, args
		if q.Title != "" {
			ids, err := titled(g, q, rest, args, size+1)
			if err != nil || len(ids) == 0 {
				return err
			}
			rest, args = rest+" AND m.id IN ?", append(slices.Clone(args), ids)
		}
		rows, err := all[listedMeeting](g, what+rest+inOrder+" LIMIT ?", append(slices.Clone(args), size+1)...)
		if err != nil {
			return err
		}
		if len(rows) > size {
			rows = rows[:size]
			page.Next = cursor{rows[size-1].Meeting.FirstAt.time(), rows[size-1].Meeting.ID}.String()
		}
		for _, r := range rows {
			m, err := r.Meeting.meeting()
			if err != nil {
				return err
			}
			m.Mine, m.MineClaimed = schedule.RSVP(r.Mine), r.Claimed
			page.Meetings = append(page.Meetings, m)
		}
		if err := addMine(g, page.Meetings, rows); err != nil {
			return err
		}
		return complete(g, page.Meetings)
	})
	return page, err
}

type listedMeeting struct {
	Meeting meetingRow `gorm:"embedded"` // GORM passes over an embedded type that is not exported
	Mine    string
	MineID  string
	Claimed bool
}

// inOrder is the order of lists.
const inOrder = " ORDER BY m.first_at, m.id"

// titled answers the first meetings of a query that have the title it asks for. Titles are compared in Go, where both
// databases fold alike; the query is of one person's meetings, so that they are few.
func titled(g *gorm.DB, q schedule.MeetingQuery, rest string, args []any, most int) (ids []string, err error) {
	rows, err := all[struct{ ID, Title string }](g, "SELECT m.id, m.title"+rest+inOrder, args...)
	for _, r := range rows {
		if len(ids) < most && q.Titled(r.Title) {
			ids = append(ids, r.ID)
		}
	}
	return ids, err
}

// meetingQuery answers what is read of meetings, and from where. It names the time by first and last date: a series between
// whose dates the time falls is in the answer, and whoever asks sees from its occurrences that it has none there.
func (d dialect) meetingQuery(q schedule.MeetingQuery) (what, rest string, args []any, err error) {
	var b strings.Builder
	where := func(condition string, more ...any) {
		b.WriteString(" AND " + condition)
		args = append(args, more...)
	}
	from := "m"
	if q.PersonID != "" {
		what = "SELECT m.*, COALESCE(i.rsvp, '') AS mine, COALESCE(CAST(i.id AS text), '') AS mine_id, (i.id IS NOT NULL AND i.person_id IS NULL) AS claimed"
		b.WriteString(" FROM agenda a JOIN meetings m ON m.id = a.meeting_id " +
			"LEFT JOIN invitees i ON i.meeting_id = m.id AND (i.person_id = a.person_id OR i.claimed_by = a.person_id) WHERE a.person_id = ?")
		args = append(args, q.PersonID)
		from = "a"
		if !q.Now.IsZero() {
			standsIn, now := d.standsIn(q.Now)
			where("(m.organizer_id = a.person_id OR i.id IS NOT NULL OR "+standsIn+")", now)
		}
	} else {
		what = "SELECT m.*"
		b.WriteString(" FROM meetings m WHERE m.org_id = ? AND m.purged_at IS NULL")
		args = append(args, q.OrgID)
	}
	if !q.From.IsZero() {
		where(from+".last_at > ?", moment(q.From))
	}
	if !q.To.IsZero() {
		where(from+".first_at < ?", moment(q.To))
	}
	for _, filter := range []struct{ column, value string }{
		{"m.app", q.App}, {"m.organizer_id", q.Organizer}, {"m.external_id", q.ExternalID}, {"m.status", string(q.Status)},
	} {
		if filter.value != "" {
			where(filter.column+" = ?", filter.value)
		}
	}
	if name, value, exact := strings.Cut(q.Tag, "="); exact {
		where("EXISTS (SELECT 1 FROM meeting_tags t WHERE t.meeting_id = m.id AND t.name = ? AND t.value = ?)", name, value)
	} else if name != "" {
		where("EXISTS (SELECT 1 FROM meeting_tags t WHERE t.meeting_id = m.id AND t.name = ?)", name)
	}
	if q.Cursor != "" {
		after, err := parseCursor(q.Cursor)
		if err != nil {
			return "", "", nil, err
		}
		where("(m.first_at, m.id) > (?, ?)", moment(after.activeAt), after.id)
	}
	return what, b.String(), args, nil
}

// standsIn is the condition that the mandate of who has the meeting in their agenda has not ended; it ends with no write.
func (d dialect) standsIn(now time.Time) (condition string, arg any) {
	if d.postgres() {
		return `EXISTS (SELECT 1 FROM jsonb_array_elements(m.deputies) s WHERE s.value ->> 'person' = CAST(a.person_id AS text)
			AND (s.value ->> 'until' IS NULL OR CAST(s.value ->> 'until' AS timestamptz) > ?))`, moment(now)
	}
	return `EXISTS (SELECT 1 FROM json_each(m.deputies) s WHERE json_extract(s.value, '$.person') = a.person_id
		AND (json_extract(s.value, '$.until') IS NULL OR unixepoch(json_extract(s.value, '$.until')) > ?))`, now.Unix()
}

// addMine adds to listed meetings what the person whose list it is answered to single dates of them.
func addMine(g *gorm.DB, list []schedule.Meeting, rows []listedMeeting) error {
	of := map[string]*schedule.Meeting{}
	var ids []string
	for n, r := range rows {
		if r.MineID != "" {
			of[r.MineID], ids = &list[n], append(ids, r.MineID)
		}
	}
	return chunks(ids, func(some []string) error {
		answers, err := all[answerRow](g, "SELECT * FROM answers WHERE invitee_id IN ? AND occurrence <> '' ORDER BY occurrence", some)
		if err != nil {
			return err
		}
		for _, r := range answers {
			a, err := r.answer()
			if err != nil {
				return err
			}
			of[r.InviteeID].MineByDate = append(of[r.InviteeID].MineByDate, a)
		}
		return nil
	})
}
