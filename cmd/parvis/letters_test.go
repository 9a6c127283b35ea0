package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	netmail "net/mail"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"parvis/auth"
	"parvis/config"
	"parvis/directory"
	"parvis/job"
	"parvis/mail/mailtest"
	"parvis/schedule"
	"parvis/schedule/recur"
	"parvis/store"
)

// mails has the installation send its mail to a server.
func (i *installation) mails(s *mailtest.Server) {
	i.environ = append(i.environ, fmt.Sprintf("PARVIS_SMTP_URL=smtp://127.0.0.1:%d?tls=none", s.Port), "PARVIS_MAIL_FROM=Parvis <parvis@meet.example.org>")
}

var linkInMail = regexp.MustCompile(`#i=3D([A-Za-z0-9_=\r\n-]+?)\r\n\r\n`) // quoted-printable

// TestAnInvitationGoesTheWholeWay plans a meeting by REST, waits for the mail, and goes in by its link.
func TestAnInvitationGoesTheWholeWay(t *testing.T) {
	came := make(chan mailtest.Letter, 8)
	server := mailtest.Start(t, mailtest.Options{Taken: func(l mailtest.Letter) { came <- l }})
	i := install(t)
	i.mails(server)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	made := i.app("meetings.read,meetings.write,rooms.read")
	defer i.serve()()
	token := i.token(made)
	body := fmt.Sprintf(`{"title":"Audience","start":%q,"timeZone":"Europe/Paris","duration":"PT1H","access":{"entry":"members"},"invitees":[{"email":"zoe@example.org","name":"Zoé","language":"en"}]}`,
		localIn(t, 5*time.Minute))
	status, answer := i.send(http.MethodPut, "/api/v1/meetings/by-external-id/one", token, body, nil)
	var meeting struct {
		ID       string
		Room     struct{ Slug string }
		Warnings []any
	}
	if err := json.Unmarshal([]byte(answer), &meeting); err != nil || status != http.StatusCreated || len(meeting.Warnings) > 0 || !strings.Contains(answer, `"delivery":"queued"`) {
		t.Fatalf("%d %s, %v", status, answer, err)
	}
	letter := <-came
	if letter.To != "zoe@example.org" || !strings.Contains(letter.Data, "Subject: Invitation: Audience") {
		t.Errorf("got %s", letter.Data)
	}
	found := linkInMail.FindStringSubmatch(letter.Data)
	if found == nil {
		t.Fatalf("no link in %s", letter.Data)
	}
	secret := strings.NewReplacer("=\r\n", "").Replace(found[1])
	zoe := &browser{i: i}
	if status, answer := zoe.ask(http.MethodPost, "/api/v1/rooms/"+meeting.Room.Slug+"/join", `{"name":"Zoé","link":"`+secret+`"}`); status != http.StatusOK || answer["role"] != "member" {
		t.Errorf("by the link of the mail: %d %v", status, answer)
	}
	i.until("/api/v1/meetings/"+meeting.ID+"/invitees", token, http.StatusOK, `"delivery":"sent"`)

	quiet := map[string]string{"If-Match": `"1"`, "Content-Type": "application/merge-patch+json"}
	if status, answer := i.send(http.MethodPatch, "/api/v1/meetings/"+meeting.ID+"?sendUpdates=none", token, `{"title":"Autre"}`, quiet); status != http.StatusOK {
		t.Fatalf("%d %s", status, answer)
	}
	if status, answer := i.send(http.MethodDelete, "/api/v1/meetings/"+meeting.ID+"?sendUpdates=external", token, "", map[string]string{"If-Match": `"2"`}); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, answer)
	}
	if off := <-came; !strings.Contains(off.Data, "Subject: Meeting cancelled: ") || !strings.Contains(off.Data, "method=CANCEL") {
		t.Errorf("got %s", off.Data)
	}
	if status, answer := i.send(http.MethodDelete, "/api/v1/meetings/"+meeting.ID+"?sendUpdates=some", token, "", map[string]string{"If-Match": `"3"`}); status != http.StatusUnprocessableEntity ||
		!strings.Contains(answer, `"query.sendUpdates"`) {
		t.Errorf("%d %s", status, answer)
	}
}

func TestWithoutAMailServerAMeetingWarnsThatNobodyIsTold(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	made := i.app("meetings.read,meetings.write,rooms.read")
	defer i.serve()()
	token := i.token(made)
	body := fmt.Sprintf(`{"title":"Audience","start":%q,"timeZone":"Europe/Paris","duration":"PT1H","invitees":[{"email":"zoe@example.org"}]}`, localIn(t, time.Hour))
	status, answer := i.send(http.MethodPut, "/api/v1/meetings/by-external-id/one", token, body, nil)
	if status != http.StatusCreated || !strings.Contains(answer, `"code":"mail-off"`) || strings.Contains(answer, "delivery") {
		t.Errorf("%d %s", status, answer)
	}
}

// sendsLetter names the letter that this program sends as another process, which is killed at it.
const sendsLetter = "PARVIS_TEST_SENDS_LETTER"

// sendAndDie sends a letter; the server kills it before it can note that.
func sendAndDie(letter string) int {
	cfg, err := config.Load(givenSettings(), config.Serve)
	if err != nil {
		return 3
	}
	p, err := build(context.Background(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return 4
	}
	posts, err := p.posting()
	if err == nil {
		err = posts[job.SendLetter].Do(context.Background(), letter)
	}
	if err != nil {
		return 5
	}
	return 0
}

// noting is a database that tells which letters are written.
type noting struct {
	*store.DB
	letters []schedule.Letter
}

func (n *noting) CreateMeeting(ctx context.Context, p schedule.Plan) error {
	n.letters = p.Letters
	return n.DB.CreateMeeting(ctx, p)
}

// invited plans a meeting with one guest and answers the letter to them.
func (i *installation) invited() (l schedule.Letter) {
	i.t.Helper()
	i.withStore(func(db *store.DB) error {
		org, err := db.PlaceOrganization(i.t.Context(), directory.Claims{Siret: "11001401600015", OrganizationLabel: "Ministère"}, time.Now())
		if err != nil {
			return err
		}
		cfg, err := config.Load(i.environ, config.Serve)
		if err != nil {
			return err
		}
		p, err := build(i.t.Context(), cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		ports, kept := p.schedule.Ports, &noting{DB: p.store}
		ports.Store = kept
		start, _ := recur.ParseLocal(localIn(i.t, time.Hour))
		_, err = schedule.New(ports).Create(i.t.Context(), auth.Identity{Kind: auth.Service, ID: uuid.NewString(), OrgID: org.ID, Name: "Agenda", Scopes: auth.Scopes()}, schedule.NewMeeting{
			Definition: schedule.Definition{
				Title: "Audience", When: recur.Series{Start: start, Zone: "Europe/Paris", Duration: recur.Duration(time.Hour)},
				Invitees: []schedule.Invitee{{Email: "zoe@example.org"}},
			},
		})
		if err == nil {
			l = kept.letters[0]
		}
		return errors.Join(err, p.abandon())
	})
	return l
}

func TestAMailWhoseSenderIsKilledAtItGoesAgainUnderTheSameMessageID(t *testing.T) {
	started, killed := make(chan *os.Process, 1), make(chan error, 1)
	server := mailtest.Start(t, mailtest.Options{Taken: func(mailtest.Letter) {
		if child, first := <-started; first {
			killed <- child.Kill() // it has the server's 250, and waits for the answer to QUIT
		}
	}})
	i := install(t)
	i.mails(server)
	i.must("migrate")
	letter := i.invited()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(append(os.Environ(), i.environ...), sendsLetter+"="+letter.ID)
	child.Stdout, child.Stderr = io.Discard, io.Discard
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	started <- child.Process
	close(started)
	if err := <-killed; err != nil {
		t.Fatal(err)
	}
	if err := child.Wait(); err == nil || child.ProcessState.Exited() {
		t.Fatalf("it ended by itself: %v", err)
	}
	defer i.serve()()
	i.letterIs(letter.ID, schedule.LetterSent)
	came := server.Letters()
	if len(came) != 2 {
		t.Fatalf("it came %d times", len(came))
	}
	for _, l := range came {
		m, err := netmail.ReadMessage(strings.NewReader(l.Data))
		if err != nil || m.Header.Get("Message-Id") != "<"+letter.MessageID+">" {
			t.Errorf("got %v, %v", m.Header, err)
		}
	}
}

// letterIs waits until a letter stands so.
func (i *installation) letterIs(id string, want schedule.LetterState) {
	i.t.Helper()
	i.withStore(func(db *store.DB) error {
		var l schedule.Letter
		var err error
		eventually(i.t, func() bool {
			l, _, err = db.Letter(i.t.Context(), id)
			return err != nil || l.State == want
		}, func() any { return l.State })
		return err
	})
}
