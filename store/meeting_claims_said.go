package store

import (
	"slices"
	"strings"
)

// What somebody answered who claimed an invitation is theirs, not of who has the address after them. What came by the personal link
// or by mail cannot be told from it, and goes with it. Nobody is told: that would say that an account was behind the address.

// keepsAnswers is the condition that who claims an invitation may claim it again: they have its address, and it is proved for
// nobody else. Their provider answers for it no more, and may again at their next sign-in.
const keepsAnswers = `EXISTS (SELECT 1 FROM emails e JOIN people p ON p.id = e.person_id WHERE e.person_id = i.claimed_by AND e.folded = i.folded
		AND e.until IS NULL AND p.deactivated_at IS NULL)
	AND NOT EXISTS (SELECT 1 FROM emails e JOIN people p ON p.id = e.person_id WHERE e.person_id <> i.claimed_by AND e.folded = i.folded
		AND e.until IS NULL AND e.vouched_at IS NOT NULL AND p.deactivated_at IS NULL)`

// forgetAnswers drops what those answered who have claimed invitations, of which they will not have the address again, and what the
// organizers are still to hear of it.
func (t *tx) forgetAnswers(claimed []string) error {
	return chunks(claimed, func(some []string) error {
		said, err := all[string](t.DB, "SELECT i.id FROM invitees i WHERE i.id IN ? AND NOT ("+keepsAnswers+")", some)
		if err != nil || len(said) == 0 {
			return err
		}
		for _, forget := range []string{
			"UPDATE invitees SET rsvp = 'needs-action' WHERE id IN ?",
			"DELETE FROM answers WHERE invitee_id IN ?",
			"DELETE FROM proposals WHERE invitee_id IN ?",
			`DELETE FROM reports WHERE notice_id IN (SELECT n.id FROM notices n JOIN invitees i ON i.meeting_id = n.meeting_id WHERE i.id IN ? AND n.settled_at IS NULL)
				AND invitee_id IN ?`,
		} {
			args := slices.Repeat([]any{said}, strings.Count(forget, "?"))
			if _, err := exec(t.DB, forget, args...); err != nil {
				return err
			}
		}
		return nil
	})
}
