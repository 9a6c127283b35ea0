package sfu

import (
	"fmt"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"parvis/fault"
	"parvis/rooms"
)

const (
	// heldFor is how long after its relay a replica vouches for an admission while the database does not answer.
	heldFor     = 15 * time.Minute
	heldMax     = 16384
	refusedMax  = 32768
	cutMax      = 32768
	basisHeld   = "held"
	basisPass   = "pass"
	basisChecks = "database"
)

// memory is what a replica knows of admissions without asking anybody: for the time in which nobody answers.
type memory struct {
	held    *lru.Cache[string, held]
	refused *lru.Cache[string, fault.Code] // refused by the door: final
	cut     *lru.Cache[string, struct{}]   // cut here: perhaps ended, perhaps only lost by the SFU
}

type held struct {
	in rooms.Entered
	at time.Time // the last moment that a relay was open, as far as known
}

func newMemory() (*memory, error) {
	h, err := lru.New[string, held](heldMax)
	if err != nil {
		return nil, fmt.Errorf("memory of the gate: %w", err)
	}
	r, err := lru.New[string, fault.Code](refusedMax)
	if err != nil {
		return nil, fmt.Errorf("memory of the gate: %w", err)
	}
	c, err := lru.New[string, struct{}](cutMax)
	if err != nil {
		return nil, fmt.Errorf("memory of the gate: %w", err)
	}
	return &memory{held: h, refused: r, cut: c}, nil
}

// hold notes that a relay of the admission is open.
func (m *memory) hold(in rooms.Entered, at time.Time) {
	m.held.Add(in.Admission.ID, held{in: in, at: at})
}

// checked notes that the door let the admission in.
func (m *memory) checked(id string) {
	m.refused.Remove(id)
	m.cut.Remove(id)
}

// refuse notes a final refusal.
func (m *memory) refuse(id string, code fault.Code) {
	m.refused.Add(id, code)
	m.held.Remove(id)
}

// recent is what the admission was when its relay was last open here, not longer ago than heldFor.
func (m *memory) recent(id string, now time.Time) (rooms.Entered, bool) {
	h, ok := m.held.Peek(id)
	if !ok || now.Sub(h.at) > heldFor {
		return rooms.Entered{}, false
	}
	return h.in, true
}
