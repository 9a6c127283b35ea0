package devidp

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"strings"
)

//go:embed assets
var assets embed.FS

//go:embed pages
var pageFiles embed.FS

var pages = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

// page is what every page shows; Words is the language of the one who reads.
type page struct {
	Words  words
	Title  string
	People []choice

	RequestID string  // of the sign-in page
	Anew      bool    // the application wants a proof of now
	Client    string  // who asks
	Here      *choice // of the account page: who is signed in, if anybody is
	Reason    string  // of the refusal page
}

// choice is a person as the pages show them.
type choice struct {
	Username, Name, Initials, About, Email    string
	SecondFactor, Deactivated, Refused, First bool
}

func choiceOf(p Person, w words) choice {
	return choice{
		Username: p.Username, Name: p.Name(), Initials: p.initials(), About: w.about(p),
		Email: p.Email, SecondFactor: p.SecondFactor(), Deactivated: p.Deactivated,
	}
}

func (p *Provider) choices(w words) []choice {
	all := make([]choice, len(p.memory.people))
	for i, person := range p.memory.people {
		all[i] = choiceOf(person, w)
	}
	return all
}

func (p *Provider) showSignIn(w http.ResponseWriter, r *http.Request, request authRequest) {
	said := wordsFor(r)
	shown := page{
		Words: said, Title: said.Choose, RequestID: request.id, Anew: request.anew(), People: p.choices(said),
		Client: p.memory.clients[request.asked.ClientID].Name,
	}
	for i, person := range p.memory.people {
		shown.People[i].Refused = !request.demands.satisfiedBy(person)
		shown.People[i].First = request.asked.LoginHint != "" && strings.EqualFold(request.asked.LoginHint, person.Email)
	}
	p.render(w, r, http.StatusOK, "sign-in.html", shown)
}

// account lists everybody and tells who is signed in from this browser.
func (p *Provider) account(w http.ResponseWriter, r *http.Request) {
	said := wordsFor(r)
	shown := page{Words: said, Title: said.Account, People: p.choices(said)}
	if s, ok := p.memory.session(cookieOf(r)); ok {
		here := choiceOf(s.person, said)
		shown.Here = &here
	}
	p.render(w, r, http.StatusOK, "account.html", shown)
}

// refuse tells a developer what was wrong with a request. The reason is technical and stays in one language.
func (p *Provider) refuse(w http.ResponseWriter, r *http.Request, status int, reason string) {
	said := wordsFor(r)
	p.render(w, r, status, "refused.html", page{Words: said, Title: said.Refused, Reason: reason})
}

func (p *Provider) render(w http.ResponseWriter, r *http.Request, status int, name string, shown page) {
	var body bytes.Buffer
	if err := pages.ExecuteTemplate(&body, name, shown); err != nil {
		p.log.ErrorContext(r.Context(), "page not rendered", "page", name, "error", err)
		http.Error(w, "the page cannot be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Vary", "Accept-Language")
	w.WriteHeader(status)
	if _, err := body.WriteTo(w); err != nil {
		p.log.DebugContext(r.Context(), "page not written", "page", name, "error", err)
	}
}

// spoken is a choice with the language to say it in.
type spoken struct {
	Choice choice
	Words  words
}

// In is called by the templates.
func (c choice) In(w words) spoken { return spoken{c, w} }
