package store

import (
	"slices"

	"gorm.io/gorm"

	"parvis/fault"
)

// Accounts that were merged are of one person. What is moved has the account that stays; what tells of the past stays with the
// account that it was written for.

const (
	// accountsBelow lists an account and those that became part of it, whatever the way.
	accountsBelow = `WITH RECURSIVE same (id) AS (SELECT p.id FROM people p WHERE p.id = ? UNION SELECT m.person_id FROM merges m JOIN same ON m.into_id = same.id)
		SELECT id FROM same`
	// accountsAbove lists an account and those of which it became part.
	accountsAbove = `WITH RECURSIVE same (id) AS (SELECT p.id FROM people p WHERE p.id = ? UNION SELECT m.into_id FROM merges m JOIN same ON m.person_id = same.id)
		SELECT id FROM same`
	// beingErased is the condition that an erasure of the person of an account was asked for.
	beingErased = "EXISTS (SELECT 1 FROM erasures x WHERE x.person_id IN (" + accountsAbove + "))"
)

// mergedAccounts are a person's account and those merged into it, the person's own first.
func mergedAccounts(g *gorm.DB, personID string) ([]string, error) {
	ids, err := all[string](g, accountsBelow+" ORDER BY id", personID)
	if err != nil {
		return nil, err
	}
	others := slices.DeleteFunc(ids, func(id string) bool { return id == personID })
	return append([]string{personID}, others...), nil
}

// relatedTo are all accounts of which a hold keeps what is about a person.
func relatedTo(g *gorm.DB, personID string) ([]string, error) {
	below, err := mergedAccounts(g, personID)
	if err != nil {
		return nil, err
	}
	above, err := all[string](g, accountsAbove, personID)
	return distinct(append(below, above...)), err
}

// holdAccounts locks the accounts of a person, so that holds, merges and erasures of them come one after the other.
func (t *tx) holdAccounts(personID string) error {
	if !isKey(personID) {
		return nobodyThere()
	}
	related, err := relatedTo(t.DB, personID)
	if err != nil {
		return err
	}
	if _, err := all[string](t.DB, "SELECT id FROM people WHERE id IN ? ORDER BY id"+t.store.dialect.forUpdate, related); err != nil {
		return err
	}
	now, err := relatedTo(t.DB, personID)
	if err == nil && len(now) != len(related) {
		err = errAgain // one was merged meanwhile
	}
	return err
}

func openHolds(g *gorm.DB, personID string) ([]holdRow, error) {
	related, err := relatedTo(g, personID)
	if err != nil {
		return nil, err
	}
	return all[holdRow](g, "SELECT * FROM holds WHERE subject_kind = 'person' AND subject_id IN ? AND ended_at IS NULL ORDER BY id", related)
}

// mayMerge refuses what a hold keeps as it is, and what is being taken away.
func mayMerge(g *gorm.DB, people ...string) error {
	for _, id := range people {
		held, err := openHolds(g, id)
		if err != nil {
			return err
		}
		if len(held) > 0 {
			return fault.Newf(fault.CodeHeld, "the hold %s keeps what is about one of the two", held[0].ID)
		}
	}
	var erasing bool
	err := one(g, &erasing, "SELECT EXISTS (SELECT 1 FROM erasures WHERE person_id IN ?)", people)
	if err == nil && erasing {
		err = fault.New(fault.CodePersonErased, "an erasure of one of the two was asked for")
	}
	return err
}

// aboutEach is what queries about a person name each of their accounts by.
func aboutEach(g *gorm.DB, personID string) ([]map[string]any, error) {
	ids, err := mergedAccounts(g, personID)
	if err != nil {
		return nil, err
	}
	list, seen := make([]map[string]any, len(ids)), map[any]bool{}
	for i, id := range ids {
		args, err := aboutPerson(g, id)
		if err != nil {
			return nil, err
		}
		address := args["address"]
		if i > 0 { // the address of an account that is closed for good may be somebody else's by now
			given := seen[address]
			if !given {
				err = one(g, &given, "SELECT EXISTS (SELECT 1 FROM emails WHERE folded = ? AND until IS NULL AND person_id NOT IN ?)", address, ids)
			}
			if err != nil {
				return nil, err
			}
			if given {
				args["address"], args["mailbox"] = "", "email:"
			}
		}
		list[i], seen[address] = args, true
	}
	return list, nil
}
