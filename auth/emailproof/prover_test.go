package emailproof_test

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"parvis/auth"
	"parvis/auth/emailproof"
	"parvis/auth/emailproof/emailprooftest"
	"parvis/fault"
)

var (
	zoe   = auth.Identity{Kind: auth.Guest, ID: "zoe", SignInID: "zoe"}
	lea   = auth.Identity{Kind: auth.Guest, ID: "lea", SignInID: "lea"}
	agent = auth.Identity{Kind: auth.Person, ID: "p", PersonID: "p", SignInID: "s"}
	robot = auth.Identity{Kind: auth.Service, ID: "r", Scopes: auth.Scopes()}
)

const address = "zoe@example.org"

// house is a Prover with all that it needs, at a time that stands still.
type house struct {
	*emailproof.Prover
	*emailprooftest.Memory
	now time.Time
}

func newHouse() *house {
	h := &house{Memory: &emailprooftest.Memory{}, now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	h.Prover = emailproof.New(h.Memory, h.Memory, emailproof.Options{Platform: "Parvis", Key: [32]byte{1}, Now: func() time.Time { return h.now }})
	return h
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// asks has a code sent and answers it.
func (h *house) asks(t *testing.T, who auth.Identity, to string) string {
	t.Helper()
	if err := h.Ask(t.Context(), who, to, ""); err != nil {
		t.Fatalf("ask: %v", err)
	}
	mails := h.Mails()
	return sixDigits.FindString(mails[len(mails)-1].Text)
}

func (h *house) refuses(t *testing.T, who auth.Identity, code string, want fault.Code) {
	t.Helper()
	if _, err := h.Confirm(t.Context(), who, code); !fault.HasCode(err, want) {
		t.Errorf("got %v, want %s", err, want)
	}
	if got := h.Proved(who.SignInID); got != "" {
		t.Errorf("what was refused has proved %s", got)
	}
}

// another is a code that is not this one.
func another(code string) string { return fmt.Sprintf("%06d", (atoi(code)+1)%1_000_000) }

func atoi(digits string) (n int) {
	for _, d := range digits {
		n = 10*n + int(d-'0')
	}
	return n
}

func TestOnlyGuestsProveAnAddress(t *testing.T) {
	for want, who := range map[fault.Code]auth.Identity{fault.CodeForbidden: agent, fault.CodeSignInRequired: {}} {
		h := newHouse()
		if err := h.Ask(t.Context(), who, address, ""); !fault.HasCode(err, want) {
			t.Errorf("ask: got %v, want %s", err, want)
		}
		h.refuses(t, who, "000000", want)
		if len(h.Mails()) != 0 {
			t.Error("a mail was sent")
		}
	}
	h := newHouse()
	if err := h.Ask(t.Context(), robot, address, ""); !fault.HasCode(err, fault.CodeForbidden) {
		t.Errorf("a service account: %v", err)
	}
}

func TestWhatIsNoAddressGetsNoMail(t *testing.T) {
	h := newHouse()
	for _, to := range []string{
		"", "zoe", "zoe@", "@example.org", "zoe@localhost", "zoe@[192.0.2.1]", "zoe@192.0.2.1", "Zoé <zoe@example.org>", "zoe@example.org, lea@example.org",
		"zoe@example.org\r\nBcc: lea@example.org", "zoe@example.org\nRCPT TO:<lea@example.org>", "\"zoe\r\n\"@example.org", "zoe@example.org\x00", "zoe@example.org\r\n",
		"zoé@example.org", "zоe@example.org" /* a Cyrillic o */, "zoe@exam\u202eple.org", "zoe\u200b@example.org", "zoe@xn--.org", strings.Repeat("a", 250) + "@example.org",
	} {
		err := h.Ask(t.Context(), zoe, to, "")
		if !fault.HasCode(err, fault.CodeInvalid) || fault.Of(err).Fields[0].Location != "body.email" {
			t.Errorf("%q: got %v", to, err)
		}
		if err != nil && len(to) > 3 && strings.Contains(err.Error(), to) {
			t.Errorf("the refusal repeats %q", to)
		}
	}
	if len(h.Mails()) != 0 {
		t.Errorf("mails were sent: %+v", h.Mails())
	}
}

func TestACodeIsTriedFiveTimesAtMost(t *testing.T) {
	h := newHouse()
	code := h.asks(t, zoe, address)
	for range emailproof.MaxAttempts {
		h.refuses(t, zoe, another(code), fault.CodeProofWrong)
	}
	h.refuses(t, zoe, code, fault.CodeProofExpired)
	h.refuses(t, zoe, another(code), fault.CodeProofExpired)
	if got, err := h.Confirm(t.Context(), zoe, h.asks(t, zoe, address)); err != nil || got != address {
		t.Errorf("a new code begins anew: %q, %v", got, err)
	}
}

func TestOfManyAttemptsAtOnceNoMoreThanFiveCount(t *testing.T) {
	h := newHouse()
	code := h.asks(t, zoe, address)
	var all sync.WaitGroup
	var mu sync.Mutex
	answers := map[fault.Code]int{}
	for range 40 {
		all.Go(func() {
			_, err := h.Confirm(t.Context(), zoe, another(code))
			mu.Lock()
			defer mu.Unlock()
			answers[fault.Of(err).Code]++
		})
	}
	all.Wait()
	if answers[fault.CodeProofWrong] != emailproof.MaxAttempts || answers[fault.CodeProofExpired] != 35 {
		t.Errorf("got %v", answers)
	}
}

func TestWhatIsNoCodeCostsNoAttempt(t *testing.T) {
	h := newHouse()
	code := h.asks(t, zoe, address)
	for _, no := range []string{"", "12345", "1234567", "12345a", "１２３４５６", "-12345", "1e1000", " " + code} {
		h.refuses(t, zoe, no, fault.CodeProofWrong)
	}
	if got := h.Kept(zoe.SignInID).Attempts; got != 0 {
		t.Errorf("%d attempts were counted", got)
	}
}

func TestACodeLastsTenMinutes(t *testing.T) {
	h := newHouse()
	code := h.asks(t, zoe, address)
	h.now = h.now.Add(emailproof.Lasts)
	h.refuses(t, zoe, code, fault.CodeProofExpired)
}

func TestACodeIsOfOneBrowser(t *testing.T) {
	h := newHouse()
	code := h.asks(t, zoe, address)
	h.refuses(t, lea, code, fault.CodeProofExpired)
	other := h.asks(t, lea, "lea@example.org")
	if other != code {
		h.refuses(t, lea, code, fault.CodeProofWrong)
	}
	if _, err := h.Confirm(t.Context(), zoe, code); err != nil {
		t.Errorf("the tries of another cost the owner nothing: %v", err)
	}
}

func TestACodeIsGoodOnce(t *testing.T) {
	h := newHouse()
	code := h.asks(t, zoe, address)
	if got, err := h.Confirm(t.Context(), zoe, code); err != nil || got != address || h.Proved(zoe.SignInID) != address {
		t.Fatalf("got %q, %v", got, err)
	}
	if _, err := h.Confirm(t.Context(), zoe, code); !fault.HasCode(err, fault.CodeProofExpired) {
		t.Errorf("replayed: %v", err)
	}
}

func TestANewCodeEndsTheOneBefore(t *testing.T) {
	h := newHouse()
	first := h.asks(t, zoe, address)
	second := h.asks(t, zoe, "other@example.org")
	if first == second {
		second = h.asks(t, zoe, "other@example.org")
	}
	h.refuses(t, zoe, first, fault.CodeProofWrong)
	if got, err := h.Confirm(t.Context(), zoe, second); err != nil || got != "other@example.org" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestAnEndedSignInProvesNothing(t *testing.T) {
	h := newHouse()
	code := h.asks(t, zoe, address)
	h.End(zoe.SignInID)
	h.refuses(t, zoe, code, fault.CodeSignInExpired)
	if err := h.Ask(t.Context(), zoe, address, ""); !fault.HasCode(err, fault.CodeSignInExpired) {
		t.Errorf("got %v", err)
	}
}

func TestThreeCodesInTenMinutes(t *testing.T) {
	h := newHouse()
	for n := range emailproof.MaxCodes {
		h.asks(t, zoe, fmt.Sprintf("zoe%d@example.org", n))
		h.now = h.now.Add(time.Minute)
	}
	code := h.asksLast(t)
	tooMany := func(want time.Duration) {
		t.Helper()
		err := h.Ask(t.Context(), zoe, "zoe4@example.org", "")
		if !fault.HasCode(err, fault.CodeTooMany) || fault.Of(err).RetryAfter != want {
			t.Errorf("got %v after %s, want %s", err, fault.Of(err).RetryAfter, want)
		}
	}
	tooMany(7 * time.Minute)
	if _, err := h.Confirm(t.Context(), zoe, code); err != nil {
		t.Errorf("the refusal took the code that was sent: %v", err)
	}
	tooMany(7 * time.Minute) // using one up gives no right to more
	h.now = h.now.Add(7 * time.Minute)
	h.asks(t, zoe, "zoe4@example.org")
	tooMany(time.Minute)
}

func (h *house) asksLast(t *testing.T) string {
	t.Helper()
	mails := h.Mails()
	return sixDigits.FindString(mails[len(mails)-1].Text)
}

func TestAMailboxGetsFewCodesWhoeverAsks(t *testing.T) {
	h := newHouse()
	guest := func(n int) auth.Identity {
		id := fmt.Sprintf("guest%d", n)
		return auth.Identity{Kind: auth.Guest, ID: id, SignInID: id}
	}
	for n := range 5 {
		h.asks(t, guest(n), []string{address, "ZOE@Example.ORG"}[n%2])
	}
	err := h.Ask(t.Context(), guest(6), address, "")
	if !fault.HasCode(err, fault.CodeTooMany) || fault.Of(err).RetryAfter != 4*time.Minute {
		t.Errorf("got %v after %s", err, fault.Of(err).RetryAfter)
	}
	h.asks(t, guest(6), "lea@example.org")
	h.now = h.now.Add(4 * time.Minute)
	h.asks(t, guest(7), address)
}

func TestWhoIsRefusedTakesNobodysPlaceAtTheMailbox(t *testing.T) {
	h := newHouse()
	h.End(lea.SignInID)
	for range 20 {
		if err := h.Ask(t.Context(), lea, address, ""); !fault.HasCode(err, fault.CodeSignInExpired) {
			t.Fatalf("got %v", err)
		}
	}
	h.asks(t, zoe, address)
}

func TestAServerThatIsDownIsSaid(t *testing.T) {
	h := newHouse()
	h.Fail(fault.New(fault.CodeMailUnavailable, "down").Because(errors.New("refused")))
	if err := h.Ask(t.Context(), zoe, address, ""); !fault.HasCode(err, fault.CodeMailUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsKeptTellsNoCode(t *testing.T) {
	h := newHouse()
	code := h.asks(t, zoe, address)
	kept := h.Kept(zoe.SignInID).CodeHash
	if len(kept) != 32 || bytes.Contains(kept, []byte(code)) {
		t.Errorf("kept %x of %s", kept, code)
	}
	other := newHouse()
	other.Prover.Key = [32]byte{2}
	if err := other.Ask(t.Context(), zoe, address, ""); err != nil {
		t.Fatal(err)
	}
	// The same sign-in, address and code under two keys; codes differ almost always, the hashes must in any case.
	if bytes.Equal(other.Kept(zoe.SignInID).CodeHash, kept) {
		t.Error("the hash does not depend on the key")
	}
}

func TestADomainIsShownAsItIsWritten(t *testing.T) {
	h := newHouse()
	got, err := h.Confirm(t.Context(), zoe, h.asks(t, zoe, " Zoe.Martin@EXÄMPLE.org "))
	if err != nil || got != "Zoe.Martin@xn--exmple-cua.org" {
		t.Errorf("got %q, %v", got, err)
	}
}
