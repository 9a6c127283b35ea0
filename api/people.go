package api

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"parvis/auth"
	"parvis/fault"
)

type searchPeopleInput struct {
	Query    line `query:"q" required:"true" minLength:"2" maxLength:"100" doc:"The beginnings of words of name or address, in any case and with or without accents; all of them have to be found."`
	PageSize int  `query:"pageSize" minimum:"1" maximum:"50" default:"10" doc:"There is no second page: ask for more letters."`
}

type colleague struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
	Unit  string `json:"unit,omitempty" doc:"The part of the organization, as the identity provider says it."`
}

type colleagueList struct {
	Items []colleague `json:"items"`
}

type searchPeopleOutput struct {
	Body colleagueList
}

var opSearchPeople = operation{
	id: "search-people", method: http.MethodGet, path: "/people", tag: "Members", callers: signedIn, scope: auth.ScopeRoomsWrite,
	summary: "Find colleagues", detail: "People of the caller's own organization who have signed in before, and nobody else.",
	answer: colleagueList{[]colleague{{exampleMember.Subject, exampleMember.Name, exampleMember.Email, "Direction du budget"}}},
	codes:  []fault.Code{fault.CodeForbidden, fault.CodeInvalid},
}

func (s *server) searchPeople(ctx context.Context, in *searchPeopleInput) (*searchPeopleOutput, error) {
	found, err := s.People.Search(ctx, of(ctx).who, string(in.Query), in.PageSize)
	if err != nil {
		return nil, err
	}
	list := colleagueList{Items: make([]colleague, len(found))}
	for i, p := range found {
		list.Items[i] = colleague{p.ID, p.DisplayName(), p.Email, p.Unit}
	}
	return &searchPeopleOutput{list}, nil
}

// limitSearch keeps one caller from reading a whole directory: more than anybody types, less than a program would need.
func (s *server) limitSearch(c *gin.Context) {
	who := of(c.Request.Context()).who
	if who.Anonymous() {
		return // nothing is looked up
	}
	by := caller{kind: who.Kind, id: "search " + who.ID}
	if who.Delegated() {
		by = caller{kind: auth.Service, id: "search " + who.OnBehalfOf}
	}
	s.boundBy(c, by, s.limits.classes[ofSearch])
}
