package api

import (
	"context"
	"net/http"

	"parvis/auth"
)

type config struct {
	Name       string     `json:"name" doc:"How this Parvis calls itself."`
	URL        string     `json:"url" format:"uri"`
	Version    string     `json:"version"`
	Languages  []string   `json:"languages"`
	Providers  []provider `json:"providers" doc:"The identity providers that people may choose."`
	EmailProof bool       `json:"emailProof" doc:"Whether this installation sends mail: guests can prove an e-mail address, and those invited to meetings are told."`
}

type provider struct {
	Name  string `json:"name"`
	Label string `json:"label"`
}

type configOutput struct {
	Body config
}

var opConfig = operation{
	id: "get-config", method: http.MethodGet, path: "/config", tag: "About",
	summary: "What a client needs to begin",
	answer: config{
		Name: "Parvis", URL: "https://meet.example.gouv.fr", Version: "1.0.0", Languages: []string{"fr", "en"},
		Providers: []provider{{Name: "proconnect", Label: "ProConnect"}}, EmailProof: true,
	},
}

func (s *server) config(context.Context, *struct{}) (*configOutput, error) {
	providers := make([]provider, len(s.Providers))
	for i, p := range s.Providers {
		providers[i] = provider{Name: p.Name, Label: p.Label}
	}
	return &configOutput{config{
		Name: s.Name, URL: s.base.String(), Version: s.Version, Languages: s.Languages, Providers: providers, EmailProof: s.Proofs != nil,
	}}, nil
}

type me struct {
	Kind         string        `json:"kind" enum:"anonymous,person,guest,service"`
	Name         string        `json:"name,omitempty"`
	Person       *person       `json:"person,omitempty"`
	Organization *organization `json:"organization,omitempty"`
	Assurance    string        `json:"assurance" enum:"unknown,phone,email,agent,agent-mfa" doc:"How sure it is who this is."`
	Email        string        `json:"email,omitempty" doc:"That a guest has proved."`
	SignInID     string        `json:"signInId,omitempty"`
	ActedFor     *acting       `json:"actedFor,omitempty" doc:"Set when a service account acts for the person."`
	Appointments []appointment `json:"appointments,omitempty" doc:"What the person administers; left out when nothing."`
}

// appointment is an administrative role with where it holds.
type appointment struct {
	Role         string `json:"role" enum:"platform-admin,org-admin,auditor,support"`
	Organization string `json:"organization,omitempty" doc:"By id; left out of a role of the whole platform."`
}

type acting struct {
	ServiceAccount string   `json:"serviceAccount" doc:"The client_id of the one who acts."`
	Scopes         []string `json:"scopes" doc:"What of the person's rights it may use."`
}

type person struct {
	ID         string `json:"id"`
	GivenName  string `json:"givenName"`
	FamilyName string `json:"familyName"`
	Email      string `json:"email"`
}

type organization struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type meOutput struct {
	Body me
}

var opMe = operation{
	id: "get-me", method: http.MethodGet, path: "/me", tag: "About", callers: anyone, aboutOneself: true,
	summary: "Who is asking", detail: "Answers 200 for somebody who is not signed in, too.",
	answer: me{
		Kind: "person", Name: "Camille Martin", Assurance: "agent-mfa", SignInID: "0198a5c2-8d3e-7a54-b1f0-6f2d1c9e4b70",
		Person:       &person{"0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d13", "Camille", "Martin", "camille.martin@finances.example"},
		Organization: &organization{"0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25", "Ministère des Finances"},
	},
}

func (s *server) me(ctx context.Context, _ *struct{}) (*meOutput, error) {
	who := of(ctx).who
	out := me{Kind: callerOf(who), Name: who.Name, Assurance: who.Assurance.String(), Email: who.ProvedEmail(), SignInID: who.SignInID}
	if who.OrgID != "" && who.OrgID != auth.DefaultOrgID {
		out.Organization = &organization{ID: who.OrgID, Name: who.OrgName}
	}
	if who.Delegated() {
		out.ActedFor = &acting{who.OnBehalfOf, scopeWords(who.Scopes)}
	}
	if who.Kind == auth.Person {
		p, err := s.People.Person(ctx, who.PersonID)
		if err != nil {
			return nil, err
		}
		for _, a := range who.Appointments {
			out.Appointments = append(out.Appointments, appointment{string(a.Role), a.OrgID})
		}
		out.Person = &person{ID: p.ID, GivenName: p.GivenName, FamilyName: p.FamilyName, Email: p.Email}
	}
	return &meOutput{out}, nil
}
