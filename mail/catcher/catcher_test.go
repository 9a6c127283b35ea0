package catcher_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parvis/mail"
	"parvis/mail/catcher"
)

// house is a folder with mail in it and the pages over it.
type house struct {
	t      *testing.T
	folder string
	pages  http.Handler
}

func newHouse(t *testing.T, messages ...mail.Message) house {
	t.Helper()
	h := house{t, filepath.Join(t.TempDir(), "mail"), nil}
	h.pages = catcher.New(h.folder, slog.New(slog.DiscardHandler)).Handler()
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for _, m := range messages {
		folder, err := mail.NewFolder(h.folder, "Parvis <parvis@meet.example.org>", func() time.Time { return at }, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if err := folder.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		at = at.Add(time.Minute)
	}
	return h
}

func (h house) get(path, host string) *httptest.ResponseRecorder {
	h.t.Helper()
	return h.getFrom("127.0.0.1:40000", path, host)
}

func (h house) getFrom(peer, path, host string) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://"+host+path, nil)
	r.RemoteAddr = peer
	rec := httptest.NewRecorder()
	h.pages.ServeHTTP(rec, r)
	return rec
}

func (h house) file() string {
	h.t.Helper()
	files, err := filepath.Glob(filepath.Join(h.folder, "*.eml"))
	if err != nil || len(files) == 0 {
		h.t.Fatalf("no mail: %v", err)
	}
	return filepath.Base(files[0])
}

var code = mail.Message{
	To: "zoe@example.org", Language: "fr", Subject: "Réunion : votre code est 042137", Text: "Votre code\n\n    042137\n\nÀ bientôt\n",
	HTML: "<p>Votre code <strong>042137</strong></p><script>alert(1)</script>",
}

func TestNobodyReadsTheMailUnderANameOfTheirOwn(t *testing.T) {
	h := newHouse(t, code)
	for host, want := range map[string]int{
		"localhost:8081": 200, "127.0.0.1:8081": 200, "[::1]:8081": 200, "localhost": 200, "evil.example": 421, "evil.example:8081": 421, "192.0.2.1:8081": 421,
	} {
		if got := h.get("/mail", host).Code; got != want {
			t.Errorf("%s: %d, want %d", host, got, want)
		}
	}
}

func TestNobodyReadsTheMailFromAnotherMachine(t *testing.T) {
	h := newHouse(t, code)
	for peer, want := range map[string]int{"127.0.0.1:1": 200, "[::1]:1": 200, "[::ffff:127.0.0.1]:1": 200, "192.0.2.1:1": 421, "[2001:db8::1]:1": 421, "": 421} {
		if got := h.getFrom(peer, "/mail", "localhost").Code; got != want {
			t.Errorf("%q: %d, want %d", peer, got, want)
		}
	}
}

func TestNoOtherFileIsReadThanAMailOfTheFolder(t *testing.T) {
	h := newHouse(t, code)
	for name, text := range map[string]string{"secret.txt": "s3cr3t", "20261120T090000.000000-AAAAAA.eml": "not a mail"} {
		if err := os.WriteFile(filepath.Join(h.folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]int{
		"/mail/secret.txt": 404, "/mail/secret.txt/source": 404, "/mail/..%2fdemo.json": 404, "/mail/..%2f..%2fetc%2fpasswd/source": 404,
		"/mail/20261120T080000.000000-AAAAAA.eml": 404, "/mail/20261120T090000.000000-AAAAAA.eml": 500,
	} {
		rec := h.get(path, "localhost")
		if rec.Code != want || strings.Contains(rec.Body.String(), "s3cr3t") {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
	}
	if list := h.get("/mail", "localhost").Body.String(); strings.Count(list, "<li>") != 1 {
		t.Errorf("the list has more than the one mail: %s", list)
	}
}

func TestAMailIsShownWithWhatItSays(t *testing.T) {
	second := code
	second.Subject, second.To = "<b>Autre</b>", "ada@example.org"
	h := newHouse(t, code, second)
	list := h.get("/mail", "localhost").Body.String()
	if strings.Index(list, "&lt;b&gt;Autre") > strings.Index(list, "Réunion : votre code") || strings.Contains(list, "<b>Autre") {
		t.Errorf("the latest is not first, or a subject is markup: %s", list)
	}
	page := h.get("/mail/"+h.file(), "localhost").Body.String()
	for _, want := range []string{"Réunion : votre code est 042137", "zoe@example.org", "parvis@meet.example.org", "À bientôt", "sandbox="} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q: %s", want, page)
		}
	}
	if strings.Contains(page, "invite.ics") {
		t.Error("a calendar file is offered where there is none")
	}
	html := h.get("/mail/"+h.file()+"/html", "localhost")
	if policy := html.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "sandbox") || strings.Contains(policy, "allow-scripts") {
		t.Errorf("what a mail may do: %s", policy)
	}
	if !strings.Contains(html.Body.String(), "<strong>042137</strong>") {
		t.Errorf("got %s", html.Body)
	}
	if source := h.get("/mail/"+h.file()+"/source", "localhost"); !strings.HasPrefix(source.Header().Get("Content-Type"), "text/plain") || !strings.Contains(source.Body.String(), "Auto-Submitted") {
		t.Errorf("got %s", source.Body)
	}
}

func TestThePagesSpeakTheLanguageOfTheBrowser(t *testing.T) {
	h := newHouse(t, code)
	for accepted, want := range map[string]string{"": "Mail of the demonstration", "fr-FR,fr;q=0.9,en;q=0.8": "Courrier de la démonstration", "de, en-GB;q=0.5": "Mail of", "de": "Mail of", ",": "Mail of"} {
		r := httptest.NewRequest(http.MethodGet, "http://localhost/mail", nil)
		r.RemoteAddr = "127.0.0.1:40000"
		r.Header.Set("Accept-Language", accepted)
		rec := httptest.NewRecorder()
		h.pages.ServeHTTP(rec, r)
		if !strings.Contains(rec.Body.String(), want) {
			t.Errorf("%q: %s", accepted, rec.Body)
		}
	}
}

func TestAFolderWithoutMailSaysHowToGetSome(t *testing.T) {
	h := newHouse(t)
	if rec := h.get("/mail", "localhost"); rec.Code != 200 || !strings.Contains(rec.Body.String(), "none yet") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}
