package main

import (
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/auth"
	"parvis/rooms"
	"parvis/sfu"
	"parvis/store"
	"parvis/store/storetest"
)

// publishing is what a pass says of publishing; to LiveKit CanPublish with an empty list means everything.
type publishing struct {
	CanPublish        bool     `json:"canPublish"`
	CanPublishSources []string `json:"canPublishSources"`
}

func publishingIn(t *testing.T, token string) publishing {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims struct{ Video publishing }
	if err := json.Unmarshal(text, &claims); err != nil {
		t.Fatal(err)
	}
	return claims.Video
}

func TestWhatAGrantLetsPublishIsWhatThePassSays(t *testing.T) {
	everything := publishing{true, []string{"camera", "microphone", "screen_share", "screen_share_audio"}}
	for name, newURL := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		at := newURL(t)
		if err := store.Migrate(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name    string
			sources access.Sources
			want    publishing
		}{
			{"everything", access.Everything(), everything},
			{"the microphone", access.Only(access.Microphone), publishing{true, []string{"microphone"}}},
			{"nothing", access.Only(), publishing{}},
			{"not said", access.Sources{}, publishing{}},
			{"an empty list", access.Sources{Listed: []access.Source{}}, publishing{}},
			{"words of another time", access.Only("telepathy"), publishing{}},
		} {
			t.Run(name+": "+c.name, func(t *testing.T) {
				if got := granted(t, at, c.sources); !cmp.Equal(got, c.want) {
					t.Errorf("got %+v, want %+v", got, c.want)
				}
			})
		}
	}
}

// granted joins a new room by a grant that lets these sources be published.
func granted(t *testing.T, databaseURL string, sources access.Sources) publishing {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{URL: databaseURL, Logger: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	media, err := sfu.New(sfu.Options{URL: "http://127.0.0.1:1", APIKey: "key", APISecret: strings.Repeat("s", 32), PublicURL: "ws://localhost/livekit"})
	if err != nil {
		t.Fatal(err)
	}
	defer media.Close()
	who := auth.Identity{Kind: auth.Service, ID: storetest.NewID(), OrgID: auth.DefaultOrgID, Name: "Bridge", Scopes: []auth.Scope{auth.ScopeRoomsWrite}}
	r := storetest.Room(storetest.NewID()[24:])
	g := storetest.Grant(r, who.ID, access.Owner)
	g.Subject.Kind, g.Sources = access.SubjectService, sources
	if err := db.CreateRoom(t.Context(), r, []access.Grant{g}, nil); err != nil {
		t.Fatal(err)
	}
	service := rooms.New(rooms.Ports{Rooms: db, Admissions: db, Passes: media, Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
	defer service.Close()
	joined, err := service.Join(t.Context(), who, r.Slug, rooms.JoinRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return publishingIn(t, joined.Pass.Token)
}
