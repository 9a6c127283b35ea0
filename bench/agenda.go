package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"parvis/schedule/recur"
)

// A state of 20 000 people who plan: each meeting has an organizer and four others, a third of them recur each week for a
// quarter. Somebody's month then has about fifty dates.
const (
	planners     = 20_000
	planned      = 1_000_000
	agendaRate   = 40 // months read in a second
	createRate   = 40 // meetings planned in a second
	agendaBudget = 25.0
	createBudget = 10.0
	feedBudget   = 50.0
	expandBudget = 2.0
)

// measureAgenda measures planning where a million meetings are planned already.
func measureAgenda(ctx context.Context, b *bench) ([]result, error) {
	w, err := b.open(ctx, "postgres", seeded)
	if err != nil {
		return nil, err
	}
	defer w.close()
	count := planned
	if b.short {
		count /= 10
	}
	if err := w.plan(ctx, count); err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	calm := func(rate float64, make request) (sample, time.Duration) {
		closedLoop(ctx, w.parvis.address, 4, b.length(5*time.Second), w.skip(1<<18), make)
		before := w.parvis.cpu()
		s := openLoop(ctx, w.parvis.address, 16, rate, b.length(30*time.Second), w.skip(1<<18), make)
		return s, w.parvis.cpu() - before
	}
	var lines []result
	for _, m := range []struct {
		name   string
		budget float64
		rate   float64
		make   request
	}{
		{fmt.Sprintf("agenda/a month among %d meetings", count), agendaBudget, agendaRate, w.readMonth},
		{"agenda/create with 10 invitees", createBudget, createRate, w.createMeeting},
	} {
		s, cpu := calm(m.rate, m.make)
		line := result{Name: m.name, Budget: fmt.Sprintf("p99 < %.0f ms", m.budget)}
		line.fill(s, cpu, w.parvis)
		line.Kept = line.Errors == 0 && line.P99ms < m.budget
		lines = append(lines, line)
		if s.first != "" {
			return lines, fmt.Errorf("%s: %s", m.name, s.first)
		}
	}
	feed, err := w.measureFeed(ctx, b)
	if err != nil {
		return nil, err
	}
	dates, err := expand()
	return append(lines, feed, dates), err
}

// plan makes one meeting and one series as anybody would, and copies them by SQL.
func (w *world) plan(ctx context.Context, count int) error {
	for _, recurrence := range []string{"", `,"recurrence":{"rules":["FREQ=WEEKLY;COUNT=12"]}`} {
		body := `{"title":"Point hebdomadaire","start":"` + time.Now().AddDate(0, 0, 1).Format("2006-01-02") +
			`T09:00:00","timeZone":"Europe/Paris","duration":"PT1H"` + recurrence + `}`
		if err := w.ask(ctx, w.cookies[0], http.MethodPost, "/meetings", body, nil); err != nil {
			return err
		}
	}
	return w.bench.psql(ctx, w.database, fmt.Sprintf(copyMeetings, planners, count))
}

func (w *world) readMonth(i int) []byte {
	from := time.Now().UTC().Truncate(24 * time.Hour)
	return []byte("GET /api/v1/agenda?from=" + from.Format(time.RFC3339) + "&to=" + from.AddDate(0, 0, 30).Format(time.RFC3339) + " HTTP/1.1\r\nHost: " + w.host() +
		"\r\nCookie: parvis=" + w.cookies[i%len(w.cookies)] + "\r\n\r\n")
}

func (w *world) createMeeting(i int) []byte {
	var invitees []string
	for n := range 10 {
		invitees = append(invitees, fmt.Sprintf(`{"user":"%s"}`, w.people[(i+1+n)%len(w.people)]))
	}
	start := time.Now().AddDate(0, 0, 1+i%300).Format("2006-01-02") + "T09:00:00"
	body := fmt.Sprintf(`{"title":"Réunion %d","start":"%s","timeZone":"Europe/Paris","duration":"PT1H","invitees":[%s]}`, i, start, strings.Join(invitees, ","))
	return fmt.Appendf(nil, "POST /api/v1/meetings HTTP/1.1\r\nHost: %s\r\nCookie: parvis=%s\r\nOrigin: http://%s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		w.host(), w.cookies[i%len(w.cookies)], w.host(), len(body), body)
}

// measureFeed reads the calendar of somebody with 500 meetings, as a program does that knows its address.
func (w *world) measureFeed(ctx context.Context, b *bench) (result, error) {
	if err := w.bench.psql(ctx, w.database, fmt.Sprintf(fill500, w.people[0])); err != nil {
		return result{}, err
	}
	var link struct{ URL string }
	if err := w.ask(ctx, w.cookies[0], http.MethodPost, "/me/feed", "", &link); err != nil {
		return result{}, err
	}
	path := link.URL[strings.Index(link.URL, "/api/"):]
	read := func(int) []byte { return []byte("GET " + path + " HTTP/1.1\r\nHost: " + w.host() + "\r\n\r\n") }
	s := closedLoop(ctx, w.parvis.address, 1, b.length(10*time.Second), 0, read)
	line := result{Name: "agenda/a feed of 500 meetings", Budget: fmt.Sprintf("p50 < %.0f ms", feedBudget)}
	line.fill(s, 0, w.parvis)
	line.Kept = line.Errors == 0 && line.P50ms < feedBudget
	if s.first != "" {
		return line, fmt.Errorf("feed: %s", s.first)
	}
	return line, nil
}

// expand is arithmetic in this process: each day for five years.
func expand() (result, error) {
	start, err := recur.ParseLocal("2026-11-21T09:00:00")
	if err != nil {
		return result{}, err
	}
	daily, err := recur.ParseRule("FREQ=DAILY", nil)
	if err != nil {
		return result{}, err
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return result{}, err
	}
	series := recur.Series{Start: start, Zone: paris.String(), Duration: recur.Duration(time.Hour), Rules: []recur.Rule{daily}}
	took := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			n := 0
			for range series.Occurrences(paris, time.Time{}, time.Time{}) {
				n++
			}
			if n != recur.MaxOccurrences {
				b.Fatalf("%d dates", n)
			}
		}
	})
	each := float64(took.NsPerOp()) / float64(time.Millisecond)
	return result{Name: fmt.Sprintf("agenda/%d dates of a rule", recur.MaxOccurrences), P50ms: each, Budget: fmt.Sprintf("mean < %.0f ms", expandBudget), Kept: each > 0 && each < expandBudget}, nil
}

// copyMeetings brings people to a number and meetings to another. Every third meeting is a series of twelve weeks; they begin
// within a year before and a year after.
const copyMeetings = `
INSERT INTO people SELECT (jsonb_populate_record(p, jsonb_build_object('id', md5('person' || i)::uuid))).*
  FROM people p, generate_series((SELECT count(*) FROM people), %[1]d - 1) i WHERE p.id = (SELECT id FROM people ORDER BY id LIMIT 1);
CREATE TEMP TABLE who AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM people;
CREATE INDEX ON who (n);
CREATE TEMP TABLE what AS SELECT i, md5('meeting' || i)::uuid AS id, i %% 3 = 0 AS recurs,
  date_trunc('day', now()) + make_interval(days => (i::bigint * 7919 %% 730)::int - 365, hours => 8 + i %% 9) AS first_at FROM generate_series(1, %[2]d) i;
INSERT INTO meetings
  SELECT (jsonb_populate_record(m, jsonb_build_object('id', w.id, 'uid', w.id || '@bench', 'organizer_id', who.id, 'starts', to_char(w.first_at AT TIME ZONE m.zone, 'YYYY-MM-DD"T"HH24:MI:SS'),
    'first_at', w.first_at, 'last_at', w.first_at + CASE WHEN w.recurs THEN interval '77 days 1 hour' ELSE interval '1 hour' END, 'projected_until', now() + interval '1 year'))).*
  FROM what w JOIN who ON who.n = w.i %% %[1]d JOIN meetings m ON (m.rules::text <> '[]') = w.recurs;
INSERT INTO invitees (id, meeting_id, position, person_id, email, folded, name, role, required, rsvp)
  SELECT gen_random_uuid(), w.id, k, who.id, '', '', '', 'member', true, 'needs-action'
  FROM what w CROSS JOIN generate_series(1, 4) k JOIN who ON who.n = (w.i + k * 31) %% %[1]d;
INSERT INTO agenda (person_id, meeting_id, first_at, last_at)
  SELECT who.id, m.id, m.first_at, m.last_at FROM what w JOIN meetings m ON m.id = w.id CROSS JOIN generate_series(0, 4) k JOIN who ON who.n = (w.i + k * 31) %% %[1]d
  ON CONFLICT DO NOTHING;
ANALYZE;`

// fill500 brings somebody's agenda to five hundred meetings.
const fill500 = `
INSERT INTO agenda (person_id, meeting_id, first_at, last_at)
  SELECT '%[1]s', id, first_at, last_at FROM meetings WHERE first_at > now() - interval '30 days' AND first_at < now() + interval '90 days'
  ORDER BY id LIMIT greatest(0, 500 - (SELECT count(*) FROM agenda WHERE person_id = '%[1]s')) ON CONFLICT DO NOTHING;`
