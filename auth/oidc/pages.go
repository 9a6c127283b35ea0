package oidc

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"parvis/fault"
)

//go:embed pages/page.html pages/en.json pages/fr.json
var pageFiles embed.FS

// languages in the order of the matcher: the first one serves whoever asks for none of them.
var languages = []language.Tag{language.French, language.English}

// pages show people what went wrong, in French or English, with a style sheet of package web and nothing inline.
type pages struct {
	template *template.Template
	texts    map[language.Tag]map[string]string
	matcher  language.Matcher
}

func loadPages() (*pages, error) {
	t, err := template.ParseFS(pageFiles, "pages/page.html")
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	p := &pages{template: t, texts: map[language.Tag]map[string]string{}, matcher: language.NewMatcher(languages)}
	for _, tag := range languages {
		raw, err := pageFiles.ReadFile("pages/" + tag.String() + ".json")
		if err != nil {
			return nil, fmt.Errorf("pages: %w", err)
		}
		texts := map[string]string{}
		if err := json.Unmarshal(raw, &texts); err != nil {
			return nil, fmt.Errorf("pages/%s.json: %w", tag, err)
		}
		p.texts[tag] = texts
	}
	return p, nil
}

// fact is a line of a page, such as a claim of the person: Key names its label among the texts.
type fact struct{ Key, Value string }

// page is what the template shows.
type page struct {
	Lang  string
	Texts map[string]string
	Key   string // of the refusal: its texts are <key>.title and <key>.text
	Rules []string
	Facts []fact
	Again string // where a new attempt begins; empty when it makes no sense
}

// Text is the text with a key in the page's language.
func (p page) Text(key string) string { return p.Texts[key] }

func (p *pages) language(r *http.Request) language.Tag {
	accept := r.Header.Get("Accept-Language")
	if len(accept) > 256 { // parsing costs more than its length
		accept = ""
	}
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		wanted = nil
	}
	_, i, _ := p.matcher.Match(wanted...)
	return languages[i]
}

func (p *pages) write(w http.ResponseWriter, r *http.Request, x *refusal) error {
	lang := p.language(r)
	show := page{Lang: lang.String(), Texts: p.texts[lang], Key: x.page, Facts: x.facts, Again: x.again}
	if x.rules != "" {
		show.Rules = strings.Split(x.rules, "\n")
	}
	var out bytes.Buffer
	if err := p.template.Execute(&out, show); err != nil {
		return fmt.Errorf("page %s: %w", x.page, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", lang.String())
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Add("Vary", "Accept, Accept-Language")
	if wait := fault.Of(x.fault).RetryAfter; wait > 0 {
		h.Set("Retry-After", strconv.Itoa(max(int(wait.Seconds()), 1)))
	}
	w.WriteHeader(x.status)
	_, err := w.Write(out.Bytes())
	return err
}
