package inbox_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"parvis/fault"
	"parvis/mail/inbox"
	"parvis/mail/mailtest"
)

// post is an IMAP server in this process, with one mailbox.
type post struct {
	t       *testing.T
	address string
	server  *imapserver.Server
	memory  *imapmemserver.Server
	refuses imap.UID         // this one is never handed over
	breaks  imap.UID         // this one ends the connection
	secure  *tls.Certificate // it speaks TLS from the first byte
	roots   *x509.CertPool   // who trust that
}

func newPost(t *testing.T) *post { return (&post{t: t}).opened() }

// newSecurePost is one that speaks TLS.
func newSecurePost(t *testing.T) *post {
	t.Helper()
	certificate, roots := mailtest.Certificate(t)
	return (&post{t: t, secure: &certificate, roots: roots}).opened()
}

func (p *post) opened() *post {
	p.t.Helper()
	p.memory = imapmemserver.New()
	user := imapmemserver.NewUser("parvis", "s3cr3t")
	if err := user.Create("INBOX", nil); err != nil {
		p.t.Fatal(err)
	}
	p.memory.AddUser(user)
	p.listen("127.0.0.1:0")
	p.t.Cleanup(p.hangUp)
	return p
}

func (p *post) listen(address string) {
	p.t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		p.t.Fatal(err)
	}
	p.address = listener.Addr().String()
	if p.secure != nil {
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{*p.secure}})
	}
	p.server = imapserver.New(&imapserver.Options{
		NewSession: func(conn *imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return session{p.memory.NewSession().(imapserver.SessionIMAP4rev2), p, conn}, nil, nil
		},
		InsecureAuth: true, Caps: imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}, imap.CapMove: {}},
	})
	go func() { _ = p.server.Serve(listener) }()
}

// session is one of the server in memory, which tells what came before IDLE as well as what comes during it.
type session struct {
	imapserver.SessionIMAP4rev2
	post *post
	conn *imapserver.Conn
}

func (s session) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		if err := s.Poll(w, true); err != nil {
			return err
		}
		select {
		case <-stop:
			return nil
		case <-look.C:
		}
	}
}

func (s session) Fetch(w *imapserver.FetchWriter, of imap.NumSet, options *imap.FetchOptions) error {
	uids, _ := of.(imap.UIDSet)
	switch {
	case uids.Contains(s.post.refuses):
		return &imap.Error{Type: imap.StatusResponseTypeNo, Text: "this mail is damaged"}
	case uids.Contains(s.post.breaks):
		return s.conn.NetConn().Close()
	}
	return s.SessionIMAP4rev2.Fetch(w, of, options)
}

func (p *post) hangUp() { _ = p.server.Close() }

func (p *post) dial() (net.Conn, error) {
	if p.secure != nil {
		return tls.Dial("tcp", p.address, &tls.Config{RootCAs: p.roots})
	}
	return net.Dial("tcp", p.address)
}

// as runs something as another program that has the mailbox open.
func (p *post) as(do func(*imapclient.Client)) {
	p.t.Helper()
	conn, err := p.dial()
	if err != nil {
		p.t.Fatal(err)
	}
	client := imapclient.New(conn, nil)
	defer func() { _ = client.Close() }()
	if err := client.Login("parvis", "s3cr3t").Wait(); err != nil {
		p.t.Fatal(err)
	}
	do(client)
}

func (p *post) comes(messages ...string) {
	p.t.Helper()
	p.as(func(c *imapclient.Client) {
		for _, m := range messages {
			add := c.Append("INBOX", int64(len(m)), nil)
			_, _ = add.Write([]byte(m))
			_ = add.Close()
			if _, err := add.Wait(); err != nil {
				p.t.Fatal(err)
			}
		}
	})
}

// holds is how many messages each folder has.
func (p *post) holds() (in, taken, refused uint32) {
	p.t.Helper()
	p.as(func(c *imapclient.Client) {
		for folder, n := range map[string]*uint32{"INBOX": &in, inbox.TakenFolder: &taken, inbox.RefusedFolder: &refused} {
			status, err := c.Status(folder, &imap.StatusOptions{NumMessages: true}).Wait()
			if err == nil {
				*n = *status.NumMessages
			}
		}
	})
	return in, taken, refused
}

// leases are those of one database.
type leases struct {
	mu     sync.Mutex
	holder string
	fails  error
	asked  chan struct{} // each time that somebody has asked, where somebody listens
}

func (l *leases) Take(_ context.Context, _, holder string, _, _ time.Time) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.holder == "" {
		l.holder = holder
	}
	if l.asked != nil {
		select {
		case l.asked <- struct{}{}:
		default:
		}
	}
	return l.holder == holder, l.fails
}

func (p *post) mailbox(r *inbox.Reader, l *leases, replica string) *inbox.Mailbox {
	return inbox.NewMailbox(inbox.MailboxOptions{
		Address: p.address, User: "parvis", Password: "s3cr3t", Folder: "INBOX", Reader: r, Leases: l, Replica: replica,
		Now: time.Now, Logger: slog.New(slog.DiscardHandler),
	})
}

// readUntil reads until something is so, and stops.
func readUntil(t *testing.T, b *inbox.Mailbox, is func() bool) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Read(ctx) }()
	deadline := time.After(20 * time.Second)
	for !is() {
		select {
		case err := <-done:
			t.Fatalf("it ended: %v", err)
		case <-deadline:
			t.Fatal("it never became so")
		case <-time.After(5 * time.Millisecond):
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("told to stop it says %v", err)
	}
}

func TestWhatComesIsReadAndPutAway(t *testing.T) {
	p, k := newPost(t), &kept{}
	r, registry := newReader(t, k, keyOf("ailleurs.example"))
	p.comes(accepts().vouched(), "From: a@b.example\r\nContent-Type: text/plain\r\n\r\nHello", accepts().String())
	readUntil(t, p.mailbox(r, &leases{}, "a"), func() bool {
		in, taken, refused := p.holds()
		return in == 0 && taken == 1 && refused == 2
	})
	if k.count() != 1 || counted(t, registry, inbox.Unauthenticated) != 1 || counted(t, registry, inbox.NoAnswer) != 1 {
		t.Errorf("kept %d", k.count())
	}
}

func TestNewsAreHeardWithoutWaitingForTheNextLook(t *testing.T) {
	p, k, l := newPost(t), &kept{}, &leases{asked: make(chan struct{}, 1)}
	r, _ := newReader(t, k, nil)
	first := true
	readUntil(t, p.mailbox(r, l, "a"), func() bool {
		if first { // the second look at the lease comes when the folder has been worked off
			<-l.asked
			<-l.asked
			p.comes(accepts().vouched())
			first = false
		}
		return k.count() == 1
	})
}

func TestAMailThatIsTooLargeIsNotEvenFetched(t *testing.T) {
	p, k := newPost(t), &kept{}
	r, registry := newReader(t, k, nil)
	p.comes(accepts().vouched() + strings.Repeat("x", 20<<20))
	readUntil(t, p.mailbox(r, &leases{}, "a"), func() bool { _, _, refused := p.holds(); return refused == 1 })
	if counted(t, registry, inbox.TooLarge) != 1 {
		t.Error("it is not counted")
	}
}

func TestADatabaseThatIsAwayLosesNothing(t *testing.T) {
	p, k := newPost(t), &kept{fails: fault.New(fault.CodeDatabaseUnavailable, "away")}
	r, _ := newReader(t, k, nil)
	p.comes(accepts().vouched())
	b := p.mailbox(r, &leases{}, "a")
	if err := b.Read(t.Context()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
	if in, _, _ := p.holds(); in != 1 {
		t.Errorf("%d are left", in)
	}
	k.mu.Lock()
	k.fails = nil
	k.mu.Unlock()
	readUntil(t, b, func() bool { in, taken, _ := p.holds(); return in == 0 && taken == 1 })
}

// A process that died between keeping an answer and putting its mail away leaves the mail where it was.
func TestAMailThatIsReadAgainChangesNothing(t *testing.T) {
	p, k := newPost(t), &kept{}
	r, registry := newReader(t, k, nil)
	if outcome, err := r.Take(t.Context(), strings.NewReader(accepts().vouched())); outcome != inbox.Kept || err != nil {
		t.Fatalf("got %q, %v", outcome, err)
	}
	p.comes(accepts().vouched())
	readUntil(t, p.mailbox(r, &leases{}, "a"), func() bool { _, taken, _ := p.holds(); return taken == 1 })
	if k.count() != 1 || counted(t, registry, inbox.Late) != 1 {
		t.Errorf("kept %d times", k.count())
	}
}

func TestOneReplicaReadsAtATime(t *testing.T) {
	p, k := newPost(t), &kept{}
	r, _ := newReader(t, k, nil)
	p.comes(accepts().vouched())
	l := &leases{holder: "another"}
	if err := p.mailbox(r, l, "a").Read(t.Context()); err != nil {
		t.Errorf("got %v", err)
	}
	if in, _, _ := p.holds(); in != 1 || k.count() != 0 {
		t.Error("it read without the lease")
	}
}

func TestAServerThatIsAwayIsSaid(t *testing.T) {
	p, k, l := newPost(t), &kept{}, &leases{asked: make(chan struct{}, 1)}
	r, _ := newReader(t, k, nil)
	b := p.mailbox(r, l, "a")
	done := make(chan error, 1)
	go func() { done <- b.Read(t.Context()) }()
	<-l.asked
	<-l.asked // it waits for news
	p.hangUp()
	if err := <-done; err == nil {
		t.Error("a server that goes away is not said")
	}
	if err := b.Read(t.Context()); err == nil {
		t.Error("a server that is away is not said")
	}
	p.listen(p.address)
	p.comes(accepts().vouched())
	readUntil(t, b, func() bool { return k.count() == 1 })
	wrong := inbox.NewMailbox(inbox.MailboxOptions{Address: p.address, User: "parvis", Password: "wrong", Folder: "INBOX"})
	if err := wrong.Ping(t.Context()); err == nil {
		t.Error("a wrong password is not said")
	}
	if err := b.Ping(t.Context()); err != nil {
		t.Errorf("got %v", err)
	}
}

// overTLS is the mailbox read over TLS, by somebody who trusts those.
func (p *post) overTLS(r *inbox.Reader, trusted *x509.CertPool) *inbox.Mailbox {
	b := p.mailbox(r, &leases{}, "a")
	b.TLS = &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}
	return b
}

func TestAPasswordGoesToNoServerThatCannotProveItsName(t *testing.T) {
	k := &kept{}
	r, _ := newReader(t, k, nil)
	p := newSecurePost(t)
	p.comes(accepts().vouched())
	_, strangers := mailtest.Certificate(t)
	var unknown x509.UnknownAuthorityError
	if err := p.overTLS(r, strangers).Read(t.Context()); !errors.As(err, &unknown) {
		t.Errorf("a certificate that nobody vouches for: %v", err)
	}
	var other x509.HostnameError
	elsewhere := p.overTLS(r, p.roots)
	elsewhere.TLS.ServerName = "mail.example.org"
	if err := elsewhere.Read(t.Context()); !errors.As(err, &other) {
		t.Errorf("the certificate of another name: %v", err)
	}
	bare := newPost(t)
	var record tls.RecordHeaderError
	if err := bare.overTLS(r, p.roots).Read(t.Context()); !errors.As(err, &record) {
		t.Errorf("a server that speaks no TLS: %v", err)
	}
	if in, _, _ := p.holds(); in != 1 || k.count() > 0 {
		t.Errorf("%d are left, %d kept", in, k.count())
	}
}

func TestAMailboxIsReadOverTLS(t *testing.T) {
	p, k := newSecurePost(t), &kept{}
	r, _ := newReader(t, k, nil)
	p.comes(accepts().vouched())
	readUntil(t, p.overTLS(r, p.roots), func() bool { in, taken, _ := p.holds(); return in == 0 && taken == 1 })
	if k.count() != 1 {
		t.Errorf("kept %d", k.count())
	}
}
