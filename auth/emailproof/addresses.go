package emailproof

import (
	"crypto/sha256"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"parvis/access"
	"parvis/fault"
)

// A mailbox gets few codes, whoever asks: guests' sign-ins are had for the asking.
const (
	addressBurst = 5
	addressEvery = 4 * time.Minute
	remembered   = 1 << 14
)

// addresses bounds the mails to one address. It lives in memory; each replica counts by itself.
type addresses struct {
	buckets *lru.Cache[[sha256.Size]byte, *rate.Limiter]
}

func newAddresses() *addresses {
	buckets, _ := lru.New[[sha256.Size]byte, *rate.Limiter](remembered) // fails for a size below 1 alone
	return &addresses{buckets}
}

// take takes leave to send one mail, which giveBack returns when none was sent.
func (a *addresses) take(address string, now time.Time) (giveBack func(), err error) {
	key := sha256.Sum256([]byte(access.FoldAddress(address)))
	bucket, ok := a.buckets.Get(key)
	if !ok {
		bucket = rate.NewLimiter(rate.Every(addressEvery), addressBurst)
		if before, found, _ := a.buckets.PeekOrAdd(key, bucket); found {
			bucket = before
		}
	}
	leave := bucket.ReserveN(now, 1)
	if wait := leave.DelayFrom(now); wait > 0 {
		leave.CancelAt(now)
		return nil, fault.New(fault.CodeTooMany, "too many codes were sent: wait for as long as Retry-After says").After(wait)
	}
	return func() { leave.CancelAt(now) }, nil
}
