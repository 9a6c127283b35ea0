// Package inbox reads what comes back to invitations: answers by mail (iMIP, RFC 6047).
//
// It owns the reading of messages, the question whether one comes from whom it says, and the mailbox. It refuses to
// answer anybody: what is not taken is counted, kept apart, and never sent back.
package inbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parvis/access"
	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/ical"
)

// MaxMessage is the longest message that is read, in octets. Answers have a few thousand.
const MaxMessage = 1 << 20

// Outcome is what became of a message.
type Outcome string

// The outcomes. All but Kept and Late are refusals: they say why a message was not taken.
const (
	Kept            Outcome = "kept"
	Late            Outcome = "late" // a newer answer is there, or the same one came before
	TooLarge        Outcome = "too-large"
	Malformed       Outcome = "malformed"
	NoAnswer        Outcome = "no-answer" // an ordinary mail, an out-of-office
	SeveralSenders  Outcome = "several-senders"
	Unauthenticated Outcome = "unauthenticated"
	WrongAttendee   Outcome = "wrong-attendee"
	UnknownMeeting  Outcome = "unknown-meeting"
	NotInvited      Outcome = "not-invited"
	Outdated        Outcome = "outdated" // the invitation was replaced since
	TooLate         Outcome = "too-late" // the meeting or the date is over, or cancelled
	UnknownDate     Outcome = "unknown-date"
	Invalid         Outcome = "invalid"
)

// Taken tells that nothing more is to be done with a message.
func (o Outcome) Taken() bool { return o == Kept || o == Late }

var outcomes = []Outcome{
	Kept, Late, TooLarge, Malformed, NoAnswer, SeveralSenders, Unauthenticated, WrongAttendee, UnknownMeeting, NotInvited, Outdated, TooLate, UnknownDate, Invalid,
}

// Answers keeps what was answered (schedule.Service).
type Answers interface {
	// InvitedByMail answers nil when an address may answer for itself: meeting-not-found or not-invited otherwise.
	InvitedByMail(ctx context.Context, uid, email string) error
	// AnswerByMail keeps an answer. kept is false when it changes nothing.
	AnswerByMail(ctx context.Context, a schedule.MailedAnswer) (kept bool, err error)
}

// Options is what a Reader needs. AuthservID may be empty: then DKIM alone decides.
type Options struct {
	Answers    Answers
	AuthservID string // of the one server whose Authentication-Results count (RFC 8601)
	LookupTXT  func(ctx context.Context, domain string) ([]string, error)
	Logger     *slog.Logger
	Metrics    prometheus.Registerer
}

// Reader takes messages one by one. It is safe for concurrent use.
type Reader struct {
	Options
	read *prometheus.CounterVec
}

// NewReader makes a Reader.
func NewReader(o Options) (*Reader, error) {
	r := &Reader{Options: o, read: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parvis_mail_read_total", Help: "Messages that came to the mailbox of invitations, by what became of them.",
	}, []string{"outcome"})}
	if err := o.Metrics.Register(r.read); err != nil {
		return nil, fmt.Errorf("metrics of the mailbox: %w", err)
	}
	for _, outcome := range outcomes {
		r.read.WithLabelValues(string(outcome))
	}
	return r, nil
}

// Take reads one message. An error means that it could not be decided now, and is to be tried again; taking a message
// twice does no harm.
func (r *Reader) Take(ctx context.Context, message io.Reader) (Outcome, error) {
	return r.take(ctx, message, &silent{})
}

// take is Take within a pass over a folder.
func (r *Reader) take(ctx context.Context, message io.Reader, dead *silent) (Outcome, error) {
	raw, err := io.ReadAll(io.LimitReader(message, MaxMessage+1))
	if err != nil {
		return "", fmt.Errorf("read message: %w", err)
	}
	outcome, err := TooLarge, error(nil)
	if len(raw) <= MaxMessage {
		outcome, err = r.judge(ctx, raw, dead)
	}
	if err != nil {
		return "", err
	}
	r.Note(ctx, outcome)
	return outcome, nil
}

// Note counts a message that was decided about, here or by who did not even fetch it. The log has neither address nor
// subject.
func (r *Reader) Note(ctx context.Context, outcome Outcome) {
	r.read.WithLabelValues(string(outcome)).Inc()
	r.Logger.InfoContext(ctx, "a mail was read", "outcome", string(outcome))
}

// judge decides about a message whose form is cheap to check before whose sender is not.
func (r *Reader) judge(ctx context.Context, raw []byte, dead *silent) (Outcome, error) {
	m, err := parse(raw)
	var not refusal
	if errors.As(err, &not) {
		return Outcome(not), nil
	}
	if err != nil {
		return "", err
	}
	answers, err := ical.ReadAnswers(bytes.NewReader(m.calendar))
	if err != nil {
		return Malformed, nil
	}
	for _, a := range answers {
		if access.FoldAddress(a.Email) != access.FoldAddress(m.from) {
			return WrongAttendee, nil
		}
	}
	// All answers of a message are of one meeting. Asked before the DNS is: nobody but those invited can make us wait for it.
	if err := r.Answers.InvitedByMail(ctx, answers[0].UID, answers[0].Email); err != nil {
		return refused(err)
	}
	authentic, err := r.authentic(ctx, m, dead)
	if err != nil {
		return "", err
	}
	if !authentic {
		return Unauthenticated, nil
	}
	return r.keep(ctx, answers, m.date)
}

// keep hands the answers on, one for each date that the message is about. One that is refused refuses the message, and
// leaves those before it kept.
func (r *Reader) keep(ctx context.Context, answers []ical.Answer, came time.Time) (Outcome, error) {
	outcome := Late
	for _, a := range answers {
		kept, err := r.Answers.AnswerByMail(ctx, schedule.MailedAnswer{Answer: a, Came: came})
		if err != nil {
			return refused(err)
		}
		if kept {
			outcome = Kept
		}
	}
	return outcome, nil
}

var refusals = map[fault.Code]Outcome{
	fault.CodeMeetingNotFound: UnknownMeeting, fault.CodeNotInvited: NotInvited, fault.CodeAnswerOutdated: Outdated,
	fault.CodeMeetingCancelled: TooLate, fault.CodeMeetingOver: TooLate, fault.CodePastOccurrence: TooLate,
	fault.CodeOccurrenceNotFound: UnknownDate, fault.CodeInvalid: Invalid, fault.CodeConflict: Invalid,
}

// refused is why an answer was not taken; what is not in the table may pass.
func refused(err error) (Outcome, error) {
	if outcome, ok := refusals[fault.Of(err).Code]; ok {
		return outcome, nil
	}
	return "", err
}
