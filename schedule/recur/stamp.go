package recur

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// What a stamp covers. The years are fixed: were they counted from today, each change of the clocks that enters or leaves
// them would give every zone another stamp.
const (
	stampFrom  = 2025
	stampUntil = 2060
	stampBytes = 8
)

// Stamp is short for a zone's rules: two editions of a zone with the same stamp show the same times at the same instants,
// from 2025 to 2060. What the zone calls itself is not in it.
func Stamp(zone *time.Location) string {
	at := time.Date(stampFrom, time.January, 1, 0, 0, 0, 0, time.UTC).In(zone)
	end := time.Date(stampUntil, time.January, 1, 0, 0, 0, 0, time.UTC)
	sum := sha256.New()
	for at.Before(end) {
		_, offset := at.Zone()
		sum.Write(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(at.Unix())), uint64(offset)))
		at = nextOffset(at)
	}
	return hex.EncodeToString(sum.Sum(nil)[:stampBytes])
}

// nextOffset is the zone's next change, or where to go on looking for one: a zone that stands still for years may have
// another law after them.
func nextOffset(at time.Time) time.Time {
	if next, any := NextChange(at); any {
		return next
	}
	return at.AddDate(MaxYears, 0, 0)
}
