package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/api"
	"parvis/auth"
	"parvis/fault"
	"parvis/usage"
)

// counted is a usage.Store of two organizations with a busy day.
type counted struct{ usage.Store }

func (counted) Days(_ context.Context, orgID string, _, _ time.Time) ([]usage.Day, error) {
	busy := usage.Count{Sessions: 2, Participants: 5, Time: 90*time.Minute + 40*time.Second, Peak: 3}
	if orgID == usage.Everywhere {
		busy.Sessions, busy.Peak = 4, 7
	}
	return []usage.Day{{Date: time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC), Count: busy}}, nil
}

func (counted) Shares(context.Context, time.Time, time.Time, int) ([]usage.Share, error) {
	return []usage.Share{{OrgID: interior, OrgName: "Ministry", Count: usage.Count{Sessions: 2}}}, nil
}

func (counted) UsageOrganization(_ context.Context, id string) (string, []string, error) {
	if id != interior && id != justice {
		return "", nil, fault.New(fault.CodeOrganizationNotFound, "there is no such organization")
	}
	return "Ministry", nil, nil
}

// appointedTo lets camille sign in with administrative roles.
type appointedTo struct {
	cookies
	roles []auth.Appointment
}

func (a appointedTo) Identify(w http.ResponseWriter, r *http.Request) (auth.Identity, error) {
	who, err := a.cookies.Identify(w, r)
	if who.ID == camille.ID {
		who.Appointments = a.roles
	}
	return who, err
}

func countedWorld(t *testing.T, roles ...auth.Appointment) *world {
	return newWorld(t, func(o *api.Options) {
		o.SignIns = appointedTo{o.SignIns.(cookies), roles}
		o.Usage = usage.New(counted{}, o.Now)
	})
}

const usagePath = "/api/v1/usage"

func TestHowMuchWasMetIsToldToWhoAdministers(t *testing.T) {
	w := countedWorld(t, auth.Appointment{Role: auth.OrgAdmin, OrgID: interior})
	for _, c := range []struct {
		as     auth.Identity
		query  string
		status int
		code   string
	}{
		{auth.Identity{}, "", 401, "sign-in-required"},
		{gaston, "", 401, "sign-in-required"},
		{odile, "", 403, "forbidden"},
		{odile, "?organization=" + interior, 404, "organization-not-found"},
		{robotForCamille, "?organization=" + interior, 403, "forbidden"},
		{robot, "", 403, "scope-missing"},
		{camille, "", 403, "forbidden"},
		{camille, "?organization=" + justice, 404, "organization-not-found"},
		{camille, "?organization=nonsense", 404, "organization-not-found"},
		{camille, "?organization=" + interior + "&from=2026-11-31", 422, "invalid-request"},
		{camille, "?organization=" + interior + "&to=yesterday", 422, "invalid-request"},
		{camille, "?organization=" + interior + "&from=2026-11-21", 422, "invalid-request"},
		{camille, "?organization=" + interior + "&from=2020-01-01", 422, "invalid-request"},
		{camille, "?organization=" + interior + "&by=year", 422, "invalid-request"},
		{camille, "?organization=" + interior + "&rows=organizations", 422, "invalid-request"},
		{camille, "?rows=organizations&format=csv", 403, "forbidden"},
		{camille, "?organisation=" + interior, 422, "invalid-request"},
	} {
		w.refused(t, c.status, c.code, ask{method: "GET", path: usagePath + c.query, as: c.as})
	}
	own := w.want(t, 200, ask{method: "GET", path: usagePath + "?organization=" + interior + "&by=week", as: camille})
	if own["from"] != "2026-10-22" || own["to"] != "2026-11-20" || own["organizationName"] != "Ministry" || own["organizations"] != nil || len(own["items"].([]any)) != 5 {
		t.Errorf("got %v", own)
	}
	if diff := cmp.Diff(map[string]any{"sessions": 2.0, "participants": 5.0, "minutes": 91.0, "peak": 3.0}, own["total"]); diff != "" {
		t.Error(diff)
	}
}

func TestThePlatformsUsageNamesItsOrganizations(t *testing.T) {
	w := countedWorld(t, auth.Appointment{Role: auth.Support})
	all := w.want(t, 200, ask{method: "GET", path: usagePath + "?from=2026-11-19&to=2026-11-20", as: camille})
	if all["organization"] != nil || len(all["organizations"].([]any)) != 1 || len(all["items"].([]any)) != 2 || all["total"].(map[string]any)["peak"] != 7.0 {
		t.Errorf("got %v", all)
	}
}

func TestUsageIsATableForASpreadsheet(t *testing.T) {
	w := countedWorld(t, auth.Appointment{Role: auth.Auditor})
	for _, a := range []ask{
		{path: "&format=csv", header: http.Header{"Accept-Language": {"en"}}},
		{header: http.Header{"Accept": {"text/csv"}, "Accept-Language": {"en"}}},
	} {
		a.method, a.as, a.path = "GET", camille, usagePath+"?from=2026-11-19&to=2026-11-20"+a.path
		rec := w.do(a)
		want := "\ufeffDate,Meetings,Participants,Minutes,Peak\r\n2026-11-19,4,5,91,7\r\n2026-11-20,0,0,0,0\r\n"
		if rec.Body.String() != want || !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/csv") ||
			rec.Header().Get("Content-Disposition") != `attachment; filename="usage-2026-11-19-2026-11-20.csv"` {
			t.Errorf("got %q, %v", rec.Body, rec.Header())
		}
	}
}

func TestATableHasARowForEachOrganizationOfThePlatform(t *testing.T) {
	w := countedWorld(t, auth.Appointment{Role: auth.Auditor})
	rec := w.do(ask{method: "GET", path: usagePath + "?from=2026-11-19&to=2026-11-20&rows=organizations&format=csv", as: camille, header: http.Header{"Accept-Language": {"en"}}})
	want := "\ufeffId,Organization,Meetings,Participants,Minutes,Peak\r\n" + interior + ",Ministry,2,0,0,0\r\n"
	if rec.Body.String() != want || rec.Header().Get("Content-Disposition") != `attachment; filename="usage-organizations-2026-11-19-2026-11-20.csv"` {
		t.Errorf("got %q, %v", rec.Body, rec.Header())
	}
}
