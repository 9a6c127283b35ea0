package directory

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"parvis/access"
	"parvis/fault"
	"parvis/text"
)

// MaxImport is how many people one file tells of: it is written in one transaction, while nobody else writes.
const MaxImport = 2000

// maxWrong is how many wrong lines are named: somebody mends a pattern, not each line of a thousand.
const maxWrong = 20

const (
	maxGroups  = 20
	maxKey     = 200
	groupsSign = "|"
)

// PersonLine is what one line of a file says of somebody. What is nil the file has no column for, and stays as it is. Key is how the
// provider names the person: the uid behind a broker, where IdPID says whose, the sub where the provider is the organization's own.
// Nobody is found by Email.
type PersonLine struct {
	Line       int // from one, the header not among them
	Provider   string
	IdPID      string
	Key        string
	GivenName  *string
	FamilyName *string
	Email      *string
	Unit       *string
	Title      *string
	Groups     *[]string
	Active     *bool
	Wrong      []fault.Field
}

// Name is the name that the line says.
func (l PersonLine) Name() string {
	return Person{GivenName: said(l.GivenName), FamilyName: said(l.FamilyName)}.DisplayName()
}

func said(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// peopleColumns are those of a file of people.
var peopleColumns = []string{"givenname", "familyname", "email", "provider", "idp_id", "uid", "sub", "unit", "groups", "title", "active"}

const columnWords = "givenName, familyName, email, provider, idp_id, uid, sub, unit, groups, title, active"

func notATable(location, message string) error {
	return fault.New(fault.CodeInvalid, "the file is not a table of people").At(location, message)
}

// ReadPeople reads a table as spreadsheets write it (RFC 4180, also with semicolons; UTF-8 with or without a byte order mark). What is
// wrong with one line stands in that line; the error is about the whole file.
func ReadPeople(body []byte) ([]PersonLine, error) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if !utf8.Valid(body) {
		return nil, notATable("body", "text in UTF-8: save the table as CSV UTF-8")
	}
	r := csv.NewReader(bytes.NewReader(body))
	header, _, _ := strings.Cut(string(body), "\n")
	if strings.Count(header, ";") > strings.Count(header, ",") {
		r.Comma = ';'
	}
	names, err := peopleHeader(r)
	if err != nil {
		return nil, err
	}
	var lines []PersonLine
	for n := 1; ; n++ {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if n > MaxImport {
			return nil, notATable("body", fmt.Sprintf("at most %d people in a file: divide it", MaxImport))
		}
		if err != nil && !errors.Is(err, csv.ErrFieldCount) {
			return nil, notATable(fmt.Sprintf("body.line[%d]", n), "not a line of this table: quotes in pairs")
		}
		l := PersonLine{Line: n}
		if len(cells) != len(names) {
			l.wrong("", "as many cells as the first line has names")
		} else {
			l.take(names, cells)
		}
		lines = append(lines, l)
	}
	if len(lines) == 0 {
		return nil, notATable("body", "at least one person below the names of the columns")
	}
	return lines, nil
}

func peopleHeader(r *csv.Reader) ([]string, error) {
	names, err := r.Read()
	if err != nil {
		return nil, notATable("body", "a first line with the names of the columns: "+columnWords)
	}
	names = slices.Clone(names)
	for i, name := range names {
		names[i] = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(peopleColumns, names[i]) || slices.Index(names, names[i]) != i {
			return nil, notATable(fmt.Sprintf("body.line[0].%d", i+1), "a column is one of "+columnWords+", each once")
		}
	}
	if !slices.Contains(names, "uid") && !slices.Contains(names, "sub") {
		return nil, notATable("body.line[0]", "a column uid (with idp_id) or sub: people are found by the key of their provider, never by an address")
	}
	return names, nil
}

func (l *PersonLine) wrong(column, message string) {
	location := fmt.Sprintf("body.line[%d]", l.Line)
	if column != "" {
		location += "." + column
	}
	l.Wrong = append(l.Wrong, fault.Field{Location: location, Message: message})
}

// Refuse says what is wrong with the line, and what to do.
func (l *PersonLine) Refuse(column, message string) { l.wrong(column, message) }

func (l *PersonLine) take(names, cells []string) {
	row := map[string]string{}
	for i, cell := range cells {
		row[names[i]] = strings.TrimSpace(text.Line(cell))
	}
	cell := func(column, name string, most int) *string {
		value, there := row[column]
		if !there {
			return nil
		}
		if utf8.RuneCountInString(value) > most {
			l.wrong(name, fmt.Sprintf("at most %d characters", most))
		}
		return &value
	}
	l.GivenName, l.FamilyName = cell("givenname", "givenName", maxName), cell("familyname", "familyName", maxName)
	l.Unit, l.Title = cell("unit", "unit", maxName), cell("title", "title", maxName)
	if l.Email = cell("email", "email", access.MaxAddress); said(l.Email) != "" {
		if _, ok := access.EmailSubject(*l.Email); !ok {
			l.wrong("email", "an address such as c.martin@justice.example, or nothing")
		}
	}
	if l.Name() == "" && (l.GivenName != nil || l.FamilyName != nil) {
		l.wrong("familyName", "give the person a name")
	}
	l.Provider = row["provider"]
	l.takeKey(row)
	l.takeGroups(row)
	l.takeActive(row)
}

// takeKey is by whom somebody is found, as for SCIM.
func (l *PersonLine) takeKey(row map[string]string) {
	uid, sub, idp := row["uid"], row["sub"], row["idp_id"]
	switch {
	case uid == "" && sub == "":
		l.wrong("uid", "the key by which the provider knows the person: uid with idp_id behind a broker, sub of a provider of your own")
	case uid != "" && sub != "":
		l.wrong("sub", "either uid with idp_id, or sub: leave one empty")
	case uid != "" && idp == "":
		l.wrong("idp_id", "whose uid it is: the idp_id of your identity provider at the broker")
	case sub != "" && idp != "":
		l.wrong("idp_id", "leave it empty for a provider of your own, or give the uid behind the broker in the place of sub")
	}
	l.IdPID, l.Key = idp, uid+sub
	if utf8.RuneCountInString(l.Key) > maxKey || utf8.RuneCountInString(idp) > maxKey {
		l.wrong("uid", fmt.Sprintf("at most %d characters", maxKey))
	}
}

func (l *PersonLine) takeGroups(row map[string]string) {
	value, there := row["groups"]
	if !there {
		return
	}
	groups := []string{}
	for one := range strings.SplitSeq(value, groupsSign) {
		one = strings.TrimSpace(one)
		if one == "" || slices.ContainsFunc(groups, func(g string) bool { return strings.EqualFold(g, one) }) {
			continue
		}
		if utf8.RuneCountInString(one) > maxName {
			l.wrong("groups", fmt.Sprintf("the name of a group has at most %d characters", maxName))
		}
		groups = append(groups, one)
	}
	if len(groups) > maxGroups {
		l.wrong("groups", fmt.Sprintf("at most %d groups, with %s between", maxGroups, groupsSign))
	}
	l.Groups = &groups
}

func (l *PersonLine) takeActive(row map[string]string) {
	value, there := row["active"]
	if !there {
		return
	}
	var active bool
	switch strings.ToLower(value) {
	case "true", "1", "yes", "oui", "vrai":
		active = true
	case "false", "0", "no", "non", "faux":
	default:
		l.wrong("active", "true or false; without the column nobody is closed or opened")
	}
	l.Active = &active
}
