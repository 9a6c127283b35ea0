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

const (
	agendaRate   = 40 // months read in a second
	createRate   = 40 // meetings planned in a second
	mailedRate   = 10 // the same where each of them is ten mails, which the two cores write and send meanwhile
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
	count := b.meetings
	if b.short {
		count /= 10
	}
	if err := w.plan(ctx, count); err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	month, err := w.calmly(ctx, fmt.Sprintf("agenda/a month among %d meetings", count), agendaRate, agendaBudget, w.readMonth)
	if err != nil {
		return nil, err
	}
	create, err := w.calmly(ctx, "agenda/create with 10 invitees", createRate, createBudget, w.createMeeting)
	if err != nil {
		return nil, err
	}
	feed, err := w.measureFeed(ctx, b)
	if err != nil {
		return nil, err
	}
	mailed, err := w.measureMailed(ctx)
	if err != nil {
		return nil, err
	}
	dates, err := expand()
	return []result{month, create, mailed, feed, dates}, err
}

// calmly sends requests at a rate that leaves the machine room, after some that do not count.
func (w *world) calmly(ctx context.Context, name string, rate, budget float64, make request) (result, error) {
	const callers = 16
	line := result{Name: name, Budget: fmt.Sprintf("p99 < %.0f ms", budget)}
	openLoop(ctx, w.parvis.address, callers, rate, w.bench.length(5*time.Second), w.skip(1<<18), make)
	before := w.parvis.cpu()
	s := openLoop(ctx, w.parvis.address, callers, rate, w.bench.length(30*time.Second), w.skip(1<<18), make)
	line.fill(s, w.parvis.cpu()-before, w.parvis)
	line.Kept = line.Errors == 0 && line.P99ms < budget
	if s.first != "" {
		return line, fmt.Errorf("%s: %s", name, s.first)
	}
	return line, nil
}

// measureMailed plans as before, with a mail server: each meeting brings ten letters on their way, and they are sent meanwhile.
func (w *world) measureMailed(ctx context.Context) (result, error) {
	post, err := newPostOffice()
	if err != nil {
		return result{}, err
	}
	defer post.close()
	w.env = append(w.env, "PARVIS_SMTP_URL="+post.url(), "PARVIS_MAIL_FROM=Parvis <parvis@example.org>")
	if err := w.restart(ctx); err != nil {
		return result{}, err
	}
	line, err := w.calmly(ctx, "agenda/create with 10 invitees, who get mail", mailedRate, createBudget, w.createMeeting)
	if err == nil && post.taken.Load() == 0 {
		err = fmt.Errorf("%s: no mail came", line.Name)
	}
	return line, err
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
	line := result{Name: "agenda/a feed of 500 meetings", Budget: fmt.Sprintf("p99 < %.0f ms", feedBudget)}
	line.fill(s, 0, w.parvis)
	line.Kept = line.Errors == 0 && line.P99ms < feedBudget
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
