package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

const (
	auditPairs    = 8
	stepAudit     = 8 * time.Second
	auditRate     = 500 // a second: what delays a join shows, not what a full machine does
	auditBudget   = 1.05
	auditTurnedBy = `CREATE OR REPLACE FUNCTION bench_nothing() RETURNS trigger AS 'BEGIN RETURN NULL; END' LANGUAGE plpgsql;
		CREATE TRIGGER bench_off BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION bench_nothing()`
)

// measureAudit joins with the audit written and sealed, and without, in turns on the same process and database: no setting turns
// the audit off, so a trigger drops its rows, and then nothing is there to be sealed either.
func measureAudit(ctx context.Context, b *bench) ([]result, error) {
	if b.postgres == "" {
		return nil, nil // the budget is for production's engine
	}
	w, err := b.open(ctx, "postgres", growthSmall)
	if err != nil {
		return nil, err
	}
	defer w.close()
	if err := b.psql(ctx, w.database, auditTurnedBy); err != nil {
		return nil, err
	}
	length := b.length(stepAudit)
	closedLoop(ctx, w.parvis.address, callers, length, w.skip(1<<18), w.join)
	var on, off sample
	var used [2]time.Duration // of the platform: without, with
	var delays []float64
	for pair := range auditPairs {
		var p50 [2]float64
		for turn := range 2 {
			written := (pair+turn)%2 == 0
			one, cpu, err := w.joinsAudited(ctx, written)
			if err != nil {
				return nil, err
			}
			if written {
				on, p50[1], used[1] = on.and(one), one.percentile(.5), used[1]+cpu
			} else {
				off, p50[0], used[0] = off.and(one), one.percentile(.5), used[0]+cpu
			}
		}
		delays = append(delays, p50[1]/p50[0])
	}
	slices.Sort(delays)
	delay := (delays[auditPairs/2-1] + delays[auditPairs/2]) / 2
	fmt.Printf("audit: median of %d pairs %.3f, from %.3f to %.3f\n", auditPairs, delay, delays[0], delays[auditPairs-1])
	with := result{Name: "audit/on", Budget: "p50 ≤ 1.05 of that without", Growth: delay}
	with.fill(on, used[1], w.parvis)
	with.Kept = on.errors == 0 && delay <= auditBudget
	without := result{Name: "audit/off", Budget: "reported"}
	without.fill(off, used[0], w.parvis)
	without.Kept = off.errors == 0
	return []result{with, without}, nil
}

func (w *world) joinsAudited(ctx context.Context, written bool) (sample, time.Duration, error) {
	turn := "ENABLE"
	if written {
		turn = "DISABLE"
	}
	if err := w.bench.psql(ctx, w.database, "ALTER TABLE audit "+turn+" TRIGGER bench_off"); err != nil {
		return sample{}, 0, err
	}
	length := w.bench.length(stepAudit)
	openLoop(ctx, w.parvis.address, stormCallers, auditRate, length/4, w.skip(1<<16), w.join) // what waited is sealed, plans are made anew
	before := w.parvis.cpu()
	one := openLoop(ctx, w.parvis.address, stormCallers, auditRate, length, w.skip(1<<16), w.join)
	return one, w.parvis.cpu() - before, nil
}
