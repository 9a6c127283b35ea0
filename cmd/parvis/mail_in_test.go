package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// ingest pipes a mail into the command as a mail server does, and answers its exit code.
func (i *installation) ingest(mail, refused string) int {
	i.t.Helper()
	var out bytes.Buffer
	err := mailIngest{Refused: refused, from: strings.NewReader(mail)}.Run(&process{ctx: i.t.Context(), environ: i.environ, stdout: &out, stderr: &out})
	var code exitCode
	if err != nil && !errors.As(err, &code) {
		i.t.Fatalf("%v: %s", err, &out)
	}
	return int(code)
}

func answerMail(uid, from, says string) string {
	return strings.ReplaceAll(fmt.Sprintf(`Authentication-Results: mx.example.org; dmarc=pass header.from=x.example
From: %s
Content-Type: text/calendar; method=REPLY

BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Test//EN
METHOD:REPLY
BEGIN:VEVENT
UID:%s
SEQUENCE:0
DTSTAMP:%s
ATTENDEE;PARTSTAT=%s:mailto:%s
END:VEVENT
END:VCALENDAR
`, from, uid, time.Now().UTC().Format("20060102T150405Z"), says, from), "\n", "\r\n")
}

func TestAMailServerPipesAnAnswerIn(t *testing.T) {
	i := install(t)
	i.environ = append(i.environ, "PARVIS_MAIL_AUTHSERV_ID=mx.example.org")
	if code := i.ingest(answerMail("x", "zoe@x.example", "DECLINED"), ""); code != 75 {
		t.Errorf("before the schema is there: exit %d, want 75: try later", code)
	}
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	made := i.app("meetings.read,meetings.write")
	stop := i.serve()
	token := i.token(made)
	body := fmt.Sprintf(`{"title":"Audience","start":%q,"timeZone":"Europe/Paris","duration":"PT1H","invitees":[{"email":"zoe@x.example"}]}`, localIn(t, 24*time.Hour))
	status, text := i.send(http.MethodPut, "/api/v1/meetings/by-external-id/one", token, body, nil)
	var meeting struct {
		ID, UID  string
		Invitees []struct{ RSVP string }
	}
	if err := json.Unmarshal([]byte(text), &meeting); err != nil || status != http.StatusCreated {
		t.Fatalf("%d %s", status, text)
	}
	refused := t.TempDir()
	for _, c := range []struct {
		name, mail, folder string
		want               int
	}{
		{"of a stranger", answerMail(meeting.UID, "eve@x.example", "ACCEPTED"), "", 65},
		{"of a stranger, to be kept apart", answerMail(meeting.UID, "eve@x.example", "ACCEPTED"), refused, 0},
		{"no answer", "From: zoe@x.example\r\n\r\nHello", "", 65},
		{"of the one invited", answerMail(meeting.UID, "zoe@x.example", "DECLINED"), "", 0},
		{"the same again", answerMail(meeting.UID, "zoe@x.example", "DECLINED"), "", 0},
	} {
		if code := i.ingest(c.mail, c.folder); code != c.want {
			t.Errorf("%s: exit %d, want %d", c.name, code, c.want)
		}
	}
	if kept, err := os.ReadDir(refused); err != nil || len(kept) != 1 {
		t.Errorf("kept apart: %v, %v", kept, err)
	}
	_, text = i.get("/api/v1/meetings/"+meeting.ID, token)
	if err := json.Unmarshal([]byte(text), &meeting); err != nil || meeting.Invitees[0].RSVP != "declined" {
		t.Errorf("the host reads %s", text)
	}
	stop()
}

// TestTheMailboxIsReadWhileItServes goes the whole way: what comes to the mailbox stands in the meeting, and is put away.
func TestTheMailboxIsReadWhileItServes(t *testing.T) {
	i := install(t)
	user := imapmemserver.NewUser("parvis", "s3cr3t")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	memory := imapmemserver.New()
	memory.AddUser(user)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		InsecureAuth: true,
	})
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	i.environ = append(i.environ, "PARVIS_MAIL_AUTHSERV_ID=mx.example.org", "PARVIS_IMAP_URL=imap://parvis:s3cr3t@"+listener.Addr().String()+"/INBOX")
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	made := i.app("meetings.read,meetings.write")
	stop := i.serve()
	token := i.token(made)
	body := fmt.Sprintf(`{"title":"Audience","start":%q,"timeZone":"Europe/Paris","duration":"PT1H","invitees":[{"email":"zoe@x.example"}]}`, localIn(t, 24*time.Hour))
	_, text := i.send(http.MethodPut, "/api/v1/meetings/by-external-id/one", token, body, nil)
	var meeting struct{ ID, UID string }
	if err := json.Unmarshal([]byte(text), &meeting); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	mail := answerMail(meeting.UID, "zoe@x.example", "TENTATIVE")
	if _, err := user.Append("INBOX", literal{strings.NewReader(mail)}, &imap.AppendOptions{}); err != nil {
		t.Fatal(err)
	}
	var left uint32
	eventually(t, func() bool {
		status, err := user.Status("INBOX", &imap.StatusOptions{NumMessages: true})
		if err != nil {
			t.Fatal(err)
		}
		left = *status.NumMessages
		return left == 0
	}, func() any { return left })
	if _, text = i.get("/api/v1/meetings/"+meeting.ID, token); !strings.Contains(text, `"rsvp":"tentative"`) {
		t.Errorf("the answer is not there: %s", text)
	}
	if code := stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
}

type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }
