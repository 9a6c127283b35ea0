package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/bits"
)

// Hash is a SHA-256.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// ParseHash reads what String writes.
func ParseHash(text string) (Hash, error) {
	var h Hash
	if hex.DecodedLen(len(text)) != len(h) {
		return h, errors.New("a hash has 64 hexadecimal digits")
	}
	_, err := hex.Decode(h[:], []byte(text))
	return h, err
}

// Leaves and nodes are told apart by their first byte, so that no node passes for a row (RFC 6962 section 2.1).
const (
	leafByte = 0
	nodeByte = 1
)

// Leaf is the hash of a row.
func (r Row) Leaf() Hash { return leaf(r.Canonical()) }

func leaf(text []byte) Hash { return sha256.Sum256(append([]byte{leafByte}, text...)) }

func node(left, right Hash) Hash {
	var b [1 + 2*sha256.Size]byte
	b[0] = nodeByte
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}

// Root is the Merkle tree hash of leaves (RFC 6962 section 2.1): the left half of a tree has the largest power of two.
func Root(leaves []Hash) Hash {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	default:
		half := 1 << (bits.Len(uint(n-1)) - 1)
		return node(Root(leaves[:half]), Root(leaves[half:]))
	}
}
