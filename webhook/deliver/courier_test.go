package deliver_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"go.uber.org/goleak"

	"parvis/auth"
	"parvis/rooms"
	"parvis/seal"
	"parvis/store"
	"parvis/store/storetest"
	"parvis/webhook"
	"parvis/webhook/deliver"
)

// dies names a process of the tests that is to die between a receiver's answer and its own commit.
const dies = "PARVIS_TEST_WEBHOOK_DIES"

func TestMain(m *testing.M) {
	if os.Getenv(dies) != "" {
		dieBeforeCommit()
	}
	goleak.VerifyTestMain(m)
}

var (
	box = seal.New([32]byte{7})
	who = auth.Identity{Kind: auth.Service, OrgID: auth.DefaultOrgID, Scopes: []auth.Scope{auth.ScopeWebhooksManage}}
)

// mailroom is a database with a courier that sends to receivers on loopback, at a time of its own.
type mailroom struct {
	t       *testing.T
	url     string
	db      *store.DB
	service *webhook.Service
	courier *webhook.Courier
	roots   *x509.CertPool
	mu      sync.Mutex
	now     time.Time
}

// onBoth runs a test on both engines.
func onBoth(t *testing.T, test func(m *mailroom)) {
	t.Helper()
	for engine, newURL := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(engine, func(t *testing.T) { test(newMailroom(t, newURL(t))) })
	}
}

func newMailroom(t *testing.T, url string) *mailroom {
	t.Helper()
	if err := store.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	m := &mailroom{t: t, url: url, roots: x509.NewCertPool(), now: time.Now().UTC()}
	var err error
	if m.db, err = store.Open(t.Context(), store.Options{URL: url, Now: m.clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.db.Close() })
	account := storetest.ServiceAccount()
	account.ExpiresAt = nil
	if err := m.db.CreateAccount(t.Context(), account, nil); err != nil {
		t.Fatal(err)
	}
	who.ID = account.ID
	sender := deliver.New(deliver.Options{Allowed: loopback(t), Roots: m.roots})
	t.Cleanup(sender.Close)
	m.service = &webhook.Service{Store: m.db, Box: box, Allowed: loopback(t), Now: m.clock}
	m.courier = &webhook.Courier{Queue: m.db, Sender: sender, Box: box, Now: m.clock, Logger: slog.New(slog.DiscardHandler)}
	return m
}

func (m *mailroom) clock() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

func (m *mailroom) wait(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
}

// got is a request as a receiver saw it.
type got struct {
	id, timestamp string
	message       struct {
		ID, Type string
		Data     map[string]any
	}
	header http.Header
	body   []byte
}

// inbox is a receiver that keeps what it gets and answers challenges; answer, if any, says how everything else is answered.
type inbox struct {
	mu     sync.Mutex
	all    []got
	server *httptest.Server
	answer http.HandlerFunc
}

func (m *mailroom) receiver(answer http.HandlerFunc) *inbox {
	m.t.Helper()
	in := &inbox{answer: answer}
	in.server = httptest.NewTLSServer(in)
	m.t.Cleanup(in.server.Close)
	m.roots.AddCert(in.server.Certificate())
	return in
}

func (in *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	g := got{id: r.Header.Get("webhook-id"), timestamp: r.Header.Get("webhook-timestamp"), header: r.Header, body: body}
	_ = json.Unmarshal(body, &g.message)
	in.mu.Lock()
	in.all = append(in.all, g)
	in.mu.Unlock()
	switch {
	case g.message.Type == string(webhook.Challenge):
		_, _ = fmt.Fprintf(w, `{"challenge":%q}`, g.message.Data["challenge"])
	case in.answer != nil:
		in.answer(w, r)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

func (in *inbox) seen() []got {
	in.mu.Lock()
	defer in.mu.Unlock()
	return append([]got(nil), in.all...)
}

// hook makes a webhook and answers its secret.
func (m *mailroom) hook(in *inbox, path string) (webhook.Webhook, string) {
	m.t.Helper()
	w, secret, err := m.service.Create(m.t.Context(), who, webhook.New{URL: in.server.URL + path})
	if err != nil {
		m.t.Fatal(err)
	}
	return w, secret
}

// proved makes one that has answered its challenge.
func (m *mailroom) proved(in *inbox) webhook.Webhook { return m.provedAt(in, "") }

func (m *mailroom) provedAt(in *inbox, path string) webhook.Webhook {
	m.t.Helper()
	w, _ := m.hook(in, path)
	m.deliver(w)
	if w = m.find(w); w.State != webhook.Active {
		m.t.Fatalf("it is %s", w.State)
	}
	return w
}

func (m *mailroom) deliver(w webhook.Webhook) {
	m.t.Helper()
	if err := m.courier.DeliverWebhook(m.t.Context(), w.ID); err != nil {
		m.t.Fatal(err)
	}
}

func (m *mailroom) test(w webhook.Webhook) webhook.Delivery {
	m.t.Helper()
	d, err := m.service.Test(m.t.Context(), who, w.ID)
	if err != nil {
		m.t.Fatal(err)
	}
	return d
}

func (m *mailroom) find(w webhook.Webhook) webhook.Webhook {
	m.t.Helper()
	found, err := m.db.Webhook(m.t.Context(), w.ID)
	if err != nil {
		m.t.Fatal(err)
	}
	return found
}

// last is the newest delivery of a webhook.
func (m *mailroom) last(w webhook.Webhook) webhook.Delivery {
	m.t.Helper()
	page, err := m.db.Deliveries(m.t.Context(), webhook.DeliveryQuery{WebhookID: w.ID})
	if err != nil || len(page.Deliveries) == 0 {
		m.t.Fatal(page, err)
	}
	return page.Deliveries[0]
}

func TestAnAddressIsProvedByTheValueOfItsChallenge(t *testing.T) {
	onBoth(t, func(m *mailroom) {
		in := m.receiver(nil)
		liar := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"challenge":"guessed"}`) }))
		defer liar.Close()
		m.roots.AddCert(liar.Certificate())
		w, _, err := m.service.Create(m.t.Context(), who, webhook.New{URL: liar.URL})
		if err != nil {
			m.t.Fatal(err)
		}
		m.deliver(w)
		if d := m.last(w); m.find(w).State != webhook.Pending || d.Failure != webhook.BadAnswer || d.State != webhook.Queued || !d.NextAt.After(m.clock()) {
			m.t.Errorf("a guess: %s, %+v", m.find(w).State, d)
		}
		url := in.server.URL
		if _, err := m.service.Change(m.t.Context(), who, w.ID, w.Version, webhook.Change{URL: &url}); err != nil {
			m.t.Fatal(err)
		}
		m.deliver(w)
		if found := m.find(w); found.State != webhook.Active || found.DeliveredAt == nil || len(in.seen()) != 1 {
			m.t.Errorf("answered: %+v", found)
		}
	})
}

func TestAMessageThatFailedComesAgainUnderItsNameAndSignedAnew(t *testing.T) {
	onBoth(t, func(m *mailroom) {
		status := http.StatusInternalServerError
		in := m.receiver(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		w, secret := m.hook(in, "")
		m.deliver(w)
		d := m.test(w)
		m.deliver(w)
		m.deliver(w) // not due
		if failed := m.last(w); failed.State != webhook.Queued || failed.Attempts != 1 || failed.Status != status || failed.Failure != webhook.BadStatus || len(in.seen()) != 2 {
			m.t.Errorf("after a failure: %+v, %d requests", failed, len(in.seen()))
		}
		status = http.StatusOK
		m.wait(6 * time.Second)
		m.deliver(w)
		if came := m.last(w); came.State != webhook.Delivered || came.Attempts != 2 || came.Status != status || came.Failure != webhook.NoFailure {
			m.t.Errorf("after it came through: %+v", came)
		}
		seen := in.seen()
		if len(seen) != 3 || seen[1].id != d.MessageID || seen[2].id != d.MessageID || seen[1].timestamp == seen[2].timestamp || string(seen[1].body) != string(seen[2].body) {
			m.t.Fatalf("got %+v", seen)
		}
		receiver, err := standard.NewWebhook(secret)
		if err != nil {
			m.t.Fatal(err)
		}
		for _, g := range seen {
			if err := receiver.Verify(g.body, g.header); err != nil {
				m.t.Error(err)
			}
		}
		if _, err := m.service.Redeliver(m.t.Context(), who, w.ID, d.ID); err != nil {
			m.t.Fatal(err)
		}
		m.deliver(w)
		if seen = in.seen(); len(seen) != 4 || seen[3].id != d.MessageID {
			m.t.Errorf("asked for again: %+v", seen)
		}
	})
}

func TestAReceiverThatIsGoneIsLeftAloneUntilSomebodyEnablesIt(t *testing.T) {
	onBoth(t, func(m *mailroom) {
		in := m.receiver(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
		w := m.proved(in)
		d := m.test(w)
		m.deliver(w)
		if found := m.find(w); found.State != webhook.Disabled || found.Reason != webhook.Gone || m.last(w).State != webhook.Buried {
			m.t.Fatalf("got %+v", found)
		}
		if _, err := m.service.Enable(m.t.Context(), who, w.ID); err != nil {
			m.t.Fatal(err)
		}
		in.answer = nil
		m.deliver(w)
		if _, err := m.service.Redeliver(m.t.Context(), who, w.ID, d.ID); err != nil {
			m.t.Fatal(err)
		}
		m.deliver(w)
		seen := in.seen()
		if len(seen) != 4 || seen[1].id != d.MessageID || seen[3].id != d.MessageID {
			m.t.Errorf("got %+v", seen)
		}
	})
}

func TestAReceiverThatAsksForAPauseGetsOne(t *testing.T) {
	onBoth(t, func(m *mailroom) {
		in := m.receiver(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(http.StatusTooManyRequests)
		})
		w := m.proved(in)
		m.test(w)
		m.deliver(w)
		m.test(w)
		m.wait(9 * time.Minute)
		m.deliver(w)
		if n := len(in.seen()); n != 2 {
			m.t.Errorf("%d requests within the pause", n)
		}
		in.answer = nil
		m.wait(time.Minute)
		m.deliver(w)
		if n := len(in.seen()); n != 4 {
			m.t.Errorf("%d requests after it", n)
		}
	})
}

func TestASlowReceiverKeepsNobodyElseWaiting(t *testing.T) {
	onBoth(t, func(m *mailroom) {
		const atOnce = 16
		held, release := make(chan struct{}), make(chan struct{})
		in := m.receiver(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/slow" {
				held <- struct{}{}
				<-release
			}
		})
		one, two := m.provedAt(in, "/slow"), m.provedAt(in, "/fast") // at the same host
		for range atOnce {
			m.test(one)
		}
		done := make(chan error, 1)
		go func() { done <- m.courier.DeliverWebhook(m.t.Context(), one.ID) }()
		for range atOnce {
			<-held
		}
		m.deliver(one) // somebody holds it: this comes back at once
		for range 3 {
			m.test(two)
		}
		m.deliver(two)
		if n := len(in.seen()); n != 2+atOnce+3 || m.last(two).State != webhook.Delivered || m.last(one).State != webhook.Queued {
			m.t.Errorf("%d requests while the other is slow", n)
		}
		close(release)
		if err := <-done; err != nil || m.last(one).State != webhook.Delivered {
			m.t.Errorf("%v, %+v", err, m.last(one))
		}
	})
}

func TestWhatHappenedIsTold(t *testing.T) {
	onBoth(t, func(m *mailroom) {
		in := m.receiver(nil)
		w := m.proved(in)
		r := storetest.Room("aaa-bbbb-ccc")
		if err := m.db.CreateRoom(m.t.Context(), r, nil, nil); err != nil {
			m.t.Fatal(err)
		}
		a, err := m.db.Admit(m.t.Context(), storetest.Admission(r), nil)
		if err != nil {
			m.t.Fatal(err)
		}
		relay := rooms.Relay{ID: storetest.NewID(), AdmissionID: a.ID, Replica: "a", OpenedAt: m.clock()}
		if _, err := m.db.Enter(m.t.Context(), relay, func(rooms.Entered) error { return nil }); err != nil {
			m.t.Fatal(err)
		}
		for range 2 {
			if err := m.courier.PublishEvents(m.t.Context()); err != nil {
				m.t.Fatal(err)
			}
			m.deliver(w)
		}
		seen := in.seen()
		if len(seen) != 3 || seen[1].message.ID != seen[1].id || seen[1].message.Data["room"] != "aaa-bbbb-ccc" {
			m.t.Fatalf("got %d", len(seen))
		}
		types := map[string]bool{seen[1].message.Type: true, seen[2].message.Type: true}
		if !types["session.started"] || !types["participant.joined"] {
			m.t.Errorf("got %v", types)
		}
	})
}

// killed is a queue whose process dies before what came of messages is written.
type killed struct{ webhook.Queue }

func (killed) SettleDeliveries(context.Context, webhook.Batch, func(*webhook.Webhook) webhook.Act) (webhook.Webhook, bool, error) {
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGKILL); err != nil {
		panic(err)
	}
	select {} // until the signal has come
}

// dieBeforeCommit delivers one webhook and dies of it. It is the whole of a process of its own.
func dieBeforeCommit() {
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{URL: os.Getenv(dies)})
	if err != nil {
		panic(err)
	}
	pem, err := os.ReadFile(os.Getenv(dies + "_ROOTS"))
	if err != nil {
		panic(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	allowed, err := webhook.ParseAllowed([]string{"127.0.0.0/8"})
	if err != nil {
		panic(err)
	}
	c := webhook.Courier{Queue: killed{db}, Sender: deliver.New(deliver.Options{Allowed: allowed, Roots: roots}), Box: box, Now: time.Now, Logger: slog.New(slog.DiscardHandler)}
	panic(c.DeliverWebhook(ctx, os.Getenv(dies+"_ID")))
}

func TestWhoDiesBetweenTheAnswerAndTheCommitSendsItAgainUnderTheSameName(t *testing.T) {
	onBoth(t, func(m *mailroom) {
		in := m.receiver(nil)
		w := m.proved(in)
		d := m.test(w)
		roots := m.t.TempDir() + "/roots.pem"
		if err := os.WriteFile(roots, pemOf(in.server.Certificate()), 0o600); err != nil {
			m.t.Fatal(err)
		}
		cmd := exec.CommandContext(m.t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), dies+"="+m.url, dies+"_ROOTS="+roots, dies+"_ID="+w.ID)
		out, _ := cmd.CombinedOutput()
		if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
			m.t.Fatalf("%v: %s", cmd.ProcessState, out)
		}
		if n := len(in.seen()); n != 2 || m.last(w).State != webhook.Queued {
			m.t.Fatalf("%d requests before it died, then %s", n, m.last(w).State)
		}
		m.deliver(w)
		if n := len(in.seen()); n != 2 {
			m.t.Errorf("%d requests while the dead one holds the webhook", n)
		}
		m.wait(2 * time.Minute) // nobody renews the lease
		m.deliver(w)
		seen := in.seen()
		if len(seen) != 3 || seen[1].id != d.MessageID || seen[2].id != d.MessageID || m.last(w).State != webhook.Delivered {
			m.t.Errorf("got %+v, %s", seen, m.last(w).State)
		}
	})
}

func pemOf(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}
