package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

const (
	callers       = 256
	joinRounds    = 3
	stormRate     = 3334 // 200 000 in a minute
	stormCallers  = 256
	growthRate    = 1000
	growthSmall   = 1_000
	growthLarge   = 1_000_000
	millisPerSec  = 1000
	bytesPerMega  = 1 << 20
	bytesPerKilo  = 1024
	joinBudgetCPU = 0.15
	calm          = 15 * time.Second // after the storm, before its memory is measured
)

func (b *bench) length(d time.Duration) time.Duration {
	if b.short {
		return d / 10
	}
	return d
}

// measureJoin runs platform and ceiling in turns under the same load, so that a machine whose speed drifts does not
// favor either.
func measureJoin(ctx context.Context, b *bench) ([]result, error) {
	var out []result
	for _, engine := range b.engines() {
		line, err := b.joinOn(ctx, engine)
		if err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}

func (b *bench) joinOn(ctx context.Context, engine string) (result, error) {
	line := result{Name: "join/" + engine, Budget: "reported"}
	world, err := b.open(ctx, engine, growthSmall)
	if err != nil {
		return line, err
	}
	defer world.close()
	ceiling, err := startCeiling(ctx)
	if err != nil {
		return line, err
	}
	defer ceiling.stop()
	length := b.length(8 * time.Second)
	closedLoop(ctx, world.parvis.address, callers, length/4, world.skip(1<<18), world.join) // warm caches and connections
	closedLoop(ctx, ceiling.address, callers, length/4, 0, world.join)
	var ours, bare sample
	var used time.Duration
	for range joinRounds {
		before := world.parvis.cpu()
		one := closedLoop(ctx, world.parvis.address, callers, length, world.skip(1<<18), world.join)
		used += world.parvis.cpu() - before
		ours = ours.and(one)
		bare = bare.and(closedLoop(ctx, ceiling.address, callers, length, 0, world.join))
	}
	if bare.errors > 0 || ours.count == 0 {
		return line, fmt.Errorf("the load failed: %s %s", bare.first, ours.first)
	}
	line.RatioToCeiling = ours.perSecond() / bare.perSecond()
	line.fill(ours, used, world.parvis)
	line.Kept = line.Errors == 0
	if engine == "postgres" { // the budget is for production's engine
		line.Budget = "≥ 50 % of ceiling, ≤ 0.15 ms CPU"
		line.Kept = line.Kept && line.RatioToCeiling >= 0.5 && line.CPUms <= joinBudgetCPU
	}
	return line, nil
}

func (l *result) fill(s sample, cpu time.Duration, p *process) {
	l.PerSecond = s.perSecond()
	l.CPUms = cpu.Seconds() * millisPerSec / float64(s.count)
	l.P50ms, l.P99ms = s.percentile(.5), s.percentile(.99)
	l.RSSmb = p.rss() / bytesPerMega
	l.Errors = s.errors
	if s.first != "" {
		fmt.Printf("%s: first failure: %s\n", l.Name, s.first)
	}
}

// measureStorm is the nine o'clock storm: 3 334 joins a second for a minute, sent whatever the answers.
func measureStorm(ctx context.Context, b *bench) ([]result, error) {
	var out []result
	for _, engine := range b.engines()[:1] { // the budget is for production's engine
		world, err := b.open(ctx, engine, growthSmall)
		if err != nil {
			return nil, err
		}
		closedLoop(ctx, world.parvis.address, callers, b.length(2*time.Second), world.skip(1<<18), world.join)
		before := world.parvis.cpu()
		s := openLoop(ctx, world.parvis.address, stormCallers, stormRate, b.length(time.Minute), world.skip(1<<18), world.join)
		line := result{Name: "storm/" + engine, Budget: "3 334/s for 60 s, no error, p99 ≤ 150 ms, ≤ 80 MB after it"}
		line.fill(s, world.parvis.cpu()-before, world.parvis)
		line.PeakMB = world.parvis.peak() / bytesPerMega
		time.Sleep(calm)
		line.RSSmb = world.parvis.rss() / bytesPerMega
		line.Kept = s.errors == 0 && line.P99ms <= 150 && line.PerSecond >= 0.98*stormRate && line.RSSmb <= 80
		out = append(out, line)
		world.close()
	}
	return out, nil
}

// measureGrowth joins at a steady rate rooms drawn from a thousand, then from a million.
func measureGrowth(ctx context.Context, b *bench) ([]result, error) {
	large := growthLarge
	if b.short {
		large /= 10
	}
	var lines []result
	for _, count := range []int{growthSmall, large} {
		world, err := b.open(ctx, "postgres", count)
		if err != nil {
			return nil, err
		}
		closedLoop(ctx, world.parvis.address, callers, b.length(5*time.Second), world.skip(1<<18), world.join)
		before := world.parvis.cpu()
		s := openLoop(ctx, world.parvis.address, stormCallers, growthRate, b.length(30*time.Second), world.skip(1<<18), world.join)
		line := result{Name: fmt.Sprintf("growth/%d rooms", count), Budget: "p99 at 1 000 000 ≤ 1.15 × p99 at 1 000"}
		line.fill(s, world.parvis.cpu()-before, world.parvis)
		lines = append(lines, line)
		world.close()
	}
	lines[0].Kept = lines[0].Errors == 0
	lines[1].Kept = lines[1].Errors == 0 && lines[1].P99ms <= 1.15*lines[0].P99ms
	return lines, nil
}

func (s sample) and(o sample) sample {
	s.took += o.took
	s.count += o.count
	s.errors += o.errors
	s.latency = append(s.latency, o.latency...)
	slices.Sort(s.latency)
	if s.first == "" {
		s.first = o.first
	}
	return s
}
