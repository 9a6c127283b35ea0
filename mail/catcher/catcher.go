// Package catcher shows on a page the mail that mail.Folder kept instead of sending it.
//
// It owns how such a file is read and shown. It refuses to be reached from another machine or by another name than this
// machine's own: whoever reads the mail reads the codes and the links in it. It is for the demonstration alone.
package catcher

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Path is where the pages are.
const Path = "/mail"

//go:embed pages.gohtml style.css
var files embed.FS

var pages = template.Must(template.ParseFS(files, "pages.gohtml"))

// most is how many mails the list has: the latest.
const most = 200

// largest is how much of a file is read.
const largest = 4 << 20

// Catcher is the pages over one folder. It is safe for concurrent use.
type Catcher struct {
	folder string
	logger *slog.Logger
}

// New makes a Catcher of a folder, which may not be there yet.
func New(folder string, logger *slog.Logger) *Catcher { return &Catcher{folder, logger} }

// Handler serves Path and what is below it.
func (c *Catcher) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Path, c.list)
	mux.HandleFunc("GET "+Path+"/style.css", c.style)
	mux.HandleFunc("GET "+Path+"/{name}", c.one)
	mux.HandleFunc("GET "+Path+"/{name}/html", c.html)
	mux.HandleFunc("GET "+Path+"/{name}/invite.ics", c.calendar)
	mux.HandleFunc("GET "+Path+"/{name}/source", c.source)
	return guard(mux)
}

const (
	pagePolicy = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	// mailPolicy lets a mail bring its own style and nothing else: no script, no image from elsewhere.
	mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)

func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ownName(r.Host) || !near(r.RemoteAddr) {
			http.Error(w, "this page is served to this machine alone, under its own name", http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("Vary", "Accept-Language")
		next.ServeHTTP(w, r)
	})
}

// near tells this machine from another one, whatever name that says.
func near(peer string) bool {
	address, err := netip.ParseAddrPort(peer)
	return err == nil && address.Addr().Unmap().IsLoopback()
}

// ownName keeps out names that somebody else made point to this machine.
func ownName(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	address, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return name == "localhost" || err == nil && address.IsLoopback()
}

func (c *Catcher) list(w http.ResponseWriter, r *http.Request) {
	entries, err := os.ReadDir(c.folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.fail(w, err)
		return
	}
	var all []Mail
	for _, e := range slices.Backward(entries) { // names sort by time
		if len(all) == most {
			break
		}
		if m, err := c.read(e.Name()); err == nil {
			all = append(all, m)
		}
	}
	said := speak(r.Header.Get("Accept-Language"))
	c.show(w, "list", page{Words: said, Title: said.Title, Mails: all})
}

func (c *Catcher) one(w http.ResponseWriter, r *http.Request) {
	c.with(w, r, func(m Mail) {
		c.show(w, "one", page{Words: speak(r.Header.Get("Accept-Language")), Title: m.Subject, Mail: m})
	})
}

func (c *Catcher) html(w http.ResponseWriter, r *http.Request) {
	c.with(w, r, func(m Mail) {
		w.Header().Set("Content-Security-Policy", mailPolicy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<base target="_blank">` + m.HTML)) // a link opens beside the mail, not in its frame
	})
}

func (c *Catcher) calendar(w http.ResponseWriter, r *http.Request) {
	c.with(w, r, func(m Mail) {
		w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="invite.ics"`)
		_, _ = w.Write([]byte(m.Calendar))
	})
}

func (c *Catcher) source(w http.ResponseWriter, r *http.Request) {
	c.with(w, r, func(m Mail) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(m.Source)
	})
}

func (c *Catcher) style(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, files, "style.css")
}

func (c *Catcher) with(w http.ResponseWriter, r *http.Request, do func(Mail)) {
	m, err := c.read(r.PathValue("name"))
	switch {
	case err == nil:
		do(m)
	case errors.Is(err, fs.ErrNotExist):
		http.Error(w, "there is no such mail", http.StatusNotFound)
	default:
		c.fail(w, err)
	}
}

// page is what one of the templates shows.
type page struct {
	Words words
	Title string
	Mails []Mail
	Mail  Mail
}

func (c *Catcher) show(w http.ResponseWriter, name string, of page) {
	var text bytes.Buffer
	if err := pages.ExecuteTemplate(&text, name, of); err != nil {
		c.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(text.Bytes())
}

func (c *Catcher) fail(w http.ResponseWriter, err error) {
	c.logger.Warn("the mail that was kept cannot be shown", "error", err)
	http.Error(w, "the mail cannot be read: the log says why", http.StatusInternalServerError)
}

// named is how mail.Folder names its files: no other file of the folder, and none of another one, is read.
var named = regexp.MustCompile(`^[0-9]{8}T[0-9]{6}\.[0-9]{6}-[A-Z2-7]{6}\.eml$`)

func (c *Catcher) read(name string) (Mail, error) {
	if !named.MatchString(name) {
		return Mail{}, fs.ErrNotExist
	}
	file, err := os.DirFS(c.folder).Open(path.Clean(name))
	if err != nil {
		return Mail{}, err
	}
	defer file.Close()
	return parse(name, file)
}
