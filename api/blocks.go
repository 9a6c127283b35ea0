package api

import (
	"context"
	"net/http"
	"time"

	"parvis/fault"
)

type blocked struct {
	ID        string    `json:"id"`
	Name      string    `json:"name" doc:"The name they had in the call."`
	Kind      string    `json:"kind" enum:"person,guest,service,phone,matrix,system"`
	BlockedAt time.Time `json:"blockedAt"`
	BlockedBy string    `json:"blockedBy"`
}

type blockList struct {
	Items []blocked `json:"items" doc:"Latest first."`
}

type blocksOutput struct {
	Body blockList
}

var opBlocks = byHost(operation{
	id: "list-blocks", method: http.MethodGet, path: "/rooms/{slug}/blocks", summary: "Who is kept out",
	answer: blockList{[]blocked{{"0198a5c4-1b11-7a20-8e41-9b6f3d5c2a77", "Alex", "guest", exampleTime, "Camille Martin"}}},
})

func (s *server) blocks(ctx context.Context, in *RoomPath) (*blocksOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	found, err := s.Rooms.Blocks(ctx, of(ctx).who, in.Slug)
	if err != nil {
		return nil, err
	}
	out := blockList{Items: make([]blocked, len(found))}
	for i, b := range found {
		out.Items[i] = blocked{b.ID, b.Name, string(b.Who.Kind), at(b.BlockedAt), b.BlockedByName}
	}
	return &blocksOutput{out}, nil
}

var opUnblock = byHost(operation{
	id: "unblock", method: http.MethodDelete, path: "/rooms/{slug}/blocks/{id}", status: http.StatusNoContent,
	summary: "Take a block back", codes: []fault.Code{fault.CodeBlockNotFound, fault.CodeInvalid},
})

type unblockInput struct {
	RoomPath
	ID string `path:"id" example:"0198a5c4-1b11-7a20-8e41-9b6f3d5c2a77" doc:"An id of GET blocks."`
}

func (s *server) unblock(ctx context.Context, in *unblockInput) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nil, s.Rooms.Unblock(ctx, of(ctx).who, in.Slug, in.ID)
}
