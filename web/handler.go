package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Options are what a test or another build may put in place of the embedded client. The zero value serves that one.
type Options struct {
	// Files is a built client: index.html at its root, hashed files under assets/, each with its .gz beside it or not.
	Files fs.FS
}

const (
	forever    = "public, max-age=31536000, immutable"
	revalidate = "no-cache"
)

// clientRoutes are the paths that the client knows; others get its page too, with the status that they deserve.
var clientRoutes = regexp.MustCompile(`^/(?:|sign-in|account|signed-out|invitation|admin(?:/[a-z0-9-]+){0,4}|meetings(?:/(?:new|past|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:(?:/dates/[0-9]{8}T[0-9]{6})?/edit)?))?|(?:rooms/)?[a-z]{3}-[a-z]{4}-[a-z]{3}|rooms/[a-z]{3}-[a-z]{4}-[a-z]{3}/sessions/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?$`)

// page is a file ready to be sent. plain and gzip are never written to.
type page struct {
	plain        []byte
	gzip         []byte // nil when the build made none
	contentType  string
	cacheControl string
	etag         string
}

type handler struct {
	files map[string]page // by path
	index page
	built bool
}

// New returns the handler of all paths that no other route took. It reads everything once: the client is small, and
// serving from memory cannot fail. It answers GET and HEAD; 404 for a file that does not exist, so that a missing script
// is never answered with a page.
func New(o Options) http.Handler {
	files := o.Files
	if files == nil {
		files, _ = fs.Sub(built, "dist") // "dist" is a valid path: no error can come
	}
	h := &handler{files: map[string]page{}}
	h.files["/pages.css"] = newPage("pages.css", slices.Concat(tokens, base, pages), nil, revalidate)
	h.read(files)
	return h
}

func (h *handler) read(files fs.FS) {
	_ = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && name != "." && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir // build reports, and folders that cannot be read
		}
		if d.IsDir() || strings.HasPrefix(d.Name(), ".") || strings.HasSuffix(name, ".gz") {
			return nil
		}
		plain, err := fs.ReadFile(files, name)
		if err != nil {
			return nil
		}
		compressed, err := fs.ReadFile(files, name+".gz")
		if errors.Is(err, fs.ErrNotExist) {
			compressed = nil
		}
		if name == "index.html" {
			h.index, h.built = newPage(name, plain, compressed, "no-store"), true
			return nil
		}
		cache := revalidate
		if strings.HasPrefix(name, "assets/") {
			cache = forever
		}
		h.files["/"+name] = newPage(name, plain, compressed, cache)
		return nil
	})
}

func newPage(name string, plain, compressed []byte, cache string) page {
	contentType := mime.TypeByExtension(path.Ext(name))
	switch path.Ext(name) { // the machine's own table may say otherwise, and browsers refuse scripts of another type
	case ".js":
		contentType = "text/javascript; charset=utf-8"
	case ".css":
		contentType = "text/css; charset=utf-8"
	case ".woff2":
		contentType = "font/woff2"
	}
	if contentType == "" {
		contentType = "application/octet-stream"
	}
	sum := sha256.Sum256(plain)
	return page{
		plain: plain, gzip: compressed, contentType: contentType, cacheControl: cache,
		etag: `"` + hex.EncodeToString(sum[:12]) + `"`,
	}
}

// ServeHTTP answers a file, else the client's page.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	if file, ok := h.files[r.URL.Path]; ok {
		file.send(w, r, http.StatusOK)
		return
	}
	if strings.HasPrefix(r.URL.Path, "/assets/") {
		http.NotFound(w, r)
		return
	}
	if !h.built {
		notBuilt(w, r)
		return
	}
	status := http.StatusOK
	if !clientRoutes.MatchString(r.URL.Path) {
		status = http.StatusNotFound
	}
	h.index.send(w, r, status)
}

func (p page) send(w http.ResponseWriter, r *http.Request, status int) {
	head := w.Header()
	head.Set("Content-Type", p.contentType)
	head.Set("Cache-Control", p.cacheControl)
	if p.cacheControl == revalidate {
		head.Set("ETag", p.etag)
		if matches(r.Header.Get("If-None-Match"), p.etag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	body := p.plain
	if p.gzip != nil {
		head.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			head.Set("Content-Encoding", "gzip")
			body = p.gzip
		}
	}
	head.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // whoever went away does not hear about it
	}
}

// matches reads If-None-Match, in which a proxy may have made the tag weak (RFC 9110 §13.1.2).
func matches(header, etag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == etag {
			return true
		}
	}
	return false
}

// acceptsGzip reads Accept-Encoding; "gzip;q=0" refuses (RFC 9110 §12.5.3).
func acceptsGzip(header string) bool {
	for one := range strings.SplitSeq(header, ",") {
		name, parameter, _ := strings.Cut(strings.TrimSpace(one), ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		q, found := strings.CutPrefix(strings.TrimSpace(parameter), "q=")
		if !found {
			return true
		}
		weight, err := strconv.ParseFloat(q, 64)
		return err == nil && weight > 0
	}
	return false
}

var notBuiltPage = bytes.TrimSpace([]byte(`
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Parvis</title><link rel="stylesheet" href="/pages.css"></head>
<body><main class="page"><h1>The web client is not built</h1>
<p>This program was compiled before the client. Type <code>npm ci &amp;&amp; npm run build -w web</code>, then compile again; <code>make run</code> does both.</p>
<p class="muted">The API works: see <a href="/docs">its documentation</a>.</p></main></body>
</html>
`))

func notBuilt(w http.ResponseWriter, r *http.Request) {
	page{plain: notBuiltPage, contentType: "text/html; charset=utf-8", cacheControl: "no-store"}.send(w, r, http.StatusServiceUnavailable)
}
