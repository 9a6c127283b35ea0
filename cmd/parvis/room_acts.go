package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"parvis/auth"
	"parvis/rooms"
)

// oneRoom is what commands about one room are told.
type oneRoom struct {
	output
	Code string `arg:"" help:"The code of the room, as in its link: qpz-wkfm-jtx."`
}

// ofRoom is the operator as the software of the room's organization, which may do to its rooms what owners do.
func (d *database) ofRoom(ctx context.Context, code string) (auth.Identity, rooms.Listed, error) {
	room, err := d.store.Room(ctx, code)
	if err != nil {
		return auth.Identity{}, rooms.Listed{}, err
	}
	who := auth.Identity{Kind: auth.Service, ID: "command", OrgID: room.OrgID, Scopes: auth.Scopes()}
	view, err := d.rooms.Get(ctx, who, code)
	if err == nil && !view.Full {
		err = errors.New("the room is not the organization's any more")
	}
	if err != nil {
		return auth.Identity{}, rooms.Listed{}, err
	}
	return who, view.Listed, nil
}

func (c oneRoom) say(p *process, d *database, r rooms.Listed) error {
	wire := d.wireRoom(r)
	if c.Output == "json" {
		return json.NewEncoder(p.stdout).Encode(wire)
	}
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "CODE\t%s\nNAME\t%s\nENTRY\t%s\nCREATED\t%s\nLAST USED\t%s\n", wire.Slug, wire.Name, wire.Entry, day(&wire.Created), day(wire.LastUsed))
	if wire.Archived != nil {
		fmt.Fprintf(table, "ARCHIVED\t%s\n", day(wire.Archived))
	}
	if wire.URL != "" {
		fmt.Fprintf(table, "LINK\t%s\n", wire.URL)
	}
	return table.Flush()
}

// change archives a room or restores it; one that is so already stays as it is.
func (c oneRoom) change(p *process, archived bool) error {
	return p.withDatabase(func(d *database) error {
		who, room, err := d.ofRoom(p.ctx, strings.TrimSpace(c.Code))
		if err != nil {
			return err
		}
		if (room.ArchivedAt != nil) != archived {
			if room, err = d.rooms.Update(p.ctx, who, room.Slug, room.Version, rooms.Change{Archived: &archived}); err != nil {
				return err
			}
		}
		return c.say(p, d, room)
	})
}

type roomShow struct{ oneRoom }

// Run shows a room.
func (c roomShow) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		_, room, err := d.ofRoom(p.ctx, strings.TrimSpace(c.Code))
		if err != nil {
			return err
		}
		return c.say(p, d, room)
	})
}

type roomArchive struct{ oneRoom }

// Run archives a room.
func (c roomArchive) Run(p *process) error { return c.change(p, true) }

type roomRestore struct{ oneRoom }

// Run restores a room.
func (c roomRestore) Run(p *process) error { return c.change(p, false) }
