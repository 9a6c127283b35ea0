// Package web serves the client: the files that vite built, embedded, and the style sheet of the pages that the
// server renders itself.
//
// It owns caching, compression and the fall-back of client routes to index.html. It refuses to decide anything about a
// request but its path and its Accept-Encoding: identity, Host and security headers are api's.
package web

import "embed"

//go:embed all:dist
var built embed.FS

//go:embed src/styles/tokens.css
var tokens []byte

//go:embed src/styles/base.css
var base []byte

//go:embed src/styles/pages.css
var pages []byte
