package rooms

import (
	"slices"
	"strings"
	"unicode/utf8"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
)

// Bounds of what people may write, in characters.
const (
	MaxName        = 120
	MaxDescription = 2000
	MaxTags        = 10
	MaxTag         = 40
	MaxGuestName   = 64
	MaxMessage     = 2000
	MaxExternalID  = 200 // as for meetings
)

// Bounds of a room's limits.
const (
	MaxParticipants   = 1000
	MaxMinutes        = 24 * 60
	MaxAttendanceDays = 3650
)

// Languages are those in which the platform speaks.
func Languages() []string { return []string{"fr", "en"} }

// check gathers what is wrong with a request, so that one answer names everything.
type check struct{ wrong []fault.Field }

func (c *check) that(ok bool, location, message string) {
	if !ok {
		c.wrong = append(c.wrong, fault.Field{Location: location, Message: message})
	}
}

func (c *check) err() error {
	if len(c.wrong) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Code: fault.CodeInvalid, Detail: "some fields are not valid: see errors", Fields: c.wrong}
}

func length(s string) int { return utf8.RuneCountInString(s) }

func (c *check) name(s string) {
	c.that(s != "" && length(s) <= MaxName, "body.name", "give a name of 1 to 120 visible characters")
}

func (c *check) description(s string) {
	c.that(length(s) <= MaxDescription, "body.description", "at most 2000 characters")
}

func (c *check) language(s string) {
	c.that(slices.Contains(Languages(), s), "body.language", "one of fr, en")
}

func (c *check) externalID(who auth.Identity, id string) {
	ok := len(id) <= MaxExternalID && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' })
	c.that(ok, "body.externalId", "at most 200 visible ASCII characters without blanks")
	c.that(id == "" || who.Kind == auth.Service, "body.externalId", "only a service account gives a room its own name")
}

func (c *check) tags(tags []string) []string {
	c.that(len(tags) <= MaxTags, "body.tags", "at most 10 tags")
	out := make([]string, 0, len(tags))
	for _, t := range tags {
		t = strings.TrimSpace(t)
		c.that(t != "" && length(t) <= MaxTag, "body.tags", "each tag has 1 to 40 visible characters")
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

func (c *check) entry(s string) access.Entry { return c.entryAt("body.entry", s) }

func (c *check) entryAt(location, s string) access.Entry {
	e, ok := access.ParseEntry(s)
	c.that(ok, location, "one of hosts, members, organization, signed-in, everyone, or restricted, trusted, public")
	return e
}

func (c *check) abilities(given access.Abilities) access.Abilities {
	for _, a := range given {
		_, ok := access.ParseAbility(string(a))
		c.that(ok, "body.forbidden", "each one of camera, microphone, screen, chat, reactions")
	}
	return given.With()
}

func (c *check) assurance(s string) auth.Assurance {
	a, ok := auth.ParseAssurance(s)
	c.that(ok, "body.minAssurance", "one of unknown, phone, email, agent, agent-mfa")
	return a
}
