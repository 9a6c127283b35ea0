package sfu

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	lkauth "github.com/livekit/protocol/auth"

	"parvis/access"
	"parvis/auth"
	"parvis/rooms"
)

// read verifies a pass as LiveKit does.
func read(t *testing.T, token string) *lkauth.ClaimGrants {
	t.Helper()
	v, err := lkauth.ParseAPIToken(token)
	if err != nil {
		t.Fatal(err)
	}
	_, grants, err := v.Verify(testSecret)
	if err != nil {
		t.Fatal(err)
	}
	return grants
}

func testClient(tb testing.TB) *Client {
	tb.Helper()
	c, err := New(Options{URL: "http://127.0.0.1:7880", APIKey: testKey, APISecret: testSecret, PublicURL: "wss://parvis.test/livekit"})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func somebody() rooms.Admission {
	return rooms.Admission{
		ID: "01990000-0000-7000-8000-000000000001", Name: "Dominique Martin", OrgName: "Ministère", Role: access.Moderator,
		Assurance: auth.AssuranceAgentMFA, Sources: []access.Source{access.Camera, access.ScreenShareAudio}, SignInID: "secret-sign-in",
	}
}

func TestAPassSaysWhoWhereAndNoMore(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	p, err := testClient(t).Pass(somebody(), "opaque-room", now)
	if err != nil {
		t.Fatal(err)
	}
	yes, no := true, false
	want := &lkauth.ClaimGrants{
		Identity:   "01990000-0000-7000-8000-000000000001",
		Name:       "Dominique Martin",
		Attributes: map[string]string{"assurance": "agent-mfa", "organization": "Ministère", "role": "moderator"},
		Video: &lkauth.VideoGrant{
			RoomJoin: true, Room: "opaque-room", CanPublish: &yes, CanSubscribe: &yes, CanPublishData: &no,
			CanPublishSources: []string{"camera", "screen_share_audio"}, CanUpdateOwnMetadata: &no,
		},
	}
	if diff := cmp.Diff(want, read(t, p.Token)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if p.URL != "wss://parvis.test/livekit" || !p.ExpiresAt.Equal(now.Add(10*time.Minute)) {
		t.Errorf("%s until %s", p.URL, p.ExpiresAt)
	}
	c, err := testSigner().verify(p.Token, now)
	if err != nil || !c.NotBefore.Equal(now) || !c.ExpiresAt.Equal(p.ExpiresAt) {
		t.Errorf("nbf %v, exp %v, %v", c.NotBefore, c.ExpiresAt, err)
	}
}

func TestNoSourceIsNotAllSources(t *testing.T) {
	for name, sources := range map[string][]access.Source{"nil": nil, "empty": {}, "words of another time": {"telepathy"}} {
		t.Run(name, func(t *testing.T) {
			a := somebody()
			a.Sources = sources
			p, err := testClient(t).Pass(a, "room", time.Now())
			if err != nil {
				t.Fatal(err)
			}
			video := read(t, p.Token).Video
			if video.GetCanPublish() || video.CanPublishSources != nil || video.GetCanPublishData() {
				t.Errorf("may publish: %+v", video)
			}
			if got := permission(a); got.CanPublish || len(got.CanPublishSources) > 0 {
				t.Errorf("may publish after an update: %v", got)
			}
		})
	}
}

func TestThePermissionOfACallIsThatOfThePass(t *testing.T) {
	for _, sources := range [][]access.Source{nil, access.AllSources(), {access.Microphone}} {
		a := somebody()
		a.Sources = sources
		if !videoGrant(a, "room").MatchesPermission(permission(a)) {
			t.Errorf("%v: %v is not %v", sources, videoGrant(a, "room"), permission(a))
		}
	}
}

func TestARefreshedTokenOfTheSFUIsAPass(t *testing.T) {
	a := somebody()
	token, err := lkauth.NewAccessToken(testKey, testSecret).SetIdentity(a.ID).SetName(a.Name).SetAttributes(attributes(a)).
		SetVideoGrant(videoGrant(a, "room")).SetValidFor(time.Minute).ToJWT()
	if err != nil {
		t.Fatal(err)
	}
	c, err := testSigner().verify(token, time.Now())
	if err != nil || !c.join() {
		t.Fatalf("%+v, %v", c, err)
	}
	got := c.entered().Admission
	a.SignInID, a.State = "", rooms.Open // a pass does not tell the sign-in
	if diff := cmp.Diff(a, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestNoPassForNobodyOrNowhere(t *testing.T) {
	c := testClient(t)
	if _, err := c.Pass(rooms.Admission{}, "room", time.Now()); err == nil {
		t.Error("signed for nobody")
	}
	if _, err := c.Pass(somebody(), "", time.Now()); err == nil {
		t.Error("signed for nowhere")
	}
}

func TestWhatAClientNeeds(t *testing.T) {
	for name, o := range map[string]Options{
		"an address":      {APIKey: testKey, APISecret: testSecret},
		"an HTTP address": {URL: "ws://127.0.0.1:7880", APIKey: testKey, APISecret: testSecret},
		"a key":           {URL: "http://127.0.0.1:7880", APISecret: testSecret},
		"a secret":        {URL: "http://127.0.0.1:7880", APIKey: testKey},
	} {
		if _, err := New(o); err == nil || strings.Contains(err.Error(), testSecret) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnSFUThatIsNotThereIsUnavailable(t *testing.T) {
	c, err := New(Options{URL: "http://127.0.0.1:1", APIKey: testKey, APISecret: testSecret})
	if err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func(context.Context) error{
		"remove":      func(ctx context.Context) error { return c.Remove(ctx, "r", "p") },
		"apply":       func(ctx context.Context) error { return c.Apply(ctx, "r", somebody()) },
		"create":      func(ctx context.Context) error { return c.EnsureRoom(ctx, "r") },
		"ping":        c.Ping,
		"list people": func(ctx context.Context) error { _, err := c.Participants(ctx, "r"); return err },
		"list rooms":  func(ctx context.Context) error { _, err := c.Rooms(ctx); return err },
	} {
		if err := call(t.Context()); outcomeOf(err) != "unavailable" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkPass(b *testing.B) {
	c, a, now := testClient(b), somebody(), time.Now()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Pass(a, "01990000-0000-7000-8000-000000000002", now); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	c, now := testClient(b), time.Now()
	p, err := c.Pass(somebody(), "01990000-0000-7000-8000-000000000002", now)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.signer.verify(p.Token, now); err != nil {
			b.Fatal(err)
		}
	}
}
