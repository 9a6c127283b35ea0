package inbox

import (
	"cmp"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
)

const (
	firstPause    = time.Minute // and twice as long each time
	longestPause  = time.Hour
	retriesAtOnce = 10 // in one pass: what has come since is heard in between
)

// pauses are the mails of a folder that could not be decided about, and when each is tried again. They are in memory
// alone: who reads the folder next tries each of them once, and pauses it anew.
type pauses struct {
	validity uint32 // of the folder's UIDs; with another one they name other mails
	waiting  map[imap.UID]pause
}

type pause struct {
	until time.Time
	long  time.Duration
}

// within says of which folder the UIDs are from now on.
func (p *pauses) within(validity uint32) {
	if p.waiting == nil || p.validity != validity {
		p.validity, p.waiting = validity, map[imap.UID]pause{}
	}
}

// turn is in which order the mails of a folder are read now: those never tried first, then some of those whose pause is
// over, which waited longest first. What is not in the folder any more is forgotten.
func (p *pauses) turn(found []imap.UID, now time.Time) []imap.UID {
	var fresh, due []imap.UID
	still := map[imap.UID]pause{}
	for _, uid := range found {
		paused, known := p.waiting[uid]
		switch {
		case !known:
			fresh = append(fresh, uid)
			continue
		case !paused.until.After(now):
			due = append(due, uid)
		}
		still[uid] = paused
	}
	p.waiting = still
	slices.SortStableFunc(due, func(a, b imap.UID) int { return cmp.Compare(still[a].until.UnixNano(), still[b].until.UnixNano()) })
	return append(fresh, due[:min(len(due), retriesAtOnce)]...)
}

// longer pauses a mail, for twice as long as the last time.
func (p *pauses) longer(uid imap.UID, now time.Time) time.Duration {
	long := min(max(2*p.waiting[uid].long, firstPause), longestPause)
	p.waiting[uid] = pause{until: now.Add(long), long: long}
	return long
}
