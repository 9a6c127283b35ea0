package webhook

import (
	"math/rand/v2"
	"time"
)

// pauses are those before each new attempt: 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 hours after the first, as Standard
// Webhooks advises. After the last a message is dead.
var pauses = []time.Duration{
	5 * time.Second, 5*time.Minute - 5*time.Second, 25 * time.Minute, 90 * time.Minute, 3 * time.Hour, 5 * time.Hour,
	4 * time.Hour, 6 * time.Hour, 4 * time.Hour,
}

const (
	// jitter spreads attempts that failed together, by as much in both directions.
	jitter = 0.1
	// maxRetryAfter bounds what a receiver asks for.
	maxRetryAfter = time.Hour
	// failingFor and failingDead are for how long nothing may come through, and how many messages may be given up meanwhile,
	// before an endpoint is disabled.
	failingFor  = 5 * 24 * time.Hour
	failingDead = 100
)

// pauseAfter is how long to wait after so many attempts; false when that was the last.
func pauseAfter(attempts int) (time.Duration, bool) {
	if attempts > len(pauses) {
		return 0, false
	}
	p := float64(pauses[attempts-1])
	return time.Duration(p * (1 - jitter + 2*jitter*rand.Float64())), true
}

// asksToWait tells answers by which a receiver asks for fewer messages, all of them.
func asksToWait(status int) bool {
	switch status {
	case statusTooMany, statusBadGateway, statusUnavailable, statusGatewayTimeout:
		return true
	}
	return false
}

// The statuses that say more than that an attempt failed. A domain does not import net/http.
const (
	statusGone           = 410
	statusTooMany        = 429
	statusBadGateway     = 502
	statusUnavailable    = 503
	statusGatewayTimeout = 504
)
