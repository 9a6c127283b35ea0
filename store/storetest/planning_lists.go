package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parvis/access"
	"parvis/auth"
	"parvis/directory"
	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
)

func meetingLists(t *testing.T, p *planning) {
	var ids []string
	for day := range 5 {
		n := p.weekly(t)
		n.Overrides, n.When.Rules, n.When.RDates, n.When.ExDates = nil, nil, nil, nil
		n.When.Start += recur.Local(day * 24 * 60 * 60)
		n.Tags = map[string]string{"day": []string{"even", "odd"}[day%2]}
		n.Title = []string{"Comité d'œuvre, 100 %", "Point d'étape"}[day%2]
		ids = append(ids, p.planned(t, p.camille, n).ID)
	}
	start := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		q    schedule.MeetingQuery
		want []string
	}{
		"all of the organization":                {schedule.MeetingQuery{OrgID: p.camille.OrgID}, ids},
		"another organization":                   {schedule.MeetingQuery{OrgID: p.louise.OrgID}, nil},
		"the agenda of an invitee":               {schedule.MeetingQuery{OrgID: p.odile.OrgID, PersonID: p.odile.PersonID}, ids},
		"a stranger's agenda":                    {schedule.MeetingQuery{OrgID: p.louise.OrgID, PersonID: p.louise.PersonID}, nil},
		"from":                                   {schedule.MeetingQuery{OrgID: p.camille.OrgID, From: start.Add(49 * time.Hour)}, ids[2:]},
		"to":                                     {schedule.MeetingQuery{OrgID: p.camille.OrgID, To: start.Add(48 * time.Hour)}, ids[:2]},
		"a tag":                                  {schedule.MeetingQuery{OrgID: p.camille.OrgID, Tag: "day"}, ids},
		"a tag of a value":                       {schedule.MeetingQuery{OrgID: p.camille.OrgID, Tag: "day=odd"}, []string{ids[1], ids[3]}},
		"a tag that no database holds":           {schedule.MeetingQuery{OrgID: p.camille.OrgID, Tag: "day\x00"}, nil},
		"a name that no database holds":          {schedule.MeetingQuery{OrgID: p.camille.OrgID, ExternalID: "\xff"}, nil},
		"an organizer who is none":               {schedule.MeetingQuery{OrgID: p.camille.OrgID, Organizer: "camille"}, nil},
		"software that is none":                  {schedule.MeetingQuery{OrgID: p.camille.OrgID, App: "agenda"}, nil},
		"a name that none has":                   {schedule.MeetingQuery{OrgID: p.camille.OrgID, ExternalID: "agenda-118"}, nil},
		"an agenda and an organizer who is none": {schedule.MeetingQuery{OrgID: p.odile.OrgID, PersonID: p.odile.PersonID, Organizer: "camille"}, nil},
		"an organizer":                           {schedule.MeetingQuery{OrgID: p.camille.OrgID, Organizer: p.camille.PersonID}, ids},
		"a title":                                {schedule.MeetingQuery{OrgID: p.odile.OrgID, PersonID: p.odile.PersonID, Title: "ETAPE poi"}, []string{ids[1], ids[3]}},
		"a title, from":                          {schedule.MeetingQuery{OrgID: p.odile.OrgID, PersonID: p.odile.PersonID, Title: "oeuvre", From: start.Add(49 * time.Hour)}, []string{ids[2], ids[4]}},
		"a title with a sign":                    {schedule.MeetingQuery{OrgID: p.odile.OrgID, PersonID: p.odile.PersonID, Title: "%"}, []string{ids[0], ids[2], ids[4]}},
		"a title that no meeting has":            {schedule.MeetingQuery{OrgID: p.odile.OrgID, PersonID: p.odile.PersonID, Title: "c_mite"}, nil},
		"a title among a stranger's":             {schedule.MeetingQuery{OrgID: p.louise.OrgID, PersonID: p.louise.PersonID, Title: "comite"}, nil},
		"cancelled":                              {schedule.MeetingQuery{OrgID: p.camille.OrgID, Status: schedule.Cancelled}, nil},
	} {
		var got []string
		for size, cursor := 2, ""; ; {
			c.q.PageSize, c.q.Cursor = size, cursor
			page, err := p.Meetings(t.Context(), c.q)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, m := range page.Meetings {
				got = append(got, m.ID)
				if m.Organizer.Name != "camille Martin" || m.Place.Slug == "" || len(m.Invitees) > 0 {
					t.Errorf("%s: listed as %+v", name, m)
				}
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %d, want %d", name, len(got), len(c.want))
		}
	}
	for _, cursor := range []string{"forged", "!"} {
		_, err := p.Meetings(t.Context(), schedule.MeetingQuery{OrgID: p.camille.OrgID, Cursor: cursor})
		mustBe(t, err, fault.Invalid)
	}
}

// meetingMandates: whose mandate has ended has the meeting in no list, whatever the time that the mandate was written in; the pages of
// the others are full.
func meetingMandates(t *testing.T, p *planning) {
	ends := p.now.AddDate(0, 1, 0)
	elsewhere := ends.In(time.FixedZone("elsewhere", 11*60*60))
	var all, lasting []string
	for n, until := range []*time.Time{&ends, nil, &elsewhere, &ends, nil} {
		m := p.weekly(t)
		m.When.Start += recur.Local(n * 60 * 60)
		m.Overrides, m.When.RDates, m.When.ExDates = nil, nil, nil
		m.Deputies, m.Invitees = []schedule.Deputy{{PersonID: p.odile.PersonID, Until: until}}, nil
		all = append(all, p.planned(t, p.camille, m).ID)
		if until == nil {
			lasting = append(lasting, all[n])
		}
	}
	m := p.weekly(t)
	m.When.Start += 6 * 60 * 60
	m.Overrides, m.When.RDates, m.When.ExDates = nil, nil, nil
	m.Deputies[0].Until = &ends // who is invited besides
	invited := p.planned(t, p.camille, m).ID
	all, lasting = append(all, invited), append(lasting, invited)
	for name, c := range map[string]struct {
		who  auth.Identity
		now  time.Time
		want []string
	}{
		"at no time":                   {p.odile, time.Time{}, all},
		"before its end":               {p.odile, ends.Add(-time.Second), all},
		"at its end":                   {p.odile, ends, lasting},
		"the organizer, at its end":    {p.camille, ends, all},
		"who has none, before its end": {p.louise, p.now, nil},
	} {
		var got []string
		q := schedule.MeetingQuery{OrgID: c.who.OrgID, PersonID: c.who.PersonID, Now: c.now, PageSize: 2}
		for {
			page, err := p.Meetings(t.Context(), q)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, m := range page.Meetings {
				got = append(got, m.ID)
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				break
			}
			if len(page.Meetings) != 2 {
				t.Errorf("%s: a page of %d that is not the last", name, len(page.Meetings))
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %d, want %d", name, len(got), len(c.want))
		}
	}
}

func meetingAhead(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	if ids, err := p.Unprojected(t.Context(), p.now.Add(schedule.Horizon), 10); err != nil || len(ids) != 0 {
		t.Errorf("at once: got %v, %v", ids, err)
	}
	p.now = p.now.Add(30 * 24 * time.Hour)
	if err := p.service.Project(t.Context()); err != nil {
		t.Fatal(err)
	}
	openings, err := p.Openings(t.Context(), m.Place.RoomID)
	if err != nil || !openings[len(openings)-1].Opens.After(p.now.Add(14*24*time.Hour)) {
		t.Errorf("got %+v, %v", openings, err)
	}
	if got := p.read(t, m.ID); got.Version != 1 {
		t.Errorf("it moved the version to %d", got.Version)
	}
	if ids, err := p.Unprojected(t.Context(), p.now.Add(schedule.Horizon), 10); err != nil || len(ids) != 0 {
		t.Errorf("afterwards: got %v, %v", ids, err)
	}
	older := schedule.Plan{Meeting: m, From: p.now, To: p.now, Until: p.now, At: p.now}
	older.Meeting.Version = 7
	if err := p.Project(t.Context(), older); err != nil {
		t.Fatal(err)
	}
	if now, err := p.Openings(t.Context(), m.Place.RoomID); err != nil || len(now) != len(openings) {
		t.Errorf("another version took the openings away: %d, %v", len(now), err)
	}
}

func meetingPeople(t *testing.T, p *planning) {
	p.signsIn(t, "louise@example.org", directory.VouchedByIdP)
	ids, addresses := []string{p.camille.PersonID, p.louise.PersonID, p.camille.PersonID, NewID(), "nonsense"}, []string{"louise@example.org", "camille@example.org", "no'b\"{od},y@example.org"}
	known := map[string]schedule.Person{p.camille.PersonID: {Name: "camille Martin", Email: "camille@example.org", Locale: "fr"}}
	held := map[string]string{"louise@example.org": p.louise.PersonID}
	for name, c := range map[string]struct {
		by   schedule.Naming
		want schedule.Named
	}{
		"nobody":              {schedule.Naming{}, schedule.Named{}},
		"an id that is none":  {schedule.Naming{People: []string{"nonsense"}}, schedule.Named{}},
		"people":              {schedule.Naming{People: ids}, schedule.Named{People: known}},
		"addresses":           {schedule.Naming{Addresses: addresses}, schedule.Named{Holders: held}},
		"people by addresses": {schedule.Naming{People: ids, Addresses: addresses}, schedule.Named{People: known, Holders: held}},
	} {
		c.by.OrgID, c.by.Now = p.camille.OrgID, p.now
		got, err := p.Named(t.Context(), c.by)
		if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}

func meetingOwnRoom(t *testing.T, p *planning) {
	n := p.weekly(t)
	n.Place.Mode = schedule.Personal
	n.Access.Passcode, n.Access.MinAssurance, n.Settings = "", 0, schedule.Settings{}
	made := make(chan schedule.Meeting, 3)
	for range cap(made) {
		go func() {
			v, err := p.service.Create(t.Context(), p.camille, n)
			if err != nil {
				t.Error(err)
			}
			made <- v.Meeting
		}()
	}
	first := <-made
	for range cap(made) - 1 {
		if m := <-made; m.Place != first.Place {
			t.Errorf("got %+v and %+v", first.Place, m.Place)
		}
	}
	grants, err := p.Grants(t.Context(), first.Place.RoomID, []access.Subject{{Kind: access.SubjectPerson, ID: p.camille.PersonID}})
	grants = slices.DeleteFunc(grants, func(g access.Grant) bool { return g.SourceKind == access.SourceDeputy }) // of each meeting, while it is on
	if err != nil || len(grants) != 1 || grants[0].Role != access.Owner || grants[0].SourceKind != access.SourceRoom {
		t.Errorf("got %+v, %v", grants, err)
	}
}

func meetingFeed(t *testing.T, p *planning) {
	p.planned(t, p.camille, p.weekly(t))
	since := func(want time.Time) {
		t.Helper()
		if got, err := p.service.FeedAddress(t.Context(), p.odile); err != nil || !got.Since.Equal(want) {
			t.Errorf("there is an address since %s, %v, want %s", got.Since, err, want)
		}
	}
	read := func(want *time.Time) {
		t.Helper()
		got, err := p.service.FeedAddress(t.Context(), p.odile)
		if err != nil || (got.ReadAt == nil) != (want == nil) || want != nil && !got.ReadAt.Equal(*want) {
			t.Errorf("read at %v, %v, want %v", got.ReadAt, err, want)
		}
	}
	reads := func(token string) {
		t.Helper()
		if _, err := p.service.Feed(t.Context(), token); err != nil {
			t.Error(err)
		}
	}
	since(time.Time{})
	first, err := p.service.NewFeed(t.Context(), p.odile)
	if err != nil {
		t.Fatal(err)
	}
	read(nil)
	if list, err := p.service.Feed(t.Context(), first); err != nil || len(list) != 1 || list[0].Leads {
		t.Errorf("got %+v, %v", list, err)
	}
	since(p.now)
	begun := p.now
	read(&begun)
	p.now = p.now.Add(time.Hour - time.Minute)
	reads(first) // as programs do each few minutes: nothing is written
	read(&begun)
	p.now = p.now.Add(time.Minute)
	reads(first)
	later := p.now
	read(&later)
	second, err := p.service.NewFeed(t.Context(), p.odile)
	if err != nil {
		t.Fatal(err)
	}
	since(p.now)
	read(nil)
	if _, err := p.service.Feed(t.Context(), first); !fault.Is(err, fault.NotFound) {
		t.Errorf("the address before: %v", err)
	}
	for range 2 {
		if err := p.service.EndFeed(t.Context(), p.odile); err != nil {
			t.Fatal(err)
		}
	}
	since(time.Time{})
	if _, err := p.service.Feed(t.Context(), second); !fault.Is(err, fault.NotFound) {
		t.Errorf("an address that ended: %v", err)
	}
}
