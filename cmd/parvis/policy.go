package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"parvis/fault"
	"parvis/policy"
	"parvis/rooms"
)

type policyCommands struct {
	Show    policyShow    `cmd:"" help:"Show what counts for all organizations, for one, for a unit or for a room, and why."`
	Set     policySet     `cmd:"" help:"Decide about a setting, for all organizations, for one, for a unit or for a room."`
	Explain policyExplain `cmd:"" help:"Show which rules count in a room, and why."`
}

// settingWire is what comes of a setting.
type settingWire struct {
	Name   string          `json:"name"`
	Value  json.RawMessage `json:"value"`
	Locked bool            `json:"locked"`
	Reason string          `json:"reason"`
}

func writeSettings(p *process, o output, e policy.Effective) error {
	wire := []settingWire{}
	for _, r := range e {
		wire = append(wire, settingWire{string(r.Setting.Name), r.Setting.JSON(r.Value), r.Locked, r.Reason()})
	}
	return o.answer(p, wire, func() error {
		table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "SETTING\tVALUE\tLOCKED\tWHY")
		for _, w := range wire {
			fmt.Fprintf(table, "%s\t%s\t%v\t%s\n", w.Name, w.Value, w.Locked, w.Reason)
		}
		return table.Flush()
	})
}

// policyPlace is where a policy is: for all where nothing is named.
type policyPlace struct {
	Org  string `help:"The organization, by id, siret or exact name; all when left out."`
	Unit string `help:"A unit of that organization, by id."`
	Room string `help:"Instead: a room, by its code xxx-xxxx-xxx."`
}

func (c policyPlace) at(p *process, d *database) (rooms.PolicyPlace, error) {
	switch {
	case c.Room != "" && (c.Org != "" || c.Unit != ""):
		return rooms.PolicyPlace{}, fault.New(fault.CodeInvalid, "name a room, or an organization and its unit, not both")
	case c.Room != "":
		return rooms.PolicyPlace{Slug: c.Room}, nil
	case c.Unit != "" && c.Org == "":
		return rooms.PolicyPlace{}, fault.New(fault.CodeInvalid, "say of which organization the unit is: --org")
	}
	org, err := d.organization(p.ctx, c.Org)
	return rooms.PolicyPlace{OrgID: org, UnitID: c.Unit}, err
}

type policyShow struct {
	output
	policyPlace
}

// Run shows a policy.
func (c policyShow) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		at, err := c.at(p, d)
		if err != nil {
			return err
		}
		v, err := d.rooms.Policy(p.ctx, operator(), at)
		if err != nil {
			return err
		}
		return writeSettings(p, c.output, v.Effective)
	})
}

type policySet struct {
	output
	Setting string `arg:"" help:"The setting, such as entry."`
	Value   string `arg:"" help:"A word, a number, true or false, or a list as JSON; default takes back what was decided."`
	Lock    bool   `help:"Let nobody below go further."`
	policyPlace
}

// Run decides about a setting.
func (c policySet) Run(p *process) error {
	change, err := c.change()
	if err != nil {
		return err
	}
	return p.withDatabase(func(d *database) error {
		at, err := c.at(p, d)
		if err != nil {
			return err
		}
		before, err := d.rooms.Policy(p.ctx, operator(), at)
		if err != nil {
			return err
		}
		v, err := d.rooms.ChangePolicy(p.ctx, operator(), at, before.Version, change)
		if err != nil {
			return err
		}
		return writeSettings(p, c.output, v.Effective)
	})
}

func (c policySet) change() (rooms.PolicyChange, error) {
	s, known := policy.Find(policy.Name(c.Setting))
	if !known {
		return nil, fault.New(fault.CodeInvalid, "there is no such setting: parvis policy show lists all")
	}
	if c.Value == "default" {
		return rooms.PolicyChange{s.Name: nil}, nil
	}
	text := json.RawMessage(c.Value)
	if s.Kind == policy.Choice {
		text, _ = json.Marshal(c.Value) // a text always can be
	}
	v, ok := s.Parse(text)
	if !ok {
		return nil, fault.New(fault.CodeInvalid, "this is no value of the setting: see docs/operations/policies.md")
	}
	return rooms.PolicyChange{s.Name: &policy.Decided{Value: v, Locked: c.Lock}}, nil
}

type policyExplain struct {
	output
	Room string `arg:"" help:"The code of the room, xxx-xxxx-xxx."`
}

// Run explains a room.
func (c policyExplain) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		e, err := d.rooms.EffectivePolicy(p.ctx, operator(), c.Room)
		if err != nil {
			return err
		}
		return writeSettings(p, c.output, e)
	})
}
