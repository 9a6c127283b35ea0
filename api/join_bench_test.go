package api_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"parvis/access"
	"parvis/api"
	"parvis/auth"
	"parvis/rooms"
)

// What the API itself costs a join, beside a bare Gin handler that only signs a pass: compare ns/op of the two.
// The stores are left out of both; bench/ measures the whole.

func BenchmarkJoin(b *testing.B) {
	w := newWorld(b, func(o *api.Options) {
		o.Rooms = signsOnly{o.Rooms.(*rooms.Service)}
		o.Logger = slog.New(slog.NewJSONHandler(io.Discard, nil))
		o.Now = time.Now
		o.Limits.Person = api.Rate{PerSecond: 1e9, Burst: 1e9}
	})
	measure(b, w.handler)
}

func BenchmarkBareGin(b *testing.B) {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.POST("/api/v1/rooms/:slug/join", func(c *gin.Context) {
		c.JSON(http.StatusOK, map[string]string{"token": signed("media")})
	})
	measure(b, e)
}

func measure(b *testing.B, h http.Handler) {
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r := httptest.NewRequest(http.MethodPost, home+"/api/v1/rooms/"+budget+"/join", strings.NewReader("{}"))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			r.AddCookie(&http.Cookie{Name: "__Host-parvis", Value: "camille"})
			rec := httptest.NewRecorder()
			if h.ServeHTTP(rec, r); rec.Code != http.StatusOK {
				b.Fatalf("%d %s", rec.Code, rec.Body)
			}
		}
	})
}

// signsOnly joins without a store.
type signsOnly struct{ *rooms.Service }

func (signsOnly) Join(_ context.Context, who auth.Identity, slug string, _ rooms.JoinRequest) (rooms.Joined, error) {
	return rooms.Joined{
		Room:      rooms.Room{Slug: slug, Name: "Budget", Language: "fr"},
		Admission: rooms.Admission{ID: "0198a5c2-9f10-7c3b-a2d4-5e8b7f6a1c90", Name: who.Name, Role: access.Member, OrgName: who.OrgName},
		Pass:      rooms.Pass{URL: "wss://meet.example.org/livekit", Token: signed("media"), ExpiresAt: exampleExpiry},
	}, nil
}

var exampleExpiry = time.Date(2026, 11, 20, 9, 10, 0, 0, time.UTC)

// signed is a token of the size and cost of a pass.
func signed(room string) string {
	claims, _ := json.Marshal(map[string]any{
		"iss": "key", "sub": "0198a5c2-9f10-7c3b-a2d4-5e8b7f6a1c90", "name": "camille", "nbf": 1795165200, "exp": 1795165800,
		"video": map[string]any{"room": room, "roomJoin": true, "canPublish": true, "canPublishData": false,
			"canPublishSources": []string{"camera", "microphone", "screen_share", "screen_share_audio"}},
	})
	head := "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." + base64.RawURLEncoding.EncodeToString(claims)
	mac := hmac.New(sha256.New, []byte("a secret of at least thirty-two characters"))
	mac.Write([]byte(head))
	return head + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
