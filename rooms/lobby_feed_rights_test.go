package rooms_test

import (
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/rooms"
)

// watchedByModerator is a meeting with somebody before it, whom its moderator sees on the stream of all rooms.
type watchedByModerator struct {
	*house
	room             rooms.Listed
	owner, moderator auth.Identity
	seat             rooms.Admission
	feed             *rooms.Feed
}

func (h *house) watchedByModerator() *watchedByModerator {
	h.t.Helper()
	w := &watchedByModerator{house: h, owner: h.person("Jeanne", "1"), moderator: h.person("Karim", "1")}
	w.room = h.room(w.owner, "members")
	h.deputize(w.owner, w.moderator, w.room.Slug, h.clock.now().Add(time.Hour))
	h.enter(w.owner, w.room.Slug)
	w.seat, _ = h.enter(w.moderator, w.room.Slug)
	h.waits(h.guest("Zoé"), w.room.Slug)
	w.feed = w.ofAllRooms()
	h.hears(w.feed, "lobby Zoé")
	return w
}

func (w *watchedByModerator) ofAllRooms() *rooms.Feed {
	w.t.Helper()
	feed, err := w.WatchMine(w.t.Context(), w.moderator, "")
	w.must(err)
	w.t.Cleanup(feed.Close)
	return feed
}

// toldNothing holds that a stream which begins now tells nothing.
func (w *watchedByModerator) toldNothing() {
	w.t.Helper()
	if news, err := w.ofAllRooms().Next(w.t.Context()); err != nil || len(news) > 0 {
		w.t.Errorf("a new stream tells %v, %v", words(news), err)
	}
}

func TestAModeratorWhoIsDemotedSeesNobodyWaitInAnyRoomUntilTheyLeadAgain(t *testing.T) {
	w := open(t).watchedByModerator()
	_, err := w.SetRole(t.Context(), w.owner, w.room.Slug, w.seat.ID, access.Member, false)
	w.must(err)
	w.hears(w.feed, "lobby ")
	w.toldNothing()
	w.waits(w.guest("Ada"), w.room.Slug)
	_, err = w.SetRole(t.Context(), w.owner, w.room.Slug, w.seat.ID, access.Moderator, false)
	w.must(err)
	w.hears(w.feed, "lobby Zoé,Ada")
}

func TestAModeratorWhoIsTakenOutSeesNobodyWaitInAnyRoom(t *testing.T) {
	for name, block := range map[string]bool{"removed": false, "blocked": true} {
		t.Run(name, func(t *testing.T) {
			w := open(t).watchedByModerator()
			_, err := w.Remove(t.Context(), w.owner, w.room.Slug, w.seat.ID, block)
			w.must(err)
			w.hears(w.feed, "lobby ")
			w.toldNothing()
		})
	}
}

func TestAModeratorWhoseBlockIsTakenBackSeesWhoWaits(t *testing.T) {
	w := open(t).watchedByModerator()
	_, err := w.Remove(t.Context(), w.owner, w.room.Slug, w.seat.ID, true)
	w.must(err)
	w.hears(w.feed, "lobby ")
	blocks, err := w.Blocks(t.Context(), w.owner, w.room.Slug)
	w.must(err)
	w.must(w.Unblock(t.Context(), w.owner, w.room.Slug, blocks[0].ID))
	w.hears(w.feed, "lobby Zoé")
}
