package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"parvis/directory"
	"parvis/text"
)

// People are found by the beginnings of words, folded in Go because the engines fold differently: without accents in
// neither, in lower case only ASCII in SQLite. A beginning is a range of an index that both order by code point, so that
// no pattern is built and no character of the query means anything.

const (
	maxWords    = 40           // of a person
	maxWordSize = 100          // in characters
	maxTerms    = 5            // of a query
	lastRune    = "\U0010FFFF" // after any character of a word
)

// wordsOf is what somebody is found by: the words of the name and of the address before its @, and the address itself.
func wordsOf(p personRow) []string {
	address := text.Fold(p.Email)
	local, _, _ := strings.Cut(address, "@")
	words := text.Words(p.GivenName + " " + p.FamilyName + " " + local)
	if address != "" && !slices.Contains(words, address) {
		words = append(words, address)
	}
	words = slices.DeleteFunc(words, func(w string) bool { return utf8.RuneCountInString(w) > maxWordSize })
	return words[:min(len(words), maxWords)]
}

// termsOf is what a query asks for, the longest first.
func termsOf(query string) []string {
	var terms []string
	for _, field := range strings.Fields(query) {
		if strings.Contains(field, "@") {
			terms = append(terms, text.Fold(field))
		} else {
			terms = append(terms, text.Words(field)...)
		}
	}
	slices.SortStableFunc(terms, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	terms = slices.Compact(terms)
	return terms[:min(len(terms), maxTerms)]
}

// SearchPeople implements directory.Store.
func (d *DB) SearchPeople(ctx context.Context, orgID, query string, limit int) ([]directory.Person, error) {
	terms := termsOf(query)
	if len(terms) == 0 || !isKey(orgID) {
		return nil, nil
	}
	where := "WHERE p.org_id = ? AND p.deactivated_at IS NULL AND p.id IN (SELECT w.person_id FROM people_words w WHERE w.org_id = ? AND w.word >= ? AND w.word < ?)"
	args := []any{orgID, orgID, terms[0], terms[0] + lastRune}
	for _, term := range terms[1:] {
		where += " AND EXISTS (SELECT 1 FROM people_words w WHERE w.person_id = p.id AND w.word >= ? AND w.word < ?)"
		args = append(args, term, term+lastRune)
	}
	var found []directory.Person
	err := d.read(ctx, "search people", func(g *gorm.DB) error {
		rows, err := all[personRow](g, selectPerson+where+" ORDER BY p.family_name, p.given_name, p.id LIMIT ?", append(args, limit)...)
		for _, r := range rows {
			found = append(found, r.person())
		}
		return err
	})
	return found, err
}

// noteWords brings up to date what somebody is found by.
func (t *tx) noteWords(p personRow) error {
	type word struct{ OrgID, Word string }
	rows, err := all[word](t.DB, "SELECT org_id, word FROM people_words WHERE person_id = ?", p.ID)
	if err != nil {
		return err
	}
	var want []word
	for _, w := range wordsOf(p) {
		want = append(want, word{p.OrgID, w})
	}
	byWord := func(a, b word) int { return strings.Compare(a.Word, b.Word) }
	slices.SortFunc(rows, byWord)
	slices.SortFunc(want, byWord)
	if slices.Equal(rows, want) {
		return nil
	}
	if _, err := exec(t.DB, "DELETE FROM people_words WHERE person_id = ?", p.ID); err != nil {
		return err
	}
	for _, w := range want {
		if _, err := exec(t.DB, "INSERT INTO people_words (person_id, org_id, word) VALUES (?, ?, ?)", p.ID, w.OrgID, w.Word); err != nil {
			return err
		}
	}
	return nil
}
