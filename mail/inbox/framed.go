package inbox

import (
	"bytes"
	"mime"
	"slices"
	"strings"
)

// covered tells whether a right signature says what the parts of a message are. One over Content-Type does. It is not asked
// of all: RFC 6376 (§5.4.1) does not name it among what to sign, and large providers leave it out, whose people could
// not answer any more. Where it is left out, somebody else may put another boundary in, so that text which was quoted
// in the mail becomes a part of it: then the signed body itself must show that it is all of that one boundary.
func covered(signed []string, m message) bool {
	return m.framed || slices.ContainsFunc(signed, func(name string) bool { return strings.EqualFold(name, "Content-Type") })
}

// framed tells whether a body begins and ends with the boundary that its header names. One without parts is a calendar from
// its first line, or nothing.
func framed(contentType string, body []byte) bool {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		return err == nil
	}
	boundary := params["boundary"]
	if boundary == "" || strings.TrimSpace(boundary) != boundary {
		return false
	}
	text := bytes.TrimRight(bytes.TrimLeft(body, "\r\n"), " \t\r\n")
	first, _, _ := bytes.Cut(text, []byte("\n"))
	return string(bytes.TrimRight(first, " \t\r")) == "--"+boundary && bytes.HasSuffix(text, []byte("\n--"+boundary+"--"))
}
