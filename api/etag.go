package api

import (
	"strconv"
	"strings"

	"parvis/fault"
)

// etag is the strong ETag of a version (RFC 9110 §8.8.3).
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// versionOf reads If-Match. A write must name the version that its author has seen: without the header, and for "*",
// it is refused (RFC 6585 §3); what cannot be an ETag of ours, a weak one included, matches nothing.
func versionOf(ifMatch string) (int64, error) {
	switch ifMatch {
	case "":
		return 0, fault.New(fault.CodePreconditionRequired, "send the ETag that you have read in If-Match").
			At("header.If-Match", "missing")
	case "*":
		return 0, fault.New(fault.CodePreconditionRequired, "name the version: * would overwrite what you have not seen").
			At("header.If-Match", "must name one ETag")
	}
	digits, ok := strings.CutPrefix(ifMatch, `"`)
	digits, ok2 := strings.CutSuffix(digits, `"`)
	version, err := strconv.ParseInt(digits, 10, 64)
	if !ok || !ok2 || err != nil || etag(version) != ifMatch {
		return 0, fault.New(fault.CodePreconditionFailed, "this is not the present version").
			At("header.If-Match", "no version of this resource")
	}
	return version, nil
}
