package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"parvis/access"
)

const (
	weighedLobbies = 10 // of manyWait people: one alone would drown in what the garbage collector leaves
	streamBudgetKB = 24
)

// weighWaiting reads what the platform's memory grows by with people who wait, each with an open stream. The kernel's
// socket buffers are not in it.
func (b *bench) weighWaiting(ctx context.Context) (result, error) {
	line := result{
		Name:   fmt.Sprintf("lobby/%d wait before %d rooms", weighedLobbies*manyWait, weighedLobbies),
		Budget: fmt.Sprintf("≤ %d kB each", streamBudgetKB),
	}
	w, err := b.open(ctx, b.engines()[0], 1)
	if err != nil {
		return line, err
	}
	defer w.close()
	// What a platform has met before is not what these people cost.
	closedLoop(ctx, w.parvis.address, callers, b.length(2*time.Second), w.skip(1<<18), w.join)
	settle(ctx)
	before := w.parvis.rss()
	streams := make([]*stream, weighedLobbies*manyWait)
	defer func() {
		for _, s := range streams {
			if s != nil {
				s.close()
			}
		}
	}()
	for i := range weighedLobbies {
		if err := w.fillLobby(ctx, i*manyWait, streams[i*manyWait:(i+1)*manyWait]); err != nil {
			return line, err
		}
	}
	pause(ctx, calm)
	line.RSSmb = w.parvis.rss() / bytesPerMega
	line.KBEach = (w.parvis.rss() - before) / bytesPerKilo / float64(len(streams))
	line.Kept = line.KBEach <= streamBudgetKB
	return line, nil
}

// fillLobby lets people wait before a new room, from that person on.
func (w *world) fillLobby(ctx context.Context, from int, streams []*stream) error {
	r, err := w.makeHostedRoom(ctx, access.EntryMembers, 1)
	if err != nil {
		return err
	}
	var work errgroup.Group
	work.SetLimit(comeAtOnce)
	for i := range streams {
		work.Go(func() (err error) {
			cookie := w.cookies[1+from+i] // the first is the host
			if _, err = w.come(ctx, cookie, r.Slug); err == nil {
				streams[i], err = w.listen(ctx, cookie, r.Slug)
			}
			return err
		})
	}
	return work.Wait()
}
