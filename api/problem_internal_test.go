package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
)

func TestWhoGoesBeforeTheAnswerIsNoErrorOfOurs(t *testing.T) {
	ctx, gone := context.WithCancel(context.WithValue(t.Context(), exchangeKey{}, &exchange{}))
	broken := fmt.Errorf("find room: %w", context.Canceled)
	if p := problemOf(ctx, broken); levelOf("/api/v1/rooms/{slug}", p.Status) != slog.LevelError {
		t.Errorf("while they are there: %d", p.Status)
	}
	gone()
	if p := problemOf(ctx, broken); levelOf("/api/v1/rooms/{slug}", p.Status) != slog.LevelInfo {
		t.Errorf("gone: %d", p.Status)
	}
	if p := problemOf(ctx, errors.New("disk")); levelOf("/api/v1/rooms/{slug}", p.Status) != slog.LevelError {
		t.Errorf("what failed by itself: %d", p.Status)
	}
}
