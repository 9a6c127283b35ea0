package store_test

import (
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"parvis/audit"
	"parvis/auth"
	"parvis/privacy"
)

func TestAnErasureTakesAwayWhatStillWaitsToBeSealedOfSomebodyWithoutAKey(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		write(t, url, w.now, "DELETE FROM person_keys WHERE person_id = '"+w.odile.ID+"'")
		var entries []audit.Entry
		for _, actor := range []string{w.odile.ID, w.bernard.ID} {
			entries = append(entries, audit.Entry{
				At: w.now, OrgID: auth.DefaultOrgID, Action: "room.updated", Actor: "person:" + actor, Subject: "room:" + w.room.ID,
				Network: "192.0.2.0/24", Reason: odilesName + " asked for it", Data: json.RawMessage("{}"),
			})
		}
		if err := w.db.Record(t.Context(), entries); err != nil {
			t.Fatal(err)
		}
		w.erase(t, privacy.Handover{To: privacy.Archive})
		waiting := "SELECT COUNT(*) FROM audit WHERE network <> '' AND reason <> '' AND actor = 'person:"
		if got := tell(t, look(t, url), waiting+w.odile.ID+"'"); got != "0" {
			t.Errorf("%s rows of her wait with their network and reason", got)
		}
		if got := tell(t, look(t, url), waiting+w.bernard.ID+"'"); got != "1" {
			t.Errorf("%s rows of another wait with their network, of one", got)
		}
		write(t, url, w.now, "DELETE FROM person_keys WHERE person_id = '"+w.bernard.ID+"'") // its bytes are none that open
		sealer := audit.Sealer{
			Trail: w.db, Leases: w.db, Keys: trailKeys(), Holder: "one", Keep: 365 * 24 * time.Hour, Now: func() time.Time { return w.now }, Logger: slog.New(slog.DiscardHandler),
		}
		if err := sealer.Turn(t.Context()); err != nil {
			t.Fatal(err)
		}
		sealed := "SELECT COUNT(*) FROM audit_trail WHERE personal IS NOT NULL AND action = 'room.updated' AND actor = 'person:"
		if got := tell(t, look(t, url), sealed+w.odile.ID+"'"); got != "0" {
			t.Errorf("%s rows of her are sealed with what is personal", got)
		}
		if got := tell(t, look(t, url), sealed+w.bernard.ID+"'"); got != "1" {
			t.Errorf("%s rows of another are sealed with what is personal, of one", got)
		}
		if got := tell(t, look(t, url), "SELECT COUNT(*) FROM person_keys WHERE wrapped IS NULL AND destruction IS NOT NULL AND person_id = '"+w.odile.ID+"'"); got != "1" {
			t.Errorf("%s keys of her are destroyed, and signed to be", got)
		}
	})
}
