package sfu

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"parvis/fault"
)

// problem is RFC 9457 as the whole platform writes it; package api has the full writer.
type problem struct {
	Type      string     `json:"type"`
	Title     string     `json:"title"`
	Status    int        `json:"status"`
	Detail    string     `json:"detail"`
	Code      fault.Code `json:"code"`
	RequestID string     `json:"requestId,omitempty"`
}

// refusal is an answer of this package that lets nobody through.
type refusal struct {
	status     int
	code       fault.Code
	detail     string
	retryAfter time.Duration
	header     map[string]string
}

func (r *refusal) Error() string { return string(r.code) + ": " + r.detail }

func refuse(status int, code fault.Code, detail string) *refusal {
	return &refusal{status: status, code: code, detail: detail}
}

func (r *refusal) write(w http.ResponseWriter) {
	meaning, _ := r.code.Meaning()
	body, err := json.Marshal(problem{
		Type: "/problems/" + string(r.code), Title: meaning.Title, Status: r.status, Detail: r.detail, Code: r.code,
		RequestID: w.Header().Get("X-Request-Id"),
	})
	if err != nil { // strings and a number always marshal
		body = nil
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	for name, value := range r.header {
		h.Set(name, value)
	}
	if r.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int((r.retryAfter+time.Second-1)/time.Second)))
	}
	w.WriteHeader(r.status)
	_, _ = w.Write(body) // whoever asked may be gone
}
