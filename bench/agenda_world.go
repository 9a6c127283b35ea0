package main

import (
	"context"
	"crypto/md5"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
)

// planners is how many people plan: with a million meetings, a state in which each meeting has an organizer and four others, and
// a third of the meetings recur each week for a quarter. Somebody's month then has about fifty dates.
const planners = 20_000

// plan makes one meeting and one series as anybody would, and copies them by SQL.
func (w *world) plan(ctx context.Context, count int) error {
	for _, recurrence := range []string{"", `,"recurrence":{"rules":["FREQ=WEEKLY;COUNT=12"]}`} {
		body := `{"title":"Point hebdomadaire","start":"` + time.Now().AddDate(0, 0, 1).Format("2006-01-02") +
			`T09:00:00","timeZone":"Europe/Paris","duration":"PT1H"` + recurrence + `}`
		if err := w.ask(ctx, w.cookies[0], http.MethodPost, "/meetings", body, nil); err != nil {
			return err
		}
	}
	w.hire()
	for _, sql := range []string{fmt.Sprintf(copyMeetings, planners, count), "VACUUM ANALYZE", "CHECKPOINT"} { // a database that grew over years has no such work waiting
		if err := w.bench.psql(ctx, w.database, sql); err != nil {
			return err
		}
	}
	return nil
}

// hire knows the people whom copyMeetings makes, and by what they are signed in.
func (w *world) hire() {
	for i := len(w.people); i < planners; i++ {
		cookie, _ := signedIn(i)
		w.cookies = append(w.cookies, cookie)
		w.people = append(w.people, uuid.UUID(md5.Sum(fmt.Append(nil, "person", i))).String())
	}
}

// one is the i-th of all people, none of whom comes again before all others were there.
func (w *world) one(i int) int {
	const stride = 7919 // has no factor with how many they are
	return i % len(w.people) * stride % len(w.people)
}

func (w *world) readMonth(i int) []byte {
	from := time.Now().UTC().Truncate(24 * time.Hour)
	return []byte("GET /api/v1/agenda?from=" + from.Format(time.RFC3339) + "&to=" + from.AddDate(0, 0, 30).Format(time.RFC3339) + " HTTP/1.1\r\nHost: " + w.host() +
		"\r\nCookie: parvis=" + w.cookies[w.one(i)] + "\r\n\r\n")
}

// createMeeting invites five people with an account and five without.
func (w *world) createMeeting(i int) []byte {
	var invitees []string
	for n := range 5 {
		invitees = append(invitees, fmt.Sprintf(`{"user":"%s"},{"email":"guest%d@example.com","name":"Camille Martin"}`, w.people[w.one(i+1+n)], 5*i+n))
	}
	start := time.Now().AddDate(0, 0, 1+i%300).Format("2006-01-02") + "T09:00:00"
	body := fmt.Sprintf(`{"title":"Réunion %d","start":"%s","timeZone":"Europe/Paris","duration":"PT1H","invitees":[%s]}`, i, start, strings.Join(invitees, ","))
	return fmt.Appendf(nil, "POST /api/v1/meetings HTTP/1.1\r\nHost: %s\r\nCookie: parvis=%s\r\nOrigin: http://%s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		w.host(), w.cookies[w.one(i)], w.host(), len(body), body)
}

// copyMeetings brings people to a number and meetings to another. Every third meeting is a series of twelve weeks; they begin
// within a year before and a year after. Copies name what their original names, so nobody looks that up ten million times.
const copyMeetings = `
SET session_replication_role = replica;
INSERT INTO people SELECT (jsonb_populate_record(p, jsonb_build_object('id', md5('person' || i)::uuid))).*
  FROM people p, generate_series((SELECT count(*) FROM people), %[1]d - 1) i WHERE p.id = (SELECT id FROM people ORDER BY id LIMIT 1);
UPDATE people SET email = id || '@example.org';
INSERT INTO sign_ins SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'person_id', md5('person' || i)::uuid,
    'secret_hash', sha256(int8send(i) || decode(repeat('00', 24), 'hex'))))).*
  FROM sign_ins s, generate_series((SELECT count(*) FROM sign_ins), %[1]d - 1) i WHERE s.id = (SELECT id FROM sign_ins ORDER BY id LIMIT 1);
CREATE TEMP TABLE who AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM people;
CREATE INDEX ON who (n);
CREATE TEMP TABLE what AS SELECT i, md5('meeting' || i)::uuid AS id, i %% 3 = 0 AS recurs,
  date_trunc('day', now()) + make_interval(days => (i::bigint * 7919 %% 730)::int - 365, hours => 8 + i %% 9) AS first_at FROM generate_series(1, %[2]d) i;
CREATE TEMP TABLE pattern AS SELECT m.*, m.rules::text <> '[]' AS recurs FROM meetings m;
DO $copy$ DECLARE list text; BEGIN
  SELECT string_agg(CASE column_name WHEN 'id' THEN 'w.id' WHEN 'uid' THEN 'w.id || ''@bench''' WHEN 'organizer_id' THEN 'who.id'
      WHEN 'starts' THEN 'to_char(w.first_at AT TIME ZONE m.zone, ''YYYY-MM-DD"T"HH24:MI:SS'')'
      WHEN 'first_at' THEN 'w.first_at' WHEN 'last_at' THEN 'w.first_at + CASE WHEN w.recurs THEN interval ''77 days 1 hour'' ELSE interval ''1 hour'' END'
      WHEN 'projected_until' THEN 'now() + interval ''1 year''' ELSE 'm.' || quote_ident(column_name) END, ', ' ORDER BY ordinal_position)
    INTO list FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 'meetings';
  EXECUTE 'INSERT INTO meetings SELECT ' || list || ' FROM what w JOIN who ON who.n = w.i %% %[1]d JOIN pattern m ON m.recurs = w.recurs';
END $copy$;
INSERT INTO invitees (id, meeting_id, position, person_id, email, folded, name, role, required, rsvp)
  SELECT gen_random_uuid(), w.id, k, who.id, '', '', '', 'member', true, 'needs-action'
  FROM what w CROSS JOIN generate_series(1, 4) k JOIN who ON who.n = (w.i + k * 31) %% %[1]d;
INSERT INTO agenda (person_id, meeting_id, first_at, last_at)
  SELECT who.id, m.id, m.first_at, m.last_at FROM what w JOIN meetings m ON m.id = w.id CROSS JOIN generate_series(0, 4) k JOIN who ON who.n = (w.i + k * 31) %% %[1]d
  ON CONFLICT DO NOTHING;`

// fill500 brings somebody's agenda to five hundred meetings.
const fill500 = `
INSERT INTO agenda (person_id, meeting_id, first_at, last_at)
  SELECT '%[1]s', id, first_at, last_at FROM meetings WHERE first_at > now() - interval '30 days' AND first_at < now() + interval '90 days'
  ORDER BY id LIMIT greatest(0, 500 - (SELECT count(*) FROM agenda WHERE person_id = '%[1]s')) ON CONFLICT DO NOTHING;`
