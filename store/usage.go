package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"parvis/fault"
	"parvis/usage"
)

var _ usage.Store = (*DB)(nil)

// date is a day in UTC in a row: a date in PostgreSQL, its text in SQLite.
type date time.Time

// Value implements driver.Valuer.
func (d date) Value() (driver.Value, error) { return time.Time(d).UTC().Format(time.DateOnly), nil }

// Scan implements sql.Scanner.
func (d *date) Scan(value any) error {
	switch v := value.(type) {
	case time.Time:
		*d = date(time.Date(v.Year(), v.Month(), v.Day(), 0, 0, 0, 0, time.UTC))
	case string:
		t, err := time.Parse(time.DateOnly, v)
		if err != nil {
			return fmt.Errorf("read a day: %w", err)
		}
		*d = date(t)
	default:
		return fmt.Errorf("read a day: it comes as %T", value)
	}
	return nil
}

type usageRow struct {
	Day          date
	OrgID        string
	Sessions     int
	Participants int
	Seconds      int64
	Peak         int
	Final        bool
}

func (usageRow) TableName() string { return "usage_days" }

func (r usageRow) count() usage.Count {
	return usage.Count{Sessions: r.Sessions, Participants: r.Participants, Time: time.Duration(r.Seconds) * time.Second, Peak: r.Peak}
}

// countTimeout bounds the one statement that reads a whole day. It holds nothing that anybody waits for.
const countTimeout = 9 * time.Second

// countDay counts what sessions of a day were. Stays are cut to the day; those of one participant that overlap are one
// (whoever is there in two tabs is there once), so that a peak is the highest sum of comings and goings, a going before a
// coming of the same moment. %s is how many seconds lie between two moments.
const countDay = `WITH seen AS (
	SELECT s.id, s.org_id, s.started_at FROM sessions s WHERE s.ended_at >= @from AND s.started_at < @until
	UNION ALL SELECT s.id, s.org_id, s.started_at FROM sessions s WHERE s.ended_at IS NULL AND s.started_at < @until
), stays AS (
	SELECT s.org_id, i.participant_id AS who, CASE WHEN i.began_at < @from THEN @from ELSE i.began_at END AS came,
		CASE WHEN i.ended_at IS NULL OR i.ended_at > @until THEN @until ELSE i.ended_at END AS went
	FROM seen s JOIN intervals i ON i.session_id = s.id WHERE i.began_at < @until AND (i.ended_at IS NULL OR i.ended_at > @from)
), marked AS (
	SELECT org_id, who, came, went, CASE WHEN came <= MAX(went) OVER (PARTITION BY who ORDER BY came, went ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
		THEN 0 ELSE 1 END AS anew FROM stays
), numbered AS (
	SELECT org_id, who, came, went, SUM(anew) OVER (PARTITION BY who ORDER BY came, went ROWS UNBOUNDED PRECEDING) AS n FROM marked
), alone AS (
	SELECT org_id, who, MIN(came) AS came, MAX(went) AS went FROM numbered GROUP BY org_id, who, n
), there AS (
	SELECT org_id, who, came, went FROM alone UNION ALL SELECT @everywhere AS org_id, who, came, went FROM alone
), steps AS (
	SELECT org_id, came AS at, 1 AS step FROM there UNION ALL SELECT org_id, went, -1 FROM there
), heads AS (
	SELECT org_id, SUM(step) OVER (PARTITION BY org_id ORDER BY at, step ROWS UNBOUNDED PRECEDING) AS n FROM steps
), counts AS (
	SELECT org_id, 0 AS sessions, COUNT(DISTINCT who) AS participants, SUM(%[1]s) AS seconds, 0 AS peak FROM there GROUP BY org_id
	UNION ALL SELECT org_id, 0, 0, 0, MAX(n) FROM heads GROUP BY org_id
	UNION ALL SELECT org_id, COUNT(*), 0, 0, 0 FROM sessions WHERE started_at >= @from AND started_at < @until GROUP BY org_id
	UNION ALL SELECT @everywhere, COUNT(*), 0, 0, 0 FROM sessions WHERE started_at >= @from AND started_at < @until
)
SELECT org_id, SUM(sessions) AS sessions, SUM(participants) AS participants, CAST(ROUND(SUM(seconds)) AS bigint) AS seconds, MAX(peak) AS peak FROM counts GROUP BY org_id`

var (
	countDaySQLite   = fmt.Sprintf(countDay, "(julianday(went) - julianday(came)) * 86400")
	countDayPostgres = fmt.Sprintf(countDay, "EXTRACT(EPOCH FROM went - came)")
)

// CountDay implements usage.Store. The day is read before anything is written: nobody who joins waits for it.
func (d *DB) CountDay(ctx context.Context, day, until time.Time, final bool) error {
	var rows []usageRow
	err := d.snapshot(ctx, "count a day", func(g *gorm.DB) (err error) {
		query := countDaySQLite
		if d.dialect.postgres() {
			query = countDayPostgres
			if _, err := exec(g, "SET LOCAL statement_timeout = '"+milliseconds(countTimeout)+"'"); err != nil {
				return err
			}
		}
		rows, err = all[usageRow](g, query, map[string]any{"from": stamp(day), "until": stamp(until), "everywhere": usage.Everywhere})
		return err
	})
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].Day, rows[i].Final = date(day), final
	}
	return d.write(ctx, "write the count of a day", func(t *tx) error {
		done, err := all[string](t.DB, "SELECT org_id FROM usage_days WHERE org_id = ? AND day = ? AND final"+d.dialect.forUpdate, usage.Everywhere, date(day))
		if err != nil || len(done) > 0 { // another replica was later and has seen more
			return err
		}
		if _, err := exec(t.DB, "DELETE FROM usage_days WHERE day = ?", date(day)); err != nil {
			return err
		}
		return chunks(rows, func(some []usageRow) error { return t.Create(some).Error })
	})
}

// Uncounted implements usage.Store.
func (d *DB) Uncounted(ctx context.Context) (day time.Time, err error) {
	err = d.read(ctx, "uncounted days", func(g *gorm.DB) error {
		day = time.Time{}
		var last struct{ Day *date }
		if err := one(g, &last, "SELECT MAX(day) AS day FROM usage_days WHERE org_id = ? AND final", usage.Everywhere); err != nil {
			return err
		}
		if last.Day != nil {
			day = time.Time(*last.Day).AddDate(0, 0, 1)
			return nil
		}
		var first struct{ At *moment }
		err := one(g, &first, "SELECT started_at AS at FROM sessions WHERE NOT forgotten ORDER BY started_at LIMIT 1")
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil
		}
		if first.At != nil {
			day = first.At.time().Truncate(24 * time.Hour)
		}
		return err
	})
	return day, err
}

// Days implements usage.Store.
func (d *DB) Days(ctx context.Context, orgID string, from, to time.Time) ([]usage.Day, error) {
	if !isKey(orgID) {
		return nil, noOrganization()
	}
	var days []usage.Day
	err := d.read(ctx, "days of usage", func(g *gorm.DB) error {
		rows, err := all[usageRow](g, "SELECT * FROM usage_days WHERE org_id = ? AND day BETWEEN ? AND ? ORDER BY day", orgID, date(from), date(to))
		days = make([]usage.Day, len(rows))
		for i, r := range rows {
			days[i] = usage.Day{Date: time.Time(r.Day), Count: r.count()}
		}
		return err
	})
	return days, err
}

// Shares implements usage.Store.
func (d *DB) Shares(ctx context.Context, from, to time.Time, limit int) ([]usage.Share, error) {
	var shares []usage.Share
	err := d.read(ctx, "shares of usage", func(g *gorm.DB) error {
		rows, err := all[struct {
			Row  usageRow `gorm:"embedded"`
			Name string
		}](g, `SELECT u.org_id, o.name, u.sessions, u.participants, u.seconds, u.peak FROM (
			SELECT org_id, SUM(sessions) AS sessions, SUM(participants) AS participants, SUM(seconds) AS seconds, MAX(peak) AS peak
			FROM usage_days WHERE day BETWEEN ? AND ? AND org_id <> ? GROUP BY org_id) u JOIN organizations o ON o.id = u.org_id
			ORDER BY u.seconds DESC, o.name, o.id LIMIT ?`, date(from), date(to), usage.Everywhere, limit)
		shares = make([]usage.Share, len(rows))
		for i, r := range rows {
			shares[i] = usage.Share{OrgID: r.Row.OrgID, OrgName: r.Name, Count: r.Row.count()}
		}
		return err
	})
	return shares, err
}

func noOrganization() error {
	return fault.New(fault.CodeOrganizationNotFound, "there is no such organization")
}

// UsageOrganization implements usage.Store.
func (d *DB) UsageOrganization(ctx context.Context, id string) (name string, above []string, err error) {
	if !isKey(id) {
		return "", nil, noOrganization()
	}
	o, err := d.organization(ctx, "WHERE o.id = ?", id)
	if fault.Is(err, fault.NotFound) {
		err = noOrganization()
	}
	return o.Name, nil, err
}
