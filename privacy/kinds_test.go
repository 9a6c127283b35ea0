package privacy_test

import (
	"strings"
	"testing"

	"parvis/privacy"
)

func TestEveryKindGoesByAJobOrSaysWhyNot(t *testing.T) {
	for _, d := range privacy.Kinds() {
		for _, w := range []privacy.Words{d.Holds, d.Purpose, d.Seen, d.Kept} {
			if w.FR == "" || w.EN == "" {
				t.Errorf("%s: a text is missing in a language", d.Kind)
			}
		}
		if d.Job == "" && (d.Why.FR == "" || d.Why.EN == "") {
			t.Errorf("%s: neither a job removes it nor does it say why not", d.Kind)
		}
		if d.Fate == privacy.Stays && (d.Why.FR == "" || d.Why.EN == "") {
			t.Errorf("%s stays when somebody is erased, and does not say why", d.Kind)
		}
	}
}

func TestEveryTableIsOfAKindThatIsDeclared(t *testing.T) {
	used := map[privacy.Kind]bool{}
	for _, table := range privacy.Tables() {
		used[table.Kind] = true
		if _, known := privacy.Of(table.Kind); table.Kind != "" && !known {
			t.Errorf("%s is of the kind %q, which nothing declares", table.Name, table.Kind)
		}
		if table.Kind == "" && table.Says+table.Point != "" {
			t.Errorf("%s says something of somebody and has no kind", table.Name)
		}
		for column, does := range table.Columns() {
			if strings.Contains(does, "and") {
				t.Errorf("%s.%s is declared twice", table.Name, column)
			}
		}
	}
	for _, d := range privacy.Kinds() {
		if !used[d.Kind] {
			t.Errorf("no table holds the kind %s", d.Kind)
		}
	}
}

func TestEveryTableAboutPeopleGoesByAJobOrSaysWhyNot(t *testing.T) {
	ends, about := privacy.Ends(), map[string]bool{}
	for _, table := range privacy.Tables() {
		about[table.Name] = table.Kind != ""
		if end := ends[table.Name]; table.Kind != "" && end.Job == "" && end.Why == "" {
			t.Errorf("%s: say in privacy/ends.go which job takes its rows away, or why none does", table.Name)
		}
	}
	for name, end := range ends {
		if !about[name] {
			t.Errorf("%s ends and is no table about people", name)
		}
		if end.Job != "" && end.Job != privacy.PruneJob && end.Job != privacy.ExpiryJob {
			t.Errorf("%s: nobody runs the job %q", name, end.Job)
		}
	}
}
