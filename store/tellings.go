package store

import (
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"parvis/schedule"
	"parvis/schedule/recur"
)

// tellingRow is a version of a meeting as letters told it. Its letters share it.
type tellingRow struct {
	MeetingID string
	Version   int64
	Said      document[tellingDoc]
}

func (tellingRow) TableName() string { return "tellings" }

// tellingDoc is written and read whole; its keys are short and never change.
type tellingDoc struct {
	Sequence  int            `json:"sequence,omitempty"` // absent where it was written before this was kept
	Title     string         `json:"title"`
	Starts    recur.Local    `json:"starts"`
	Zone      string         `json:"zone"`
	Duration  recur.Duration `json:"duration"`
	Rules     []string       `json:"rules,omitempty"`
	RDates    []recur.Local  `json:"rdates,omitempty"`
	ExDates   []recur.Local  `json:"exdates,omitempty"`
	Overrides []overrideDoc  `json:"overrides,omitempty"`
	Mode      string         `json:"mode"`
	Room      string         `json:"room"`
	Slug      string         `json:"slug"`
}

func tellingOf(m schedule.Meeting) tellingRow {
	k := m.Known()
	doc := tellingDoc{
		Sequence: m.Sequence, Title: k.Title, Starts: k.When.Start, Zone: k.When.Zone, Duration: k.When.Duration, RDates: k.When.RDates, ExDates: k.When.ExDates,
		Mode: string(k.Place.Mode), Room: k.Place.RoomID, Slug: k.Place.Slug,
	}
	for _, r := range k.When.Rules {
		doc.Rules = append(doc.Rules, r.String())
	}
	for _, o := range k.Overrides {
		doc.Overrides = append(doc.Overrides, overrideDoc(o))
	}
	return tellingRow{m.ID, m.Version, documentOf(doc)}
}

func (d tellingDoc) known() (*schedule.Known, error) {
	k := schedule.Known{
		Title: d.Title, When: recur.Series{Start: d.Starts, Zone: d.Zone, Duration: d.Duration, RDates: d.RDates, ExDates: d.ExDates},
		Place: schedule.Place{Mode: schedule.PlaceMode(d.Mode), RoomID: d.Room, Slug: d.Slug},
	}
	for _, text := range d.Rules {
		rule, err := recur.ParseRule(text, nil)
		if err != nil {
			return nil, fmt.Errorf("read what was told: %w", err)
		}
		k.When.Rules = append(k.When.Rules, rule)
	}
	for _, o := range d.Overrides {
		k.Overrides = append(k.Overrides, schedule.Override(o))
	}
	return &k, nil
}

// begun notes that a letter may be on its way, and what an invitation says. A try of before may have said something else; what
// counts is what arrived last.
func (t *tx) begun(l schedule.Letter, m schedule.Meeting, now time.Time) error {
	b := t.batch()
	if l.Kind == schedule.LetterRequest {
		insert(b, []tellingRow{tellingOf(m)}, clause.OnConflict{DoNothing: true})
		b.exec("UPDATE letters SET begun_at = COALESCE(begun_at, ?), told_version = ? WHERE id = ?", moment(now), m.Version, l.ID)
	} else {
		b.exec("UPDATE letters SET begun_at = COALESCE(begun_at, ?) WHERE id = ?", moment(now), l.ID)
	}
	return b.send()
}

// told finds the last invitation that somebody had before a letter, and what they know of the meeting by it and by cancellations
// of single dates since. Who was struck off since was told nothing.
func told(g *gorm.DB, l letterRow) (was bool, known *schedule.Known, err error) {
	rows, err := all[struct {
		Kind       string
		Occurrence string
		Said       *string
	}](g, `SELECT l.kind, l.occurrence, t.said FROM letters l LEFT JOIN tellings t ON t.meeting_id = l.meeting_id AND t.version = l.told_version
		WHERE l.meeting_id = ? AND l.recipient = ? AND l.version < ? AND l.state = 'sent' AND l.kind IN ('request', 'cancel')
			AND l.version >= COALESCE((SELECT MAX(r.version) FROM letters r WHERE r.meeting_id = l.meeting_id AND r.recipient = l.recipient
				AND r.version < ? AND r.state = 'sent' AND r.kind = 'request'), 0)
		ORDER BY l.version DESC`, l.MeetingID, l.Recipient, l.Version, l.Version)
	var off []recur.Local
	for _, r := range rows {
		switch {
		case r.Kind == string(schedule.LetterRequest):
			return knownBy(r.Said, off)
		case r.Occurrence == "":
			return false, nil, nil
		}
		date, err := recur.ParseLocal(r.Occurrence)
		if err != nil {
			return false, nil, err
		}
		off = append(off, date)
	}
	return false, nil, err
}

func knownBy(said *string, off []recur.Local) (bool, *schedule.Known, error) {
	if said == nil {
		return true, nil, nil
	}
	var doc tellingDoc
	if err := json.Unmarshal([]byte(*said), &doc); err != nil {
		return false, nil, fmt.Errorf("read what was told: %w", err)
	}
	known, err := doc.known()
	if err == nil {
		*known = known.Without(off)
	}
	return true, known, err
}

// addTold says what sent letters told the one who is invited in m. A letter of before tells at least the SEQUENCE of its birth.
func addTold(g *gorm.DB, m schedule.Meeting) error {
	if len(m.Invitees) == 0 {
		return nil
	}
	rows, err := all[struct {
		Occurrence string
		Sequence   int
		Said       *string
	}](g, `SELECT l.occurrence, l.sequence, t.said FROM letters l LEFT JOIN tellings t ON t.meeting_id = l.meeting_id AND t.version = l.told_version
		WHERE l.meeting_id = ? AND l.recipient = ? AND l.state = 'sent' AND (l.kind = 'request' OR (l.kind = 'cancel' AND l.occurrence <> ''))`,
		m.ID, m.Invitees[0].Key())
	if err != nil {
		return err
	}
	told := schedule.Told{}
	for _, r := range rows {
		var date recur.Local
		if r.Occurrence != "" {
			if date, err = recur.ParseLocal(r.Occurrence); err != nil {
				return err
			}
		}
		var doc tellingDoc
		if r.Said != nil {
			if err := json.Unmarshal([]byte(*r.Said), &doc); err != nil {
				return fmt.Errorf("read what was told: %w", err)
			}
		}
		told[date] = max(told[date], r.Sequence, doc.Sequence)
	}
	m.Invitees[0].Told = told
	return nil
}
