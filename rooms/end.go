package rooms

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"parvis/event"
)

const endingsAtOnce = 16

// SignInEnded says farewell to those whose admissions ended with their sign-in, in the transaction that ended it
// (signin.Ender).
func (s *Service) SignInEnded(ctx context.Context, left []Ending) { s.farewells(ctx, left) }

// end is a removal in its order: commit, so that nobody comes back; disconnect at the SFU, which says farewell; then cut the
// relay.
func (s *Service) end(ctx context.Context, which AdmissionSelection, reason EndReason) error {
	endings, err := s.Admissions.EndAdmissions(ctx, which, reason, s.Now().UTC())
	if err != nil {
		return fmt.Errorf("end admissions: %w", err)
	}
	s.farewells(ctx, endings)
	return nil
}

// farewells follows the commit, whether or not somebody still waits for it. What the SFU or the cut misses, the gate
// refuses at the next knock and the sweep removes.
func (s *Service) farewells(ctx context.Context, endings []Ending) {
	ctx = context.WithoutCancel(ctx)
	var farewell errgroup.Group // a hundred people are not removed one after the other; an SFU that hangs holds few
	farewell.SetLimit(endingsAtOnce)
	for _, e := range endings {
		farewell.Go(func() error {
			s.farewell(ctx, e)
			return nil
		})
	}
	_ = farewell.Wait() // none of them fails
}

func (s *Service) farewell(ctx context.Context, e Ending) {
	if e.Admission.SessionID != "" { // it was opened once, so the SFU may know it
		if err := s.Media.Remove(ctx, e.MediaName, e.Admission.ID); err != nil {
			s.Logger.WarnContext(ctx, "participant not disconnected yet", "error", err)
		}
	}
	s.Cutter.Cut(e.Admission.ID)
	if e.HandSeq > 0 {
		told := raised{Participant: e.Admission.ID, Name: e.Admission.Name}
		s.signal(ctx, Room{MediaName: e.MediaName}, event.Signal{Seq: e.HandSeq, Type: event.SignalHand, At: s.Now().UTC(), Data: told})
	}
}
