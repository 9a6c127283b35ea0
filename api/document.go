package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"parvis/auth"
	"parvis/fault"
)

// scopeMeanings say what each scope allows.
var scopeMeanings = map[string]string{
	string(auth.ScopeRoomsRead):             "read the rooms of the organization, and who has a role in them",
	string(auth.ScopeRoomsWrite):            "make and change rooms, give roles in them, and host them",
	string(auth.ScopeAttendanceRead):        "read who was in which meeting",
	string(auth.ScopeMeetingsRead):          "read planned meetings",
	string(auth.ScopeMeetingsWrite):         "plan meetings, and change and cancel one's own",
	string(auth.ScopeMeetingsPurge):         "erase meetings for good, of those that the account may cancel",
	string(auth.ScopeMeetingsWriteAny):      "change and cancel every meeting of the organization",
	string(auth.ScopeWebhooksManage):        "say to which addresses events of the organization are sent",
	string(auth.ScopeServiceAccountsManage): "make, change and revoke service accounts of the organization",
	string(auth.ScopeOrganizationsManage):   "read and change the organization, those below it, and their units",
	string(auth.ScopePeopleManage):          "read the people of the organization, close and open their accounts",
	string(auth.ScopeAuditRead):             "read the audit trail of the organization",
	string(auth.ScopePoliciesManage):        "read and change policies and room templates of the organization",
	string(auth.ScopeUsageRead):             "read how much the organization meets: counts without names",
}

// newDocument begins the OpenAPI document. It is the same for every installation, so that the file that is checked in
// describes all of them.
func newDocument() *huma.OpenAPI {
	doc := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Parvis", Version: "1",
			Description: "Rooms and calls. Errors are application/problem+json (RFC 9457); a program decides by their code. " +
				"Answers grow without notice, by properties and by words of enumerations: a client ignores a property, and does not fail at a word, that it does not know. " +
				"Bodies are JSON in UTF-8, at most 1 MiB, and unknown properties are refused. Text is brought to Unicode NFC, " +
				"trimmed, and freed of control, zero-width and bidirectional control characters before it is measured.",
			License: &huma.License{Name: "MIT", Identifier: "MIT"},
		},
		Servers: []*huma.Server{{URL: basePath}},
		Tags: []*huma.Tag{
			{Name: "About", Description: "This installation and who is asking."},
			{Name: "Sign-ins", Description: "The browsers in which somebody is signed in."},
			{Name: "Rooms", Description: "Places with a link that lasts."},
			{Name: "Lobby", Description: "Who waits before a room, and who lets them in; pushed by server-sent events."},
			{Name: "Calls", Description: "Joining a room, and what goes through the server while in it."},
			{Name: "Meetings", Description: "What is planned: dates, who is invited, and the room."},
			{Name: "Invitations", Description: "What those invited answer, with an account or by their personal link."},
			{Name: "Members", Description: "Who has which role in a room, for good or for a time; invitations by address."},
			{Name: "Hosting", Description: "What owners and moderators of a room do to a call that runs: who is in it, who may do what."},
			{Name: "Service accounts", Description: "Software that acts by REST: what it may, from where, and by which credentials."},
			{Name: "Audit", Description: "Who did what, sealed so that nobody changes it in silence."},
			{Name: "Policies", Description: "What the platform, organizations and room templates decide about rooms, people and software."},
			{Name: "Organizations", Description: "Ministries, agencies and other bodies, their units, and the rules by which people come to them."},
			{Name: "Administration", Description: "People of the organizations that one administers, and who administers them."},
			{Name: "Data protection", Description: "Copies of what is kept of somebody, erasure, holds, and the record of processing activities."},
			{Name: "Usage", Description: "How much was met, without names."},
			{Name: "Webhooks", Description: "Addresses at which an organization's software is told what happened, and what came of each message."},
			{Name: "History", Description: "What happened in a room: its sessions, who was there, and what hosts did."},
		},
		Components: &huma.Components{
			Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
			SecuritySchemes: map[string]*huma.SecurityScheme{
				byCookie: {Type: "apiKey", In: "cookie", Name: "__Host-parvis", Description: "The sign-in of a browser. On http://localhost the cookie is called parvis."},
				byBearer: {
					Type: "oauth2", Description: "The token of a service account, or of one that acts for a person (RFC 8693). Cookies are then ignored.",
					Flows: &huma.OAuthFlows{ClientCredentials: &huma.OAuthFlow{TokenURL: TokenPath, Scopes: scopeMeanings}},
				},
			},
		},
	}
	doc.Components.Examples = map[string]*huma.Example{}
	for _, code := range fault.Codes() {
		doc.Components.Examples[string(code)] = &huma.Example{Value: exampleProblem(code)}
	}
	doc.Components.Schemas.Schema(reflect.TypeFor[problem](), true, "Problem")
	return doc
}

// documents are the document as programs read it, and the pages made from it.
type documents struct {
	spec  []byte
	pages *pages
}

// describe completes the document, once all operations are registered. It is written when somebody first asks for it: a
// server starts without.
func (s *server) describe() func() (documents, error) {
	// Huma names its own error in the document, which nothing answers.
	delete(s.doc.Components.Schemas.Map(), "ErrorModel")
	delete(s.doc.Components.Schemas.Map(), "ErrorDetail")
	s.openAnswers()
	s.describeMessages()
	s.dropUnanswered()
	return sync.OnceValues(func() (documents, error) {
		spec, err := json.Marshal(s.doc)
		if err != nil {
			return documents{}, fmt.Errorf("write OpenAPI document: %w", err)
		}
		p, err := newPages(s.doc)
		return documents{spec, p}, err
	})
}

// shown serves a part of them.
func (s *server) shown(of func() (documents, error), show func(*gin.Context, documents)) gin.HandlerFunc {
	return func(c *gin.Context) {
		d, err := of()
		if err != nil {
			s.refuse(c, err)
			return
		}
		show(c, d)
	}
}

// openAnswers lets answers grow: what is closed to unknown properties is what we are sent, with all that it is made of, not what we
// send alone. The schemas of the document are those by which requests are checked.
func (s *server) openAnswers() {
	schemas := s.doc.Components.Schemas
	sent := map[*huma.Schema]bool{}
	for _, item := range s.doc.Paths {
		for _, op := range []*huma.Operation{item.Post, item.Put, item.Patch} {
			if op == nil || op.RequestBody == nil {
				continue
			}
			for _, media := range op.RequestBody.Content {
				mark(schemas, media.Schema, sent)
			}
		}
	}
	for _, schema := range schemas.Map() {
		if !sent[schema] {
			schema.AdditionalProperties = nil
		}
	}
}

// mark notes the named schemas that a schema is made of, its own among them.
func mark(schemas huma.Registry, s *huma.Schema, seen map[*huma.Schema]bool) {
	if s == nil {
		return
	}
	if s.Ref != "" {
		named := schemas.SchemaFromRef(s.Ref)
		if seen[named] {
			return
		}
		seen[named] = true
		s = named
	}
	for _, property := range s.Properties {
		mark(schemas, property, seen)
	}
	mark(schemas, s.Items, seen)
	if inner, ok := s.AdditionalProperties.(*huma.Schema); ok {
		mark(schemas, inner, seen)
	}
	for _, list := range [][]*huma.Schema{s.OneOf, s.AnyOf, s.AllOf} {
		for _, one := range list {
			mark(schemas, one, seen)
		}
	}
}

// dropUnanswered takes out the problems that no operation of the document answers: those of signing in, and of mails.
func (s *server) dropUnanswered() {
	answered := map[string]bool{}
	for _, item := range s.doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			for _, response := range op.Responses {
				if media := response.Content[problemType]; media != nil {
					for code := range media.Examples {
						answered[code] = true
					}
				}
			}
		}
	}
	maps.DeleteFunc(s.doc.Components.Examples, func(code string, _ *huma.Example) bool { return !answered[code] })
}
