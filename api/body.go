package api

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"parvis/fault"
)

// maxBody bounds every body: nothing that people type comes near it.
const maxBody = 1 << 20

// readBody reads the body of an operation before Huma does, because Huma takes a body without Content-Type for JSON,
// any "+json" for JSON, and answers 500 to a client that hangs up.
func (s *server) readBody(ctx huma.Context, next func(huma.Context)) {
	c := humagin.Unwrap(ctx)
	if err := takeBody(c, ctx.Operation().RequestBody); err != nil {
		s.refuse(c, err)
		return
	}
	next(ctx)
}

func takeBody(c *gin.Context, expected *huma.RequestBody) error {
	r := c.Request
	if r.ContentLength == 0 {
		if expected != nil && expected.Required {
			return fault.New(fault.CodeMalformed, "this request needs a body").At("body", "missing")
		}
		return nil
	}
	if err := acceptable(r.Header.Get("Content-Type"), expected); err != nil {
		return err
	}
	tooLarge := fault.Newf(fault.CodeTooLarge, "a body has at most %d bytes", maxBody)
	if r.ContentLength > maxBody {
		return tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, r.Body, maxBody))
	var large *http.MaxBytesError
	var network net.Error
	switch {
	case err == nil:
		of(r.Context()).body = body
		r.Body = io.NopCloser(bytes.NewReader(body))
		return nil
	case errors.As(err, &large):
		return tooLarge
	case errors.As(err, &network) && network.Timeout():
		return fault.New(fault.CodeMalformed, "the body did not arrive in time").Because(err)
	default:
		return fault.New(fault.CodeMalformed, "the body did not arrive whole").Because(err)
	}
}

// acceptable refuses a body whose type is missing or is not the operation's. Of parameters, only charset=utf-8 may come
// along.
func acceptable(contentType string, expected *huma.RequestBody) error {
	types := []string{"application/json"}
	if expected != nil {
		types = types[:0]
		for t := range expected.Content {
			types = append(types, t)
		}
		slices.Sort(types)
	}
	kind, parameters, _ := strings.Cut(contentType, ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	parameters = strings.ToLower(strings.ReplaceAll(parameters, " ", ""))
	if slices.Contains(types, kind) && (parameters == "" || parameters == "charset=utf-8" || parameters == `charset="utf-8"`) {
		return nil
	}
	return fault.Newf(fault.CodeUnsupportedMedia, "send the body as %s in UTF-8", strings.Join(types, " or ")).
		At("header.Content-Type", "missing or not supported here")
}
