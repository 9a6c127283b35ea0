package ical

import (
	"fmt"
	"net/url"
	"strings"

	goical "github.com/emersion/go-ical"

	"parvis/text"
)

// RFC 6868: what a parameter could not say otherwise.
var (
	encoded = strings.NewReplacer("^", "^^", `"`, "^'")
	decoded = strings.NewReplacer("^^", "^", "^'", `"`, "^n", " ")
)

// param makes words safe as the value of a parameter: the library writes neither quotes nor line ends, and
// lets control characters through.
func param(words string) string {
	return encoded.Replace(text.Line(words))
}

// readParam is the inverse of param.
func readParam(value string) string {
	return text.Line(decoded.Replace(value))
}

// mailto is an address as a URI; one that could be anything else is refused.
func mailto(email string) (string, error) {
	local, domain, found := strings.Cut(email, "@")
	if !found || local == "" || domain == "" || len(email) > 320 || strings.ContainsFunc(email, unsafeInAddress) {
		return "", fmt.Errorf("an e-mail address is not one")
	}
	return "mailto:" + strings.ReplaceAll(strings.ReplaceAll(email, "%", "%25"), "?", "%3F"), nil
}

// Addressable tells whether an address can stand in a calendar.
func Addressable(email string) bool {
	_, err := mailto(email)
	return err == nil
}

func unsafeInAddress(r rune) bool {
	return r <= ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || strings.ContainsRune(`"<>,;:\()[]`, r)
}

// link is an address of the web; one that could be anything else is refused.
func link(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return "", fmt.Errorf("the address of the meeting is no web address")
	}
	return u.String(), nil
}

func setLine(props goical.Props, name, words string) { setText(props, name, text.Line(words)) }

func setBlock(props goical.Props, name, words string) { setText(props, name, text.Block(words)) }

func setText(props goical.Props, name, words string) {
	if words != "" {
		props.SetText(name, words)
	}
}
