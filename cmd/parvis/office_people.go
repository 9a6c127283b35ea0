package main

import (
	"time"

	"parvis/directory"
)

// officeSeatKey names somebody's place in an office.
type officeSeatKey struct {
	officeKey
	Person string `arg:"" help:"The person: an id, or an address that one person of the organization holds."`
}

func (c officeSeatKey) seat(p *process, s directory.Seat) error {
	return c.on(p, func(d *database, o directory.Office) (directory.Office, error) {
		who, err := d.person(p.ctx, c.Person, o.OrgID)
		if err != nil {
			return directory.Office{}, err
		}
		s.PersonID = who.ID
		return d.administration().SeatInOffice(p.ctx, operator(), o.OrgID, o.ID, s)
	})
}

type officeHolder struct {
	officeSeatKey
	From  string `help:"The first day, such as 2026-12-01, or a moment; without it, at once."`
	Until string `help:"The last day, or the moment at which it ends; without it, for good."`
}

// Run makes a holder. Processes that run see it within a second, calls too.
func (c officeHolder) Run(p *process) error {
	s := directory.Seat{Kind: directory.Holds}
	if err := span(&s, c.From, c.Until); err != nil {
		return err
	}
	return c.seat(p, s)
}

type officeDeputy struct {
	officeSeatKey
	Role  string `enum:"owner,moderator" default:"moderator" help:"owner or moderator of each room."`
	From  string `help:"The first day, such as 2026-12-01, or a moment; without it, at once."`
	Until string `required:"" help:"The last day, or the moment at which it ends."`
}

// Run makes a deputy. Processes that run see it within a second, calls too.
func (c officeDeputy) Run(p *process) error {
	s := directory.Seat{Kind: directory.StandsIn, Role: c.Role}
	if err := span(&s, c.From, c.Until); err != nil {
		return err
	}
	return c.seat(p, s)
}

// span reads the dates of a place. A day given as the last one counts to its end, by the clock of the server.
func span(s *directory.Seat, from, until string) error {
	for _, of := range []struct {
		name, text string
		into       **time.Time
		days       int
	}{{"--from", from, &s.NotBefore, 0}, {"--until", until, &s.NotAfter, 1}} {
		if of.text == "" {
			continue
		}
		at, wholeDay, err := momentIn(of.name, of.text)
		if err != nil {
			return err
		}
		if wholeDay {
			at = at.AddDate(0, 0, of.days)
		}
		at = at.UTC()
		*of.into = &at
	}
	return nil
}

type officeLeave struct{ officeSeatKey }

// Run takes somebody out of an office.
func (c officeLeave) Run(p *process) error {
	return c.on(p, func(d *database, o directory.Office) (directory.Office, error) {
		who, err := d.person(p.ctx, c.Person, o.OrgID)
		if err != nil {
			return directory.Office{}, err
		}
		if err := d.administration().LeaveOffice(p.ctx, operator(), o.OrgID, o.ID, who.ID); err != nil {
			return directory.Office{}, err
		}
		return d.administration().Office(p.ctx, operator(), o.OrgID, o.ID)
	})
}
