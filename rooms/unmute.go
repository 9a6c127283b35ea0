package rooms

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

type askedSaid struct {
	Request string `json:"request"`
	By      by     `json:"by"`
}

// askFor is how long somebody may agree to unmute.
const askFor = 5 * time.Minute

// lifts is of an act of asking: the microphone was forbidden when it was asked for, so that agreeing allows it.
const lifts = "lifts"

// answered is of an act of agreeing: the request that it used up.
const answered = "request"

// AskToUnmute asks somebody to turn the microphone on: nobody does that for another. Where it is forbidden to them, or to
// all, agreeing allows it to them.
func (s *Service) AskToUnmute(ctx context.Context, who auth.Identity, slug, participant string) error {
	var request string
	var h host
	done, err := s.moderate(ctx, who, slug, auth.RoomModerate, func(r *Running, by host) error {
		p, err := r.target(by, participant)
		if err != nil {
			return err
		}
		h = by
		request = r.acted(by, ActAskToUnmute, p, map[string]any{lifts: r.silences(p)}).ID
		return nil
	})
	if err != nil {
		return err
	}
	s.whisper(ctx, done.Room, event.SignalUnmuteAsked, askedSaid{request, by{h.name}}, participant)
	return nil
}

// AgreeToUnmute is the answer of the one who was asked, good once. It allows nothing that a host has forbidden since.
func (s *Service) AgreeToUnmute(ctx context.Context, who auth.Identity, slug, participant, request string) error {
	in, err := s.speaker(ctx, who, slug, participant)
	if err != nil {
		return err
	}
	self := host{who: who, name: in.Admission.Name, role: access.Owner, at: s.Now().UTC()}
	done, err := s.Hosts.UpdateSince(ctx, in.Room.ID, request, self.at, func(r *Running, acts []Act) error { return r.agree(self, participant, acts) })
	if fault.HasCode(err, fault.CodeNotFound) {
		return notAsked()
	}
	if err != nil {
		return fmt.Errorf("agree to unmute: %w", err)
	}
	s.follow(ctx, done)
	return nil
}

func notAsked() error {
	return fault.New(fault.CodeNotFound, "nobody asked this, it is answered, or it was too long ago").At("path.id", "wait until a host asks again")
}

// agree answers the request that is the first of these acts; the others came after it.
func (r *Running) agree(h host, participant string, acts []Act) error {
	p := r.person(participant)
	if p == nil {
		return noParticipant()
	}
	asked, since := acts[0], acts[1:]
	answers := func(a Act) bool { return a.Act == ActUnmuteAgreed && a.Data[answered] == asked.ID }
	if asked.Act != ActAskToUnmute || asked.Target != p.Who() || h.at.Sub(asked.At) > askFor || slices.ContainsFunc(since, answers) {
		return notAsked()
	}
	lifted, _ := asked.Data[lifts].(bool)
	forbids := func(a Act) bool { return a.forbids(access.AbilityMicrophone, p.Known()) }
	if r.silences(p) && (!lifted || slices.ContainsFunc(since, forbids)) {
		return fault.New(fault.CodeForbiddenByHost, "a host has forbidden the microphone since this was asked")
	}
	if _, err := r.permit(h, participant, PermissionChange{access.AbilityMicrophone: new(true)}); err != nil {
		return err
	}
	r.Acts = nil // one act is enough
	r.acted(h, ActUnmuteAgreed, p, map[string]any{answered: asked.ID})
	return nil
}
