package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"time"
)

// front gives what the SDK connects with what a browser would send: the cookie of a person, by the first step of the path,
// and our origin. Signalling alone goes through it.
type front struct {
	server  *http.Server
	address string
}

func (w *world) openFront() (*front, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		person, path, _ := strings.Cut(strings.TrimPrefix(r.In.URL.Path, "/"), "/")
		i, err := strconv.Atoi(person)
		if err != nil || i >= len(w.cookies) {
			return // the platform refuses it
		}
		r.Out.URL.Scheme, r.Out.URL.Host, r.Out.URL.Path, r.Out.Host = "http", w.parvis.address, "/"+path, w.host()
		r.Out.Header.Set("Cookie", "parvis="+w.cookies[i])
		r.Out.Header.Set("Origin", "http://"+w.host())
	}}
	f := &front{&http.Server{Handler: proxy, ReadHeaderTimeout: 10 * time.Second}, l.Addr().String()}
	go func() {
		if err := f.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			fmt.Println("front:", err)
		}
	}()
	return f, nil
}

func (f *front) url(person int) string { return fmt.Sprintf("ws://%s/%d/livekit", f.address, person) }

func (f *front) close() { _ = f.server.Close() }
