package inbox_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parvis/mail/inbox"
)

// evening is a clock that others move, with the one lease that there is: somebody else takes it as soon as it ends.
type evening struct {
	mu       sync.Mutex
	now      time.Time
	until    time.Time
	lost     bool
	taken    int
	lookedUp []int // answers that were kept at each question to the DNS
}

func newEvening() *evening { return &evening{now: time.Now()} }

func (e *evening) Now() time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.now
}

func (e *evening) passes(d time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.now = e.now.Add(d)
}

// idles lets time pass while nobody reads, and nobody else takes the lease.
func (e *evening) idles(d time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.now, e.until = e.now.Add(d), e.until.Add(d)
}

func (e *evening) Take(_ context.Context, _, _ string, now, until time.Time) (bool, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.taken++
	e.lost = e.lost || e.taken > 1 && now.After(e.until)
	e.until = until
	return !e.lost, nil
}

func (e *evening) times() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.taken
}

func (e *evening) asked() []int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lookedUp
}

// at is a mailbox on such an evening, where no name server answers: each question takes as long as we are patient.
func (e *evening) at(t *testing.T, p *post, k *kept) (*inbox.Mailbox, *bytes.Buffer) {
	t.Helper()
	log := &bytes.Buffer{}
	r, err := inbox.NewReader(inbox.Options{
		Answers: k, AuthservID: ours, Logger: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
		LookupTXT: func(ctx context.Context, name string) ([]string, error) {
			e.passes(5 * time.Second)
			kept := k.count()
			e.mu.Lock()
			e.lookedUp = append(e.lookedUp, kept)
			e.mu.Unlock()
			return dns(nil).lookup(ctx, name)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return inbox.NewMailbox(inbox.MailboxOptions{
		Address: p.address, User: "parvis", Password: "s3cr3t", Folder: "INBOX", Reader: r, Leases: e, Replica: "a",
		Now: e.Now, Logger: slog.New(slog.NewTextHandler(log, nil)),
	}), log
}

// pass reads until the folder has been worked off once.
func (e *evening) pass(t *testing.T, b *inbox.Mailbox) {
	t.Helper()
	before := e.times()
	readUntil(t, b, func() bool { return e.times() >= before+2 })
}

func (p *post) left(t *testing.T, in, taken uint32) {
	t.Helper()
	if gotIn, gotTaken, _ := p.holds(); gotIn != in || gotTaken != taken {
		t.Errorf("%d are left, %d taken; want %d, %d", gotIn, gotTaken, in, taken)
	}
}

func TestASignatureThatCannotBeCheckedHoldsUpNobodyElse(t *testing.T) {
	p, k, e := newPost(t), &kept{}, newEvening()
	p.comes(signed(t, accepts().String(), "ailleurs.example"), accepts().vouched())
	b, log := e.at(t, p, k)
	e.pass(t, b)
	p.left(t, 1, 1)
	if !strings.Contains(log.String(), "waits") || !strings.Contains(log.String(), "DNS") {
		t.Errorf("nobody hears of it: %s", log)
	}
}

func TestManyMailsThatCannotBeDecidedLoseNoLease(t *testing.T) {
	p, k, e := newPost(t), &kept{}, newEvening()
	for n := range 60 { // each of a domain of its own, which is waited for
		r := accepts()
		r.attendee = fmt.Sprintf("zoe@ailleurs%d.example", n)
		r.from = r.attendee
		p.comes(signed(t, r.String(), fmt.Sprintf("ailleurs%d.example", n)))
	}
	p.comes(accepts().vouched())
	b, _ := e.at(t, p, k)
	readUntil(t, b, func() bool { return k.count() == 1 })
	if got := len(e.asked()); got != 60 {
		t.Errorf("the DNS was asked %d times", got)
	}
}

func TestADomainWhoseNameServerIsDeadIsWaitedForOnceAPass(t *testing.T) {
	p, k, e := newPost(t), &kept{}, newEvening()
	for range 20 {
		p.comes(signed(t, accepts().String(), "ailleurs.example"))
	}
	b, _ := e.at(t, p, k)
	e.pass(t, b)
	if got := len(e.asked()); got != 1 {
		t.Errorf("the DNS was asked %d times in a pass", got)
	}
	e.idles(2 * time.Minute)
	e.pass(t, b)
	if got := len(e.asked()); got != 2 {
		t.Errorf("in the next pass it was asked %d times in all", got)
	}
	p.left(t, 20, 0)
}

func TestAMailThatWaitsIsTriedLessAndLessAndAfterWhatIsNew(t *testing.T) {
	p, k, e := newPost(t), &kept{}, newEvening()
	p.comes(signed(t, accepts().String(), "ailleurs.example"))
	b, _ := e.at(t, p, k)
	for n, c := range []struct {
		after time.Duration
		asked int
	}{{0, 1}, {30 * time.Second, 1}, {31 * time.Second, 2}, {time.Minute, 2}, {time.Minute, 3}, {2 * time.Minute, 3}} {
		e.idles(c.after)
		e.pass(t, b)
		if got := e.asked(); len(got) != c.asked {
			t.Errorf("pass %d: the DNS was asked %d times, want %d", n, len(got), c.asked)
		}
	}
	e.idles(2 * time.Minute)
	p.comes(accepts().vouched())
	e.pass(t, b)
	if got := e.asked(); len(got) != 4 || got[3] != 1 {
		t.Errorf("asked when so many answers were kept: %v", got)
	}
	e.idles(25 * time.Hour)
	e.pass(t, b)
	p.left(t, 0, 1) // it has waited long enough
}

func TestAMailThatFailsHoldsUpNobodyElse(t *testing.T) {
	t.Run("a meeting that cannot be read", func(t *testing.T) {
		p, e := newPost(t), newEvening()
		p.comes(changed(func(r *reply) { r.uid = "faulty@parvis.example" }), accepts().vouched())
		b, _ := e.at(t, p, &kept{faulty: "faulty@parvis.example"})
		e.pass(t, b)
		p.left(t, 1, 1)
	})
	t.Run("a mail that the server does not hand over", func(t *testing.T) {
		p, e := newPost(t), newEvening()
		p.refuses = 1
		p.comes(accepts().vouched(), accepts().vouched())
		b, _ := e.at(t, p, &kept{})
		e.pass(t, b)
		p.left(t, 1, 1)
	})
	t.Run("a mail that ends the connection", func(t *testing.T) {
		p, e := newPost(t), newEvening()
		p.breaks = 1
		p.comes(accepts().vouched(), accepts().vouched())
		b, _ := e.at(t, p, &kept{})
		if err := b.Read(t.Context()); err == nil {
			t.Error("the connection has ended, and nobody hears of it")
		}
		e.pass(t, b)
		p.left(t, 1, 1)
	})
}

// Whose name servers never answer can make us wait for each of their mails: only who is invited may.
func TestNobodyButThoseInvitedMakesUsAskTheDNS(t *testing.T) {
	for want, change := range map[inbox.Outcome]func(*reply){
		inbox.UnknownMeeting: func(r *reply) { r.uid = "else@other.example" },
		inbox.NotInvited:     func(r *reply) { r.from, r.attendee = "x@ailleurs.example", "x@ailleurs.example" },
	} {
		answer := accepts()
		change(&answer)
		r, _ := newReader(t, &kept{}, nil)
		got, err := r.Take(t.Context(), strings.NewReader(signed(t, answer.String(), "ailleurs.example")))
		if got != want || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	r, _ := newReader(t, &kept{}, nil)
	if got, err := r.Take(t.Context(), strings.NewReader(signed(t, accepts().String(), "attacker.example"))); got != inbox.Unauthenticated || err != nil {
		t.Errorf("a signature of another: got %q, %v", got, err)
	}
}
