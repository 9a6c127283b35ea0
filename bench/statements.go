package main

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// statements counts what the platform asks of its database, by PostgreSQL's own count.
type statements struct {
	world *world
	began time.Time
	count int
}

// countStatements begins to count. The extension sleeps in the cluster of the benchmark until a database wakes it, so that
// the other figures do not pay for it; sessions that are open already are not counted: it comes before restart.
func (w *world) countStatements(ctx context.Context) error {
	if err := w.bench.psql(ctx, w.database, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements"); err != nil {
		return fmt.Errorf("count statements: the cluster needs shared_preload_libraries=pg_stat_statements: %w", err)
	}
	return w.bench.psql(ctx, w.database, "ALTER DATABASE "+w.databaseName()+" SET pg_stat_statements.track = 'top'")
}

func (w *world) statementsFromNow(ctx context.Context) (*statements, error) {
	count, err := w.statementsSoFar(ctx)
	return &statements{w, time.Now(), count}, err
}

// perSecond is how many statements there were a second since.
func (s *statements) perSecond(ctx context.Context) (float64, error) {
	took := time.Since(s.began)
	count, err := s.world.statementsSoFar(ctx)
	return float64(count-s.count) / took.Seconds(), err
}

// statementsSoFar leaves out its own.
func (w *world) statementsSoFar(ctx context.Context) (int, error) {
	const sum = `SET pg_stat_statements.track = 'none'; SELECT COALESCE(sum(calls), 0) FROM pg_stat_statements
		WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`
	out, err := exec.CommandContext(ctx, "psql", "--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", w.database, "-c", sum).Output()
	if err != nil {
		return 0, fmt.Errorf("count statements: %w", err)
	}
	return strconv.Atoi(strings.TrimSpace(string(out)))
}
