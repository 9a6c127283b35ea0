package api

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"parvis/fault"
	"parvis/schedule"
	"parvis/text"
)

// The forms in which people are imported: a table as spreadsheets write it (RFC 4180, also with semicolons), and lines of JSON.
const (
	csvForm       = "text/csv"
	jsonLinesForm = "application/jsonl"
)

// most is how many wrong lines are named: somebody mends a pattern, not each line of a thousand.
const most = 20

// importedInvitees reads the people in a body, and what is wrong where. Lines are counted from one, the header of a table not
// among them.
func importedInvitees(form string, body []byte) ([]schedule.Invitee, []fault.Field) {
	body = bytes.TrimPrefix(body, []byte("\ufeff")) // spreadsheets begin with a byte order mark
	if !utf8.Valid(body) {
		return nil, []fault.Field{{Location: "body", Message: "text in UTF-8: save the table as CSV UTF-8"}}
	}
	if form == csvForm {
		return inviteesOfTable(body)
	}
	return inviteesOfLines(body)
}

// importColumns are those of a table; email or user must be there.
var importColumns = []string{"email", "user", "name", "role", "required", "language"}

func inviteesOfTable(body []byte) ([]schedule.Invitee, []fault.Field) {
	r := csv.NewReader(bytes.NewReader(body))
	header, _, _ := strings.Cut(string(body), "\n")
	if !strings.Contains(header, ",") && strings.Contains(header, ";") {
		r.Comma = ';'
	}
	names, err := r.Read()
	if err != nil {
		return nil, []fault.Field{{Location: "body", Message: "a table with a first line of names: email, user, name, role, required, language"}}
	}
	for i, name := range names {
		names[i] = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(importColumns, names[i]) || slices.Index(names, names[i]) != i {
			return nil, []fault.Field{{Location: fmt.Sprintf("body.line[0].%d", i+1), Message: "a column is one of email, user, name, role, required, language, each once"}}
		}
	}
	var list []schedule.Invitee
	var wrong []fault.Field
	for line := 1; len(wrong) < most && line <= schedule.MaxInvitees+1; line++ {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return list, append(wrong, fault.Field{Location: fmt.Sprintf("body.line[%d]", line), Message: "not a line of this table: as many cells as the first line has names, quotes in pairs"})
		}
		row := map[string]string{}
		for i, cell := range cells {
			row[names[i]] = text.Line(cell)
		}
		one, field := inviteeOfRow(row)
		if field.Message != "" {
			field.Location = fmt.Sprintf("body.line[%d].%s", line, field.Location)
			wrong = append(wrong, field)
		}
		list = append(list, one)
	}
	return list, wrong
}

func inviteeOfRow(row map[string]string) (i schedule.Invitee, wrong fault.Field) {
	i = schedule.Invitee{PersonID: row["user"], Email: row["email"], Name: row["name"], Role: schedule.InviteeRole(row["role"]), Required: true, Language: row["language"]}
	switch strings.ToLower(row["required"]) {
	case "", "true", "1":
	case "false", "0":
		i.Required = false
	default:
		wrong = fault.Field{Location: "required", Message: "true or false; true when left out"}
	}
	return i, wrong
}

func inviteesOfLines(body []byte) ([]schedule.Invitee, []fault.Field) {
	var list []schedule.Invitee
	var wrong []fault.Field
	at := 0
	for text := range bytes.Lines(body) {
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		at++
		var one struct {
			User     string `json:"user"`
			Email    string `json:"email"`
			Name     line   `json:"name"`
			Role     string `json:"role"`
			Required *bool  `json:"required"`
			Language string `json:"language"`
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&one); err != nil || d.More() {
			wrong = append(wrong, fault.Field{Location: fmt.Sprintf("body.line[%d]", at), Message: "one JSON object with email or user, and name, role, required, language"})
		}
		if len(wrong) == most || at > schedule.MaxInvitees+1 {
			break
		}
		list = append(list, newInvitee{User: one.User, Email: one.Email, Name: one.Name, Role: one.Role, Required: one.Required, Language: one.Language}.invitee())
	}
	return list, wrong
}
