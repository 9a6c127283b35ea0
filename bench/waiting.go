package main

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"parvis/access"
)

const (
	weighedLobbies = 10 // of manyWait people: one alone would drown in what the garbage collector leaves
	streamBudgetKB = 24
)

// measureWaiting reads what the platform's memory grows by with people who wait, each with an open stream. The kernel's
// socket buffers are not in it.
func measureWaiting(ctx context.Context, b *bench) ([]result, error) {
	line := result{
		Name:   fmt.Sprintf("waiting/%d people before %d rooms", weighedLobbies*manyWait, weighedLobbies),
		Budget: fmt.Sprintf("≤ %d kB each", streamBudgetKB),
	}
	w, err := b.open(ctx, b.engines()[0], 1)
	if err != nil {
		return nil, err
	}
	defer w.close()
	streams := make([]*stream, weighedLobbies*manyWait)
	defer func() {
		for _, s := range streams {
			if s != nil {
				s.close()
			}
		}
	}()
	var before float64
	for i := range weighedLobbies {
		if err := w.fillLobby(ctx, i*manyWait, streams[i*manyWait:(i+1)*manyWait]); err != nil {
			return nil, err
		}
		if i == 0 { // what the first bring into memory is not what each of the others costs
			settle(ctx)
			before = w.parvis.rss()
		}
	}
	settle(ctx)
	line.RSSmb = w.parvis.rss() / bytesPerMega
	line.KBEach = (w.parvis.rss() - before) / bytesPerKilo / float64(len(streams)-manyWait)
	line.Kept = line.KBEach <= streamBudgetKB
	return []result{line}, nil
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
