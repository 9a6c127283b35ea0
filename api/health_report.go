package api

import (
	"context"
	"net/http"
	"time"

	"parvis/auth"
	"parvis/fault"
)

// Health is how what the platform depends on stands, as this replica sees it. It carries no address and no secret.
type Health struct {
	CheckedAt    time.Time    `json:"checkedAt" doc:"At most ten seconds ago."`
	Dependencies []Dependency `json:"dependencies"`
	Versions     Versions     `json:"versions"`
}

// The states of a dependency.
const (
	DependencyOK      = "ok"
	DependencyFailing = "failing"
	DependencyOff     = "off" // not used by this installation
)

// DependencyWrong is what is wrong, for programs and for pages that say it in their reader's language.
type DependencyWrong struct {
	Code   string            `json:"code" doc:"Such as schema-older. New ones may come: detail says the same in English."`
	Values map[string]string `json:"values,omitempty" doc:"What the sentence holds: numbers, versions, times (RFC 3339)."`
}

// Dependency is one of them. Since is when this replica first saw it in this state.
type Dependency struct {
	Name        string           `json:"name" enum:"database,schema,media,provider,mail,mailbox,workers,audit,redis"`
	Instance    string           `json:"instance,omitempty" doc:"Which of several: the name of an identity provider."`
	State       string           `json:"state" enum:"ok,failing,off" doc:"off: not used here."`
	Since       *time.Time       `json:"since,omitempty" doc:"Since when this replica sees it so."`
	LatencyMs   int64            `json:"latencyMs" doc:"How long it took to examine."`
	Detail      string           `json:"detail,omitempty" doc:"What was seen, in English."`
	Remedy      string           `json:"remedy,omitempty" doc:"What to do where it fails, in English."`
	Wrong       *DependencyWrong `json:"wrong,omitempty" doc:"What detail says, where it fails."`
	LastError   string           `json:"lastError,omitempty" doc:"What was last wrong, also when it is over, in English."`
	LastWrong   *DependencyWrong `json:"lastWrong,omitempty" doc:"What lastError says."`
	LastErrorAt *time.Time       `json:"lastErrorAt,omitempty"`
}

// Versions is what runs. Commit and LiveKit are empty where they are not known.
type Versions struct {
	Program string `json:"program"`
	Commit  string `json:"commit,omitempty"`
	Go      string `json:"go"`
	Schema  int64  `json:"schema,omitempty" doc:"Of the database; left out while that does not answer."`
	LiveKit string `json:"liveKit,omitempty" doc:"Left out until it has answered once."`
}

type healthOutput struct {
	Body Health
}

var opHealth = operation{
	id: "get-health", method: http.MethodGet, path: "/health/dependencies", tag: "Administration", callers: browsers, summary: "What the platform depends on, and its versions",
	detail: "For who administers the whole platform or gives support for all of it. What fails says so and keeps nothing else from being shown.",
	answer: Health{
		CheckedAt: exampleTime, Dependencies: []Dependency{{Name: "database", State: DependencyOK, Since: &exampleTime, LatencyMs: 1, Detail: "answers"}},
		Versions: Versions{Program: "1.0.0", Commit: "0f1e2d3c4b5a", Go: "go1.26.0", Schema: 24, LiveKit: "1.13.11"},
	},
	codes: []fault.Code{fault.CodeForbidden},
}

func (s *server) health(ctx context.Context, _ *struct{}) (*healthOutput, error) {
	if err := auth.Allowed(of(ctx).who, auth.HealthRead, auth.Resource{}); err != nil {
		return nil, err
	}
	h := s.Health(ctx)
	h.CheckedAt = at(h.CheckedAt)
	for i := range h.Dependencies {
		d := &h.Dependencies[i]
		if d.Since != nil {
			d.Since = ptr(at(*d.Since))
		}
		if d.LastErrorAt != nil {
			d.LastErrorAt = ptr(at(*d.LastErrorAt))
		}
	}
	return &healthOutput{h}, nil
}
