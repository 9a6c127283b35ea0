package api_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/privacy"
)

// keeper is what is kept of camille, who is of the ministry of the interior; nobody else is known.
type keeper struct {
	w       *world
	erasure *privacy.Erasure
	holds   []privacy.Hold
	copies  int
	fails   privacy.Kind // cannot be read
}

var errNoDatabase = errors.New("the database went away")

func keeping(w *world) *privacy.Service {
	w.privacy = &keeper{w: w}
	k := w.privacy
	return privacy.New(privacy.Ports{
		People: k, Copies: k, Erasures: k, Wiping: nil, Holds: k, Hosts: k, Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), URL: home, Now: w.clock,
	})
}

func (k *keeper) DataSubject(_ context.Context, id string) (privacy.Subject, error) {
	if id != camille.PersonID {
		return privacy.Subject{}, fault.New(fault.CodePersonNotFound, "there is no such person")
	}
	about := privacy.Subject{ID: id, OrgID: interior}
	if k.erasure != nil {
		about.ErasingAt = &k.erasure.RequestedAt
	}
	return about, nil
}

func (k *keeper) SubjectAppointments(context.Context, string) ([]privacy.Appointment, error) {
	return nil, nil
}

func (k *keeper) RoomOrg(context.Context, string) (string, string, []string, error) {
	return "0198a5c2-3c0f-7b02-8f3d-00000000000a", interior, nil, nil
}

func (k *keeper) NoteCopy(_ context.Context, _, _, _ string, at, _ time.Time, most int, _ event.Event) error {
	if k.copies++; k.copies > most {
		return fault.New(fault.CodeTooMany, "enough for today").After(time.Hour)
	}
	return nil
}

func (k *keeper) CopyOf(_ context.Context, _ string, kind privacy.Kind, _ string) ([]privacy.Row, string, error) {
	if kind == k.fails {
		return nil, "", errNoDatabase
	}
	return []privacy.Row{{"kind": kind}}, "", nil
}

func (k *keeper) PreviewErasure(_ context.Context, id string, _ time.Time) (privacy.Preview, error) {
	return privacy.Preview{PersonID: id, Rooms: 1, Holds: k.holds, Erasure: k.erasure}, nil
}

func (k *keeper) BeginErasure(ctx context.Context, e privacy.Erasure, decide func(privacy.Preview) error, _ event.Event) (privacy.Erasure, error) {
	p, _ := k.PreviewErasure(ctx, e.PersonID, e.RequestedAt)
	if k.erasure == nil {
		if err := decide(p); err != nil {
			return e, err
		}
		k.erasure = &e
	}
	return *k.erasure, nil
}

func (k *keeper) Erasure(_ context.Context, id string) (privacy.Erasure, error) {
	if k.erasure == nil || k.erasure.ID != id {
		return privacy.Erasure{}, fault.New(fault.CodeErasureNotFound, "there is no such erasure")
	}
	return *k.erasure, nil
}

func (k *keeper) Heir(_ context.Context, _, personID string) error {
	if personID != mounir.PersonID {
		return fault.New(fault.CodePersonNotFound, "there is no such person")
	}
	return nil
}

func (k *keeper) PlaceHold(_ context.Context, h privacy.Hold, _ event.Event) error {
	k.holds = append(k.holds, h)
	return nil
}

func (k *keeper) ReleaseHold(_ context.Context, _, by, reason string, at time.Time, _ event.Event) (privacy.Hold, error) {
	h := k.holds[0]
	h.ReleasedAt, h.ReleasedBy, h.Released = &at, by, reason
	k.holds = nil
	return h, nil
}

func (k *keeper) Hold(_ context.Context, id string) (privacy.Hold, error) {
	if len(k.holds) == 0 || k.holds[0].ID != id {
		return privacy.Hold{}, fault.New(fault.CodeHoldNotFound, "there is no such hold")
	}
	return k.holds[0], nil
}

func (k *keeper) ListHolds(context.Context, auth.Reach, int) ([]privacy.Hold, error) {
	return k.holds, nil
}

func (k *keeper) WebhookHosts(context.Context) ([]string, error) { return nil, nil }

func (k *keeper) RowsOf(context.Context, []string) (map[string]int64, error) { return nil, nil }

// empowered is somebody who administers and has proved anew who they are.
func empowered(name, org string, a auth.Appointment) auth.Identity {
	who := agent(name, org)
	who.Appointments, who.Elevated = []auth.Appointment{a}, true
	return who
}
