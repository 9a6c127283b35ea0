package rooms_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"parvis/access"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// halfMute is an SFU that mutes, and does not answer for one more.
type halfMute struct{ rooms.Media }

var errNoAnswer = fault.New(fault.CodeMediaUnavailable, "no answer for one of them")

func (m halfMute) Mute(ctx context.Context, mediaName, identity string, source access.Ability) (bool, error) {
	changed, err := m.Media.Mute(ctx, mediaName, identity, source)
	return changed, errors.Join(err, errNoAnswer)
}

func (m halfMute) MuteAll(ctx context.Context, mediaName string, source access.Ability, except func(string) bool) ([]string, error) {
	muted, err := m.Media.MuteAll(ctx, mediaName, source, except)
	return muted, errors.Join(err, errNoAnswer)
}

func TestWhoWasMutedIsToldAndTheActIsKeptThoughAnotherCouldNotBe(t *testing.T) {
	for name, mute := range map[rooms.ActName]func(*meeting, *rooms.Service) error{
		rooms.ActMute: func(m *meeting, s *rooms.Service) error {
			return s.Mute(t.Context(), m.owner, m.room.Slug, m.atGues.ID, access.AbilityMicrophone)
		},
		rooms.ActMuteAll: func(m *meeting, s *rooms.Service) error {
			n, err := s.MuteAll(t.Context(), m.owner, m.room.Slug, access.AbilityMicrophone, nil)
			if n != 1 {
				t.Errorf("%d were muted", n)
			}
			return err
		},
	} {
		t.Run(string(name), func(t *testing.T) {
			m := open(t).meeting()
			m.media.Publish(m.room.MediaName, m.atGues.ID, access.AbilityMicrophone)
			s := rooms.New(rooms.Ports{
				Rooms: m.db, Admissions: m.db, Hosts: m.db, Media: halfMute{m.media}, Now: m.clock.now, Logger: slog.New(slog.DiscardHandler),
			})
			t.Cleanup(s.Close)
			if err := mute(m, s); !errors.Is(err, errNoAnswer) {
				t.Errorf("got %v", err)
			}
			if _, told := m.said(event.SignalMuted); told != 1 {
				t.Errorf("told %d times", told)
			}
			past, err := m.Attendance(t.Context(), m.owner, m.room.Slug, m.atGues.SessionID)
			m.must(err)
			if len(past.Acts) != 1 || past.Acts[0].Act != name {
				t.Errorf("kept %+v", past.Acts)
			}
		})
	}
}
