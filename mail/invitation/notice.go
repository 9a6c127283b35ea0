package invitation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"parvis/mail"
	"parvis/schedule"
	"parvis/schedule/recur"
	"parvis/text"
)

// Notices is what organizers are to hear of (schedule.Service).
type Notices interface {
	Notice(ctx context.Context, id string) (n schedule.Notice, due bool, err error)
	SettleNotice(ctx context.Context, id string) error
}

// mostHeard is how many answers a mail names; its page has all.
const mostHeard = 40

// TellAnswers tells an organizer what those invited answered. As Send, it may send the same mail twice, under the same Message-ID.
func (p *Post) TellAnswers(ctx context.Context, id string) error {
	n, due, err := p.Notices.Notice(ctx, id)
	if err != nil || !due {
		return err
	}
	letter, err := p.notice(n)
	if err != nil {
		return err
	}
	err = p.Sender.Deliver(ctx, letter)
	var refused mail.Refused
	switch {
	case err == nil:
	case errors.As(err, &refused):
		p.Logger.WarnContext(ctx, "the mail server refused a notice of answers", "notice", id, "code", refused.Code)
	case ctx.Err() == nil && p.Now().Sub(n.CreatedAt) >= Patience:
		p.Logger.WarnContext(ctx, "a notice of answers was given up", "notice", id, "error", err)
	default:
		return fmt.Errorf("send notice %s: %w", id, err)
	}
	return p.Notices.SettleNotice(ctx, id)
}

// noticeWords are those of the mail to an organizer; %s of the sentences are dates.
type noticeWords struct {
	heading, intro, page, why         string
	subjectOne, subjectMany           string // name, answer, title; number, title
	answer                            map[schedule.RSVP]string
	ofDate, comment, proposes         string
	counts, yes, perhaps, no, unheard string
	others                            string
}

var frenchNotice = noticeWords{
	heading: "Réponses à votre réunion", intro: "Voici ce que des invités viennent de répondre.", page: "Voir toutes les réponses",
	why:        "Vous recevez ce message parce que vous organisez cette réunion. Pour ne plus en recevoir, décochez «\u00a0Avertir l’organisateur des réponses par courriel\u00a0» dans «\u00a0Plus d’options\u00a0» de la réunion.",
	subjectOne: "%s %s : %s", subjectMany: "%d réponses : %s",
	answer: map[schedule.RSVP]string{schedule.Accepted: "accepte", schedule.Declined: "refuse", schedule.Tentative: "répond peut-être", schedule.NeedsAction: "n’a pas répondu"},
	ofDate: "%s la date du %s", comment: "«\u00a0%s\u00a0»", proposes: "propose le %s",
	counts: "En tout", yes: "oui : %d", perhaps: "peut-être : %d", no: "non : %d", unheard: "sans réponse : %d", others: "Et %d autres réponses.",
}

var englishNotice = noticeWords{
	heading: "Answers to your meeting", intro: "This is what people you invited have just answered.", page: "See all answers",
	why:        "You get this message because you organize this meeting. To get no more of them, clear “Tell the organizer of answers by mail” under “More options” of the meeting.",
	subjectOne: "%s %s: %s", subjectMany: "%d answers: %s",
	answer: map[schedule.RSVP]string{schedule.Accepted: "accepts", schedule.Declined: "declines", schedule.Tentative: "answers maybe", schedule.NeedsAction: "has not answered"},
	ofDate: "%s the date of %s", comment: "“%s”", proposes: "proposes %s",
	counts: "In all", yes: "yes: %d", perhaps: "maybe: %d", no: "no: %d", unheard: "no answer yet: %d", others: "And %d more answers.",
}

// notice writes the mail to an organizer.
func (p *Post) notice(n schedule.Notice) (mail.Letter, error) {
	w, o := speak(n.Language), n.Meeting.Organizer
	zone, err := recur.FindZone(p.Zones, n.Meeting.When.Zone)
	if err != nil {
		return mail.Letter{}, err
	}
	said := w.notice
	title := cut(text.Line(n.Meeting.Title), longestTitle)
	content := page{
		Language: w.language, Platform: p.Platform, Title: title, Heading: said.heading, Intro: said.intro,
		Actions: []action{{said.page, p.BaseURL + "/meetings/" + n.Meeting.ID, true}}, Notes: []string{said.why},
	}
	for i, h := range n.Said {
		if i == mostHeard {
			content.Facts = append(content.Facts, fact{"", []string{fmt.Sprintf(said.others, len(n.Said)-i)}})
			break
		}
		content.Facts = append(content.Facts, fact{nameOf(h.Invitee), w.heard(h, zone)})
	}
	c := n.Counts
	content.Facts = append(content.Facts, fact{said.counts, []string{strings.Join([]string{
		fmt.Sprintf(said.yes, c[schedule.Accepted]), fmt.Sprintf(said.perhaps, c[schedule.Tentative]), fmt.Sprintf(said.no, c[schedule.Declined]), fmt.Sprintf(said.unheard, c[schedule.NeedsAction]),
	}, ", ")}})
	if len(n.Next) > 0 {
		content.Facts = append(content.Facts, fact{w.when, []string{w.spanOf(n.Next[0], zone)}})
	}
	l := mail.Letter{Message: mail.Message{To: o.Email, Language: w.language, Subject: fmt.Sprintf(said.subjectMany, len(n.Said), title)}, ID: n.MessageID, Sender: p.Platform}
	if len(n.Said) == 1 {
		l.Subject = fmt.Sprintf(said.subjectOne, nameOf(n.Said[0].Invitee), w.heard(n.Said[0], zone)[0], title)
	}
	return l, content.into(&l)
}

func nameOf(i schedule.Invitee) string {
	if name := text.Line(i.Name); name != "" {
		return name
	}
	return text.Line(i.Email)
}

// heard is what somebody answered: the answer or the time that they propose, then their words.
func (w words) heard(h schedule.Heard, zone *time.Location) []string {
	said, comment := w.notice.answer[h.Answer.RSVP], h.Answer.Comment
	if h.About != nil {
		start := h.About.Start.In(zone)
		said = fmt.Sprintf(w.notice.ofDate, said, fmt.Sprintf(w.at, w.day(start), w.clock(start)))
	}
	lines := []string{said}
	if p := h.Proposal; p != nil {
		start := p.Start.In(zone).In(zone)
		proposed := fmt.Sprintf(w.notice.proposes, fmt.Sprintf(w.at, w.day(start), w.clock(start)))
		if h.Answer.RSVP == schedule.NeedsAction && h.About == nil {
			lines = nil
		}
		lines, comment = append(lines, proposed), p.Comment
	}
	if comment = text.Line(strings.Join(strings.Fields(comment), " ")); comment != "" {
		lines = append(lines, fmt.Sprintf(w.notice.comment, comment))
	}
	return lines
}
