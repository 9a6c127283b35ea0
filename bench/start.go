package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const starts = 5

// measureStart times from exec to the first 200 of /readyz, median of five starts, and the memory of an idle demo.
func measureStart(ctx context.Context, b *bench) ([]result, error) {
	serve := result{Name: "start/serve sqlite", Budget: "≤ 300 ms"}
	world, err := b.open(ctx, "sqlite", 1)
	if err != nil {
		return nil, err
	}
	times := []time.Duration{world.parvis.ready}
	for len(times) < starts {
		if err := world.restart(ctx); err != nil {
			return nil, err
		}
		times = append(times, world.parvis.ready)
	}
	serve.ReadyMS, serve.RSSmb = median(times), world.parvis.rss()/bytesPerMega
	serve.Kept = serve.ReadyMS <= 300
	world.close()
	demo, err := b.startDemo(ctx)
	return []result{serve, demo}, err
}

func (b *bench) startDemo(ctx context.Context) (result, error) {
	line := result{Name: "start/demo with media server", Budget: "≤ 1 000 ms; both programs ≤ 200 MB idle"}
	folder, err := os.MkdirTemp("", "parvis-bench-demo")
	if err != nil {
		return line, err
	}
	defer os.RemoveAll(folder)
	var times []time.Duration
	for i := range starts + 1 { // the first makes keys and schema and does not count
		address, err := freeAddress()
		if err != nil {
			return line, err
		}
		env := []string{"PARVIS_LISTEN=" + address, "PARVIS_URL=http://" + localhost(address), "PARVIS_DATA=" + folder}
		args := []string{"demo", "--sfu-port=0", "--sfu-udp-port=0", "--sfu-turn-port=0", "--idp-listen=127.0.0.1:0"}
		p, err := start(ctx, filepath.Join(b.bin, "parvis"), args, env, address, "/readyz")
		if err != nil {
			return line, err
		}
		if i > 0 {
			times = append(times, p.ready)
		}
		if i == starts {
			settle(ctx)
			line.RSSmb = p.rss() / bytesPerMega
			for _, child := range p.children() {
				line.RSSmb += rssOf(child) / bytesPerMega
			}
		}
		p.stop()
	}
	line.ReadyMS = median(times)
	line.Kept = line.ReadyMS <= 1000 && line.RSSmb <= 200
	return line, nil
}

// settle lets a program come to rest before its memory is read.
func settle(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(3 * time.Second):
	}
}

func median(times []time.Duration) float64 {
	slices.Sort(times)
	return float64(times[len(times)/2]) / float64(time.Millisecond)
}
