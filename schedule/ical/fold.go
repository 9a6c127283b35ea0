package ical

import (
	"io"
	"unicode/utf8"
)

const lineOctets = 75

// folder parts each line that is written to it, whole and with its line end, into lines of 75 octets at most (RFC 5545,
// section 3.1), never within a character.
type folder struct{ to io.Writer }

func (f folder) Write(line []byte) (int, error) {
	written, room := len(line), lineOctets
	var out []byte
	for len(line) > room+len("\r\n") {
		cut := room
		for cut > 0 && !utf8.RuneStart(line[cut]) {
			cut--
		}
		out = append(append(out, line[:cut]...), "\r\n "...)
		line, room = line[cut:], lineOctets-1
	}
	_, err := f.to.Write(append(out, line...))
	return written, err
}
