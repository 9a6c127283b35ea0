// Package api answers HTTP: it is the only package that knows Gin and Huma.
//
// It owns the routes (api.go, on one screen), the wire types, the problem documents and their pages, the OpenAPI
// document, and what every request passes: host and origin, security headers, log line, metrics, identity and limits.
// It refuses to decide who may do what (rooms and auth do) and to know how people sign in, what a database is or what
// the SFU speaks: those reach it as small interfaces and plain handlers that cmd fills in.
package api

//go:generate go test -run TestTheOpenAPIDocumentIsCurrent -update .

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
)

// The two frameworks keep these switches as package variables. They are set once, before anything runs, to the only
// value that this package works with.
func init() {
	gin.SetMode(gin.ReleaseMode)
	huma.ValidateStrictCasing = true // else {"NAME": …} passes for {"name": …}
	huma.DefaultArrayNullable = false
}
