package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// serveDecideCeiling is the ceiling of a host's decision: net/http, a body, and one UPDATE, without identity, rule, lock,
// act, event, audit or anybody to tell. It runs as a process of its own (`bench ceiling-decide`), as the platform does.
func serveDecideCeiling() error {
	pool, err := pgxpool.New(context.Background(), os.Getenv("PARVIS_DATABASE_URL"))
	if err != nil {
		return err
	}
	defer pool.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /decide", func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Ticket int }
		err := json.NewDecoder(r.Body).Decode(&body)
		if err == nil {
			_, err = pool.Exec(r.Context(), "UPDATE ceiling_tickets SET state = $1, decided_at = now() WHERE id = $2", "admitted", body.Ticket)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"admitted":[%d]}`, body.Ticket)
	})
	server := http.Server{Addr: os.Getenv("PARVIS_LISTEN"), Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	return server.ListenAndServe()
}

// startDecideCeiling starts the ceiling on a table of its own beside the platform's.
func (w *world) startDecideCeiling(ctx context.Context) (*process, error) {
	err := w.bench.psql(ctx, w.database, fmt.Sprintf(`CREATE TABLE ceiling_tickets (id int PRIMARY KEY, state text NOT NULL DEFAULT 'waiting', decided_at timestamptz);
		INSERT INTO ceiling_tickets (id) SELECT generate_series(0, %d)`, manyWait-1))
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	return start(ctx, self, []string{"ceiling-decide"}, []string{"PARVIS_LISTEN=" + address, "PARVIS_DATABASE_URL=" + w.database}, address, "/readyz")
}

// ceilingOfDecide is the same rate of decisions for the same time, against the ceiling.
func (w *world) ceilingOfDecide(ctx context.Context, length time.Duration) (result, error) {
	line := result{Name: "lobby/bare update", Budget: "the ceiling"}
	ceiling, err := w.startDecideCeiling(ctx)
	if err != nil {
		return line, err
	}
	defer ceiling.stop()
	decide := func(i int) []byte {
		body := fmt.Sprintf(`{"ticket":%d}`, i%manyWait)
		return fmt.Appendf(nil, "POST /decide HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	}
	openLoop(ctx, ceiling.address, lobbyHosts, actRate, length/10, 0, decide) // warm connections
	before := ceiling.cpu()
	s := openLoop(ctx, ceiling.address, lobbyHosts, actRate, length, 0, decide)
	if s.errors > 0 {
		return line, fmt.Errorf("the ceiling failed: %s", s.first)
	}
	line.fill(s, ceiling.cpu()-before, ceiling)
	line.Kept = true
	return line, nil
}
