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
type noOffices struct{ *world }

func (noOffices) OfficeName(context.Context, string) (rooms.Office, error) {
	return rooms.Office{}, fault.New(fault.CodeOfficeNotFound, "there is no such office")
}

func (noOffices) OfficesOf(context.Context, string) ([]rooms.Office, error) { return nil, nil }

func (noOffices) Ownerless(context.Context, string, time.Time, int) ([]rooms.Ownerless, error) {
	return nil, nil
}

func (noOffices) RoomsOf(context.Context, rooms.OrgRoomQuery) (rooms.OrgRoomPage, error) {
	return rooms.OrgRoomPage{}, nil
}

func (n noOffices) MoveRoom(ctx context.Context, roomID string, to rooms.Heir, caller []access.Subject, _ time.Time, decide func(rooms.Owned) ([]event.Event, error)) ([]string, error) {
	mine, err := n.Grants(ctx, roomID, caller)
	if err != nil {
		return nil, err
	}
	if _, err := decide(rooms.Owned{Mine: mine}); err != nil {
		return nil, err
	}
	if to.OfficeID == noSuchOffice {
		return nil, fault.New(fault.CodeOfficeNotFound, "there is no such office in this organization")
	}
	return nil, nil
}

// noSuchOffice is the id of what does not exist.
const noSuchOffice = "0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25"
