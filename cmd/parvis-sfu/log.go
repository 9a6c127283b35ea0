package main

import (
	"context"
	"log/slog"

	"github.com/livekit/protocol/logger"
	"go.uber.org/zap"
)

// initLogger makes LiveKit write its errors to standard error, a line each.
func initLogger(conf *logger.Config) error {
	l, err := logger.FromZapLogger(zap.NewNop().WithOptions(zap.AddCaller()), conf)
	if err != nil {
		return err
	}
	logger.SetLogger(quiet{l.WithCallDepth(1)}, "livekit")
	slog.SetDefault(slog.New(logger.ToSlogHandler(l)))
	return nil
}

// quiet leaves out the errors that LiveKit writes with every ordinary leave: what was still to be sent to somebody who
// has gone.
type quiet struct{ logger.Logger }

func (q quiet) Errorw(msg string, err error, keysAndValues ...any) {
	// LiveKit loses the type of the error on its inner bus; only the text remains.
	if err != nil && err.Error() == context.Canceled.Error() {
		return
	}
	q.Logger.Errorw(msg, err, keysAndValues...)
}

func (q quiet) WithValues(keysAndValues ...any) logger.Logger {
	return quiet{q.Logger.WithValues(keysAndValues...)}
}
func (q quiet) WithName(name string) logger.Logger   { return quiet{q.Logger.WithName(name)} }
func (q quiet) WithComponent(c string) logger.Logger { return quiet{q.Logger.WithComponent(c)} }
func (q quiet) WithCallDepth(depth int) logger.Logger {
	return quiet{q.Logger.WithCallDepth(depth)}
}
func (q quiet) WithItemSampler() logger.Logger { return quiet{q.Logger.WithItemSampler()} }
func (q quiet) WithoutSampler() logger.Logger  { return quiet{q.Logger.WithoutSampler()} }

func (q quiet) WithUnlikelyValues(keysAndValues ...any) logger.UnlikelyLogger {
	return logger.NewUnlikelyLogger(q, keysAndValues...)
}

func (q quiet) WithDeferredValues() (logger.Logger, logger.DeferredFieldResolver) {
	l, resolver := q.Logger.WithDeferredValues()
	return quiet{l}, resolver
}
