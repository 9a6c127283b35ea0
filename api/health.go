package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// Readiness is whether this replica should be sent requests. A dependency that is down does not change it: running
// calls and guests need no provider, and a replica that is taken out cannot say what is wrong.
type Readiness struct {
	State        State             `json:"status"`
	Dependencies map[string]string `json:"dependencies,omitempty"` // name -> "ok", or what is wrong, without addresses
}

// State is how far a replica is.
type State string

// The states. Only a ready replica is sent requests.
const (
	Ready     State = "ready"
	Starting  State = "starting"
	Draining  State = "draining"
	OldSchema State = "old-schema"
)

// healthz says that the process runs and answers.
func (s *server) healthz(c *gin.Context) {
	c.Writer.Header()["Cache-Control"] = neverStored
	c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
}

func (s *server) readyz(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), 2*time.Second)
	defer cancel()
	ready := s.Ready(ctx)
	status := http.StatusOK
	if ready.State != Ready {
		status = http.StatusServiceUnavailable
	}
	body, err := json.Marshal(ready)
	if err != nil {
		s.refuse(c, err)
		return
	}
	c.Writer.Header()["Cache-Control"] = neverStored
	c.Data(status, "application/json", body)
}
