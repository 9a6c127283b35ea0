package emailproof

import (
	"fmt"
	htmltemplate "html/template"
	"strings"
	"text/template"

	"golang.org/x/text/language"
)

// words of the mail in one language. It has no link: nobody shall learn to follow one in such mail.
type words struct {
	language                      string
	subject, title, use, not, end string
}

// inWords stand in the order of spoken.
var inWords = []words{{
	language: "fr",
	subject:  "%s : votre code est %s",
	title:    "Votre code",
	use:      "Saisissez-le dans la page qui vous l’a demandé. Il est valable dix minutes, une seule fois.",
	not:      "Si vous n’avez rien demandé, ignorez ce message et ne donnez ce code à personne.",
	end:      "Ce message a été envoyé automatiquement par %s.",
}, {
	language: "en",
	subject:  "%s: your code is %s",
	title:    "Your code",
	use:      "Type it into the page that asked for it. It is good for ten minutes, once.",
	not:      "If you asked for nothing, ignore this message and give the code to nobody.",
	end:      "This message was sent automatically by %s.",
}}

var spoken = language.NewMatcher([]language.Tag{language.French, language.English})

// longestLanguages bounds what is parsed, which costs more than its length.
const longestLanguages = 256

func speak(languages string) words {
	if len(languages) > longestLanguages {
		languages = ""
	}
	_, i := language.MatchStrings(spoken, languages)
	return inWords[i]
}

type letter struct{ Language, Title, Code, Use, Not, End string }

var asText = template.Must(template.New("text").Parse(`{{.Title}}

    {{.Code}}

{{.Use}}

{{.Not}}

{{.End}}
`))

var asHTML = htmltemplate.Must(htmltemplate.New("html").Parse(`<!DOCTYPE html>
<html lang="{{.Language}}">
<head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body style="font-family: sans-serif; font-size: 16px; line-height: 1.5; color: #1b1b1b; background: #ffffff">
<h1 style="font-size: 18px">{{.Title}}</h1>
<p style="font-size: 28px; letter-spacing: 4px"><strong>{{.Code}}</strong></p>
<p>{{.Use}}</p>
<p>{{.Not}}</p>
<p style="color: #555555">{{.End}}</p>
</body>
</html>
`))

func compose(platform, to, code, languages string) (Mail, error) {
	w := speak(languages)
	l := letter{Language: w.language, Title: w.title, Code: code, Use: w.use, Not: w.not, End: fmt.Sprintf(w.end, platform)}
	var plain, rich strings.Builder
	if err := asText.Execute(&plain, l); err != nil {
		return Mail{}, fmt.Errorf("write the mail: %w", err)
	}
	if err := asHTML.Execute(&rich, l); err != nil {
		return Mail{}, fmt.Errorf("write the mail: %w", err)
	}
	return Mail{To: to, Language: w.language, Subject: fmt.Sprintf(w.subject, platform, code), Text: plain.String(), HTML: rich.String()}, nil
}
