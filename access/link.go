package access

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"
	"unicode/utf8"
)

// Link is the personal link of somebody who is invited: whoever shows its token holds the grants of the subject (link, ID)
// wherever there are some; RoomID is the room for which it was made. It proves nothing of who comes. Name is the invitee's, or their
// address where they have none: see Proposed and Shown.
type Link struct {
	ID        string
	RoomID    string
	Name      string
	TokenHash []byte
	CreatedAt time.Time
	RevokedAt *time.Time
}

// Proposed is the name that the door proposes to whoever comes. An address is none: it would be what everybody in the call reads.
func (l Link) Proposed() string {
	if isAddress(l.Name) {
		return ""
	}
	return l.Name
}

// Shown is what hosts read of the link: of an address what tells one from another, for not all of them organize the meeting.
func Shown(name string) string {
	if !isAddress(name) {
		return name
	}
	local, domain, _ := strings.Cut(name, "@")
	first, _ := utf8.DecodeRuneInString(local)
	return string(first) + "…@" + domain
}

func isAddress(name string) bool {
	_, is := EmailSubject(name)
	return is
}

// Subject is under what the link holds grants.
func (l Link) Subject() Subject { return Subject{SubjectLink, l.ID} }

// NewLinkToken draws the secret of a personal link: 256 bits, in base64url.
func NewLinkToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// LinkTokenHash is under what a link is kept and found. The secret is random, so that a plain hash is enough. ok is false
// for what cannot be a token: it stands for no link.
func LinkTokenHash(token string) (hash []byte, ok bool) {
	if raw, err := base64.RawURLEncoding.Strict().DecodeString(token); err != nil || len(raw) != 32 {
		return nil, false
	}
	sum := sha256.Sum256([]byte(token))
	return sum[:], true
}
