package sfu

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/livekit/protocol/livekit"
	"golang.org/x/sync/errgroup"

	"parvis/access"
)

// mutesAtOnce bounds the calls that muting a room makes side by side: two hundred people are muted within a second.
const mutesAtOnce = 16

// Mute mutes what a participant publishes from a source. Nobody, and nothing to mute, is no error: changed is false.
func (c *Client) Mute(ctx context.Context, mediaName, identity string, source access.Ability) (changed bool, err error) {
	var person *livekit.ParticipantInfo
	err = c.call(ctx, "GetParticipant", adminGrant(mediaName), func(ctx context.Context) (err error) {
		person, err = c.rooms.GetParticipant(ctx, &livekit.RoomParticipantIdentity{Room: mediaName, Identity: identity})
		return err
	})
	if err != nil {
		return false, present(err)
	}
	for _, sid := range sounding(person, source) {
		muted, err := c.muteTrack(ctx, mediaName, identity, sid)
		if err != nil {
			return changed, err
		}
		changed = changed || muted
	}
	return changed, nil
}

// MuteAll mutes what everybody in a room publishes from a source but those whom except names, and answers whom it
// muted. One who cannot be muted holds up nobody else.
func (c *Client) MuteAll(ctx context.Context, mediaName string, source access.Ability, except func(identity string) bool) ([]string, error) {
	var people []*livekit.ParticipantInfo
	err := c.call(ctx, "ListParticipants", adminGrant(mediaName), func(ctx context.Context) error {
		answer, err := c.rooms.ListParticipants(ctx, &livekit.ListParticipantsRequest{Room: mediaName})
		people = answer.GetParticipants()
		return err
	})
	if err != nil {
		return nil, present(err)
	}
	var (
		mu    sync.Mutex
		muted []string
		errs  []error
		work  errgroup.Group
	)
	work.SetLimit(mutesAtOnce)
	for _, p := range people {
		if except(p.GetIdentity()) {
			continue
		}
		for _, sid := range sounding(p, source) {
			work.Go(func() error {
				changed, err := c.muteTrack(ctx, mediaName, p.GetIdentity(), sid)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					errs = append(errs, err)
				} else if changed && !slices.Contains(muted, p.GetIdentity()) {
					muted = append(muted, p.GetIdentity())
				}
				return nil
			})
		}
	}
	_ = work.Wait() // errors are gathered
	return muted, errors.Join(errs...)
}

// sounding is what a participant publishes from a source and has not muted.
func sounding(p *livekit.ParticipantInfo, source access.Ability) []string {
	var wanted []livekit.TrackSource
	for _, s := range source.Sources() {
		wanted = append(wanted, trackSourceOf[s])
	}
	var sids []string
	for _, t := range p.GetTracks() {
		if !t.GetMuted() && slices.Contains(wanted, t.GetSource()) {
			sids = append(sids, t.GetSid())
		}
	}
	return sids
}

// muteTrack is false when the track, or its publisher, has gone.
func (c *Client) muteTrack(ctx context.Context, mediaName, identity, sid string) (bool, error) {
	err := c.call(ctx, "MutePublishedTrack", adminGrant(mediaName), func(ctx context.Context) error {
		_, err := c.rooms.MutePublishedTrack(ctx, &livekit.MuteRoomTrackRequest{Room: mediaName, Identity: identity, TrackSid: sid, Muted: true})
		return err
	})
	if errors.Is(err, errAbsent) {
		return false, nil
	}
	return err == nil, err
}
