package store

import (
	"strings"
	"testing"
	"time"

	"parvis/privacy"
	"parvis/store/storetest"
)

// A job that a page promises and that nobody wrote removes nothing.
func TestEveryTableThatIsSaidToBePrunedIs(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			if engine == "postgres" && !storetest.HasPostgres(t) {
				return
			}
			p := newPlanner(t, engine, false)
			p.spy.forget()
			if err := p.db.Prune(t.Context(), time.Now().UTC()); err != nil {
				t.Fatal(err)
			}
			asked := map[string]bool{}
			for _, statement := range p.spy.statements() {
				if table, deletes := strings.CutPrefix(statement, "DELETE FROM "); deletes {
					asked[table] = true
				}
			}
			for table, end := range privacy.Ends() {
				if end.Job == privacy.PruneJob && !asked[table] {
					t.Errorf("%s: nothing prunes it", table)
				}
			}
		})
	}
}
