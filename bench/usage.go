package main

import (
	"context"
	"fmt"
	"time"
)

const (
	usedSessions = 1_000_000 // in a year, of usingOrgs organizations
	usingOrgs    = 1000
	usageRate    = 20
	usageBudget  = 500.0
	countBudget  = 2000.0 // nobody waits for it, but it reads a busy day every ten minutes
)

// measureUsage reads the page of a year in which a million sessions took place, and counts one of its days anew.
func measureUsage(ctx context.Context, b *bench) ([]result, error) {
	w, err := b.open(ctx, "postgres", 1)
	if err != nil {
		return nil, err
	}
	defer w.close()
	count := usedSessions
	if b.short {
		count /= 10
	}
	for _, sql := range []string{fmt.Sprintf(copySessions, usingOrgs, count, w.people[0]), "VACUUM ANALYZE", "CHECKPOINT"} {
		if err := b.psql(ctx, w.database, sql); err != nil {
			return nil, err
		}
	}
	counted, err := w.countDay(ctx, count)
	if err != nil {
		return nil, err
	}
	to := time.Now().UTC().AddDate(0, 0, -1)
	page, err := w.calmly(ctx, fmt.Sprintf("usage/a year of %d sessions", count), usageRate, usageBudget, func(int) []byte {
		return []byte("GET /api/v1/usage?by=day&from=" + to.AddDate(0, 0, -364).Format(time.DateOnly) + "&to=" + to.Format(time.DateOnly) + " HTTP/1.1\r\nHost: " + w.host() +
			"\r\nCookie: parvis=" + w.cookies[0] + "\r\n\r\n")
	})
	return []result{page, counted}, err
}

// countDay counts the busy day before yesterday, as the platform does until it is over.
func (w *world) countDay(ctx context.Context, sessions int) (result, error) {
	db, err := w.store(ctx)
	if err != nil {
		return result{}, err
	}
	defer db.Close()
	day := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -2)
	began := time.Now()
	if err := db.CountDay(ctx, day, day.AddDate(0, 0, 1), true); err != nil {
		return result{}, err
	}
	took := float64(time.Since(began).Microseconds()) / millisPerSec
	return result{
		Name: fmt.Sprintf("usage/count a day of %d sessions with ten people each", sessions/365), P50ms: took,
		Budget: fmt.Sprintf("%.0f ms", countBudget), Kept: took < countBudget,
	}, nil
}

// copySessions makes organizations, a room of each, sessions that are spread over a year, who was in those of the last days, the
// counts of the days before, and somebody who may read them all.
const copySessions = `
INSERT INTO organizations (id, name, created_at) SELECT md5('org' || i)::uuid, 'Organization ' || i, now() FROM generate_series(0, %[1]d - 1) i;
INSERT INTO rooms SELECT (jsonb_populate_record(r, jsonb_build_object('id', md5('room' || i)::uuid, 'org_id', md5('org' || i)::uuid, 'slug', 'org-' || i, 'media_name', 'ORG' || i))).*
  FROM rooms r, generate_series(0, %[1]d - 1) i WHERE r.id = (SELECT id FROM rooms ORDER BY id LIMIT 1);
INSERT INTO sessions (id, org_id, room_id, sid, started_at, ended_at, attendance_until, people, peak)
  SELECT md5('session' || i)::uuid, md5('org' || i %% %[1]d)::uuid, md5('room' || i %% %[1]d)::uuid, 'sid', s.at, s.at + interval '1 hour', s.at + interval '90 days', 10, 10
  FROM generate_series(1, %[2]d) i, LATERAL (SELECT date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - make_interval(days => 1 + i %% 365) + make_interval(mins => 420 + i / 365 %% 600) AS at) s;
INSERT INTO admissions (id, org_id, room_id, session_id, who_kind, who_id, name, org_name, assurance, role, sources, state, reason, generation, created_at, ended_at)
  SELECT md5(s.id || 'admission' || k)::uuid, s.org_id, s.room_id, s.id, 'guest', 'guest' || k, '', '', 0, 'member', '[]', 'ended', 'left', 1, s.started_at, s.ended_at
  FROM sessions s, generate_series(1, 10) k WHERE s.started_at > now() - interval '4 days';
INSERT INTO participants (id, session_id, who_kind, who_id, name, org_name, assurance, role, first_joined_at)
  SELECT md5(s.id || 'participant' || k)::uuid, s.id, 'guest', 'guest' || k, '', '', 0, 'member', s.started_at
  FROM sessions s, generate_series(1, 10) k WHERE s.started_at > now() - interval '4 days';
INSERT INTO intervals (id, session_id, participant_id, admission_id, began_at, last_seen_at, ended_at)
  SELECT md5(p.id || 'interval')::uuid, p.session_id, p.id, md5(p.session_id || 'admission' || substr(p.who_id, 6))::uuid, s.started_at, s.ended_at, s.ended_at - make_interval(secs => random() * 600)
  FROM participants p JOIN sessions s ON s.id = p.session_id;
INSERT INTO usage_days (day, org_id, sessions, participants, seconds, peak, final)
  SELECT (started_at AT TIME ZONE 'UTC')::date, org_id, count(*), count(*) * 10, count(*) * 33000, 10, true FROM sessions WHERE started_at < date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - interval '3 days' GROUP BY 1, 2;
INSERT INTO usage_days (day, org_id, sessions, participants, seconds, peak, final)
  SELECT day, '00000000-0000-0000-0000-000000000000', sum(sessions), sum(participants), sum(seconds), max(peak), true FROM usage_days WHERE org_id <> '00000000-0000-0000-0000-000000000000' GROUP BY 1;
INSERT INTO appointments (id, person_id, role, given_by, given_at) VALUES (gen_random_uuid(), '%[3]s', 'platform-admin', 'system:bench', now());`
