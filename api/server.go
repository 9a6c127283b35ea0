package api

import (
	"log/slog"
	"net/http"
	"time"
)

// NewServer makes an http.Server with the time-outs that the standard library leaves open: for the
// head of a request, for all of it, for the answer, between requests, and for the work on an operation (Patience).
// A relay of the gate and whatever else takes its connection over is under none of them: net/http lifts the deadlines
// when a connection is hijacked, and such handlers set their own.
func NewServer(handler http.Handler, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug), // what scanners send is no news
	}
}

// Patience is how long an operation of the API may take before what it waits for is given up.
const Patience = 10 * time.Second
