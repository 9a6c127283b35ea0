package api

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"

	"parvis/audit"
	"parvis/auth"
	"parvis/fault"
)

// trail is the audit trail (audit.Service), by who asks for it.
type trail interface {
	Search(ctx context.Context, who auth.Identity, orgID string, q audit.Query) (audit.Results, error)
	Export(ctx context.Context, who auth.Identity, orgID string, q audit.Query) (*audit.Pages, error)
	State(ctx context.Context, who auth.Identity) (audit.State, error)
}

// watch takes what was refused and what was read (audit.Watch). Acts are written with what they changed, by the store.
type watch interface {
	Saw(audit.Entry)
}

// watched tells the audit what a request came to that leaves no trace of its own.
func (s *server) watched(x *exchange, route string, status int) {
	action, code := x.refused(route, status)
	result := audit.Refused
	if action == "" {
		if action = x.reads; action == "" || status >= http.StatusBadRequest {
			return
		}
		code, result = "", audit.Done
	}
	from := audit.OriginOf(x.request.Context())
	matters := from.Matters()
	if len(matters) == 0 {
		matters = []audit.Matter{{OrgID: x.who.OrgID}}
	}
	data, err := json.Marshal(map[string]string{"method": x.request.Method, "route": route})
	if err != nil {
		return // two texts
	}
	for _, about := range matters {
		s.Watch.Saw(audit.Entry{
			OrgID: cmp.Or(about.OrgID, auth.DefaultOrgID), Action: action, Actor: audit.ActorOf(x.who), OnBehalfOf: x.who.OnBehalfOf, Subject: about.Subject, Result: result,
			Code: string(code), RequestID: x.id, Network: from.Network, Data: data,
		})
	}
}

// refused answers what was refused, if it was a matter of who asks: not what was wrong with the request, and not that one has to
// sign in first, which everybody does.
func (x *exchange) refused(route string, status int) (action string, code fault.Code) {
	if status < http.StatusBadRequest || status >= http.StatusInternalServerError || status == http.StatusTooManyRequests {
		return "", ""
	}
	hidden := false
	if x.failure != nil {
		code, hidden = x.failure.Code, auth.Hidden(x.failure)
	}
	switch route {
	case "/auth/login", "/auth/callback/:provider", TokenPath:
		return audit.SignInRefused, code
	case "/livekit/*path":
		if status == http.StatusForbidden {
			return audit.JoinRefused, fault.CodeForbidden
		}
		return "", ""
	}
	found := len(audit.OriginOf(x.request.Context()).Matters()) > 0
	switch {
	case code == fault.CodeSignInRequired || code == fault.CodeSignInExpired || code == fault.CodeInvalid || code == fault.CodeMalformed:
		return "", ""
	case x.operation == opJoin.id && found:
		return audit.JoinRefused, code
	case status == http.StatusForbidden, code == fault.CodeBadCredentials, hidden:
		return audit.RequestRefused, code
	}
	return "", ""
}
