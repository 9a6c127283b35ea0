package invitation

import "parvis/schedule"

// kind is what a mail is for, as its reader sees it.
type kind int

const (
	invited kind = iota
	changed
	cancelled
	struckOff
	dateCancelled
	dateRestored
	reminded
	counterDeclined
	kindsOfMail
)

// words are those of one language. Verbs are of dates and lists.
type words struct {
	language string

	subject [kindsOfMail]string // title, date
	heading [kindsOfMail]string
	intro   [kindsOfMail]string // organizer
	sender  string              // organizer, platform

	hasBegun, begun string // of a reminder that comes when the meeting has: its heading; organizer

	continues string // of an invitation to the later part of a series that was parted
	continued string // of a change of the earlier part
	held      string // of a series that was cancelled when some of it had been held

	when, nextDates, repeats, organizer, onBehalf, passcode string
	join, joinAt, answer, personal                          string
	opens, usesAddress, usesAccount                         string
	ownTime                                                 string // where one reads the times of one's own zone
	replies, noReplies                                      string // where answers by mail are read, and where they are not: what answers

	notice noticeWords
	calendar
	changeWords
}

func (words) kind(m schedule.Mailing) kind {
	switch {
	case m.Kind == schedule.LetterReminder:
		return reminded
	case m.Kind == schedule.LetterCounterDeclined:
		return counterDeclined
	case m.StruckOff():
		return struckOff
	case m.Kind == schedule.LetterCancel && !m.Occurrence.IsZero():
		return dateCancelled
	case m.Kind == schedule.LetterCancel:
		return cancelled
	case m.Again && restored(m):
		return dateRestored
	case m.Again:
		return changed
	default:
		return invited
	}
}

// restored tells that all that changed is that a date takes place which the reader knew as cancelled.
func restored(m schedule.Mailing) bool {
	turned, single := m.Changes.Single()
	return single && turned.Left != nil
}

func speak(language string) words {
	if language == "en" {
		return english
	}
	return french
}

var french = words{
	language: "fr",
	subject: [...]string{
		invited: "Invitation : %s (%s)", changed: "Réunion modifiée : %s (%s)", cancelled: "Réunion annulée : %s (%s)",
		struckOff: "Vous n’êtes plus parmi les invités : %s (%s)", dateCancelled: "Date annulée : %s (%s)", dateRestored: "Date rétablie : %s (%s)", reminded: "Rappel : %s (%s)", counterDeclined: "Votre proposition n’est pas retenue : %s (%s)",
	},
	heading: [...]string{
		invited: "Invitation à une réunion", changed: "Cette réunion a été modifiée", cancelled: "Cette réunion est annulée",
		struckOff: "Vous n’êtes plus parmi les invités", dateCancelled: "Cette date est annulée", dateRestored: "Cette date est rétablie", reminded: "Cette réunion approche", counterDeclined: "Votre proposition n’est pas retenue",
	},
	intro: [...]string{
		invited:       "%s vous invite à une réunion en visioconférence.",
		changed:       "%s a modifié une réunion à laquelle vous participez. Voici ce qui vaut désormais.",
		cancelled:     "La réunion organisée par %s n’aura pas lieu. Vous n’avez rien à faire.",
		struckOff:     "La réunion organisée par %s aura lieu sans vous : vous n’avez plus à venir.",
		dateCancelled: "La réunion organisée par %s n’aura pas lieu à la date ci-dessous. Les autres dates restent.",
		dateRestored:  "La réunion organisée par %s aura bien lieu à une date qui était annulée. Les autres dates restent.",
		reminded:      "La réunion organisée par %s commence %s.",

		counterDeclined: "Vous avez proposé un autre moment à %s. La réunion reste comme elle est prévue.",
	},
	hasBegun: "Cette réunion a commencé", begun: "La réunion organisée par %s a commencé.",
	sender: "%s via %s", continues: "Elle prend la suite d’une série plus ancienne\u00a0: ses dates remplacent celles que cette série avait à partir de là.",
	continued: "Ses dates suivantes forment une série à part, qui a sa propre invitation.",
	held:      "Les dates qui ont déjà eu lieu restent dans votre agenda.",
	when:      "Quand", nextDates: "Prochaines dates", repeats: "Répétition", organizer: "Organisation", onBehalf: "pour le compte de %s", passcode: "Code d’accès",
	join: "Rejoindre la réunion", joinAt: "Rejoindre la réunion : %s", answer: "Répondre à l’invitation",
	personal:    "Ces liens sont à vous seul : qui les ouvre entre sous votre nom. Ne les transmettez pas.",
	opens:       "La salle ouvre un peu avant l’heure. Un navigateur suffit, il n’y a rien à installer.",
	replies:     "Si votre messagerie propose Accepter ou Refuser, votre réponse parviendra à l’organisateur. Une réponse écrite à ce message n’est lue par personne : écrivez à l’organisateur.",
	ownTime:     "Si vous vivez dans un autre fuseau horaire, la page «\u00a0%s\u00a0» donne aussi ces heures dans le vôtre.",
	noReplies:   "Pour répondre, utilisez «\u00a0%s\u00a0» ci-dessus : Accepter ou Refuser dans votre messagerie ne change que votre propre agenda, sans prévenir l’organisateur. Une réponse écrite à ce message n’est lue par personne : écrivez à l’organisateur.",
	usesAddress: "Votre adresse a été donnée à %s pour cette réunion par qui l’organise. Elle ne sert qu’à vous écrire à son sujet et à vous y laisser entrer.",
	usesAccount: "Vous recevez ce message à l’adresse de votre compte %s, car vous êtes parmi les invités.",
	notice:      frenchNotice,
	calendar:    frenchCalendar,
	changeWords: frenchChanges,
}

var english = words{
	language: "en",
	subject: [...]string{
		invited: "Invitation: %s (%s)", changed: "Meeting changed: %s (%s)", cancelled: "Meeting cancelled: %s (%s)",
		struckOff: "You are no longer invited: %s (%s)", dateCancelled: "Date cancelled: %s (%s)", dateRestored: "Date restored: %s (%s)", reminded: "Reminder: %s (%s)", counterDeclined: "Your proposal is not taken up: %s (%s)",
	},
	heading: [...]string{
		invited: "Invitation to a meeting", changed: "This meeting has changed", cancelled: "This meeting is cancelled",
		struckOff: "You are no longer invited", dateCancelled: "This date is cancelled", dateRestored: "This date is restored", reminded: "This meeting is coming up", counterDeclined: "Your proposal is not taken up",
	},
	intro: [...]string{
		invited:       "%s invites you to a video meeting.",
		changed:       "%s has changed a meeting that you are expected at. This is what holds from now on.",
		cancelled:     "The meeting of %s does not take place. There is nothing for you to do.",
		struckOff:     "The meeting of %s takes place without you: you need not come any more.",
		dateCancelled: "The meeting of %s does not take place on the date below. The other dates stay.",
		dateRestored:  "The meeting of %s takes place after all on a date that was cancelled. The other dates stay.",
		reminded:      "The meeting of %s begins %s.",

		counterDeclined: "You proposed another time to %s. The meeting stays as it is planned.",
	},
	hasBegun: "This meeting has begun", begun: "The meeting of %s has begun.",
	sender: "%s via %s", continues: "It continues an earlier series: its dates take the place of those that series had from there on.",
	continued: "Its later dates are a series of their own, which has its own invitation.",
	held:      "Dates that were held already stay in your calendar.",
	when:      "When", nextDates: "Next dates", repeats: "Repeats", organizer: "Organizer", onBehalf: "on behalf of %s", passcode: "Passcode",
	join: "Join the meeting", joinAt: "Join the meeting: %s", answer: "Answer the invitation",
	personal:    "These links are yours alone: whoever opens them enters under your name. Do not pass them on.",
	opens:       "The room opens a little before the time. A browser is enough, there is nothing to install.",
	replies:     "If your mail program offers Accept or Decline, your answer reaches the organizer. Nobody reads what is written in reply to this message: write to the organizer.",
	ownTime:     "If you live in another time zone, the page “%s” has these times in yours as well.",
	noReplies:   "To answer, use “%s” above: Accept or Decline in your mail program changes your own calendar alone and tells the organizer nothing. Nobody reads what is written in reply to this message: write to the organizer.",
	usesAddress: "Your address was given to %s for this meeting by those who organize it. It is used only to write to you about it, and to let you in.",
	usesAccount: "You get this message at the address of your %s account, because you are among those invited.",
	notice:      englishNotice,
	calendar:    englishCalendar,
	changeWords: englishChanges,
}
