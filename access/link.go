package access

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"
)

// Link is the personal link of somebody who is invited: whoever shows its token holds the grants of the subject (link, ID)
// wherever there are some; RoomID is the room for which it was made. It proves nothing of who comes. Name is the invitee's, as hosts read it.
type Link struct {
	ID        string
	RoomID    string
	Name      string
	TokenHash []byte
	CreatedAt time.Time
	RevokedAt *time.Time
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
