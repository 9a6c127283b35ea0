package directory

import (
	"context"
	"unicode"
	"unicode/utf8"

	"parvis/auth"
	"parvis/fault"
)

// Bounds of a search.
const (
	MinQuery = 2
	MaxQuery = 100
	MaxFound = 50
)

// Person answers one by id. fault.NotFound when there is none.
func (d *Directory) Person(ctx context.Context, id string) (Person, error) {
	return d.store.Person(ctx, id)
}

// Search completes what somebody types to find a colleague: people of the caller's own organization and of no other.
// People of the default organization have no colleagues.
func (d *Directory) Search(ctx context.Context, who auth.Identity, query string, limit int) ([]Person, error) {
	if err := auth.Allowed(who, auth.PeopleSearch, auth.Resource{OrgID: who.OrgID}); err != nil {
		return nil, err
	}
	letters := 0
	for _, r := range query {
		if unicode.In(r, unicode.L, unicode.N) {
			letters++
		}
	}
	if letters < MinQuery || utf8.RuneCountInString(query) > MaxQuery {
		return nil, fault.New(fault.CodeInvalid, "a search has 2 to 100 characters").At("query.q", "give 2 to 100 characters, two of them letters or digits")
	}
	if who.OrgID == "" || who.OrgID == DefaultOrgID {
		return nil, nil
	}
	return d.store.SearchPeople(ctx, who.OrgID, query, min(max(limit, 1), MaxFound))
}
