package main

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"
	rtc "github.com/pion/webrtc/v4/pkg/media"
	"golang.org/x/sync/errgroup"

	"parvis/rooms"
)

const (
	frameEvery    = 200 * time.Millisecond // a tenth of what a microphone sends: what counts is that it flows
	connectAtOnce = 8
	heardPatience = 30 * time.Second
)

// voiceFrame is what a speaker sends. It is told apart from the silence that LiveKit itself sends for a second in place of
// a track that was muted.
var voiceFrame = []byte("\xfcvoice")

// call is people in a room: its host, who hears, and those who speak.
type call struct {
	world     *world
	media     *media
	slug      string
	mediaName string
	front     *front
	host      *lksdk.Room
	people    []*speaker
	end       context.CancelFunc
	writing   sync.WaitGroup
	lost      atomic.Int64 // connections of speakers that broke

	mu     sync.Mutex
	voices []*atomic.Int64 // frames that the host received, by track
}

// speaker is somebody with an open microphone. What is written to the track is sent whatever the SDK knows of muting.
type speaker struct {
	room       *lksdk.Room
	track      *webrtc.TrackLocalStaticSample
	microphone *lksdk.LocalTrackPublication
}

func newCall(w *world, m *media, in rooms.Room) (*call, error) {
	lksdk.SetLogger(logger.GetDiscardLogger())
	f, err := w.openFront()
	if err != nil {
		return nil, err
	}
	return &call{world: w, media: m, slug: in.Slug, mediaName: in.MediaName, front: f, end: func() {}}, nil
}

func (c *call) close() {
	c.end()
	c.writing.Wait()
	for _, p := range c.people {
		p.room.Disconnect()
	}
	if c.host != nil {
		c.host.Disconnect()
	}
	c.front.close()
}

// fill brings the host in, then those who speak, and waits until the host hears each of them.
func (c *call) fill(ctx context.Context, count int) (err error) {
	hears := &lksdk.RoomCallback{ParticipantCallback: lksdk.ParticipantCallback{
		OnTrackSubscribed: func(t *webrtc.TrackRemote, _ *lksdk.RemoteTrackPublication, _ *lksdk.RemoteParticipant) { go c.hear(t) },
	}}
	if c.host, err = c.connect(ctx, 0, hears, true); err != nil {
		return err
	}
	people := make([]*speaker, count)
	var work errgroup.Group
	work.SetLimit(connectAtOnce)
	for i := range people {
		work.Go(func() (err error) {
			people[i], err = c.speak(ctx, i+1)
			return err
		})
	}
	err = work.Wait()
	for _, p := range people {
		if p != nil {
			c.people = append(c.people, p)
		}
	}
	if err != nil {
		return err
	}
	ctx, c.end = context.WithCancel(ctx)
	c.writing.Go(func() { c.write(ctx) })
	return c.everybodyHeard(ctx)
}

// connect lets a person join as the client does: by REST, then through the gate.
func (c *call) connect(ctx context.Context, i int, callback *lksdk.RoomCallback, hears bool) (*lksdk.Room, error) {
	in, err := c.world.come(ctx, c.world.cookies[i], c.slug)
	if err != nil {
		return nil, err
	}
	r := lksdk.NewRoom(callback)
	if err := r.JoinWithContextAndToken(ctx, c.front.url(i), in.Livekit.Token, lksdk.WithAutoSubscribe(hears), lksdk.WithDisableRegionDiscovery()); err != nil {
		return nil, fmt.Errorf("person %d enters: %w", i, err)
	}
	return r, nil
}

func (c *call) speak(ctx context.Context, i int) (*speaker, error) {
	r, err := c.connect(ctx, i, &lksdk.RoomCallback{OnReconnecting: func() { c.lost.Add(1) }}, false)
	if err != nil {
		return nil, err
	}
	p := &speaker{room: r}
	p.track, err = webrtc.NewTrackLocalStaticSample(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, "voice", fmt.Sprint("voice", i))
	if err == nil {
		p.microphone, err = r.LocalParticipant.PublishTrack(p.track, &lksdk.TrackPublicationOptions{Name: "voice", Source: livekit.TrackSource_MICROPHONE})
	}
	if err != nil {
		r.Disconnect()
		return nil, fmt.Errorf("person %d speaks: %w", i, err)
	}
	return p, nil
}

// write sends a frame for everybody, over and over, muted or not.
func (c *call) write(ctx context.Context) {
	frame := rtc.Sample{Data: voiceFrame, Duration: frameEvery}
	for every := time.NewTicker(frameEvery); ; {
		for _, p := range c.people {
			_ = p.track.WriteSample(frame) // somebody who is gone is missed by everybodyHeard
		}
		select {
		case <-ctx.Done():
			every.Stop()
			return
		case <-every.C:
		}
	}
}

func (c *call) hear(t *webrtc.TrackRemote) {
	var frames atomic.Int64
	c.mu.Lock()
	c.voices = append(c.voices, &frames)
	c.mu.Unlock()
	for {
		packet, _, err := t.ReadRTP()
		if err != nil {
			return
		}
		if bytes.Equal(packet.Payload, voiceFrame) {
			frames.Add(1)
		}
	}
}

// heard is how many frames the host has received.
func (c *call) heard() (frames int) {
	for _, n := range c.counts() {
		frames += int(n)
	}
	return frames
}

func (c *call) counts() []int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	counts := make([]int64, len(c.voices))
	for i, v := range c.voices {
		counts[i] = v.Load()
	}
	return counts
}

// everybodyHeard waits until the host has received something of everybody from now on.
func (c *call) everybodyHeard(ctx context.Context) error {
	before := c.counts()
	for deadline := time.Now().Add(heardPatience); ; {
		heard := 0
		for i, n := range c.counts() {
			if i >= len(before) || n > before[i] {
				heard++
			}
		}
		if heard == len(c.people) {
			return nil
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return fmt.Errorf("the host hears %d of %d", heard, len(c.people))
		}
		time.Sleep(50 * time.Millisecond)
	}
}
