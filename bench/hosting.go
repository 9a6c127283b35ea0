package main

import (
	"context"
	"fmt"
	"time"
)

// measureLobby lets hosts decide a hundred times a second before a lobby of few and before one of many. What one person
// more who waits costs is the difference: it must be no statement, waiting or decided about, and little memory.
func measureLobby(ctx context.Context, b *bench) ([]result, error) {
	var few, many lobbyFigures
	var err error
	if few, err = b.lobbyOf(ctx, fewWait); err != nil {
		return nil, err
	}
	if many, err = b.lobbyOf(ctx, manyWait); err != nil {
		return nil, err
	}
	many.against(few)
	return append(append(few.lines(), many.lines()...), many.ceiling), nil
}

// lobbyFigures is what one lobby showed: while nobody decided, while hosts did, and when those who waited heard of it.
type lobbyFigures struct{ quiet, decide, heard, ceiling result }

func (f lobbyFigures) lines() []result { return []result{f.quiet, f.decide, f.heard} }

// against judges the figures by those of a lobby with fewer people.
func (f *lobbyFigures) against(few lobbyFigures) {
	f.quiet.Growth = f.quiet.SQLPerSecond / few.quiet.SQLPerSecond
	f.decide.Growth = f.decide.SQLPerSecond / f.decide.PerSecond / (few.decide.SQLPerSecond / few.decide.PerSecond)
	f.quiet.Budget = "SQL ≤ 1.1 × that of few"
	f.decide.Budget = "100/s, no error; SQL a decision ≤ 1.1 × that of few"
	for _, line := range []*result{&f.quiet, &f.decide} {
		line.Kept = line.Kept && line.Growth <= 1.1
	}
}

func (b *bench) lobbyOf(ctx context.Context, waiting int) (f lobbyFigures, err error) {
	name := fmt.Sprintf("lobby/%d wait: ", waiting)
	f.quiet = result{Name: name + "nobody decides", Budget: "no error"}
	f.decide = result{Name: name + "hosts decide", Budget: "100/s, no error"}
	f.heard = result{Name: name + "decision heard", Budget: "reported"}
	sfu, err := startStandIn()
	if err != nil {
		return f, err
	}
	defer sfu.stop()
	world, err := b.openBefore(ctx, sfu)
	if err != nil {
		return f, err
	}
	defer world.close()
	ctx, leave := context.WithCancel(ctx)
	l, err := world.openLobby(ctx)
	if err != nil {
		leave()
		return f, err
	}
	people := l.gather(ctx, waiting)
	defer people.Wait()
	defer leave()
	if err := l.measure(ctx, waiting, &f); err != nil {
		return f, err
	}
	f.ceiling, err = world.ceilingOfDecide(ctx, b.length(20*time.Second))
	if err == nil && f.decide.CPUms > 0 {
		f.decide.RatioToCeiling = f.ceiling.CPUms / f.decide.CPUms
	}
	return f, err
}

// openBefore is a platform on PostgreSQL, whose statements are counted, before a stand-in for the SFU.
func (b *bench) openBefore(ctx context.Context, sfu *standIn) (*world, error) {
	world, err := b.open(ctx, "postgres", 1)
	if err != nil {
		return nil, err
	}
	world.env = []string{"PARVIS_LIVEKIT_URL=http://" + sfu.address}
	if err = world.countStatements(ctx); err == nil {
		err = world.restart(ctx)
	}
	if err != nil {
		world.close()
		return nil, err
	}
	return world, nil
}

func (l *lobby) measure(ctx context.Context, waiting int, f *lobbyFigures) error {
	if err := l.full(ctx, waiting); err != nil {
		return err
	}
	if err := l.measureQuiet(ctx, &f.quiet); err != nil {
		return err
	}
	if _, err := l.decide(ctx, l.world.bench.length(5*time.Second)); err != nil { // warm caches and connections
		return err
	}
	l.takeHeard()
	return l.measureDecisions(ctx, f)
}

// measureQuiet counts what is asked of the database while people wait and nobody decides: all of that is polling.
func (l *lobby) measureQuiet(ctx context.Context, line *result) error {
	settle(ctx)
	asked, err := l.world.statementsFromNow(ctx)
	if err != nil {
		return err
	}
	pause(ctx, l.world.bench.length(calmOfLobby))
	if line.SQLPerSecond, err = asked.perSecond(ctx); err != nil {
		return err
	}
	line.RSSmb = l.world.parvis.rss() / bytesPerMega
	line.Errors, _ = l.hurt.sum()
	line.Kept = line.Errors == 0
	return ctx.Err()
}

// measureDecisions counts with a decision all that it brings about: those who knock in place of others, and whoever hears.
func (l *lobby) measureDecisions(ctx context.Context, f *lobbyFigures) error {
	asked, err := l.world.statementsFromNow(ctx)
	if err != nil {
		return err
	}
	before := l.world.parvis.cpu()
	s, err := l.decide(ctx, l.world.bench.length(20*time.Second))
	if err != nil {
		return err
	}
	f.decide.fill(s, l.world.parvis.cpu()-before, l.world.parvis)
	if f.decide.SQLPerSecond, err = asked.perSecond(ctx); err != nil {
		return err
	}
	f.decide.PeakMB = l.world.parvis.peak() / bytesPerMega
	f.decide.Kept = s.errors == 0 && f.decide.PerSecond >= 0.98*actRate
	heard := l.takeHeard()
	f.heard.P50ms, f.heard.P99ms = heard.percentile(.5), heard.percentile(.99)
	f.heard.Kept = heard.count > 0
	return nil
}

// full waits until so many people wait and listen.
func (l *lobby) full(ctx context.Context, waiting int) error {
	for deadline := time.Now().Add(startPatience); len(l.ready) < waiting; {
		if failed, first := l.hurt.sum(); failed > 0 || time.Now().After(deadline) || ctx.Err() != nil {
			return fmt.Errorf("only %d of %d wait: %s", len(l.ready), waiting, first)
		}
		time.Sleep(10 * time.Millisecond)
	}
	return nil
}
