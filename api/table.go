package api

import (
	"mime"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"parvis/rooms"
)

// columns are the first row of an attendance table. Rows of participants have no act, those of acts no time in the
// meeting: their moment stands with the times of arrival, whom they are about with the names.
var columns = map[string][]string{
	"fr": {"Ligne", "Nom", "Organisation", "Compte", "Assurance", "Rôle", "Entrée", "Adresse électronique", "Arrivée", "Départ", "Présent", "Secondes", "Présences",
		"Décision", "Prise par", "Objet"},
	"en": {"Row", "Name", "Organization", "Account", "Assurance", "Role", "Door", "E-mail", "Joined", "Left", "Present", "Seconds", "Intervals",
		"Act", "By", "About"},
}

// table is the attendance list as a file of comma-separated values (RFC 4180), UTF-8 with a byte order mark. What stands
// in cells is that of the JSON; times are RFC 3339 in UTC, intervals two of them with a slash between (ISO 8601-1).
func (a attendance) table(lang string) []byte {
	rows := [][]string{columns[lang]}
	for _, p := range a.Participants {
		rows = append(rows, p.row())
	}
	for _, act := range a.Acts {
		rows = append(rows, act.row())
	}
	return csvFile(rows)
}

func (p attendee) row() []string {
	stays := make([]string, len(p.Intervals))
	for i, s := range p.Intervals {
		stays[i] = clock(&s.JoinedAt) + "/" + clock(s.LeftAt)
	}
	return []string{
		"participant", p.Name, p.Organization, p.Kind, p.Assurance, p.Role, p.Door, p.Email, clock(&p.FirstJoinedAt), clock(p.LastLeftAt),
		strconv.FormatBool(p.Present), strconv.FormatInt(p.Seconds, 10), strings.Join(stays, " "), "", "", "",
	}
}

func (a attendanceAct) row() []string {
	by := a.Actor
	if by == "" {
		by = a.ActorKind
	}
	return []string{"act", a.Target, "", "", "", a.Role, "", "", clock(&a.At), "", "", "", "", a.Act, by, a.about()}
}

// about is what an act was about: of permissions what was forbidden afterwards, and then, each by its name, what was allowed
// against it and what the act changed.
func (a attendanceAct) about() string {
	about := []string{a.Source}
	if a.Forbidden != nil {
		about = slices.Clone(*a.Forbidden)
	}
	for _, part := range []struct {
		name  string
		these *[]string
	}{{"allowed", a.Allowed}, {"forbade", a.Forbade}, {"permitted", a.Permitted}} {
		if part.these != nil && len(*part.these) > 0 {
			about = append(about, part.name+":"+strings.Join(*part.these, ","))
		}
	}
	return strings.Join(about, " ")
}

func clock(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// maxNegotiation is up to how long what a client prefers is read: reading costs more than its length.
const maxNegotiation = 256

var spoken = func() language.Matcher {
	var tags []language.Tag
	for _, l := range rooms.Languages() {
		tags = append(tags, language.MustParse(l))
	}
	return language.NewMatcher(tags)
}()

// languageOf is the language of ours that a client asks for (RFC 9110 §12.5.4), our first when it names none.
func languageOf(accept string) string {
	if len(accept) > maxNegotiation {
		accept = ""
	}
	_, i := language.MatchStrings(spoken, accept)
	return rooms.Languages()[i]
}

// prefers tells whether a client that says so in Accept (RFC 9110 §12.5.1) would rather have the one type than the other,
// which it gets when it does not care.
func prefers(accept, one, other string) bool {
	return quality(accept, one) > quality(accept, other)
}

// quality is how much a client wants a type, by the most precise range that it gives for it.
func quality(accept, mediaType string) float64 {
	if len(accept) > maxNegotiation {
		return 0
	}
	kind, _, _ := strings.Cut(mediaType, "/")
	ranges := []string{"*/*", kind + "/*", mediaType}
	best, found := 0.0, -1
	for part := range strings.SplitSeq(accept, ",") {
		name, params, err := mime.ParseMediaType(part)
		precise := slices.Index(ranges, name)
		if err != nil || precise < found || precise < 0 {
			continue
		}
		q := 1.0
		if given, ok := params["q"]; ok {
			if q, err = strconv.ParseFloat(given, 64); err != nil || q < 0 || q > 1 {
				continue
			}
		}
		best, found = q, precise
	}
	return best
}
