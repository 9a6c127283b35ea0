package api_test

import (
	"context"
	"time"

	"parvis/access"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// noOffices is a platform without offices, and without rooms that nobody owns. What offices do is a suite of the store's.
type noOffices struct{}

func (noOffices) OfficeName(context.Context, string) (rooms.Office, error) {
	return rooms.Office{}, fault.New(fault.CodeOfficeNotFound, "there is no such office")
}

func (noOffices) OfficesOf(context.Context, string) ([]rooms.Office, error) { return nil, nil }

func (noOffices) Ownerless(context.Context, string, time.Time, int) ([]rooms.Ownerless, error) {
	return nil, nil
}

func (noOffices) MoveRoom(_ context.Context, _ string, to rooms.Heir, _ []access.Subject, _ time.Time, decide func(rooms.Owned) ([]event.Event, error)) ([]string, error) {
	if _, err := decide(rooms.Owned{}); err != nil {
		return nil, err
	}
	if to.OfficeID == nowhere {
		return nil, fault.New(fault.CodeOfficeNotFound, "there is no such office in this organization")
	}
	return nil, nil
}

// nowhere is the id of what does not exist.
const nowhere = "0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25"
