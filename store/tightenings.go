package store

import (
	"encoding/json"

	"parvis/auth"
	"parvis/event"
	"parvis/policy"
	"parvis/rooms"
)

// demandRow is what is asked of a setting, as sessions and tickets keep it. The names are those of then: a call is announced by them.
type demandRow struct {
	Value json.RawMessage `json:"value"`
	By    []sourceRow     `json:"by"`
}

type sourceRow struct {
	Level string `json:"level"`
	ID    string `json:"id,omitempty"`
	Name  string `json:"name,omitempty"`
}

func rowOfDemands(asked policy.Demands) document[map[string]demandRow] {
	rows := map[string]demandRow{}
	asked.Each(func(s *policy.Setting, d policy.Demand) {
		row := demandRow{Value: s.JSON(d.Value)}
		for _, by := range d.By {
			row.By = append(row.By, sourceRow{by.Level.String(), by.ID, by.Name})
		}
		rows[string(s.Name)] = row
	})
	return documentOf(rows)
}

// demandsIn reads what is asked; nil where nothing is. A value that this version cannot read asks for the strictest there is.
func demandsIn(rows map[string]demandRow) policy.Demands {
	var asked policy.Demands
	for name, row := range rows {
		s, known := policy.Find(policy.Name(name))
		if !known {
			continue
		}
		d := policy.Demand{By: make([]policy.Source, len(row.By))}
		var ok bool
		if d.Value, ok = s.Parse(row.Value); !ok {
			d.Value = s.Unread()
		}
		for i, by := range row.By {
			level, _ := policy.ParseLevel(by.Level)
			d.By[i] = policy.Source{Level: level, ID: by.ID, Name: by.Name}
		}
		if asked == nil {
			asked = policy.Demands{}
		}
		asked[s.Name] = d
	}
	return asked
}

// lookAtPresence reads what the organization of who enters asks of a session, and, where that is more than counts in one that runs,
// who is in it and what hosts knew. Who is in it already, and comes back, asks for nothing new.
func (t *tx) lookAtPresence(in *rooms.Entered, org string) (err error) {
	back := in.Admission.State == rooms.Open && !in.Begins
	if back || org == "" || org == in.Room.OrgID || org == auth.DefaultOrgID {
		return nil
	}
	if in.Demands, err = t.store.demandsNow(t.DB, org); err != nil {
		return err
	}
	_, felt := in.Asks()
	if in.Begins || len(felt) == 0 {
		return nil
	}
	var own int
	if in.Company, own, err = places(t.DB, in.Room.ID, holderOf(in.Admission)); err != nil {
		return err
	}
	in.AlsoHere = own > 0
	var known struct {
		Asks document[map[string]demandRow]
	}
	err = one(t.DB, &known, "SELECT asks FROM lobby_tickets WHERE room_id = ? AND sign_in_id = ? AND state = 'admitted'", in.Room.ID, key(in.Admission.SignInID))
	in.Agreed = demandsIn(known.Asks.v)
	return ignoreMissing(err)
}

// tighten keeps what who enters asks of the session, for whoever comes to its door from now on.
func (t *tx) tighten(in *rooms.Entered, session string, binds, felt policy.Demands) error {
	if len(binds) == 0 {
		return nil
	}
	in.Untold = len(felt) > 0 && !in.Begins
	_, err := exec(t.DB, "UPDATE sessions SET tightened = ?, untold = CASE WHEN ? THEN ? ELSE untold END WHERE id = ?", rowOfDemands(in.Room.Presence), in.Untold, true, session)
	if err != nil {
		return err
	}
	if !in.Room.Guarded {
		if _, err := exec(t.DB, "UPDATE rooms SET guarded = ? WHERE id = ?", true, in.Room.ID); err != nil {
			return err
		}
		in.Room.Guarded = true
	}
	t.changed(ChangedRoom, in.Room.ID)
	said := map[string]any{}
	binds.Each(func(s *policy.Setting, d policy.Demand) { said[string(s.Name)] = s.JSON(d.Value) })
	return t.happened(event.Event{
		ID: newID(), Type: event.SessionTightened, OrgID: in.Room.OrgID, Subject: "session:" + session,
		Actor: string(in.Admission.WhoKind) + ":" + in.Admission.WhoID, At: t.store.now().UTC(), Data: map[string]any{"room": in.Room.ID, "settings": said},
	})
}

// waitersByPresence tells those who wait because a session becomes stricter by them that it is over.
func (t *tx) waitersByPresence(roomID string) error {
	var some bool
	err := one(t.DB, &some, "SELECT EXISTS (SELECT 1 FROM lobby_tickets WHERE room_id = ? AND state = 'waiting' AND asks_only)", roomID)
	if some {
		t.changed(ChangedLobby, roomID)
	}
	return err
}
