package catcher

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"time"
)

// Mail is what the pages show of one.
type Mail struct {
	Name     string
	From     string
	To       string
	Subject  string
	Language string
	At       time.Time
	Text     string
	HTML     string
	Calendar string
	Source   []byte
}

func parse(name string, file io.Reader) (Mail, error) {
	source, err := io.ReadAll(io.LimitReader(file, largest))
	if err != nil {
		return Mail{}, err
	}
	msg, err := netmail.ReadMessage(bytes.NewReader(source))
	if err != nil {
		return Mail{}, fmt.Errorf("%s is not a mail: %w", name, err)
	}
	m := Mail{
		Name: name, Source: source, From: unfolded(msg.Header.Get("From")), To: unfolded(msg.Header.Get("To")), Subject: unfolded(msg.Header.Get("Subject")),
		Language: msg.Header.Get("Content-Language"),
	}
	m.At, _ = msg.Header.Date() // shown when it is there
	return m, m.take(header{msg.Header.Get("Content-Type"), msg.Header.Get("Content-Transfer-Encoding")}, msg.Body, 0)
}

func unfolded(header string) string {
	text, err := new(mime.WordDecoder).DecodeHeader(header)
	if err != nil {
		return header
	}
	return text
}

type header struct{ kind, encoding string }

// deepest bounds parts in parts: ours have two levels.
const deepest = 5

// take keeps the first part of each kind that is shown.
func (m *Mail) take(h header, body io.Reader, depth int) error {
	kind, parameters, err := mime.ParseMediaType(h.kind)
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") {
		return m.parts(multipart.NewReader(body, parameters["boundary"]), depth+1)
	}
	into := map[string]*string{"text/plain": &m.Text, "text/html": &m.HTML, "text/calendar": &m.Calendar}[kind]
	if into == nil || *into != "" {
		return nil
	}
	text, err := io.ReadAll(decoded(h.encoding, body))
	*into = string(text)
	return err
}

func (m *Mail) parts(r *multipart.Reader, depth int) error {
	for depth < deepest {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := m.take(header{part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding")}, part, depth); err != nil {
			return err
		}
	}
	return nil
}

func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	default:
		return body
	}
}
