package invitation_test

import (
	"bytes"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parvis/auth"
	"parvis/job"
	"parvis/mail"
	"parvis/mail/invitation"
	"parvis/mail/mailtest"
	"parvis/policy/policytest"
	"parvis/schedule"
	"parvis/schedule/recur"
	"parvis/schedule/scheduletest"
	"parvis/seal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const org = "0198a5c2-3c0f-7b02-8f3d-000000000001"

var camille = auth.Identity{Kind: auth.Person, ID: "camille", PersonID: "camille", OrgID: org, Name: "Camille Martin"}

// house is planning and post, with a mail server that is real, and meetings in memory.
type house struct {
	*schedule.Service
	post   *invitation.Post
	store  *scheduletest.Memory
	server *mailtest.Server
	log    *bytes.Buffer
	now    time.Time
	unread bool // nobody reads the mailbox
}

// newHouse stands at nine o'clock in Paris on Tuesday 10 November 2026.
func newHouse(t *testing.T, o mailtest.Options) *house {
	t.Helper()
	h := &house{
		now: time.Date(2026, 11, 10, 8, 0, 0, 0, time.UTC), server: mailtest.Start(t, o), log: &bytes.Buffer{},
		store: &scheduletest.Memory{Accounts: map[string]scheduletest.Account{
			"camille": {Person: schedule.Person{Name: "Camille Martin", Email: "camille@interieur.example"}, OrgID: org},
			"odile":   {Person: schedule.Person{Name: "Odile Grant", Email: "odile@interieur.example", Locale: "en-GB"}, OrgID: org},
		}},
	}
	logger := slog.New(slog.NewTextHandler(h.log, nil))
	h.Service = schedule.New(schedule.Ports{
		Store: h.store, Rooms: h.store, Policies: policytest.Free{}, Zones: time.LoadLocation, Box: seal.New([32]byte{1}), Host: "meet.example.org", SendsMail: true,
		Now: h.clock, Logger: logger,
	})
	h.post = h.through(t, h.smtp(t, h.server.Port))
	return h
}

func (h *house) clock() time.Time { return h.now }

func (h *house) smtp(t *testing.T, port int) *mail.SMTP {
	t.Helper()
	s, err := mail.NewSMTP(mail.Options{
		Host: "127.0.0.1", Port: port, Security: mail.Bare, From: "Parvis <parvis@meet.example.org>", Hello: "meet.example.org", Now: h.clock,
		Logger: slog.New(slog.NewTextHandler(h.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (h *house) through(t *testing.T, s invitation.Sender) *invitation.Post {
	t.Helper()
	return h.with(t, h.Service, s)
}

func (h *house) with(t *testing.T, letters invitation.Letters, s invitation.Sender) *invitation.Post {
	t.Helper()
	p, err := invitation.New(invitation.Options{
		Letters: letters, Notices: h.Service, Sender: s, Zones: time.LoadLocation, Platform: "Parvis", BaseURL: "https://meet.example.org/", From: "Parvis <parvis@meet.example.org>",
		Reads: !h.unread, Now: h.clock, Logger: slog.New(slog.NewTextHandler(h.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// work does what is due, once each, in the order in which it was asked for, and answers the errors.
func (h *house) work(t *testing.T) (errs []error) {
	t.Helper()
	for i := 0; i < len(h.store.Tasks()); i++ { // reminders ask for letters
		task := h.store.Tasks()[i]
		if task.At.After(h.now) {
			continue
		}
		do := h.post.Send
		switch task.Kind {
		case job.SendReminders:
			do = h.Remind
		case job.TellAnswers:
			do = h.post.TellAnswers
		}
		if err := do(t.Context(), task.Subject); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// delivered works and answers what arrived, of what had not before.
func (h *house) delivered(t *testing.T) []letter {
	t.Helper()
	before := len(h.server.Letters())
	if errs := h.work(t); len(errs) > 0 {
		t.Fatal(errs)
	}
	var list []letter
	for _, l := range h.server.Letters()[before:] {
		list = append(list, open(t, l))
	}
	slices.SortStableFunc(list, func(a, b letter) int { return strings.Compare(a.To, b.To) })
	return list
}

// meeting is every Tuesday at nine, ten times from the next one on, with a guest and a colleague.
func meeting(t *testing.T, rules ...string) schedule.NewMeeting {
	t.Helper()
	s, report := recur.Parse(recur.Text{Start: "2026-11-17T09:00:00", TimeZone: "Europe/Paris", Duration: "PT1H30M", Rules: rules}, recur.Terms{Zones: time.LoadLocation, Kept: true})
	if len(report.Problems) > 0 {
		t.Fatalf("%+v", report.Problems)
	}
	return schedule.NewMeeting{Definition: schedule.Definition{
		Title: "Comité de pilotage", Description: "Ordre du jour :\n1. Budget", Language: "fr", When: s,
		Organizer: schedule.Organizer{OnBehalfOf: "Cabinet du préfet"},
		Access:    schedule.Access{OpensBefore: schedule.DefaultOpensBefore, ClosesAfter: schedule.DefaultClosesAfter},
		Invitees:  []schedule.Invitee{{Email: "zoe@x.example", Name: "Zoé Durand", Required: true}, {PersonID: "odile", Required: true}},
		Reminders: []time.Duration{24 * time.Hour},
	}}
}

func (h *house) planned(t *testing.T, n schedule.NewMeeting) schedule.View {
	t.Helper()
	v, err := h.Create(t.Context(), camille, n)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// letter is a mail as its reader's program takes it apart.
type letter struct {
	netmail.Header
	To         string
	Text, HTML string
	Method     string
	Calendar   string // unfolded
	Attached   string
}

func open(t *testing.T, l mailtest.Letter) letter {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(l.Data))
	if err != nil {
		t.Fatal(err)
	}
	out := letter{Header: m.Header, To: l.To}
	out.take(t, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), "", m.Body)
	return out
}

func (l *letter) take(t *testing.T, kind, encoding, disposition string, body io.Reader) {
	t.Helper()
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		t.Fatalf("%q: %v", kind, err)
	}
	if strings.HasPrefix(media, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			part, err := parts.NextRawPart()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			l.take(t, part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part.Header.Get("Content-Disposition"), part)
		}
	}
	content := string(decoded(t, encoding, body))
	switch {
	case strings.HasPrefix(disposition, "attachment"):
		l.Attached = content
	case media == "text/plain":
		l.Text = strings.ReplaceAll(content, "\r\n", "\n")
	case media == "text/html":
		l.HTML = content
	case media == "text/calendar":
		l.Method, l.Calendar = params["method"], content
	default:
		t.Errorf("a part of the kind %s", media)
	}
}

var folds = strings.NewReplacer("\r\n ", "", "\r\n", "\n")

// lines are the properties of the calendar of this name, with what stands before the colon.
func (l letter) lines(name string) (found []string) {
	for line := range strings.SplitSeq(folds.Replace(l.Calendar), "\n") {
		if strings.HasPrefix(line, name+":") || strings.HasPrefix(line, name+";") {
			found = append(found, line)
		}
	}
	return found
}

func (l letter) subject(t *testing.T) string {
	t.Helper()
	s, err := new(mime.WordDecoder).DecodeHeader(l.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (l letter) contains(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(l.Text, w) {
			t.Errorf("the text lacks %q:\n%s", w, l.Text)
		}
	}
}

var personal = regexp.MustCompile(`#i=[A-Za-z0-9_-]{43}`)
