package inbox

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"time"

	"golang.org/x/text/encoding/htmlindex"

	"parvis/schedule/ical"
)

// Bounds of a message's structure.
const (
	maxDepth = 5
	maxParts = 50
)

// refusal is an outcome as an error: what is wrong with a message will not pass.
type refusal Outcome

func (r refusal) Error() string { return string(r) }

// message is what is read of one: the part for calendars, and who says to have sent it.
type message struct {
	raw      []byte
	header   netmail.Header
	from     string    // the one address
	date     time.Time // zero when it does not say
	framed   bool      // by one boundary, from the first line to the last
	calendar []byte
}

func parse(raw []byte) (message, error) {
	m := message{raw: raw}
	if !wellNamed(raw) {
		return m, refusal(Malformed)
	}
	read, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return m, refusal(Malformed)
	}
	m.header = read.Header
	if len(m.header["Content-Type"]) > 1 || len(m.header["Content-Transfer-Encoding"]) > 1 {
		return m, refusal(Malformed) // two readers would read two messages
	}
	body, err := io.ReadAll(read.Body)
	if err != nil {
		return m, refusal(Malformed)
	}
	m.framed = framed(partHeader(m.header).get("Content-Type"), body)
	w := walk{}
	if err := w.part(partHeader(m.header), bytes.NewReader(body), 0); err != nil {
		return m, err
	}
	if w.calendar == nil {
		return m, refusal(NoAnswer)
	}
	m.calendar = w.calendar
	if m.from, err = senderOf(m.header); err != nil {
		return m, err
	}
	if at, err := m.header.Date(); err == nil {
		m.date = at.UTC()
	}
	return m, nil
}

// senderOf is the one address of the one From. With two of either, what is checked and what is believed could differ.
func senderOf(h netmail.Header) (string, error) {
	if len(h["From"]) != 1 {
		return "", refusal(SeveralSenders)
	}
	list, err := netmail.ParseAddressList(h["From"][0])
	switch {
	case err != nil:
		return "", refusal(Malformed)
	case len(list) != 1:
		return "", refusal(SeveralSenders)
	default:
		return list[0].Address, nil
	}
}

// partHeader reads the headers of MIME, of a message or of a part.
type partHeader map[string][]string

func (h partHeader) get(name string) string {
	if values := h[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// walk looks for the first part that is an answer.
type walk struct {
	parts    int
	calendar []byte
}

func (w *walk) part(h partHeader, body io.Reader, depth int) error {
	if w.parts++; w.parts > maxParts || depth > maxDepth {
		return refusal(Malformed)
	}
	kind, params, err := mime.ParseMediaType(h.get("Content-Type"))
	if err != nil {
		return nil // plain text, or what nobody reads
	}
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		return w.multipart(params["boundary"], body, depth)
	case kind != "text/calendar" || !answers(params["method"]):
		return nil // a mail that was forwarded in this one (message/rfc822) is not this sender's
	}
	w.calendar, err = decoded(h.get("Content-Transfer-Encoding"), params["charset"], body)
	return err
}

// answers tells whether a method can be that of an answer; unsaid, the calendar says it.
func answers(method string) bool {
	return method == "" || strings.EqualFold(method, string(ical.Reply)) || strings.EqualFold(method, string(ical.Counter))
}

func (w *walk) multipart(boundary string, body io.Reader, depth int) error {
	if boundary == "" {
		return refusal(Malformed)
	}
	parts := multipart.NewReader(body, boundary)
	for w.calendar == nil {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return refusal(Malformed)
		}
		if err := w.part(partHeader(p.Header), p, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// decoded is the text of a part in UTF-8.
func decoded(encoding, charset string, body io.Reader) ([]byte, error) {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "", "7bit", "8bit", "binary":
	default:
		return nil, refusal(Malformed)
	}
	if charset != "" && !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "us-ascii") {
		of, err := htmlindex.Get(charset)
		if err != nil {
			return nil, refusal(Malformed)
		}
		body = of.NewDecoder().Reader(body)
	}
	text, err := io.ReadAll(io.LimitReader(body, ical.MaxAnswer+1))
	if err != nil || len(text) > ical.MaxAnswer {
		return nil, refusal(Malformed)
	}
	return text, nil
}
