package rooms

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"parvis/event"
)

const endingsAtOnce = 16

// SignInEnded ends what a sign-in held: its people leave running calls (signin.Ender).
func (s *Service) SignInEnded(ctx context.Context, signInID string) error {
	return s.end(ctx, AdmissionSelection{SignInID: signInID}, EndSignedOut)
}

// PersonDeactivated ends what a person held, whatever the sign-in.
func (s *Service) PersonDeactivated(ctx context.Context, personID string) error {
	return s.end(ctx, AdmissionSelection{PersonID: personID}, EndDeactivated)
}

// ServiceRevoked ends what a service account's tokens were admitted to.
func (s *Service) ServiceRevoked(ctx context.Context, tokenID string) error {
	return s.end(ctx, AdmissionSelection{ServiceID: tokenID}, EndRevoked)
}

// end is a removal in its order (DESIGN §3.4): commit, disconnect at the SFU, then cut the relay. What the SFU or the
// cut misses, the gate refuses at the next knock and the sweep removes.
func (s *Service) end(ctx context.Context, which AdmissionSelection, reason EndReason) error {
	endings, err := s.Admissions.EndAdmissions(ctx, which, reason, s.Now().UTC())
	if err != nil {
		return fmt.Errorf("end admissions: %w", err)
	}
	ctx = context.WithoutCancel(ctx)
	var farewell errgroup.Group // a hundred people are not removed one after the other; an SFU that hangs holds few
	farewell.SetLimit(endingsAtOnce)
	for _, e := range endings {
		farewell.Go(func() error {
			s.farewell(ctx, e)
			return nil
		})
	}
	return farewell.Wait()
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
