package usage_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/auth"
	"parvis/fault"
	"parvis/usage"
)

// book is a Store that answers what a test puts into it; the database's own behavior is store's to hold.
type book struct {
	usage.Store
	first  time.Time
	days   []usage.Day
	counts []string
	err    error
	asked  string
}

func (b *book) CountDay(_ context.Context, day, until time.Time, final bool) error {
	b.counts = append(b.counts, day.Format(time.DateOnly)+" until "+until.Format(time.RFC3339)+map[bool]string{true: " for good"}[final])
	return b.err
}

func (b *book) Uncounted(context.Context) (time.Time, error) { return b.first, nil }

func (b *book) Days(_ context.Context, orgID string, _, _ time.Time) ([]usage.Day, error) {
	b.asked = orgID
	return b.days, b.err
}

func (b *book) Shares(context.Context, time.Time, time.Time, int) ([]usage.Share, error) {
	return []usage.Share{{OrgID: "one"}}, nil
}

func (b *book) UsageOrganization(_ context.Context, id string) (string, []string, error) {
	if id == "none" {
		return "", nil, fault.New(fault.CodeOrganizationNotFound, "none")
	}
	return "Ministry " + id, map[string][]string{"agency": {"one"}}[id], nil
}

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

func at(text string) func() time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return func() time.Time { return t }
}

func administrator(role auth.AdminRole, org string) auth.Identity {
	return auth.Identity{Kind: auth.Person, ID: "p", PersonID: "p", Appointments: []auth.Appointment{{Role: role, OrgID: org}}}
}

func TestWhoMayReadHowMuchWasMet(t *testing.T) {
	everywhere, of := "", func(org string) string { return org }
	for _, c := range []struct {
		name string
		who  auth.Identity
		org  string
		want fault.Code
	}{
		{"nobody", auth.Identity{}, everywhere, fault.CodeSignInRequired},
		{"nobody learns which organizations there are", auth.Identity{}, of("none"), fault.CodeSignInRequired},
		{"a person without a role", auth.Identity{Kind: auth.Person, ID: "p"}, everywhere, fault.CodeForbidden},
		{"a person without a role asks about an organization", auth.Identity{Kind: auth.Person, ID: "p"}, of("one"), fault.CodeOrganizationNotFound},
		{"an administrator of one asks about another", administrator(auth.OrgAdmin, "one"), of("two"), fault.CodeOrganizationNotFound},
		{"an administrator of one asks about the platform", administrator(auth.OrgAdmin, "one"), everywhere, fault.CodeForbidden},
		{"software asks about the platform", auth.Identity{Kind: auth.Service, ID: "s", OrgID: "one", Scopes: []auth.Scope{auth.ScopeUsageRead}}, everywhere, fault.CodeForbidden},
		{"software without the scope", auth.Identity{Kind: auth.Service, ID: "s", OrgID: "one"}, of("one"), fault.CodeScopeMissing},
		{"software asks about its own", auth.Identity{Kind: auth.Service, ID: "s", OrgID: "one", Scopes: []auth.Scope{auth.ScopeUsageRead}}, of("one"), ""},
		{"an administrator asks about theirs", administrator(auth.OrgAdmin, "one"), of("one"), ""},
		{"an administrator asks about what is below", administrator(auth.OrgAdmin, "one"), of("agency"), ""},
		{"support asks about the platform", administrator(auth.Support, ""), everywhere, ""},
		{"an auditor asks about what does not exist", administrator(auth.Auditor, ""), of("none"), fault.CodeOrganizationNotFound},
	} {
		_, err := usage.New(&book{}, time.Now).Report(t.Context(), c.who, usage.Query{OrgID: c.org, From: day("2026-11-01"), To: day("2026-11-30"), By: usage.ByDay})
		if c.want == "" && err != nil || c.want != "" && !fault.HasCode(err, c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

func TestAReportIsAboutDaysThatFollow(t *testing.T) {
	for where, q := range map[string]usage.Query{
		"query.to":   {From: day("2026-11-02"), To: day("2026-11-01"), By: usage.ByDay},
		"query.from": {From: day("2020-01-01"), To: day("2026-11-01"), By: usage.ByDay},
		"query.by":   {From: day("2026-11-01"), To: day("2026-11-02"), By: "year"},
	} {
		_, err := usage.New(&book{}, time.Now).Report(t.Context(), administrator(auth.PlatformAdmin, ""), q)
		if f := fault.Of(err); f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(at fault.Field) bool { return at.Location == where }) {
			t.Errorf("%s: got %v", where, err)
		}
	}
}

func TestSpansHaveNoHolesAndPeaksDoNotAddUp(t *testing.T) {
	b := &book{days: []usage.Day{
		{Date: day("2026-10-31"), Count: usage.Count{Sessions: 1, Participants: 2, Time: time.Hour, Peak: 2}},
		{Date: day("2026-11-01"), Count: usage.Count{Sessions: 2, Participants: 5, Time: time.Minute, Peak: 4}},
		{Date: day("2026-11-09"), Count: usage.Count{Sessions: 3, Participants: 3, Time: time.Second, Peak: 3}},
	}}
	for step, want := range map[usage.Step]map[string]usage.Count{
		usage.ByMonth: {
			"2026-10-30": {Sessions: 1, Participants: 2, Time: time.Hour, Peak: 2},
			"2026-11-01": {Sessions: 5, Participants: 8, Time: time.Minute + time.Second, Peak: 4},
		},
		usage.ByWeek: { // the thirtieth of October is a Friday
			"2026-10-30": {Sessions: 3, Participants: 7, Time: time.Hour + time.Minute, Peak: 4},
			"2026-11-02": {},
			"2026-11-09": {Sessions: 3, Participants: 3, Time: time.Second, Peak: 3},
		},
	} {
		r, err := usage.New(b, time.Now).Report(t.Context(), administrator(auth.PlatformAdmin, ""), usage.Query{From: day("2026-10-30"), To: day("2026-11-10"), By: step})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]usage.Count{}
		for _, one := range r.Spans {
			got[one.Date.Format(time.DateOnly)] = one.Count
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", step, diff)
		}
		if total := (usage.Count{Sessions: 6, Participants: 10, Time: time.Hour + time.Minute + time.Second, Peak: 4}); r.Total != total || len(r.Shares) != 1 || b.asked != usage.Everywhere {
			t.Errorf("got %+v of %s with %v", r.Total, b.asked, r.Shares)
		}
	}
	r, err := usage.New(&book{}, time.Now).Report(t.Context(), administrator(auth.OrgAdmin, "one"), usage.Query{OrgID: "one", From: day("2026-11-01"), To: day("2026-11-03"), By: usage.ByDay})
	if err != nil || len(r.Spans) != 3 || r.OrgName != "Ministry one" || r.Shares != nil {
		t.Errorf("got %+v, %v", r, err)
	}
}

func TestEachDayIsCountedForGoodOnceItIsOver(t *testing.T) {
	for now, want := range map[string][]string{
		"2026-11-20T09:30:00Z": {"2026-11-18 until 2026-11-19T00:00:00Z for good", "2026-11-19 until 2026-11-20T00:00:00Z for good", "2026-11-20 until 2026-11-20T09:30:00Z"},
		"2026-11-20T00:05:00Z": {"2026-11-18 until 2026-11-19T00:00:00Z for good", "2026-11-19 until 2026-11-20T00:00:00Z", "2026-11-20 until 2026-11-20T00:05:00Z"},
	} {
		b := &book{first: day("2026-11-18")}
		if err := usage.New(b, at(now)).Counting(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, b.counts); diff != "" {
			t.Errorf("at %s: %s", now, diff)
		}
	}
	b := &book{}
	if err := usage.New(b, at("2026-11-20T09:30:00Z")).Counting(t.Context()); err != nil || len(b.counts) != 1 {
		t.Errorf("where nothing was counted: %v, %v", b.counts, err)
	}
	b = &book{first: day("2026-11-18"), err: fault.New(fault.CodeDatabaseUnavailable, "down")}
	if err := usage.New(b, at("2026-11-20T09:30:00Z")).Counting(t.Context()); !fault.Is(err, fault.Unavailable) || len(b.counts) != 1 {
		t.Errorf("a day that cannot be counted is not passed over: %v, %v", b.counts, err)
	}
}
