package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parvis/client"
	"parvis/provision"
)

// scripted is a platform that answers what a test says, by method and path; the last answer to one stays.
type scripted struct {
	answers map[string][]reply
	asked   []string
}

type reply struct {
	status int
	header map[string]string
	body   string
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if r.URL.Path == "/oauth/token" {
		_, _ = io.WriteString(w, `{"access_token":"t","token_type":"Bearer","expires_in":900}`)
		return
	}
	what := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/api/v1")
	s.asked = append(s.asked, strings.TrimSpace(what+" "+r.Header.Get("Idempotency-Key")+r.Header.Get("If-Match")))
	list := s.answers[what]
	if len(list) == 0 {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	if len(list) > 1 {
		s.answers[what] = list[1:]
	}
	for name, value := range list[0].header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(list[0].status)
	_, _ = io.WriteString(w, list[0].body)
}

func problem(status int, code string) reply {
	return reply{status, nil, fmt.Sprintf(`{"type":"/problems/%s","title":"No","status":%d,"detail":"because","code":"%s","requestId":"r"}`, code, status, code)}
}

const whoWeAre = `{"kind":"service","organization":{"id":"o1","name":"Ministry"}}`

func to(t *testing.T, answers map[string][]reply) (*Platform, *scripted) {
	t.Helper()
	s := &scripted{answers: answers}
	s.answers["GET /me"] = []reply{{200, nil, whoWeAre}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	p, err := New(t.Context(), server.URL, client.Account{ID: "us", Secret: "secret"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if home, err := p.Home(t.Context()); err != nil || home != "Ministry" {
		t.Fatal(home, err)
	}
	return p, s
}

var (
	hearings     = provision.Resource{Identity: provision.Identity{Kind: provision.KindTemplate, Org: "Ministry", Key: "Hearings"}, Fields: provision.Fields{"prefix": "H"}}
	made         = reply{201, map[string]string{"ETag": `"1"`}, `{"id":"t1","name":"Hearings"}`}
	madeBefore   = reply{201, map[string]string{"Idempotent-Replayed": "true"}, `{"id":"t0","name":"Hearings"}`}
	none         = []reply{{200, nil, `{"items":[]}`}}
	alreadyThere = []reply{{200, nil, `{"items":[{"id":"t0","name":"Hearings"}]}`}}
)

const templatesPath = "/organizations/o1/templates"

func TestRoomsForWhichASlowPlatformHadNoTimeAreAskedForAgain(t *testing.T) {
	room := func(slug string) string { return `{"room":{"slug":"` + slug + `"}}` }
	const slow = `{"code":"database-unavailable","detail":"the database does not answer"}`
	bulk := func(results ...string) reply {
		return reply{200, nil, `{"results":[` + strings.Join(results, ",") + `]}`}
	}
	var three []provision.Resource
	for _, key := range []string{"a", "b", "c"} {
		three = append(three, provision.Resource{Identity: provision.Identity{Kind: provision.KindRoom, Key: key}, Fields: provision.Fields{"name": key}})
	}
	p, s := to(t, map[string][]reply{"POST /rooms/bulk": {bulk(room("1"), slow, slow), bulk(room("2"), slow), bulk(room("3"))}})
	made, err := p.Create(t.Context(), "k", three)
	if err != nil || made[0].ID != "1" || made[1].ID != "2" || made[2].ID != "3" || made[2].Err != nil || s.asked[len(s.asked)-1] != "POST /rooms/bulk k++" {
		t.Errorf("%+v, %v, asked %v", made, err, s.asked)
	}
	s.answers["POST /rooms/bulk"] = []reply{bulk(slow, slow, slow)}
	var refused *provision.Refusal
	if made, err := p.Create(t.Context(), "k", three); err != nil || made[0].Err == nil || errors.As(made[0].Err, &refused) {
		t.Errorf("a database that is away is no refusal: %+v, %v", made, err)
	}
}

func TestAnAccountOfNoOrganizationIsToldSo(t *testing.T) {
	server := httptest.NewServer(&scripted{answers: map[string][]reply{"GET /me": {{200, nil, `{"kind":"service"}`}}}})
	t.Cleanup(server.Close)
	p, err := New(t.Context(), server.URL, client.Account{ID: "us", Secret: "secret"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Home(t.Context()); err == nil || !strings.Contains(err.Error(), "parvis app create --org") {
		t.Error(err)
	}
}

func TestTheRateLimitIsWaitedForAsLongAsItSays(t *testing.T) {
	limited := problem(http.StatusTooManyRequests, "too-many-requests")
	limited.header = map[string]string{"Retry-After": "7"}
	p, s := to(t, map[string][]reply{"POST " + templatesPath: {limited, limited, made}})
	var waited []time.Duration
	p.wait = func(_ context.Context, d time.Duration) error {
		waited = append(waited, d)
		return nil
	}
	got, err := p.Create(t.Context(), "k", []provision.Resource{hearings})
	if err != nil || got[0].ID != "t1" || len(waited) != 2 || waited[0] != 7*time.Second {
		t.Errorf("%v, %v, waited %v, asked %v", got, err, waited, s.asked)
	}
	p.wait = func(context.Context, time.Duration) error { return context.Canceled }
	s.answers["POST "+templatesPath] = []reply{limited}
	if _, err := p.Create(t.Context(), "k", []provision.Resource{hearings}); !errors.Is(err, context.Canceled) {
		t.Errorf("who waits cannot be interrupted: %v", err)
	}
}

func TestAnAnswerThatIsGivenAgainWasSomebodyElses(t *testing.T) {
	p, _ := to(t, map[string][]reply{"POST " + templatesPath: {madeBefore}, "GET " + templatesPath: alreadyThere})
	if _, err := p.Create(t.Context(), "k", []provision.Resource{hearings}); !errors.Is(err, provision.ErrChanged) {
		t.Error(err)
	}
}

func TestWhatWasMadeBeforeAndIsGoneSinceIsMadeAnew(t *testing.T) {
	p, s := to(t, map[string][]reply{"POST " + templatesPath: {madeBefore, made}, "GET " + templatesPath: none})
	got, err := p.Create(t.Context(), "k", []provision.Resource{hearings})
	if err != nil || got[0].ID != "t1" || s.asked[len(s.asked)-1] != "POST "+templatesPath+" k-t0" {
		t.Errorf("%v, %v, asked %v", got, err, s.asked)
	}
}

func TestAKeyThatAnotherRequestHasIsOfNobodyWhereNothingIsThere(t *testing.T) {
	p, s := to(t, map[string][]reply{"POST " + templatesPath: {problem(422, "idempotency-key-reused"), made}, "GET " + templatesPath: none})
	got, err := p.Create(t.Context(), "k", []provision.Resource{hearings})
	if err != nil || got[0].ID != "t1" || !strings.HasPrefix(s.asked[len(s.asked)-1], "POST "+templatesPath+" k-") {
		t.Errorf("%v, %v, asked %v", got, err, s.asked)
	}
	p, _ = to(t, map[string][]reply{"POST " + templatesPath: {problem(422, "idempotency-key-reused"), made}, "GET " + templatesPath: alreadyThere})
	if _, err := p.Create(t.Context(), "k", []provision.Resource{hearings}); !errors.Is(err, provision.ErrChanged) {
		t.Errorf("somebody was faster: %v", err)
	}
}

func TestRoomsOfAnAnswerGivenAgainAreAskedForAnewUnlessSomebodyMadeThem(t *testing.T) {
	room := []provision.Resource{{Identity: provision.Identity{Kind: provision.KindRoom, Key: "a"}, Fields: provision.Fields{"name": "A"}}}
	before := reply{200, map[string]string{"Idempotent-Replayed": "true"}, `{"results":[{"code":"policy-locked","detail":"entry is locked"}]}`}
	now := reply{200, nil, `{"results":[{"room":{"slug":"1"}}]}`}
	for name, first := range map[string]reply{"given again": before, "to another request": problem(422, "idempotency-key-reused")} {
		p, s := to(t, map[string][]reply{"POST /rooms/bulk": {first, now}, "GET /rooms": none})
		got, err := p.Create(t.Context(), "k", room)
		if err != nil || got[0].ID != "1" || !strings.HasPrefix(s.asked[len(s.asked)-1], "POST /rooms/bulk k-") {
			t.Errorf("%s: %+v, %v, asked %v", name, got, err, s.asked)
		}
		there := []reply{{200, nil, `{"items":[{"slug":"1","name":"A","externalId":"` + p.keyPrefix() + `a"}]}`}}
		p, _ = to(t, map[string][]reply{"POST /rooms/bulk": {first, now}, "GET /rooms": there})
		if _, err := p.Create(t.Context(), "k", room); !errors.Is(err, provision.ErrChanged) {
			t.Errorf("%s, and somebody made it: %v", name, err)
		}
	}
}

func TestWhatAFailureMeans(t *testing.T) {
	for code, c := range map[string]struct {
		answer                  reply
		there                   []reply
		changed, refused, fatal bool
	}{
		"somebody with the same plan":     {problem(409, "idempotency-key-in-use"), none, true, false, false},
		"somebody with another plan":      {problem(409, "conflict"), alreadyThere, true, false, false},
		"a bound that is reached":         {problem(409, "conflict"), none, false, true, false},
		"a policy":                        {problem(422, "policy-locked"), none, false, true, false},
		"no scope":                        {problem(403, "scope-missing"), none, false, true, false},
		"an organization that has gone":   {problem(404, "organization-not-found"), none, true, false, false},
		"a database that is away":         {problem(503, "database-unavailable"), none, false, false, true},
		"what stands before the platform": {reply{502, nil, "<html>"}, none, false, false, true},
		"a proxy that forbids":            {reply{403, nil, "<html>"}, none, false, false, true},
	} {
		p, _ := to(t, map[string][]reply{"POST " + templatesPath: {c.answer}, "GET " + templatesPath: c.there})
		got, err := p.Create(t.Context(), "k", []provision.Resource{hearings})
		var refused *provision.Refusal
		changed := errors.Is(err, provision.ErrChanged)
		isRefused := err == nil && errors.As(got[0].Err, &refused)
		if changed != c.changed || isRefused != c.refused || (err != nil && !changed) != c.fatal {
			t.Errorf("%s: %v, %v", code, got, err)
		}
	}
}

func TestAThingIsWrittenByTheVersionThatWasReadAndOnlyWhileItIsAsPlanned(t *testing.T) {
	step := provision.Step{Do: provision.Change, Identity: hearings.Identity, ID: "t0", Before: provision.Fields{"prefix": "H"}, After: provision.Fields{"prefix": ""}}
	read := reply{200, map[string]string{"ETag": `"4"`}, `{"id":"t0","name":"Hearings","prefix":"H"}`}
	p, s := to(t, map[string][]reply{"GET /templates/t0": {read}, "PATCH /templates/t0": {{200, nil, `{}`}}})
	if _, err := p.Change(t.Context(), "k", step); err != nil || s.asked[len(s.asked)-1] != `PATCH /templates/t0 "4"` {
		t.Errorf("%v, asked %v", err, s.asked)
	}
	s.answers["PATCH /templates/t0"] = []reply{problem(412, "version-changed")}
	if _, err := p.Change(t.Context(), "k", step); !errors.Is(err, provision.ErrChanged) {
		t.Errorf("between reading and writing: %v", err)
	}
	s.answers["GET /templates/t0"] = []reply{{200, nil, `{"id":"t0","name":"Hearings","prefix":"other"}`}}
	s.asked = nil
	if _, err := p.Change(t.Context(), "k", step); !errors.Is(err, provision.ErrChanged) || len(s.asked) != 1 {
		t.Errorf("before reading: %v, asked %v", err, s.asked)
	}
}

func TestAnOrganizationThatTakesOurNameIsNotOurs(t *testing.T) {
	p, _ := to(t, map[string][]reply{
		"GET /organizations":           {{200, nil, `{"items":[{"id":"o2","name":"Ministry","parent":"o1"},{"id":"o1","name":"Ministry"}]}`}},
		"GET /organizations/o1/policy": {{200, nil, `{"settings":{"entry":{"value":"hosts","locked":true}}}`}},
	})
	list, err := p.Read(t.Context(), provision.KindOrganization, nil)
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	policies, err := p.Read(t.Context(), provision.KindPolicy, []string{"Ministry"})
	if err != nil || len(policies) != 1 || policies[0].ID != "o1" {
		t.Errorf("got %+v, %v", policies, err)
	}
}

func TestFilesKnowAgainWhatTheyMade(t *testing.T) {
	p, s := to(t, map[string][]reply{
		"GET /webhooks":                   {{200, nil, `{"items":[{"id":"w1","url":"https://a.example"},{"id":"w2","url":"https://b.example","managedBy":"declared@hr"},{"id":"w3","url":"https://c.example","managedBy":"declared"}]}`}},
		"GET /organizations/o1/templates": {{200, nil, `{"items":[{"id":"t1","name":"A"},{"id":"t2","name":"B","managedBy":"declared@hr"}]}`}},
		"GET /rooms":                      {{200, nil, `{"items":[{"slug":"aaa-bbbb-ccc","externalId":"declared/x"},{"slug":"ddd-eeee-fff","externalId":"declared@hr/x"}]}`}, none[0]},
	})
	p.Named(provision.MarkOf("hr"))
	ours := func(k provision.Kind) string {
		list, err := p.Read(t.Context(), k, []string{"Ministry"})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, r := range list {
			if _, bySlug := r.Slug(); r.Foreign == "" && !bySlug {
				names = append(names, r.ID)
			}
		}
		return strings.Join(names, " ")
	}
	for k, want := range map[provision.Kind]string{provision.KindWebhook: "w2", provision.KindTemplate: "t2", provision.KindRoom: "ddd-eeee-fff"} {
		if got := ours(k); got != want {
			t.Errorf("of each %s: %q, want %q", k, got, want)
		}
	}
	_, body, err := p.creation(hearings)
	_, hookBody, err2 := p.creation(provision.Resource{Identity: provision.Identity{Kind: provision.KindWebhook, Key: "https://d.example"}})
	if errors.Join(err, err2) != nil || body["managedBy"] != "declared@hr" || hookBody["managedBy"] != "declared@hr" {
		t.Errorf("made as %v and %v: %v %v (%v)", body, hookBody, err, err2, s.asked)
	}
}
