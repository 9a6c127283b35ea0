package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	netmail "net/mail"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"parvis/job"
	"parvis/mail/mailtest"
	"parvis/schedule"
	"parvis/store"
)

// serves has this program be `parvis serve` as a process of its own, which can be killed.
const serves = "PARVIS_TEST_SERVES"

// serveAlone serves with the settings of the environment.
func serveAlone() int {
	return run(context.Background(), []string{"serve"}, givenSettings(), io.Discard, io.Discard)
}

// givenSettings are the settings that another test gave this process, without those of tests.
func givenSettings() (environ []string) {
	for _, e := range os.Environ() {
		if strings.HasPrefix(e, "PARVIS_") && !strings.HasPrefix(e, "PARVIS_TEST_") {
			environ = append(environ, e)
		}
	}
	return environ
}

// servesUntilKilled runs `parvis serve` as another process and answers how to kill it.
func (i *installation) servesUntilKilled() (kill func()) {
	i.t.Helper()
	child := exec.CommandContext(i.t.Context(), os.Args[0])
	child.Env = append(append(os.Environ(), i.environ...), serves+"=1")
	if err := child.Start(); err != nil {
		i.t.Fatal(err)
	}
	i.until("/readyz", "", http.StatusOK, "")
	return func() {
		i.t.Helper()
		if err := child.Process.Kill(); err != nil {
			i.t.Fatal(err)
		}
		_ = child.Wait()
		if status, ok := child.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
			i.t.Fatalf("it ended by itself: %v", child.ProcessState)
		}
	}
}

// failed waits until the one task of a kind has been tried in vain.
func (i *installation) failed(kind job.Kind) jobWire {
	i.t.Helper()
	var all []jobWire
	eventually(i.t, func() bool {
		all = i.tasks("--kind", string(kind))
		return len(all) == 1 && all[0].State == job.Retrying
	}, func() any { return i.tasks() })
	return all[0]
}

func TestAServerThatIsKilledBeforeAMailIsSentSendsItOnceWhenItIsStartedAgain(t *testing.T) {
	i, away := install(t), freeAddress(t)
	server := mailtest.Start(t, mailtest.Options{})
	i.environ = append(i.environ, "PARVIS_SMTP_URL=smtp://"+away+"?tls=none", "PARVIS_MAIL_FROM=Parvis <parvis@meet.example.org>")
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	made := i.app("meetings.read,meetings.write")
	kill := i.servesUntilKilled()
	body := fmt.Sprintf(`{"title":"Audience","start":%q,"timeZone":"Europe/Paris","duration":"PT1H","invitees":[{"email":"zoe@example.org"}]}`, localIn(t, time.Hour))
	if status, answer := i.send(http.MethodPost, "/api/v1/meetings", i.token(made), body, map[string]string{"Idempotency-Key": "one"}); status != http.StatusCreated {
		t.Fatalf("%d %s", status, answer)
	}
	task := i.failed(job.SendLetter) // killed at its try, the letter would come too, a minute later
	kill()
	if came := server.Letters(); len(came) > 0 {
		t.Fatalf("%d mails came while nothing was taken", len(came))
	}

	forward(t, away, fmt.Sprintf("127.0.0.1:%d", server.Port))
	i.must("jobs", "retry", fmt.Sprint(task.ID)) // else it comes by itself, half a minute after its try
	stop := i.serve()
	i.letterIs(task.Subject, schedule.LetterSent)
	if code := stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
	came := server.Letters()
	if len(came) != 1 || len(i.tasks("--kind", string(job.SendLetter))) != 1 {
		t.Fatalf("it came %d times; %+v", len(came), i.tasks())
	}
	i.withStore(func(db *store.DB) error {
		letter, _, err := db.Letter(t.Context(), task.Subject)
		if err != nil {
			return err
		}
		m, err := netmail.ReadMessage(strings.NewReader(came[0].Data))
		if err == nil && m.Header.Get("Message-Id") != "<"+letter.MessageID+">" {
			t.Errorf("the row says %s, the mail %v", letter.MessageID, m.Header)
		}
		return err
	})
}
