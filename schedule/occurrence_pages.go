package schedule

import (
	"cmp"
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"parvis/auth"
	"parvis/fault"
	"parvis/schedule/recur"
)

// OccurrenceQuery asks for a page of the dates of a meeting that touch a time, a zero time being no bound. Cancelled adds those
// that were left out. Cursor is Next of the page before.
type OccurrenceQuery struct {
	From, To  time.Time
	Cancelled bool
	PageSize  int
	Cursor    string
}

// OccurrencePage is a part of a list, in the order in which dates take place. Next is empty on the last one.
type OccurrencePage struct {
	Occurrences []Occurrence
	Next        string
}

const defaultPage = 50

// Occurrences lists the dates of a meeting.
func (s *Service) Occurrences(ctx context.Context, who auth.Identity, id string, q OccurrenceQuery) (OccurrencePage, error) {
	v, err := s.Get(ctx, who, id)
	if err != nil {
		return OccurrencePage{}, err
	}
	if !q.To.IsZero() && !q.From.Before(q.To) {
		return OccurrencePage{}, fault.New(fault.CodeInvalid, "the time ends before it begins").At("query.to", "a time after from")
	}
	after, err := parseDateCursor(q.Cursor)
	if err != nil {
		return OccurrencePage{}, err
	}
	d, err := s.datesOf(v.Definition)
	if err != nil {
		return OccurrencePage{}, err
	}
	page := d.page(q, after)
	v.fall(page.Occurrences)
	return page, nil
}

// fall marks of a cancelled meeting the dates that it no longer has; of the one that was on it says when it ended. Here they stay in the
// list: who reads the dates of a cancelled meeting asks which they were.
func (m Meeting) fall(list []Occurrence) {
	if m.Live() {
		return
	}
	for n, o := range list {
		held := m.held([]Occurrence{o}, time.Time{})
		if list[n].Cancelled = o.Cancelled || len(held) == 0; len(held) > 0 && !o.Cancelled {
			list[n] = held[0]
		}
	}
}

// page is what comes after a date, in the order of all.
func (d dates) page(q OccurrenceQuery, after Occurrence) OccurrencePage {
	list := d.between(q.From, q.To)
	if q.Cancelled {
		list = append(list, d.leftOut(q.From, q.To)...)
		slices.SortStableFunc(list, inOrder)
	}
	begins, found := slices.BinarySearchFunc(list, after, inOrder)
	if found {
		begins++
	}
	list = list[begins:]
	size := cmp.Or(q.PageSize, defaultPage)
	if len(list) <= size {
		return OccurrencePage{Occurrences: list}
	}
	return OccurrencePage{list[:size], dateCursor(list[size-1])}
}

// dateCursor names a date by its place in the order: when it begins, and its original start.
func dateCursor(o Occurrence) string {
	return base64.RawURLEncoding.EncodeToString([]byte(o.Start.UTC().Format(time.RFC3339) + " " + o.ID.ID()))
}

// parseDateCursor answers the place before all dates for no cursor.
func parseDateCursor(text string) (Occurrence, error) {
	if text == "" {
		return Occurrence{}, nil
	}
	wrong := fault.New(fault.CodeInvalid, "this cursor is not one of ours").At("query.cursor", "use next of the page before")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return Occurrence{}, wrong.Because(err)
	}
	start, id, _ := strings.Cut(string(raw), " ")
	var o Occurrence
	if o.Start, err = time.Parse(time.RFC3339, start); err != nil {
		return Occurrence{}, wrong.Because(err)
	}
	if o.ID, err = recur.ParseID(id); err != nil {
		return Occurrence{}, wrong.Because(err)
	}
	return o, nil
}
