package rooms

import (
	"slices"
	"time"
)

// The delays of presence (docs/decisions/0008-presence.md).
const (
	// RelayFresh is how long a replica's heartbeat counts.
	RelayFresh = 30 * time.Second
	// relayGrace is how long an SFU participant may go on without a relay.
	relayGrace = 60 * time.Second
	// leaveGrace is after how long without relay and without the SFU an interval is decided to have ended.
	leaveGrace = 90 * time.Second
	// emptyFor is how far apart two observations of an empty room must be to end its session, at least.
	emptyFor = 30 * time.Second
	// passLife is how long somebody who was taken out may still come with a token, past the gate: it lives for ten minutes at
	// most, LiveKit's own ones too, and clocks differ.
	passLife = 11 * time.Minute
)

// observation is what the SFU told of itself, taken before the database is read: whoever it shows came through the
// gate earlier, or never. early tells that the want of a relay says nothing yet (see Service.look); excused are
// identities without an interval whose admission holds and who are given time to get one.
type observation struct {
	rooms   map[string]MediaRoom          // by media name
	people  map[string][]MediaParticipant // by media name; only for rooms that were asked
	early   bool
	excused map[string]bool
}

// removal is somebody whom the SFU shows and who may not be there.
type removal struct{ mediaName, identity string }

// reconcile is the judge: from what the database and the SFU say it decides what is true now. It is pure; running it
// again on what it left changes nothing.
func reconcile(known []Presence, seen observation, now time.Time) (Settlement, []removal) {
	d := Settlement{Left: map[string]time.Time{}, EmptySince: map[string]*time.Time{}, Sids: map[string]SFURoom{}}
	var out []removal
	expected := map[string]bool{}
	for _, p := range known {
		expected[p.MediaName] = true
		out = append(out, reconcileRoom(p, seen, now, &d)...)
	}
	for name, people := range seen.people {
		if expected[name] {
			continue
		}
		for _, m := range people { // no session runs: nobody came through the gate
			if m.Standard && !seen.excused[m.Identity] {
				out = append(out, removal{name, m.Identity})
			}
		}
	}
	return d, out
}

func reconcileRoom(p Presence, seen observation, now time.Time, d *Settlement) []removal {
	var out []removal
	room, listed := seen.rooms[p.MediaName]
	people, asked := seen.people[p.MediaName]
	if listed && room.Sid != "" && room.Sid != p.Sid {
		d.Sids[p.SessionID] = SFURoom{Sid: room.Sid}
	}
	staying := 0
	for _, who := range p.People {
		atSFU := slices.ContainsFunc(people, func(m MediaParticipant) bool { return m.Identity == who.AdmissionID })
		verdict := judge(who, atSFU, asked || !listed, seen.early, now)
		switch verdict {
		case stays:
			staying++
			if atSFU && who.Relays > 0 {
				d.Seen = append(d.Seen, who.AdmissionID)
			}
		case removes:
			out = append(out, removal{p.MediaName, who.AdmissionID})
			if who.Ended {
				d.Left[who.AdmissionID] = who.LastSeen
			} else {
				staying++
			}
		case left:
			d.Left[who.AdmissionID] = who.LastSeen
		}
	}
	for _, m := range people {
		known := slices.ContainsFunc(p.People, func(who Presentee) bool { return who.AdmissionID == m.Identity })
		switch {
		case !m.Standard:
			staying++ // phones and recorders have no relay: the SFU alone tells that they are there
		case known:
		case seen.excused[m.Identity]:
			staying++
		default:
			out = append(out, removal{p.MediaName, m.Identity})
		}
	}
	reconcileEmpty(p, staying, now, d)
	return out
}

type verdict int

const (
	stays verdict = iota
	removes
	left
)

// judge decides about one open interval. conclusive tells that the SFU was asked, or does not have the room at all, early
// that the want of a relay says nothing.
func judge(who Presentee, atSFU, conclusive, early bool, now time.Time) verdict {
	gone := now.Sub(who.LastSeen)
	switch {
	case who.Ended && atSFU:
		return removes
	case who.Ended:
		return left
	case who.Relays > 0, early:
		return stays
	case atSFU && gone > relayGrace:
		return removes
	case !atSFU && conclusive && gone > leaveGrace:
		return left
	default:
		return stays
	}
}

func reconcileEmpty(p Presence, staying int, now time.Time, d *Settlement) {
	switch {
	case staying > 0 && p.EmptySince != nil:
		d.EmptySince[p.SessionID] = nil
	case staying > 0:
	case p.EmptySince == nil:
		d.EmptySince[p.SessionID] = &now
	case now.Sub(*p.EmptySince) >= p.emptyFor():
		d.Over = append(d.Over, p.SessionID)
	}
}
