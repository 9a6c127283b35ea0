package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/livekit/protocol/livekit"

	"parvis/access"
)

const (
	speakers     = 200
	muteRounds   = 3
	muteBudget   = 2 * time.Second
	mutePatience = 15 * time.Second
	inFlight     = 500 * time.Millisecond // for packets that were under way when the SFU muted the last
	mustBeSilent = 2 * time.Second
	lookEvery    = 50 * time.Millisecond // the figure's own resolution: to list two hundred people costs the SFU something
)

// measureMuteAll lets the host of a call of two hundred open microphones mute them all by one request, and looks at the
// media server until none is open. The speakers are clients that go on sending whatever they are told: that nothing is
// heard any more is the server's doing.
func measureMuteAll(ctx context.Context, b *bench) ([]result, error) {
	count := speakers
	if b.short {
		count /= 10
	}
	line := result{Name: fmt.Sprintf("mute-all/%d microphones", count), Budget: "≤ 2 s until the SFU has all muted, nothing heard after"}
	world, err := b.open(ctx, b.engines()[0], 1)
	if err != nil {
		return nil, err
	}
	defer world.close()
	media, err := world.startMedia(ctx)
	if err != nil {
		return nil, err
	}
	defer media.stop()
	c, err := world.openCall(ctx, media, count)
	if err != nil {
		return nil, err
	}
	defer c.close()
	var times []time.Duration
	before := world.parvis.cpu()
	for range muteRounds {
		took, err := c.muteAll(ctx)
		if err != nil {
			return nil, err
		}
		times = append(times, took)
		if heard := c.heardIn(ctx, mustBeSilent); heard > 0 {
			line.Errors += heard
			open, err := c.media.openMicrophones(ctx, c.mediaName)
			fmt.Printf("%s: %d frames heard after; %d microphones are open now (%v), %d connections broke\n", line.Name, heard, open, err, c.lost.Load())
		}
		if err := c.unmuteAll(ctx); err != nil {
			return nil, err
		}
	}
	slices.Sort(times)
	line.P50ms, line.P99ms = median(times), float64(times[len(times)-1])/float64(time.Millisecond)
	line.CPUms = (world.parvis.cpu() - before).Seconds() * millisPerSec / muteRounds
	line.RSSmb = world.parvis.rss() / bytesPerMega
	line.Kept = line.Errors == 0 && times[len(times)-1] <= muteBudget
	return []result{line}, nil
}

// openCall fills a room with people who speak, and its host who hears all of them.
func (w *world) openCall(ctx context.Context, media *media, count int) (*call, error) {
	r, err := w.makeHostedRoom(ctx, access.EntrySignedIn, 1)
	if err != nil {
		return nil, err
	}
	c, err := newCall(w, media, r)
	if err != nil {
		return nil, err
	}
	if err := c.fill(ctx, count); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// muteAll is one request, timed until the SFU has nobody unmuted.
func (c *call) muteAll(ctx context.Context) (time.Duration, error) {
	began := time.Now()
	answered := make(chan error, 1)
	go func() {
		var muted struct{ Muted int }
		err := c.world.ask(ctx, c.world.cookies[0], http.MethodPost, "/rooms/"+c.slug+"/mute-all", "", &muted)
		if err == nil && muted.Muted != len(c.people) {
			err = fmt.Errorf("%d of %d were muted", muted.Muted, len(c.people))
		}
		answered <- err
	}()
	at, waitErr := c.until(ctx, "all are muted", func(open int) bool { return open == 0 })
	return at.Sub(began), errors.Join(<-answered, waitErr)
}

// unmuteAll lets everybody open the microphone again, as people do.
func (c *call) unmuteAll(ctx context.Context) error {
	for _, p := range c.people {
		p.microphone.SetMuted(false)
	}
	if _, err := c.until(ctx, "all speak again", func(open int) bool { return open == len(c.people) }); err != nil {
		return err
	}
	return c.everybodyHeard(ctx)
}

// until asks the SFU how many microphones are open until that is as wanted, and answers when it was.
func (c *call) until(ctx context.Context, what string, wanted func(open int) bool) (time.Time, error) {
	for deadline := time.Now().Add(mutePatience); ; {
		open, err := c.media.openMicrophones(ctx, c.mediaName)
		if err != nil {
			return time.Time{}, err
		}
		if wanted(open) {
			return time.Now(), nil
		}
		if time.Now().After(deadline) {
			return time.Now(), fmt.Errorf("not within %s: %s; %d microphones are open, and %d connections broke", mutePatience, what, open, c.lost.Load())
		}
		time.Sleep(lookEvery)
	}
}

// heardIn counts what the host hears in a time, once what was under way has come.
func (c *call) heardIn(ctx context.Context, length time.Duration) int {
	pause(ctx, inFlight)
	before := c.heard()
	pause(ctx, length)
	return c.heard() - before
}

func pause(ctx context.Context, length time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(length):
	}
}

// openMicrophones asks the SFU itself, beside the platform.
func (m *media) openMicrophones(ctx context.Context, room string) (int, error) {
	people, err := m.participants(ctx, room)
	open := 0
	for _, p := range people {
		for _, t := range p.GetTracks() {
			if t.GetSource() == livekit.TrackSource_MICROPHONE && !t.GetMuted() {
				open++
			}
		}
	}
	return open, err
}
