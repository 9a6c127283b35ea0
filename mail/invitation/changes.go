package invitation

import (
	"fmt"
	"time"

	"parvis/schedule"
	"parvis/schedule/recur"
	"parvis/text"
)

// change is one thing that is otherwise than the reader was told: in a sentence, and as it was and is.
type change struct{ Sentence, Was, Is string }

// mostChanges is how many single dates a mail names.
const mostChanges = 10

// changeWords are the sentences; %s are dates.
type changeWords struct {
	Heading, Before, Now string // as templates read them
	none, more           string

	dateMoved, onceMoved       string // from, to
	dateLength, onceLength     string
	dateCancelled, dateAdded   string
	dateRestored               string
	dateTitle, dateDescription string
	onceTitle, onceDescription string
	series, title, place       string
	at, seriesFrom             string // day and clock; repetition, clocks, first day
	nextDate                   string // of a subject
}

var frenchChanges = changeWords{
	Heading: "Ce qui change", Before: "Avant\u00a0:", Now: "Désormais\u00a0:", none: "Le titre, les dates et la salle restent ceux que vous connaissez.", more: "Et %d autres dates : voyez l’invitation en ligne.",
	dateMoved: "La date du %s est désormais le %s.", onceMoved: "La réunion du %s est désormais le %s.",
	dateLength: "La date du %s finit à une autre heure.", onceLength: "La réunion du %s finit à une autre heure.",
	dateCancelled: "La date du %s est annulée.", dateAdded: "Une date s’ajoute : le %s.", dateRestored: "La date du %s est rétablie.",
	dateTitle: "La date du %s a un autre titre.", dateDescription: "La description de la date du %s a changé.",
	onceTitle: "La réunion du %s a un autre titre.", onceDescription: "La description de la réunion du %s a changé.",
	series: "Les dates de la série ont changé.", title: "Le titre a changé.", place: "La réunion a lieu dans une autre salle : utilisez le lien de ce message.",
	at: "%s à %s", seriesFrom: "%s, %s, à partir du %s", nextDate: "prochaine date\u00a0: %s",
}

var englishChanges = changeWords{
	Heading: "What has changed", Before: "Before:", Now: "Now:", none: "Title, dates and room are as you know them.", more: "And %d more dates: see the invitation on the web.",
	dateMoved: "The date of %s is now %s.", onceMoved: "The meeting of %s is now %s.",
	dateLength: "The date of %s ends at another time.", onceLength: "The meeting of %s ends at another time.",
	dateCancelled: "The date of %s is cancelled.", dateAdded: "A date was added: %s.", dateRestored: "The date of %s is restored.",
	dateTitle: "The date of %s has another title.", dateDescription: "The description of the date of %s has changed.",
	onceTitle: "The meeting of %s has another title.", onceDescription: "The description of the meeting of %s has changed.",
	series: "The dates of the series have changed.", title: "The title has changed.", place: "The meeting takes place in another room: use the link of this message.",
	at: "%s at %s", seriesFrom: "%s, %s, from %s", nextDate: "next date: %s",
}

// changed says what is otherwise than the reader was told; nil where nobody knows.
func (w words) changed(m schedule.Mailing) []change {
	c := m.Changes
	if c == nil {
		return nil
	}
	var list []change
	if c.Title != nil {
		list = append(list, change{w.title, text.Line(c.Title.Was), text.Line(c.Title.Is)})
	}
	if c.Series != nil {
		list = append(list, change{w.series, w.seriesSaid(c.Series.Was, c.Zone.Was), w.seriesSaid(c.Series.Is, c.Zone.Is)})
	}
	if c.Place != nil {
		list = append(list, change{w.place, c.Place.Was.Slug, c.Place.Is.Slug})
	}
	for n, d := range c.Dates {
		if n == mostChanges {
			return append(list, change{Sentence: fmt.Sprintf(w.more, len(c.Dates)-n)})
		}
		list = append(list, w.dateChanged(d, c.Zone, m.Meeting.When.Recurs())...)
	}
	if len(list) == 0 {
		list = append(list, change{Sentence: w.none})
	}
	return list
}

// dateChanged says what became of one date.
func (w words) dateChanged(d schedule.DateTurn, zone schedule.Turn[*time.Location], recurs bool) []change {
	switch {
	case d.Left != nil:
		return []change{{fmt.Sprintf(w.dateRestored, w.whenOf(d.Left, zone.Was)), "", w.spanOf(d.Is.Occurrence, zone.Is)}}
	case d.Was == nil:
		return []change{{fmt.Sprintf(w.dateAdded, w.whenOf(d.Is, zone.Is)), "", w.spanOf(d.Is.Occurrence, zone.Is)}}
	case d.Is == nil:
		return []change{{fmt.Sprintf(w.dateCancelled, w.whenOf(d.Was, zone.Was)), w.spanOf(d.Was.Occurrence, zone.Was), ""}}
	}
	moved, length, title, description := w.dateMoved, w.dateLength, w.dateTitle, w.dateDescription
	if !recurs {
		moved, length, title, description = w.onceMoved, w.onceLength, w.onceTitle, w.onceDescription
	}
	was, is := w.whenOf(d.Was, zone.Was), w.whenOf(d.Is, zone.Is)
	spans := [2]string{w.spanOf(d.Was.Occurrence, zone.Was), w.spanOf(d.Is.Occurrence, zone.Is)}
	var list []change
	switch {
	case was != is || zone.Was.String() != zone.Is.String():
		list = append(list, change{fmt.Sprintf(moved, was, is), spans[0], spans[1]})
	case spans[0] != spans[1]:
		list = append(list, change{fmt.Sprintf(length, was), spans[0], spans[1]})
	}
	if a, b := d.Was.Own.Title, d.Is.Own.Title; !same(a, b) {
		list = append(list, change{fmt.Sprintf(title, is), text.Line(d.Was.Title), text.Line(d.Is.Title)})
	}
	if a, b := d.Was.Own.Description, d.Is.Own.Description; !same(a, b) {
		list = append(list, change{Sentence: fmt.Sprintf(description, is)})
	}
	return list
}

func same(a, b *string) bool { return a == b || (a != nil && b != nil && *a == *b) }

// whenOf is day and clock of a date in a sentence.
func (w words) whenOf(d *schedule.DateKnown, zone *time.Location) string {
	start := d.Start.In(zone)
	return fmt.Sprintf(w.at, w.day(start), w.clock(start))
}

// seriesSaid is when a series takes place, without single dates.
func (w words) seriesSaid(s recur.Series, zone *time.Location) string {
	first := s.At(s.Start, zone)
	if !s.Recurs() {
		return w.spanOf(schedule.Occurrence{Start: first.Start, End: first.End}, zone)
	}
	from, to := first.Start.In(zone), first.End.In(zone)
	said := fmt.Sprintf(w.seriesFrom, w.repetition(s), fmt.Sprintf(w.clocks, w.clock(from), w.clock(to)), w.date(w.calendar, from))
	return w.in(said, from)
}
