package store_test

import (
	"strings"
	"testing"

	"parvis/privacy"
)

func TestAHoldOnARoomKeepsItsLobbyItsLockAndTheAnswersToASeriesThatGoesOn(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		write(t, url, w.now, "UPDATE lobby_tickets SET state = 'refused'",
			"INSERT INTO proposals (invitee_id, meeting_id, occurrence, starts, duration, comment, sequence, proposed_at) SELECT id, meeting_id, '', '2026-01-01T10:00:00', 3600, name, 0, $AT FROM invitees WHERE meeting_id = '"+w.meeting+"'",
			"INSERT INTO reports (notice_id, invitee_id, occurrence) SELECT n.id, i.id, '' FROM notices n CROSS JOIN invitees i WHERE i.meeting_id = '"+w.meeting+"'",
			// She is invited twice to what goes on: by her account, and by the address that is hers.
			"UPDATE invitees SET meeting_id = '"+w.meeting+"' WHERE folded = '"+odilesAddress+"'")
		hold, err := w.service.PlaceHold(t.Context(), commanding, privacy.HeldRoom, "aaa-bbbb-ccc", "Contentieux 12/2026")
		if err != nil {
			t.Fatal(err)
		}
		kept := map[string]string{
			"tickets":                "SELECT COUNT(*) FROM lobby_tickets WHERE person_id = '" + w.odile.ID + "' AND name = '" + odilesName + "'",
			"the lock":               "SELECT COUNT(*) FROM sessions WHERE locked_by = '" + w.odile.DisplayName() + "'",
			"invitations":            "SELECT COUNT(*) FROM invitees WHERE meeting_id = '" + w.meeting + "' AND name = '" + odilesName + "'",
			"the address invited":    "SELECT COUNT(*) FROM invitees WHERE meeting_id = '" + w.meeting + "' AND email = '" + odilesAddress + "'",
			"answers":                "SELECT COUNT(*) FROM answers WHERE meeting_id = '" + w.meeting + "' AND comment LIKE '" + odilesName + "%'",
			"proposals":              "SELECT COUNT(*) FROM proposals WHERE meeting_id = '" + w.meeting + "' AND comment = '" + odilesName + "'",
			"reports to be told":     "SELECT COUNT(*) FROM reports r JOIN invitees i ON i.id = r.invitee_id WHERE i.name = '" + odilesName + "'",
			"letters about the past": "SELECT COUNT(*) FROM letters WHERE name = '" + odilesName + "'",
		}
		before := map[string]string{}
		for what, query := range kept {
			if before[what] = tell(t, look(t, url), query); before[what] == "0" {
				t.Fatalf("there are no %s to keep", what)
			}
		}
		p, err := w.service.PreviewErasure(t.Context(), commanding, w.odile.ID)
		if err != nil {
			t.Fatal(err)
		}
		e := w.erase(t, privacy.Handover{To: privacy.Archive})
		for what, query := range kept {
			if got := tell(t, look(t, url), query); got != before[what] {
				t.Errorf("%s: %s of %s are left in a room that is held", what, got, before[what])
			}
		}
		// Three invitations, two answers, two proposals and three reports, of the series and of what is over.
		for kind, want := range map[privacy.Kind]int{privacy.Lobby: 1, privacy.SignIns: 1, privacy.Attendance: 2, privacy.Invitations: 10} {
			if said, did := p.Kinds[kind].Held, e.Done.Kinds[kind].Held; said != want || did != want {
				t.Errorf("%s: %d held in the preview and %d in the receipt, of %d", kind, said, did, want)
			}
		}
		for what, query := range map[string]string{
			"letters to send":                       "SELECT COUNT(*) FROM letters WHERE state = 'queued' AND recipient = 'person:" + w.odile.ID + "'",
			"invitations of an address to go on":    "SELECT COUNT(*) FROM invitees WHERE meeting_id = '" + w.meeting + "' AND folded = '" + odilesAddress + "' AND person_id IS NULL",
			"claims of an account that holds none":  "SELECT COUNT(*) FROM invitees WHERE meeting_id = '" + w.meeting + "' AND claimed_by = '" + w.odile.ID + "'",
			"roles in the room that would let in":   "SELECT COUNT(*) FROM grants WHERE subject_id = '" + w.odile.ID + "' AND subject_kind = 'person'",
			"sign-ins of hers that nobody ended":    "SELECT COUNT(*) FROM sign_ins WHERE person_id = '" + w.odile.ID + "' AND ended_at IS NULL",
			"links of hers by which one may get in": "SELECT COUNT(*) FROM links WHERE name = '" + odilesName + "' AND revoked_at IS NULL",
		} {
			if got := tell(t, look(t, url), query); got != "0" {
				t.Errorf("%s %s are left", got, what)
			}
		}

		if _, err := w.service.ReleaseHold(t.Context(), commanding, hold.ID, "Contentieux clos"); err != nil {
			t.Fatal(err)
		}
		if err := w.service.Run(t.Context(), e.ID); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{odilesName, odilesAddress} {
			if where := w.found(t, word); len(where) > 0 {
				t.Errorf("after the release %s stands in %s", word, strings.Join(where, ", "))
			}
		}
	})
}
