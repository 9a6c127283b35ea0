package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// owning is the use cases of rooms for who decides whose they are.
func (d *database) owning() *rooms.Service {
	ports := d.rooms.Ports
	ports.Owners, ports.Members, ports.Hosts, ports.Live, ports.Media = d.store, d.store, d.store, d.store, noMedia{}
	return rooms.New(ports)
}

// noMedia is the media server of a command, which reaches none. Nothing is handed over in which a meeting runs; what begins at that very
// moment asks the gate.
type noMedia struct{ rooms.Media }

func (noMedia) Apply(context.Context, string, rooms.Admission) error        { return nil }
func (noMedia) Send(context.Context, string, event.Signal, ...string) error { return nil }

type officeOwnerless struct{ ofOrg }

type ownerlessWire struct {
	Slug       string     `json:"slug"`
	Name       string     `json:"name"`
	Office     string     `json:"office,omitempty"`
	CreatedAt  time.Time  `json:"createdAt"`
	LastUsedAt *time.Time `json:"lastUsedAt,omitempty"`
	Elsewhere  bool       `json:"ownedElsewhere,omitempty"`
}

// Run lists rooms, longest unused first.
func (c officeOwnerless) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		org, err := d.organization(p.ctx, c.Org)
		if err != nil {
			return err
		}
		s := d.owning()
		defer s.Close()
		found, err := s.WithoutOwner(p.ctx, operator(), org)
		if err != nil {
			return err
		}
		wire := make([]ownerlessWire, len(found))
		for i, r := range found {
			wire[i] = ownerlessWire{r.Slug, r.Name, r.Office.Name, r.CreatedAt, r.LastUsedAt, r.Elsewhere}
		}
		return c.answer(p, wire, func() error {
			table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "CODE\tNAME\tOFFICE\tLAST USED")
			for _, w := range wire {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", w.Slug, w.Name, w.Office, day(w.LastUsedAt))
			}
			return table.Flush()
		})
	})
}

type officeHandOver struct {
	ofOrg
	Code   string `arg:"" help:"The code of the room, as in its link: qpz-wkfm-jtx."`
	Office string `xor:"heir" required:"" help:"To an office of the organization: its id or exact name."`
	Person string `xor:"heir" required:"" help:"To a person of the organization: an id or an address."`
}

type handedWire struct {
	Slug   string `json:"slug"`
	Office string `json:"office,omitempty"`
	Person string `json:"person,omitempty"`
	Name   string `json:"name"`
}

// Run hands a room over.
func (c officeHandOver) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		org, err := d.organization(p.ctx, c.Org)
		if err != nil {
			return err
		}
		wire := handedWire{Slug: strings.TrimSpace(c.Code)}
		if c.Office != "" {
			o, err := d.office(p.ctx, c.Org, c.Office)
			if err != nil {
				return err
			}
			wire.Office, wire.Name = o.ID, o.Name
		} else {
			who, err := d.person(p.ctx, c.Person, org)
			if err != nil {
				return err
			}
			wire.Person, wire.Name = who.ID, who.DisplayName()
		}
		if err := d.handOver(p.ctx, org, wire); err != nil {
			return err
		}
		return c.answer(p, wire, func() error {
			_, err := fmt.Fprintf(p.stdout, "room      %s\nowned by  %s%s  %s\n", wire.Slug, wire.Office, wire.Person, wire.Name)
			return err
		})
	})
}

func (d *database) handOver(ctx context.Context, org string, to handedWire) error {
	s := d.owning()
	defer s.Close()
	room, err := d.store.Room(ctx, to.Slug)
	if err != nil {
		return err
	}
	_, err = s.Hosts.Running(ctx, room.ID, time.Now().UTC())
	if err == nil && room.OrgID == org {
		return fault.New(fault.CodeConflict, "a meeting runs in this room: hand it over when it is over, or in the console, which tells those who are there")
	}
	if err != nil && !fault.HasCode(err, fault.CodeNoSession) {
		return err
	}
	return s.HandOver(ctx, operator(), org, to.Slug, rooms.Heir{OfficeID: to.Office, PersonID: to.Person})
}
