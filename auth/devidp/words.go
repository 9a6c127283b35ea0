package devidp

import (
	"net/http"

	"golang.org/x/text/language"
)

// words is what the pages say, in one language.
type words struct {
	Lang string

	Warning     string // shown on every page
	WarningMore string
	Choose      string
	AsksMore    string // after the name of the application
	Earlier     string
	Cancel      string
	Account     string
	Nobody      string
	NobodyMore  string
	SignedInAs  string
	SignOut     string
	SignOutMore string
	People      string
	Refused     string
	RefusedMore string
	Back        string

	PasswordOnly string
	Deactivated  string
	WillRefuse   string
}

var french = words{
	Lang:        "fr",
	Warning:     "Fournisseur d’identité de développement",
	WarningMore: "Ces personnes n’existent pas, aucun mot de passe n’est demandé. Sur cette machine seulement.",
	Choose:      "Qui voulez-vous être ?",
	AsksMore:    "demande qui vous êtes. Choisissez une personne pour continuer.",
	Earlier:     "Comme si je m’étais connecté il y a une heure",
	Cancel:      "Annuler",
	Account:     "Personnes de démonstration",
	Nobody:      "Personne n’est connecté dans ce navigateur.",
	NobodyMore:  "Ouvrez l’application et choisissez « Se connecter » : vous reviendrez ici choisir une personne.",
	SignedInAs:  "Session ouverte dans ce navigateur",
	SignOut:     "Se déconnecter",
	SignOutMore: "Les applications ouvertes avec cette session sont averties.",
	People:      "Toutes les personnes",
	Refused:     "Demande refusée",
	RefusedMore: "L’application a envoyé une demande que ce fournisseur n’accepte pas. Recommencez depuis l’application ; si cela se répète, voici la raison pour qui la développe :",
	Back:        "Personnes de démonstration",

	PasswordOnly: "Mot de passe seul",
	Deactivated:  "Compte désactivé",
	WillRefuse:   "Ne suffit pas ici",
}

var english = words{
	Lang:        "en",
	Warning:     "Development identity provider",
	WarningMore: "These people do not exist, no password is asked. On this machine only.",
	Choose:      "Who do you want to be?",
	AsksMore:    "asks who you are. Choose a person to continue.",
	Earlier:     "As if I had signed in an hour ago",
	Cancel:      "Cancel",
	Account:     "Demonstration people",
	Nobody:      "Nobody is signed in with this browser.",
	NobodyMore:  "Open the application and choose “Sign in”: you will come back here to choose a person.",
	SignedInAs:  "Signed in with this browser",
	SignOut:     "Sign out",
	SignOutMore: "The applications opened with this session are told.",
	People:      "Everybody",
	Refused:     "Request refused",
	RefusedMore: "The application sent a request that this provider does not take. Start again from the application; if it happens again, here is the reason for whoever develops it:",
	Back:        "Demonstration people",

	PasswordOnly: "Password only",
	Deactivated:  "Account deactivated",
	WillRefuse:   "Not enough here",
}

var languages = language.NewMatcher([]language.Tag{language.French, language.English})

// wordsFor follows Accept-Language; French when it says nothing that we speak.
func wordsFor(r *http.Request) words {
	if _, i := language.MatchStrings(languages, r.Header.Get("Accept-Language")); i == 1 {
		return english
	}
	return french
}

func (w words) about(p Person) string {
	if w.Lang == english.Lang {
		return p.English
	}
	return p.French
}
