package main

import (
	"context"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"

	"parvis/access"
	"parvis/auth"
	"parvis/rooms"
	"parvis/sfu"
)

// serveCeiling is the ceiling of a join: a bare Gin handler that signs a pass and answers it, without identity, rule,
// database or middleware. It runs as a process of its own (`bench ceiling`), as the platform does.
func serveCeiling() error {
	client, err := sfu.New(sfu.Options{URL: "http://127.0.0.1:1", APIKey: "key", APISecret: livekitSecret, PublicURL: "ws://localhost/livekit"})
	if err != nil {
		return err
	}
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.GET("/readyz", func(c *gin.Context) { c.Status(http.StatusOK) })
	e.POST("/api/v1/rooms/:slug/join", func(c *gin.Context) {
		pass, err := client.Pass(rooms.Admission{
			ID: "0191a2b3-0000-7000-8000-000000000000", Name: "Jeanne Morel", OrgName: "Ministère", WhoKind: auth.Person,
			Assurance: auth.AssuranceAgentMFA, Role: access.Member, Sources: access.AllSources(),
		}, "ROOM", time.Now())
		if err != nil {
			c.Status(http.StatusInternalServerError)
			return
		}
		c.JSON(http.StatusOK, gin.H{"room": c.Param("slug"), "url": pass.URL, "token": pass.Token, "expiresAt": pass.ExpiresAt})
	})
	server := http.Server{Addr: os.Getenv("PARVIS_LISTEN"), Handler: e, ReadHeaderTimeout: 10 * time.Second}
	return server.ListenAndServe()
}

func startCeiling(ctx context.Context) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	return start(ctx, self, []string{"ceiling"}, []string{"PARVIS_LISTEN=" + address}, address, "/readyz")
}
