package rooms_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/auth"
	"parvis/auth/signin"
	"parvis/fault"
	"parvis/rooms"
)

func (h *house) listen(who auth.Identity, slug, resume string) *rooms.Feed {
	h.t.Helper()
	feed, err := h.Watch(h.t.Context(), who, "", slug, resume)
	if err != nil {
		h.t.Fatal(err)
	}
	return feed
}

// hear waits for news and writes them as short words: "knock Zoé", "gone Zoé admitted", "lobby Zoé,Ada", "ticket waiting".
func (h *house) hear(f *rooms.Feed) []string {
	h.t.Helper()
	for range 50 {
		news, err := f.Next(h.t.Context())
		if err != nil {
			h.t.Fatalf("the stream ends: %v", err)
		}
		if len(news) > 0 {
			return words(news)
		}
		select {
		case <-f.Wake():
		case <-time.After(5 * time.Second):
			h.t.Fatal("nothing is told")
		}
	}
	h.t.Fatal("woken for nothing, again and again")
	return nil
}

func words(news []rooms.News) (words []string) {
	for _, n := range news {
		switch n.Kind {
		case rooms.NewsTicket:
			words = append(words, "ticket "+string(n.State))
		case rooms.NewsLobby:
			var names []string
			for _, k := range n.Lobby.Waiting {
				names = append(names, k.Name)
			}
			words = append(words, "lobby "+strings.Join(names, ","))
		case rooms.NewsKnock:
			words = append(words, "knock "+n.Ticket.Name)
		case rooms.NewsGone:
			words = append(words, "gone "+n.Ticket.Name+" "+string(n.State))
		default:
			words = append(words, string(n.Kind))
		}
	}
	return words
}

func (h *house) hears(f *rooms.Feed, want ...string) {
	h.t.Helper()
	if diff := cmp.Diff(want, h.hear(f)); diff != "" {
		h.t.Errorf("-want +got:\n%s", diff)
	}
}

// ends waits until a stream ends, and answers why.
func (h *house) ends(f *rooms.Feed) fault.Code {
	h.t.Helper()
	for range 50 {
		if _, err := f.Next(h.t.Context()); err != nil {
			return fault.Of(err).Code
		}
		select {
		case <-f.Wake():
		case <-time.After(5 * time.Second):
			h.t.Fatal("the stream goes on")
		}
	}
	h.t.Fatal("the stream goes on")
	return ""
}

func TestStreamsAreForHostsAndForThoseWhoWait(t *testing.T) {
	h := open(t)
	jeanne, louise, guest := h.person("Jeanne", "1"), h.person("Louise", "2"), h.guest("Zoé")
	r := h.room(jeanne, "members")
	for name, c := range map[string]struct {
		who  auth.Identity
		slug string
		code fault.Code
	}{
		"nobody":                   {auth.Identity{}, r.Slug, fault.CodeSignInRequired},
		"a stranger":               {louise, r.Slug, fault.CodeTicketNotFound},
		"a guest who did not join": {guest, r.Slug, fault.CodeTicketNotFound},
		"an unknown link":          {louise, "aaa-aaaa-aaa", fault.CodeRoomNotFound},
		"software without a scope": {auth.Identity{Kind: auth.Service, ID: "x", OrgID: jeanne.OrgID}, r.Slug, fault.CodeScopeMissing},
	} {
		_, err := h.Watch(t.Context(), c.who, "", c.slug, "")
		if !fault.HasCode(err, c.code) {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
	for name, c := range map[string]struct {
		who  auth.Identity
		code fault.Code
	}{
		"nobody":   {auth.Identity{}, fault.CodeSignInRequired},
		"a guest":  {guest, fault.CodeSignInRequired},
		"software": {auth.Identity{Kind: auth.Service, ID: "x", Scopes: auth.Scopes()}, fault.CodeForbidden},
	} {
		_, err := h.WatchMine(t.Context(), c.who, "")
		if !fault.HasCode(err, c.code) {
			t.Errorf("all rooms, %s: got %v, want %s", name, err, c.code)
		}
	}
}

func TestAHostHearsWhoComesAndGoes(t *testing.T) {
	h := open(t)
	jeanne, louise, zoe, ada := h.person("Jeanne", "1"), h.person("Louise", "2"), h.guest("Zoé"), h.guest("Ada")
	r := h.room(jeanne, "members")
	h.waits(louise, r.Slug)
	host := h.listen(jeanne, r.Slug, "")
	defer host.Close()
	h.hears(host, "lobby Louise")
	ticket := h.waits(zoe, r.Slug)
	h.hears(host, "knock Zoé")
	h.decide(jeanne, r.Slug, rooms.TicketAdmitted, ticket.ID)
	h.hears(host, "gone Zoé admitted")
	adas := h.waits(ada, r.Slug)
	h.hears(host, "knock Ada")
	if err := h.Note(t.Context(), ada, r.Slug, adas.ID, "Here for the first item"); err != nil {
		t.Fatal(err)
	}
	h.hears(host, "knock Ada")
	if err := h.LeaveLobby(t.Context(), ada, r.Slug, adas.ID); err != nil {
		t.Fatal(err)
	}
	h.hears(host, "gone Ada left")
	h.decide(jeanne, r.Slug, rooms.TicketRefused)
	h.hears(host, "gone Louise refused")
}

func TestWhoWaitsHearsWhatBecomesOfIt(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(h *house, host, who auth.Identity, r rooms.Listed, ticket rooms.Ticket)
		want string
		end  fault.Code
	}{
		{"admitted", func(h *house, host, _ auth.Identity, r rooms.Listed, k rooms.Ticket) {
			h.decide(host, r.Slug, rooms.TicketAdmitted, k.ID)
		}, "ticket admitted", ""},
		{"refused", func(h *house, host, _ auth.Identity, r rooms.Listed, _ rooms.Ticket) {
			h.decide(host, r.Slug, rooms.TicketRefused)
		}, "ticket refused", ""},
		{"the entry is widened", func(h *house, host, _ auth.Identity, r rooms.Listed, _ rooms.Ticket) {
			h.update(host, r.Slug, rooms.Change{Entry: word("everyone")})
		}, "ticket again", ""},
		{"the room is archived", func(h *house, host, _ auth.Identity, r rooms.Listed, _ rooms.Ticket) {
			yes := true
			h.update(host, r.Slug, rooms.Change{Archived: &yes})
		}, "ticket again", ""},
		{"another tab leaves", func(h *house, _, who auth.Identity, r rooms.Listed, k rooms.Ticket) {
			if err := h.LeaveLobby(h.t.Context(), who, r.Slug, k.ID); err != nil {
				h.t.Fatal(err)
			}
		}, "ticket gone", fault.CodeTicketNotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			jeanne, zoe := h.person("Jeanne", "1"), h.guest("Zoé")
			r := h.room(jeanne, "members")
			ticket := h.waits(zoe, r.Slug)
			feed := h.listen(zoe, r.Slug, "")
			defer feed.Close()
			h.hears(feed, "ticket waiting")
			c.do(h, jeanne, zoe, r, ticket)
			var news []string
			var err error
			for err == nil && len(news) == 0 {
				select {
				case <-feed.Wake():
				case <-time.After(5 * time.Second):
					t.Fatal("nothing is told")
				}
				var told []rooms.News
				told, err = feed.Next(t.Context())
				news = words(told)
			}
			if !slices.Equal(news, []string{c.want}) || (c.end == "") != (err == nil) || (err != nil && !fault.HasCode(err, c.end)) {
				t.Errorf("got %v, %v", news, err)
			}
		})
	}
}

func word(s string) *string { return &s }

func (h *house) update(who auth.Identity, slug string, c rooms.Change) {
	h.t.Helper()
	view, err := h.Get(h.t.Context(), who, slug)
	if err == nil {
		_, err = h.Update(h.t.Context(), who, slug, view.Version, c)
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

func TestAHostHearsOfAllRoomsOfTheirs(t *testing.T) {
	h := open(t)
	jeanne, louise, zoe := h.person("Jeanne", "1"), h.person("Louise", "2"), h.guest("Zoé")
	one, two, hers := h.room(jeanne, "members"), h.room(jeanne, "members"), h.room(louise, "members")
	h.waits(louise, one.Slug)
	feed, err := h.WatchMine(t.Context(), jeanne, "")
	if err != nil {
		t.Fatal(err)
	}
	defer feed.Close()
	h.hears(feed, "lobby Louise")
	h.waits(zoe, hers.Slug) // which is not hers to hear
	ticket := h.waits(zoe, two.Slug)
	h.hears(feed, "lobby Zoé")
	h.decide(jeanne, two.Slug, rooms.TicketAdmitted, ticket.ID)
	h.hears(feed, "gone Zoé admitted")
	made := h.room(jeanne, "members") // afterwards
	h.waits(zoe, made.Slug)
	h.hears(feed, "lobby Zoé")
	h.waits(louise, made.Slug)
	h.hears(feed, "knock Louise")
}

func TestAStreamGoesOnWhereItWasCut(t *testing.T) {
	h := open(t)
	jeanne, louise, zoe := h.person("Jeanne", "1"), h.person("Louise", "2"), h.guest("Zoé")
	r := h.room(jeanne, "members")
	h.waits(louise, r.Slug)
	last := func(f *rooms.Feed) string {
		t.Helper()
		news, err := f.Next(t.Context())
		if err != nil || len(news) == 0 {
			t.Fatalf("%v, %v", news, err)
		}
		return news[len(news)-1].ID
	}
	for name, again := range map[string]func(resume string) *rooms.Feed{
		"of a room": func(resume string) *rooms.Feed { return h.listen(jeanne, r.Slug, resume) },
		"of all rooms": func(resume string) *rooms.Feed {
			f, err := h.WatchMine(t.Context(), jeanne, resume)
			if err != nil {
				t.Fatal(err)
			}
			return f
		},
	} {
		t.Run(name, func(t *testing.T) {
			first := again("")
			id := last(first)
			first.Close()
			same := again(id)
			if news, err := same.Next(t.Context()); len(news) != 0 || err != nil {
				t.Errorf("nothing changed, and it tells %v, %v", words(news), err)
			}
			same.Close()
			ticket := h.waits(zoe, r.Slug)
			changed := again(id)
			h.sees(changed, []string{"Louise"}, "Louise", "Zoé")
			changed.Close()
			if err := h.LeaveLobby(t.Context(), zoe, r.Slug, ticket.ID); err != nil {
				t.Fatal(err)
			}
			for _, nonsense := range []string{"x", "-1", "99999999999999999999", strings.Repeat("é", 3000)} {
				f := again(nonsense)
				h.sees(f, nil, "Louise")
				f.Close()
			}
		})
	}
}

// sees listens until those wait whom the test names, to the mind of a client that knew some already. What was read a moment
// before a stream began may come first.
func (h *house) sees(f *rooms.Feed, known []string, want ...string) {
	h.t.Helper()
	for range 10 {
		for _, w := range h.hear(f) {
			what, of, _ := strings.Cut(w, " ")
			name, _, _ := strings.Cut(of, " ")
			switch what {
			case "lobby":
				known = strings.Split(of, ",")
			case "knock":
				known = append(known, name)
			case "gone":
				known = slices.DeleteFunc(known, func(k string) bool { return k == name })
			}
		}
		if slices.Equal(known, want) {
			return
		}
	}
	h.t.Errorf("sees %v, want %v", known, want)
}

func TestRoomsThatAreEmptyAgainAreForgottenByWhoComesBack(t *testing.T) {
	h := open(t)
	jeanne, zoe := h.person("Jeanne", "1"), h.guest("Zoé")
	r := h.room(jeanne, "members")
	ticket := h.waits(zoe, r.Slug)
	feed, err := h.WatchMine(t.Context(), jeanne, "")
	if err != nil {
		t.Fatal(err)
	}
	news, err := feed.Next(t.Context())
	if err != nil || len(news) != 1 {
		t.Fatal(news, err)
	}
	feed.Close()
	if err := h.LeaveLobby(t.Context(), zoe, r.Slug, ticket.ID); err != nil {
		t.Fatal(err)
	}
	if feed, err = h.WatchMine(t.Context(), jeanne, news[0].ID); err != nil {
		t.Fatal(err)
	}
	defer feed.Close()
	h.hears(feed, "reset")
}

func TestWhoIsNoHostAnyMoreHearsNothingMore(t *testing.T) {
	h := open(t)
	jeanne, zoe := h.person("Jeanne", "1"), h.guest("Zoé")
	r := h.room(jeanne, "members")
	host := h.listen(jeanne, r.Slug, "")
	defer host.Close()
	h.hears(host, "lobby ")
	nobody := jeanne
	nobody.PersonID, nobody.ID = zoe.ID, zoe.ID
	host.Is(nobody)
	h.waits(zoe, r.Slug)
	if code := h.ends(host); code != fault.CodeRoomNotFound {
		t.Errorf("ends with %s", code)
	}
}

func TestASignOutMakesTheStreamsOfThatBrowserUnsure(t *testing.T) {
	h := open(t)
	jeanne, zoe := h.person("Jeanne", "1"), h.guest("Zoé")
	r := h.room(jeanne, "members")
	h.waits(zoe, r.Slug)
	host, waiting := h.listen(jeanne, r.Slug, ""), h.listen(zoe, r.Slug, "")
	defer host.Close()
	defer waiting.Close()
	h.hears(host, "lobby Zoé")
	if _, err := h.db.EndSignIns(t.Context(), signin.Selection{ID: zoe.SignInID}, h.clock.now()); err != nil {
		t.Fatal(err)
	}
	if !waiting.Unsure() || waiting.Unsure() || host.Unsure() {
		t.Error("the wrong streams ask who listens")
	}
	h.hears(host, "gone Zoé left")
}

func TestStreamsEndWhenTheProcessDoesAndNoneBegins(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "members")
	feed := h.listen(jeanne, r.Slug, "")
	defer feed.Close()
	h.EndStreams()
	h.EndStreams()
	select {
	case <-feed.Done():
	default:
		t.Error("the stream goes on")
	}
	_, err := h.Watch(t.Context(), jeanne, "", r.Slug, "")
	h.refused(err, fault.CodeUnavailable)
	_, err = h.WatchMine(t.Context(), jeanne, "")
	h.refused(err, fault.CodeUnavailable)
}

func TestOneBrowserHasEightStreamsAndNotAnyNumber(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "members")
	var err error
	n := 0
	for ; err == nil && n < 100; n++ {
		var feed *rooms.Feed
		if feed, err = h.Watch(t.Context(), jeanne, "", r.Slug, ""); err == nil {
			defer feed.Close()
		}
	}
	h.refused(err, fault.CodeTooMany)
	if n < 9 {
		t.Errorf("refused after %d", n)
	}
	other := h.listen(h.signedInAgain(jeanne), r.Slug, "")
	other.Close()
}

func (h *house) signedInAgain(who auth.Identity) auth.Identity {
	again := h.signIn(signin.SignIn{Kind: auth.Person, PersonID: who.PersonID, OrgID: who.OrgID, Name: who.Name, Assurance: who.Assurance})
	again.ID, again.PersonID = who.ID, who.PersonID
	return again
}

func TestADatabaseThatIsAwayEndsNoStream(t *testing.T) {
	h := open(t)
	jeanne, zoe := h.person("Jeanne", "1"), h.guest("Zoé")
	r := h.room(jeanne, "members")
	host := h.listen(jeanne, r.Slug, "")
	defer host.Close()
	h.hears(host, "lobby ")
	h.db.cut.Store(true)
	h.waits(zoe, r.Slug)
	if news, err := host.Next(t.Context()); err != nil || len(news) != 0 {
		t.Errorf("%v, %v", news, err)
	}
	h.db.cut.Store(false)
	h.hears(host, "knock Zoé")
}

// TestThreeHundredPeopleWaitWithoutAQueryEach counts what the platform asks the database about lobbies while 300 wait on
// streams, five hosts watch and a hundred are decided about one by one.
func TestThreeHundredPeopleWaitWithoutAQueryEach(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "members")
	const people, decisions = 300, 100
	var tickets []rooms.Ticket
	var feeds []*rooms.Feed
	for i := range people {
		guest := h.guest(fmt.Sprint("Guest ", i))
		tickets = append(tickets, h.waits(guest, r.Slug))
	}
	joins := h.db.lobbyReads.Swap(0) // a join reads its own ticket, once
	if joins > people {
		t.Errorf("%d reads for %d joins", joins, people)
	}
	begin := time.Now()
	for _, k := range tickets {
		feeds = append(feeds, h.listen(auth.Identity{Kind: k.WhoKind, ID: k.WhoID, SignInID: k.SignInID, Name: k.Name}, r.Slug, ""))
	}
	for range 5 {
		feeds = append(feeds, h.listen(jeanne, r.Slug, ""))
	}
	for _, f := range feeds {
		defer f.Close()
		h.hear(f)
	}
	for i := range decisions {
		h.decide(jeanne, r.Slug, rooms.TicketAdmitted, tickets[i].ID)
	}
	for i := range decisions {
		h.hears(feeds[i], "ticket admitted")
	}
	h.keep()
	bound := int64(time.Since(begin)/(250*time.Millisecond)) + 2 // four a second, and the first
	if reads := h.db.lobbyReads.Load(); reads > bound {
		t.Errorf("%d reads of the lobby in %s, want at most %d", reads, time.Since(begin), bound)
	}
}

// A decision in the call makes everybody look whether the door is open by now.
func TestWhatHostsDecideInTheCallIsNoQuestionOfEachWhoWaits(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "members")
	h.enter(jeanne, r.Slug)
	var feeds []*rooms.Feed
	var last rooms.Ticket
	for i := range 50 {
		guest := h.guest(fmt.Sprint("Guest ", i))
		last = h.waits(guest, r.Slug)
		f := h.listen(guest, r.Slug, "")
		defer f.Close()
		h.hears(f, "ticket waiting")
		feeds = append(feeds, f)
	}
	h.db.doorReads.Store(0)
	h.must(h.Lock(t.Context(), jeanne, r.Slug, true))
	h.decide(jeanne, r.Slug, rooms.TicketRefused, last.ID) // who hears that could have heard of the lock
	h.hears(feeds[len(feeds)-1], "ticket refused")
	for _, f := range feeds {
		if news, err := f.Next(t.Context()); err != nil || len(news) > 0 {
			t.Errorf("the lock changes nothing for who waits, but they hear %v, %v", words(news), err)
		}
	}
	if reads := h.db.doorReads.Load(); reads >= int64(len(feeds)) {
		t.Errorf("%d reads of the door for one lock", reads)
	}
}
