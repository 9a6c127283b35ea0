package schedule

import (
	"slices"

	"parvis/schedule/recur"
)

// carry takes answers and proposals along when a meeting changes: an answer to a date goes with it when the whole series
// is moved, and a proposal that has come true is one no more. An answer to a date that there is no more stays and is not
// shown: the date may come back.
func (d *dates) carry(before Definition) {
	if !slices.ContainsFunc(d.Invitees, func(i Invitee) bool { return len(i.Answers)+len(i.Proposals) > 0 }) {
		return
	}
	there, by := d.ids(), d.When.Start-before.When.Start
	d.Invitees = slices.Clone(d.Invitees)
	for n := range d.Invitees {
		i := &d.Invitees[n]
		if by != 0 {
			i.Answers = shifted(i.Answers, there, by)
		}
		i.Proposals = slices.DeleteFunc(slices.Clone(i.Proposals), d.fulfils)
	}
}

// ids are the names of the dates.
func (d dates) ids() map[recur.Local]bool {
	there := map[recur.Local]bool{}
	for id := range d.When.Dates() {
		there[id] = true
	}
	return there
}

func shifted(answers []Answer, there map[recur.Local]bool, by recur.Local) []Answer {
	out := slices.Clone(answers)
	for n, a := range out {
		if a.Date != 0 && !there[a.Date] && there[a.Date+by] {
			out[n].Date += by
		}
	}
	slices.SortStableFunc(out, func(a, b Answer) int { return byDate(a, b.Date) })
	return slices.CompactFunc(out, func(a, b Answer) bool { return a.Date == b.Date })
}

// fulfils tells that the meeting takes place when a proposal says.
func (d dates) fulfils(p Proposal) bool {
	if p.Date == 0 {
		return d.When.Start == p.Start
	}
	o, _ := d.override(p.Date)
	return o.Start != nil && *o.Start == p.Start
}

// standing leaves out answers and proposals to dates that there are no more.
func (d dates) standing(list []Invitee) []Invitee {
	dated := func(i Invitee) bool {
		return slices.ContainsFunc(i.Answers, func(a Answer) bool { return a.Date != 0 }) ||
			slices.ContainsFunc(i.Proposals, func(p Proposal) bool { return p.Date != 0 })
	}
	if !slices.ContainsFunc(list, dated) {
		return list
	}
	there := d.ids()
	there[0] = true
	list = slices.Clone(list)
	for n := range list {
		list[n].Answers = slices.DeleteFunc(slices.Clone(list[n].Answers), func(a Answer) bool { return !there[a.Date] })
		list[n].Proposals = slices.DeleteFunc(slices.Clone(list[n].Proposals), func(p Proposal) bool { return !there[p.Date] })
	}
	return list
}

// from leaves answers and proposals to dates before one out: they stay with the part of the series that has these.
func (i Invitee) from(date recur.Local) Invitee {
	i.Answers = slices.DeleteFunc(slices.Clone(i.Answers), func(a Answer) bool { return a.Date != 0 && a.Date < date })
	i.Proposals = slices.DeleteFunc(slices.Clone(i.Proposals), func(p Proposal) bool { return p.Date == 0 || p.Date < date })
	return i
}
