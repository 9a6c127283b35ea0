package store

import (
	"context"
	"database/sql"
	"strings"

	"parvis/rooms"
)

// returned is what RETURNING names, where SQLite knows no alias.
var returned = strings.ReplaceAll(admissionColumns, "a.", "")

// admitSQLite is three statements in a transaction: SQLite has no writing common table expressions.
func (d *DB) admitSQLite(ctx context.Context, all []*seat) (map[seatKey]rooms.Admission, error) {
	var written map[seatKey]rooms.Admission
	err := d.write(ctx, "admit", func(t *tx) error {
		query, args := admitValues(all)
		rows, err := t.Raw(query, args...).Rows()
		if written, err = scanAdmitted(rows, err); err != nil {
			return err
		}
		var events []eventRow
		var trail []auditRow
		for _, s := range all {
			if written[s.key()].ID != s.admission.ID {
				continue
			}
			for _, e := range s.outbox() {
				events, trail = append(events, rowOfEvent(e)), append(trail, auditOf(s.ctx, e))
			}
		}
		if len(events) == 0 {
			return nil
		}
		if err := t.CreateInBatches(events, chunk).Error; err != nil {
			return err
		}
		return t.CreateInBatches(trail, chunk).Error
	})
	if err != nil {
		return nil, err
	}
	return written, nil
}

func admitValues(all []*seat) (string, []any) {
	const row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'admitted', '', 1, ?, ?)"
	var args []any
	for _, s := range all {
		a := s.admission
		args = append(args, a.ID, a.OrgID, a.RoomID, string(a.WhoKind), a.WhoID, optional(a.PersonID), optional(a.SignInID),
			a.Name, a.OrgName, int(a.Assurance), string(a.Role), keptRights(a), stamp(a.CreatedAt), optional(a.GrantID))
	}
	query := "INSERT INTO admissions AS a (" + admitColumns + `) SELECT * FROM (VALUES ` + strings.TrimSuffix(strings.Repeat(row+", ", len(all)), ", ") + `) x
		WHERE x.column7 IS NULL OR EXISTS (SELECT 1 FROM sign_ins s WHERE s.id = x.column7 AND s.ended_at IS NULL) ` + admitAgain + returned
	return query, args
}

func scanAdmitted(rows *sql.Rows, err error) (map[seatKey]rooms.Admission, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	written := map[seatKey]rooms.Admission{}
	for rows.Next() {
		var r admissionRow
		if err := rows.Scan(r.fields()...); err != nil {
			return nil, err
		}
		a := r.admission()
		written[keyOf(a)] = a
	}
	return written, rows.Err()
}
