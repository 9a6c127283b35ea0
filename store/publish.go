package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"parvis/event"
	"parvis/job"
	"parvis/webhook"
)

const publishLock = 0x70617277 // "parw": one publisher among the replicas, so that numbers follow what happened

// Publish implements webhook.Queue. It is asked all the time, and there is nothing to do most of it: that costs one look.
func (d *DB) Publish(ctx context.Context, most int, now time.Time, compose func(webhook.Happening) (webhook.Type, []byte, error)) (n int, err error) {
	if some, err := d.somePending(ctx); err != nil || !some {
		return 0, err
	}
	err = d.write(ctx, "publish events", func(t *tx) error {
		if d.dialect.postgres() {
			if _, err := exec(t.DB, "SELECT pg_advisory_xact_lock(?)", publishLock); err != nil {
				return err
			}
		}
		rows, err := all[eventRow](t.DB, "SELECT * FROM events WHERE pending ORDER BY at, id LIMIT ?", most)
		if n = len(rows); err != nil || n == 0 {
			return err
		}
		if err := t.publish(rows, now, compose); err != nil {
			return err
		}
		return chunks(rows, func(part []eventRow) error { return t.taken(part, now) })
	})
	return n, err
}

func (d *DB) somePending(ctx context.Context) (some bool, err error) {
	err = d.read(ctx, "pending events", func(g *gorm.DB) error {
		return one(g, &some, "SELECT EXISTS (SELECT 1 FROM events WHERE pending)")
	})
	return some, err
}

// taken notes that messages were made of events.
func (t *tx) taken(rows []eventRow, now time.Time) error {
	args := []any{false, moment(now)}
	for _, r := range rows {
		args = append(args, r.Subject, r.Seq)
	}
	keys := strings.TrimSuffix(strings.Repeat("(?, CAST(? AS bigint)), ", len(rows)), ", ")
	_, err := exec(t.DB, "UPDATE events SET pending = ?, delivered_at = ? WHERE (subject, seq) IN (VALUES "+keys+")", args...)
	return err
}

func (t *tx) publish(rows []eventRow, now time.Time, compose func(webhook.Happening) (webhook.Type, []byte, error)) error {
	listeners, err := t.listeners(rows, now)
	if err != nil || len(listeners) == 0 {
		return err
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(r eventRow) bool { return len(listeners[r.OrgID]) == 0 })
	happenings, err := t.happenings(rows)
	if err != nil {
		return err
	}
	var queued []deliveryRow
	woken := map[string]bool{}
	for _, h := range happenings {
		kind, body, err := compose(h)
		if err != nil {
			return err
		}
		for _, w := range listeners[h.Event.OrgID] {
			if !w.Wants(kind) {
				continue
			}
			queued = append(queued, rowOfDelivery(webhook.Delivery{
				ID: newID(), WebhookID: w.ID, MessageID: h.Event.ID, Type: kind, Body: body, State: webhook.Queued, NextAt: now, CreatedAt: now,
			}))
			woken[w.ID] = true
		}
	}
	if len(queued) > 0 { // what is queued already is no reason to keep all others waiting
		if err := t.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(queued, chunk/10).Error; err != nil {
			return err
		}
	}
	tasks := make([]job.Task, 0, len(woken))
	for id := range woken {
		tasks = append(tasks, job.Task{Kind: job.DeliverWebhook, Subject: id})
	}
	return t.later(tasks...)
}

// listeners are the endpoints that get messages, by organization.
func (t *tx) listeners(events []eventRow, now time.Time) (map[string][]webhook.Webhook, error) {
	var orgs []string
	for _, e := range events {
		orgs = append(orgs, e.OrgID)
	}
	found := map[string][]webhook.Webhook{}
	err := chunks(distinct(orgs), func(part []string) error {
		rows, err := all[webhookRow](t.DB, "SELECT w.* FROM webhooks w WHERE w.org_id IN ? AND w.state = 'active' AND "+liveWebhook+" AND "+makerLives, part, moment(now))
		for _, r := range rows {
			found[r.OrgID] = append(found[r.OrgID], r.webhook())
		}
		return err
	})
	return found, err
}

func distinct(keys []string) []string {
	keys = slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return !isKey(k) })
	return slices.Compact(slices.Sorted(slices.Values(keys)))
}

// place is where something happened.
type place struct{ meeting, session, room string }

// stream is what numbers messages: the meeting, else the room.
func (p place) stream() string {
	switch {
	case p.meeting != "":
		return "meeting:" + p.meeting
	case p.room != "":
		return "room:" + p.room
	default:
		return ""
	}
}

// whereWas is what an event itself says of where it happened.
func whereWas(e eventRow) place {
	p := place{}
	p.room, _ = e.Data.v["room"].(string)
	p.session, _ = e.Data.v["session"].(string)
	kind, id, _ := strings.Cut(e.Subject, ":")
	switch kind {
	case "meeting":
		p.meeting = id
	case "session":
		p.session = id
	}
	return p
}

// happenings are events with where they happened and their numbers, in the order of the events.
func (t *tx) happenings(events []eventRow) ([]webhook.Happening, error) {
	places := make([]place, len(events))
	for i, e := range events {
		places[i] = whereWas(e)
	}
	if err := t.findSessions(places); err != nil {
		return nil, err
	}
	if err := t.findOpenings(events, places); err != nil {
		return nil, err
	}
	slugs, err := t.slugs(places)
	if err != nil {
		return nil, err
	}
	numbers, err := t.numbers(places)
	if err != nil {
		return nil, err
	}
	happenings := make([]webhook.Happening, len(events))
	for i, e := range events {
		p := places[i]
		happenings[i] = webhook.Happening{Event: e.event(), MeetingID: p.meeting, SessionID: p.session, Room: slugs[p.room]}
		if s := p.stream(); s != "" {
			numbers[s]++
			happenings[i].Seq = numbers[s]
		}
	}
	return happenings, nil
}

func (r eventRow) event() event.Event {
	return event.Event{
		ID: r.ID, Seq: r.Seq, Type: event.Type(r.Type), OrgID: r.OrgID, Subject: r.Subject, Actor: r.Actor, OnBehalfOf: r.OnBehalfOf,
		At: r.At.time(), Data: r.Data.v,
	}
}

// findSessions adds the room and the meeting of sessions.
func (t *tx) findSessions(places []place) error {
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = p.session
	}
	return chunks(distinct(ids), func(part []string) error {
		rows, err := all[struct {
			ID, RoomID string
			MeetingID  optional
		}](t.DB, "SELECT id, room_id, meeting_id FROM sessions WHERE id IN ?", part)
		for _, r := range rows {
			for i := range places {
				if places[i].session == r.ID {
					places[i].room, places[i].meeting = r.RoomID, string(r.MeetingID)
				}
			}
		}
		return err
	})
}

// findOpenings adds the meeting of what happened before any session, at the door of a room.
func (t *tx) findOpenings(events []eventRow, places []place) error {
	var ids []string
	for _, p := range places {
		if p.session == "" && p.meeting == "" {
			ids = append(ids, p.room)
		}
	}
	return chunks(distinct(ids), func(part []string) error {
		dates, err := t.datesOfRooms("room_id IN ?", part)
		for i, p := range places {
			if p.session == "" && p.meeting == "" {
				places[i].meeting = meetingOf(dates, p.room, events[i].At.time())
			}
		}
		return err
	})
}

// slugs are the codes of rooms, by which the API knows them.
func (t *tx) slugs(places []place) (map[string]string, error) {
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = p.room
	}
	return slugsOf(t.DB, distinct(ids))
}

// numbers takes as many numbers as each stream needs, and answers the last one that was taken before.
func (t *tx) numbers(places []place) (map[string]int64, error) {
	needed := map[string]int64{}
	for _, p := range places {
		if s := p.stream(); s != "" {
			needed[s]++
		}
	}
	streams := make([]string, 0, len(needed))
	for s := range needed {
		streams = append(streams, s)
	}
	slices.Sort(streams)
	before := map[string]int64{}
	err := chunks(streams, func(part []string) error {
		args := make([]any, 0, 2*len(part))
		for _, s := range part {
			args = append(args, s, needed[s])
		}
		rows, err := all[struct {
			Stream string
			Seq    int64
		}](t.DB, "INSERT INTO webhook_streams (stream, seq) VALUES "+strings.TrimSuffix(strings.Repeat("(?, ?), ", len(part)), ", ")+
			" ON CONFLICT (stream) DO UPDATE SET seq = webhook_streams.seq + excluded.seq RETURNING stream, seq", args...)
		for _, r := range rows {
			before[r.Stream] = r.Seq - needed[r.Stream]
		}
		return err
	})
	return before, err
}
