// Package emailproof lets a guest prove an e-mail address by a code that is sent there.
//
// It owns the codes, how they are made, kept, counted and confirmed, and the words of the mail. It refuses to send the mail
// itself (Sender does), to know browsers (auth/signin does), and to prove anything of people with an account.
package emailproof

import (
	"context"
	"time"
)

// Bounds of a proof.
const (
	Lasts       = 10 * time.Minute // a code, and the time in which MaxCodes counts
	MaxAttempts = 5                // of one code
	MaxCodes    = 3                // that one sign-in may ask for within Lasts
)

// Proof is what is kept of one guest's sign-in: the last code, and when codes were asked for lately. The zero value is that
// of somebody who never asked.
type Proof struct {
	Address   string
	CodeHash  []byte // keyed, see Prover; empty once the code was used or tried too often
	Attempts  int    // wrong ones
	ExpiresAt time.Time
	Asked     []time.Time
	// Proved tells the store to write the address to the sign-in. It is never read back.
	Proved bool
}

// Store keeps proofs. Errors: fault.Unavailable when the database does not answer.
type Store interface {
	// UpdateProof has change read and write the proof of a sign-in, one change of it after the other. Unless change fails,
	// all that it wrote is kept, and with Proved the sign-in has the address and its assurance from then on. change may run
	// more than once. fault.NotFound when no guest has this sign-in any more.
	UpdateProof(ctx context.Context, signInID string, now time.Time, change func(*Proof) error) error
}

// Mail is a message to one address. Text and HTML say the same.
type Mail struct {
	To       string
	Language string
	Subject  string
	Text     string
	HTML     string
}

// Sender brings mail on its way. An address that does not exist is no error; fault.Unavailable when no mail goes out.
type Sender interface {
	Send(ctx context.Context, m Mail) error
}
