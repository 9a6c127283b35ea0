package store

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// openGorm sets what GORM should have by default: translated errors, no transaction around single statements (write
// has one already), no ping, and a log that is silent about rows that are not there.
func openGorm(dialector gorm.Dialector, l *slog.Logger) (*gorm.DB, error) {
	return gorm.Open(dialector, &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		Logger:                 slowLog{l},
	})
}

const slow = 500 * time.Millisecond

// slowLog tells of slow statements. Errors are returned and logged once, where they end; values never reach a log.
type slowLog struct{ l *slog.Logger }

func (s slowLog) LogMode(logger.LogLevel) logger.Interface { return s }
func (s slowLog) Info(context.Context, string, ...any)     {}
func (s slowLog) Warn(context.Context, string, ...any)     {}
func (s slowLog) Error(context.Context, string, ...any)    {}

// ParamsFilter keeps values out of what Trace is told.
func (s slowLog) ParamsFilter(_ context.Context, query string, _ ...any) (string, []any) {
	return query, nil
}

func (s slowLog) Trace(ctx context.Context, begin time.Time, query func() (string, int64), err error) {
	took := time.Since(begin)
	if took < slow || errors.Is(err, gorm.ErrRecordNotFound) {
		return
	}
	text, rows := query()
	s.l.WarnContext(ctx, "slow statement", "sql", text, "rows", rows, "ms", took.Milliseconds())
}
