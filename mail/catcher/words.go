package catcher

import (
	"strings"
	"time"
	"unicode/utf8"
)

// words are those of the pages in one language.
type words struct {
	Language, Title, Lead, None   string
	To, From, Date, All           string
	Source, AsShown, AsText, Mail string
	layout                        string
}

// Moment is when a mail was written, on the clock of this machine.
func (w words) Moment(t time.Time) string { return t.Local().Format(w.layout) }

var english = words{
	Language: "en", Title: "Mail of the demonstration", Lead: "Written here instead of being sent. The latest comes first; reload the page for more.",
	None: "There is none yet. Invite somebody to a meeting by an e-mail address, or prove an address while you wait before a room.",
	To:   "To", From: "From", Date: "Date", All: "All mail", Source: "As it would have been sent", AsShown: "As programs show it", AsText: "As text", Mail: "The mail",
	layout: "2 January 2006 at 15:04:05",
}

var french = words{
	Language: "fr", Title: "Courrier de la démonstration", Lead: "Écrit ici au lieu d’être envoyé. Le plus récent d’abord ; rechargez la page pour voir la suite.",
	None: "Il n’y en a pas encore. Invitez quelqu’un à une réunion par son adresse électronique, ou confirmez une adresse pendant que vous attendez devant une salle.",
	To:   "À", From: "De", Date: "Date", All: "Tout le courrier", Source: "Tel qu’il aurait été envoyé", AsShown: "Tel que les messageries l’affichent", AsText: "En texte", Mail: "Le message",
	layout: "02/01/2006 à 15:04:05",
}

// speak answers the first of the languages of a browser that there are words in.
func speak(accepted string) words {
	for tag := range strings.SplitSeq(accepted, ",") {
		switch tag, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-"); tag[:min(2, len(tag))] {
		case "fr":
			return french
		case "en":
			return english
		}
	}
	return english
}

// Height is a frame's in which a mail has room without a bar of its own: what no script measures is reckoned from its text, whose
// addresses are behind buttons there.
func (m Mail) Height() int {
	const around, line, perLine = 280, 26, 44
	height := around
	for said := range strings.SplitSeq(m.Text, "\n") {
		if said = strings.TrimSpace(said); said != "" && !strings.HasPrefix(said, "http") {
			height += line * (1 + utf8.RuneCountInString(said)/perLine)
		}
	}
	return min(height, 6000)
}
