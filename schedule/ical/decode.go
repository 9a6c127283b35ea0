package ical

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	goical "github.com/emersion/go-ical"
)

// contentLine is a line as RFC 5545 has it (section 3.1). The library panics where a line ends within its parameters.
var contentLine = regexp.MustCompile(`^[A-Za-z0-9-]+(?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*:`)

// decode reads one calendar of bounded size, once it is known that the library can.
func decode(r io.Reader) (*goical.Calendar, error) {
	body, err := io.ReadAll(io.LimitReader(r, MaxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	switch {
	case len(body) > MaxAnswer:
		return nil, Refusal(fmt.Sprintf("is larger than %d octets", MaxAnswer))
	case !utf8.Valid(body) || bytes.IndexByte(body, 0) >= 0:
		return nil, Refusal("is not text in UTF-8")
	}
	lines, err := unfold(string(body))
	if err != nil {
		return nil, err
	}
	if err := checkShape(lines); err != nil {
		return nil, err
	}
	calendar, err := goical.NewDecoder(strings.NewReader(strings.Join(lines, "\r\n") + "\r\n")).Decode()
	if err != nil {
		return nil, Refusal("is no iCalendar")
	}
	return calendar, nil
}

var folds = strings.NewReplacer("\r\n ", "", "\r\n\t", "", "\r\n", "\n", "\n ", "", "\n\t", "")

// unfold joins the lines that were parted, and drops empty ones.
func unfold(body string) ([]string, error) {
	if strings.Count(body, "\n") > maxLines {
		return nil, Refusal(fmt.Sprintf("has more than %d lines", maxLines))
	}
	lines := strings.Split(folds.Replace(body), "\n")
	return slices.DeleteFunc(lines, func(line string) bool { return line == "" }), nil
}

// checkShape holds what the library takes for granted: lines that are whole, and one calendar whose components are few
// and closed.
func checkShape(lines []string) error {
	depth, properties := 0, 0
	for i, line := range lines {
		if head := contentLine.FindString(line); head == "" || len(head) > maxHead {
			return Refusal("has a line that is no property")
		}
		switch name, _, _ := strings.Cut(strings.ToUpper(line), ":"); name {
		case "BEGIN":
			depth, properties = depth+1, 0
		case "END":
			depth--
		default:
			properties++
		}
		switch {
		case depth < 0, depth == 0 && i < len(lines)-1, depth > 4:
			return Refusal("is not one calendar of closed components")
		case properties > maxProperties:
			return Refusal(fmt.Sprintf("has more than %d properties in one place", maxProperties))
		}
	}
	if depth != 0 || len(lines) == 0 {
		return Refusal("is not one calendar of closed components")
	}
	return nil
}
