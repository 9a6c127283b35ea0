package inbox_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"parvis/fault"
	"parvis/mail/inbox"
	"parvis/schedule/ical"
)

func changed(change func(*reply)) string {
	r := accepts()
	change(&r)
	return r.vouched()
}

const results = "Authentication-Results: "

func TestWhatIsNotTakenSaysWhy(t *testing.T) {
	colleague := accepts()
	colleague.from = "alice@ailleurs.example"
	forged := results + ours + "; dmarc=pass header.from=ailleurs.example\n"
	for name, c := range map[string]struct {
		message string
		want    inbox.Outcome
	}{
		"nothing":                {"", inbox.Malformed},
		"no mail":                {"\x00\x01\x02", inbox.Malformed},
		"an ordinary mail":       {"From: a@b.example\r\nContent-Type: text/plain\r\n\r\nHello", inbox.NoAnswer},
		"without any type":       {"From: a@b.example\r\n\r\nHello", inbox.NoAnswer},
		"an out-of-office":       {"From: zoe@ailleurs.example\r\nAuto-Submitted: auto-replied\r\nContent-Type: text/plain\r\n\r\nI am away.", inbox.NoAnswer},
		"an invitation":          {changed(func(r *reply) { r.method = "REQUEST" }), inbox.NoAnswer},
		"20 MB":                  {accepts().vouched() + strings.Repeat("x", 20<<20), inbox.TooLarge},
		"a bomb of parts":        {"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n", 60) + "--b--", inbox.Malformed},
		"a bomb of depth":        {nested(12), inbox.Malformed},
		"a bomb of a letter":     {strings.Replace(accepts().vouched(), base64.StdEncoding.EncodeToString([]byte(accepts().calendar())), strings.Repeat("QUFB", 100<<10), 1), inbox.Malformed},
		"no calendar at all":     {strings.Replace(accepts().vouched(), base64.StdEncoding.EncodeToString([]byte(accepts().calendar())), "QUFB", 1), inbox.Malformed},
		"two types":              {"Content-Type: text/plain\r\n" + accepts().vouched(), inbox.Malformed},
		"a charset that is none": {strings.Replace(accepts().vouched(), "text/calendar; charset=utf-8", "text/calendar; charset=klingon", 1), inbox.Malformed},

		"two senders in one header":          {changed(func(r *reply) { r.from = "zoe@ailleurs.example, boss@ailleurs.example" }), inbox.SeveralSenders},
		"two headers From":                   {"From: boss@ailleurs.example\r\n" + accepts().vouched(), inbox.SeveralSenders},
		"two headers From, one with a blank": {"From: zoe@ailleurs.example\r\n" + strings.Replace(signed(t, colleague.String(), "ailleurs.example"), "From: ", "From : ", 1), inbox.Malformed},
		"two headers From, one with a tab":   {"From: zoe@ailleurs.example\r\n" + strings.Replace(signed(t, colleague.String(), "ailleurs.example"), "From: ", "From\t: ", 1), inbox.Malformed},
		"the first line of an mbox":          {"From zoe@ailleurs.example Fri Nov 20 10:00:00 2026\r\n" + accepts().vouched(), inbox.Malformed},
		"a header without a name":            {": x\r\n" + accepts().vouched(), inbox.Malformed},
		"no sender":                          {strings.Replace(accepts().vouched(), "From: ", "X-From: ", 1), inbox.SeveralSenders},
		"the answer of another":              {changed(func(r *reply) { r.attendee = "boss@ailleurs.example" }), inbox.WrongAttendee},

		"nobody vouches":                  {accepts().String(), inbox.Unauthenticated},
		"another server vouches":          {with(results + "mx.other.example; dmarc=pass header.from=ailleurs.example"), inbox.Unauthenticated},
		"ours stands below another's":     {with(results + "mx.other.example; dmarc=none\n" + strings.TrimSuffix(forged, "\n")), inbox.Unauthenticated},
		"forged below ours":               {with(results + ours + "; dmarc=fail header.from=ailleurs.example\n" + strings.TrimSuffix(forged, "\n")), inbox.Unauthenticated},
		"ours says nothing of DMARC":      {with(results + ours + "; spf=pass smtp.mailfrom=ailleurs.example"), inbox.Unauthenticated},
		"ours vouches for another domain": {with(results + ours + "; dmarc=pass header.from=attacker.example"), inbox.Unauthenticated},
		"ours says two things":            {with(results + ours + "; dmarc=pass header.from=ailleurs.example; dmarc=fail header.from=ailleurs.example"), inbox.Unauthenticated},

		"a quoted address of a sender":    {with(results + ours + `; spf=pass smtp.mailfrom="x;dmarc=pass header.from=ailleurs.example;y=z"@evil.example`), inbox.Unauthenticated},
		"a comment on a sender":           {with(results + ours + "; spf=pass (helo=x; dmarc=pass header.from=ailleurs.example; y=z) smtp.mailfrom=evil.example"), inbox.Unauthenticated},
		"a comment that a sender ends":    {with(results + ours + `; spf=pass (of "x) ; dmarc=pass header.from=ailleurs.example; y=z ("@evil.example) smtp.mailfrom=evil.example`), inbox.Unauthenticated},
		"a quoted pair":                   {with(results + ours + `; spf=pass smtp.mailfrom="x\";dmarc=pass header.from=ailleurs.example;y="@evil.example`), inbox.Unauthenticated},
		"a quote that does not end":       {with(results + ours + `; dmarc=pass header.from=ailleurs.example; spf=pass smtp.mailfrom="x`), inbox.Unauthenticated},
		"a comment that does not end":     {with(results + ours + "; dmarc=pass header.from=ailleurs.example; spf=pass (x"), inbox.Unauthenticated},
		"a comment that ends twice":       {with(results + ours + "; dmarc=pass header.from=ailleurs.example; spf=pass (x)) smtp.mailfrom=x"), inbox.Unauthenticated},
		"a comment within a domain":       {with(results + ours + "; dmarc=pass header.from=ailleurs.example(x).evil.example"), inbox.Unauthenticated},
		"two domains in one result":       {with(results + ours + "; dmarc=pass header.from=evil.example header.from=ailleurs.example"), inbox.Unauthenticated},
		"words that are no result":        {with(results + ours + "; spf=pass smtp.mailfrom=x;dmarc=pass header.from=ailleurs.example;y@evil.example"), inbox.Unauthenticated},
		"a result that is none":           {with(results + ours + "; spf=pass smtp.mailfrom=x;dmarc=pass header.from=ailleurs.example;y=z@evil.example"), inbox.Unauthenticated},
		"ours by a version that is not 1": {with(results + ours + " 2; dmarc=pass header.from=ailleurs.example"), inbox.Unauthenticated},

		"signed by another domain": {signed(t, accepts().String(), "attacker.example"), inbox.Unauthenticated},
		"signed and changed":       {strings.Replace(signed(t, accepts().String(), "ailleurs.example"), "Subject: Accepted", "Subject: Declined", 1), inbox.Unauthenticated},

		"of a stranger":               {changed(func(r *reply) { r.from, r.attendee = "x@ailleurs.example", "x@ailleurs.example" }), inbox.NotInvited},
		"to no meeting of ours":       {changed(func(r *reply) { r.uid = "else@other.example" }), inbox.UnknownMeeting},
		"to the invitation of before": {changed(func(r *reply) { r.sequence = 0 }), inbox.Outdated},
	} {
		t.Run(name, func(t *testing.T) {
			k := &kept{}
			r, _ := newReader(t, k, merged(keyOf("ailleurs.example"), keyOf("attacker.example")))
			got, err := r.Take(t.Context(), strings.NewReader(c.message))
			if got != c.want || err != nil || k.count() > 0 {
				t.Errorf("got %q, %v, want %q; kept %d", got, err, c.want, k.count())
			}
		})
	}
}

func with(header string) string {
	r := accepts()
	r.headers = header + "\n"
	return r.String()
}

func merged(all ...dns) dns {
	one := dns{}
	for _, d := range all {
		for name, text := range d {
			one[name] = text
		}
	}
	return one
}

// nested is a mail within parts within parts.
func nested(depth int) string {
	inner := "Content-Type: text/plain\r\n\r\nx"
	for n := range depth {
		b := "b" + strings.Repeat("x", n+1)
		inner = "Content-Type: multipart/mixed; boundary=" + b + "\r\n\r\n--" + b + "\r\n" + inner + "\r\n--" + b + "--\r\n"
	}
	return inner
}

func TestAnAnswerIsTakenOnce(t *testing.T) {
	for name, message := range map[string]string{
		"our server vouches":                 accepts().vouched(),
		"with an address in its result":      with(results + ours + " 1; dkim=pass header.d=ailleurs.example; dmarc=pass (p=reject) header.from=zoe@ailleurs.example"),
		"with comments and quoted strings":   with(results + ours + ` (us; ours); dkim=fail (2048-bit key; (not) kept) reason="bad; very bad" header.b="a+/b="; none; dmarc/1=pass(p=REJECT) header.from="ailleurs.example" (x)`),
		"signed by their domain":             signed(t, accepts().String(), "ailleurs.example"),
		"signed, but for its type":           signedOver(t, accepts().String(), "ailleurs.example", "From", "Subject", "Date"),
		"with the line ends of a pipe":       strings.ReplaceAll(signed(t, accepts().String(), "ailleurs.example"), "\r\n", "\n"),
		"in a part of a part":                "From: zoe@ailleurs.example\r\n" + results + ours + "; dmarc=pass header.from=ailleurs.example\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n" + partOf(accepts().String()) + "\r\n--o--\r\n",
		"in quoted-printable, without parts": "From: zoe@ailleurs.example\r\n" + results + ours + "; dmarc=pass header.from=ailleurs.example\r\nContent-Type: text/calendar; method=REPLY\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + strings.ReplaceAll(accepts().calendar(), "=", "=3D"),
	} {
		t.Run(name, func(t *testing.T) {
			k := &kept{}
			r, registry := newReader(t, k, keyOf("ailleurs.example"))
			for n, want := range []inbox.Outcome{inbox.Kept, inbox.Late} {
				if got, err := r.Take(t.Context(), strings.NewReader(message)); got != want || err != nil {
					t.Fatalf("time %d: got %q, %v", n, got, err)
				}
			}
			if k.count() != 1 || k.said[0].PartStat != ical.Accepted || k.said[0].Came.IsZero() && strings.Contains(message, "Date:") {
				t.Errorf("kept %+v", k.said)
			}
			if got := counted(t, registry, inbox.Kept); got != 1 {
				t.Errorf("counted %v", got)
			}
		})
	}
}

// partOf is a message as a part: what is of its type, and its body.
func partOf(message string) string {
	return message[strings.Index(message, "Content-Type: multipart/alternative"):]
}

func TestAProposalIsTaken(t *testing.T) {
	k := &kept{}
	r, _ := newReader(t, k, keyOf("ailleurs.example"))
	message := changed(func(r *reply) { r.method, r.more = "COUNTER", "DTSTART:20261124T100000Z\nDTEND:20261124T110000Z\n" })
	if got, err := r.Take(t.Context(), strings.NewReader(message)); got != inbox.Kept || err != nil || k.said[0].Proposed == nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestWhatCannotBeDecidedNowIsTriedAgain(t *testing.T) {
	k := &kept{fails: fault.New(fault.CodeDatabaseUnavailable, "away")}
	r, _ := newReader(t, k, nil)
	if got, err := r.Take(t.Context(), strings.NewReader(accepts().vouched())); got != "" || !fault.Is(err, fault.Unavailable) {
		t.Errorf("the database is away: got %q, %v", got, err)
	}
	if got, err := r.Take(t.Context(), strings.NewReader(signed(t, accepts().String(), "ailleurs.example"))); got != "" || err == nil {
		t.Errorf("the DNS is away: got %q, %v", got, err)
	}
	if _, err := r.Take(t.Context(), broken{}); !errors.Is(err, errBroken) {
		t.Errorf("the pipe broke: %v", err)
	}
}

var errBroken = errors.New("broken pipe")

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errBroken }

// FuzzNoMessageBreaksTheReader holds for any message: it is decided about, and nothing of a stranger's is kept.
func FuzzNoMessageBreaksTheReader(f *testing.F) {
	f.Add(accepts().vouched())
	f.Add(accepts().String())
	f.Add(signed(f, accepts().String(), "ailleurs.example"))
	f.Add(nested(3))
	f.Add("From: a@b\r\nContent-Type: multipart/mixed; boundary=\"\"\r\n\r\n----\r\n")
	f.Fuzz(func(t *testing.T, message string) {
		k := &kept{}
		r, _ := newReader(t, k, dns{})
		outcome, err := r.Take(t.Context(), strings.NewReader(message))
		if (outcome == "") == (err == nil) {
			t.Errorf("%q, %v", outcome, err)
		}
		if k.count() > 0 && !strings.Contains(strings.ToLower(message), ours) {
			t.Error("kept without anybody's word")
		}
	})
}

// Providers sign mails without their Content-Type: who was sent one that quotes an answer may put in the boundary of what is
// quoted.
func TestWhatAMailQuotesIsNoPartOfIt(t *testing.T) {
	inner := accepts().String()
	head, body, _ := strings.Cut(inner, "\r\n\r\n")
	for name, quoting := range map[string]string{
		"between words": "Look at what I got:\r\n\r\n" + body + "\r\nStrange, is it not?\r\n",
		"at the end":    "Look at what I got:\r\n\r\n" + body,
		"at the top":    body + "Strange, is it not?\r\n",
		"within a part": "--a\r\nContent-Type: text/plain\r\n\r\nLook:\r\n" + body + "--a--\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			k := &kept{}
			r, _ := newReader(t, k, keyOf("ailleurs.example"))
			message := signedOver(t, head+"\r\n\r\n"+quoting, "ailleurs.example", "From", "Subject", "Date")
			if got, err := r.Take(t.Context(), strings.NewReader(message)); got != inbox.Unauthenticated || err != nil || k.count() > 0 {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}
