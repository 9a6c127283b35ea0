package audit

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"parvis/seal"
)

// PersonKey is the key of what the trail tells of one person, wrapped by the key of the installation. Destroyed, it takes the
// names with it; the ciphertext stays, and so do the hashes over it. Destruction is the signature of that.
type PersonKey struct {
	ID        string
	PersonID  string
	Wrapped   []byte
	CreatedAt time.Time

	Destroyed   bool
	DestroyedAt time.Time
	Destruction []byte
}

// binding ties a wrapped key to its row and its person: swapped with another it does not open.
func (p PersonKey) binding() string { return "person key " + p.ID + " of " + p.PersonID }

func (k Keys) newPersonKey(personID string, now time.Time) (PersonKey, error) {
	var key [32]byte
	if _, err := rand.Read(key[:]); err != nil {
		return PersonKey{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return PersonKey{}, err
	}
	p := PersonKey{ID: id.String(), PersonID: personID, CreatedAt: now.UTC().Truncate(time.Microsecond)}
	p.Wrapped = k.names.Seal(string(key[:]), p.binding())
	return p, nil
}

func (k Keys) unwrap(p PersonKey) (seal.Box, error) {
	text, err := k.names.Open(p.Wrapped, p.binding())
	if err != nil || len(text) != 32 {
		return seal.Box{}, fmt.Errorf("the key %s of a person does not open", p.ID)
	}
	return seal.New([32]byte([]byte(text))), nil
}

// bindingOf ties what is personal to its row.
func bindingOf(rowID string) string { return "audit row " + rowID }

func sealPersonal(box seal.Box, rowID string, p Personal) ([]byte, error) {
	if p == (Personal{}) {
		return nil, nil
	}
	text, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	return box.Seal(string(text), bindingOf(rowID)), nil
}

func openPersonal(box seal.Box, r Row) (Personal, error) {
	var p Personal
	text, err := box.Open(r.Personal, bindingOf(r.ID))
	if err != nil || text == "" {
		return p, err
	}
	return p, json.Unmarshal([]byte(text), &p)
}

// reader opens what is personal, with each person's key unwrapped once.
type reader struct {
	keys    Keys
	trusted []PublicKey          // which sign that a key was destroyed
	people  map[string]PersonKey // by id of the key
	opened  map[string]seal.Box
	refused map[string]bool
}

func (k Keys) reader(trusted []PublicKey, people map[string]PersonKey) *reader {
	return &reader{keys: k, trusted: trusted, people: people, opened: map[string]seal.Box{}, refused: map[string]bool{}}
}

// open answers what a row tells of a person; erased when its key was destroyed by an erasure.
func (r *reader) open(row Row) (p Personal, erased bool, err error) {
	if len(row.Personal) == 0 {
		return p, false, nil
	}
	if row.KeyID == "" {
		p, err = openPersonal(r.keys.names, row)
		return p, false, err
	}
	key, known := r.people[row.KeyID]
	switch {
	case !known:
		return p, false, fmt.Errorf("there is no key %s", row.KeyID)
	case key.Destroyed && !key.erased(r.trusted):
		return p, false, key.takenAway()
	case key.Destroyed:
		return p, true, nil
	case r.refused[key.ID]:
		return p, false, fmt.Errorf("the key %s of a person does not open", key.ID)
	}
	box, have := r.opened[key.ID]
	if !have {
		if box, err = r.keys.unwrap(key); err != nil {
			r.refused[key.ID] = true
			return p, false, err
		}
		r.opened[key.ID] = box
	}
	p, err = openPersonal(box, row)
	return p, false, err
}
