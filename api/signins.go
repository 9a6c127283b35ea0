package api

import (
	"context"
	"net/http"
	"time"

	"parvis/auth"
	"parvis/fault"
)

type signInItem struct {
	ID         string    `json:"id"`
	Current    bool      `json:"current" doc:"The sign-in of this browser."`
	CreatedAt  time.Time `json:"createdAt"`
	LastSeenAt time.Time `json:"lastSeenAt"`
	ExpiresAt  time.Time `json:"expiresAt"`
	UserAgent  string    `json:"userAgent"`
	Network    string    `json:"network" doc:"Truncated: IPv4 /24, IPv6 /48."`
}

type signInList struct {
	Items []signInItem `json:"items"`
}

type signInsOutput struct {
	Body signInList
}

type none struct{}

var exampleTime = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

var opListSignIns = operation{
	id: "list-sign-ins", method: http.MethodGet, path: "/sign-ins", tag: "Sign-ins", callers: browsers,
	summary: "The browsers in which I am signed in", codes: []fault.Code{fault.CodeForbidden},
	answer: signInList{[]signInItem{{
		ID: "0198a5c2-8d3e-7a54-b1f0-6f2d1c9e4b70", Current: true, CreatedAt: exampleTime, LastSeenAt: exampleTime.Add(time.Hour),
		ExpiresAt: exampleTime.Add(12 * time.Hour), UserAgent: "Firefox on Linux", Network: "192.0.2.0/24",
	}}},
}

func (s *server) listSignIns(ctx context.Context, _ *struct{}) (*signInsOutput, error) {
	who := of(ctx).who
	if err := auth.Allowed(who, auth.SignInList, auth.Resource{}); err != nil {
		return nil, err
	}
	list, err := s.SignIns.List(ctx, who)
	if err != nil {
		return nil, err
	}
	items := make([]signInItem, len(list))
	for i, one := range list {
		items[i] = signInItem{
			ID: one.ID, Current: one.ID == who.SignInID, CreatedAt: at(one.CreatedAt), LastSeenAt: at(one.LastSeenAt),
			ExpiresAt: at(one.ExpiresAt), UserAgent: one.UserAgent, Network: one.Network,
		}
	}
	return &signInsOutput{signInList{items}}, nil
}

type signInInput struct {
	ID string `path:"id" example:"0198a5c2-8d3e-7a54-b1f0-6f2d1c9e4b70"`
}

var opEndSignIn = operation{
	id: "end-sign-in", method: http.MethodDelete, path: "/sign-ins/{id}", tag: "Sign-ins", callers: browsers,
	summary: "Sign one browser out", detail: "Its calls end with it.", status: http.StatusNoContent,
	codes: []fault.Code{fault.CodeForbidden, fault.CodeNotFound},
}

func (s *server) endSignIn(ctx context.Context, in *signInInput) (*none, error) {
	who := of(ctx).who
	if err := auth.Allowed(who, auth.SignInRevoke, auth.Resource{}); err != nil {
		return nil, err
	}
	if !isID(in.ID) {
		return nil, fault.New(fault.CodeNotFound, "you have no such sign-in")
	}
	return nil, s.SignIns.End(ctx, who, in.ID)
}

var opEndSignIns = operation{
	id: "end-sign-ins", method: http.MethodDelete, path: "/sign-ins", tag: "Sign-ins", callers: browsers,
	summary: "Sign out everywhere", detail: "This browser too. The calls of all of them end.", status: http.StatusNoContent,
	codes: []fault.Code{fault.CodeForbidden},
}

func (s *server) endSignIns(ctx context.Context, _ *struct{}) (*none, error) {
	who := of(ctx).who
	if err := auth.Allowed(who, auth.SignInRevoke, auth.Resource{}); err != nil {
		return nil, err
	}
	return nil, s.SignIns.EndAll(ctx, who)
}
