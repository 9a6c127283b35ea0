package audit

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
)

// line is a row for whoever keeps or searches it elsewhere: with names, as far as they are not destroyed.
type line struct {
	ID         string          `json:"id"`
	At         time.Time       `json:"at"`
	Batch      int64           `json:"batch"`
	Position   int             `json:"position"`
	Org        string          `json:"organization"`
	Action     string          `json:"action"`
	Actor      string          `json:"actor"`
	OnBehalfOf string          `json:"onBehalfOf,omitempty"`
	Subject    string          `json:"subject"`
	Result     Result          `json:"result"`
	Code       string          `json:"code,omitempty"`
	RequestID  string          `json:"requestId,omitempty"`
	Name       string          `json:"name,omitempty"`
	Email      string          `json:"email,omitempty"`
	Network    string          `json:"network,omitempty"`
	Erased     bool            `json:"erased,omitempty"`
	Data       json.RawMessage `json:"data"`
}

// WriteJSON writes rows as JSON lines.
func WriteJSON(w io.Writer, rows []Shown) error {
	out := json.NewEncoder(w)
	for _, r := range rows {
		data, err := CanonicalJSON(r.Data)
		if err != nil {
			data = []byte("{}")
		}
		err = out.Encode(line{
			ID: r.ID, At: r.At, Batch: r.Batch, Position: r.Position, Org: r.OrgID, Action: r.Action, Actor: r.Actor, OnBehalfOf: r.OnBehalfOf, Subject: r.Subject,
			Result: r.Result, Code: r.Code, RequestID: r.RequestID, Name: r.Personal.Name, Email: r.Personal.Email, Network: r.Personal.Network, Erased: r.Erased, Data: data,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const (
	// The facility "log audit" with the severities informational and warning (RFC 5424 section 6.2.1).
	priorityDone    = 13*8 + 6
	priorityRefused = 13*8 + 4
	// structuredID has the number that RFC 5612 keeps for examples: Parvis has none of its own.
	structuredID = "parvis@32473"
	mostMessage  = 32 // bytes of a MSGID
)

// WriteSyslog writes rows as messages of RFC 5424, a line each.
func WriteSyslog(w io.Writer, host string, rows []Shown) error {
	for _, r := range rows {
		if _, err := io.WriteString(w, syslogLine(host, r)); err != nil {
			return err
		}
	}
	return nil
}

func syslogLine(host string, r Shown) string {
	priority := priorityDone
	if r.Result != Done {
		priority = priorityRefused
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<%d>1 %s %s parvis - %s [%s", priority, r.At.UTC().Format("2006-01-02T15:04:05.000000Z"), header(host, 255), header(r.Action, mostMessage), structuredID)
	for _, p := range [][2]string{
		{"id", r.ID}, {"batch", fmt.Sprint(r.Batch)}, {"position", fmt.Sprint(r.Position)}, {"organization", r.OrgID}, {"action", r.Action}, {"actor", r.Actor},
		{"onBehalfOf", r.OnBehalfOf}, {"subject", r.Subject}, {"result", string(r.Result)}, {"code", r.Code}, {"requestId", r.RequestID},
		{"name", r.Personal.Name}, {"email", r.Personal.Email}, {"network", r.Personal.Network},
	} {
		if p[1] != "" {
			fmt.Fprintf(&b, ` %s="%s"`, p[0], structured(p[1]))
		}
	}
	b.WriteByte(']')
	if data, err := CanonicalJSON(r.Data); err == nil && string(data) != "{}" {
		b.WriteString(" \ufeff") // the message is UTF-8 (section 6.4)
		b.Write(data)
	}
	b.WriteByte('\n')
	return b.String()
}

// header is a field of visible ASCII, "-" for none (section 6).
func header(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if r < 33 || r > 126 {
			return -1
		}
		return r
	}, text)
	if text == "" {
		return "-"
	}
	return text[:min(len(text), most)]
}

// structured escapes what section 6.3.3 asks for. A line break would begin another message where lines are messages.
func structured(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "�"))
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `]`, `\]`).Replace(text)
}
