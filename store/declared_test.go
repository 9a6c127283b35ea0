package store_test

import (
	"slices"
	"strings"
	"testing"

	"parvis/privacy"
)

const (
	columnsInPostgres = `SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
		WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'`
	columnsInSQLite = `SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`
)

// A column that nobody has thought about is not exported, not erased and never removed.
func TestEveryColumnIsDeclaredForWhatItSaysOfPeople(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		query := columnsInPostgres
		if isSQLite(url) {
			query = columnsInSQLite
		}
		rows, err := look(t, url).QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		there := map[string][]string{}
		for rows.Next() {
			var table, column string
			if err := rows.Scan(&table, &column); err != nil {
				t.Fatal(err)
			}
			there[table] = append(there[table], column)
			if privacy.Declares(table, column) == "" {
				t.Errorf("%s.%s: say in privacy/inventory.go whether it tells something of somebody", table, column)
			}
		}
		if err := rows.Err(); err != nil || len(there) < 50 {
			t.Fatalf("%d tables, %v", len(there), err)
		}
		for _, table := range privacy.Tables() {
			for column := range table.Columns() {
				if !slices.Contains(there[table.Name], column) && !ofPostgresAlone(table.Name, column) {
					t.Errorf("%s.%s is declared and does not exist", table.Name, column)
				}
			}
		}
	})
}

func ofPostgresAlone(table, column string) bool {
	return strings.Join([]string{table, column}, ".") == "changes.xid"
}
