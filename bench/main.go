// Command bench measures what Parvis promises of speed and memory, each figure next to its ceiling in the same run.
//
// It owns the load, the ceiling and the report. It drives the programs in bin/ from outside, as processes of their own,
// on loopback, bounded in count and time; it refuses to judge a run in which a request failed.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"text/tabwriter"
)

// result is one line of the report. Zero means that the line does not measure it.
type result struct {
	Name           string  `json:"name"`
	RatioToCeiling float64 `json:"ratio_to_ceiling,omitempty"`
	PerSecond      float64 `json:"per_second,omitempty"`
	CPUms          float64 `json:"cpu_ms,omitempty"`
	P50ms          float64 `json:"p50_ms,omitempty"`
	P99ms          float64 `json:"p99_ms,omitempty"`
	RSSmb          float64 `json:"rss_mb,omitempty"`
	PeakMB         float64 `json:"peak_mb,omitempty"`
	ReadyMS        float64 `json:"ready_ms,omitempty"`
	KBEach         float64 `json:"kb_each,omitempty"`
	SQLPerSecond   float64 `json:"sql_per_second,omitempty"`
	Growth         float64 `json:"growth,omitempty"` // of the statements, from few people to many
	Errors         int     `json:"errors"`
	Budget         string  `json:"budget"`
	Kept           bool    `json:"kept"`
}

type report struct {
	Commit  string   `json:"commit"`
	CPU     string   `json:"cpu"`
	Results []result `json:"results"`
}

// scenario measures one promise.
type scenario struct {
	name string
	run  func(ctx context.Context, b *bench) ([]result, error)
}

func scenarios() []scenario {
	return []scenario{
		{"start", measureStart},
		{"join", measureJoin},
		{"storm", measureStorm},
		{"growth", measureGrowth},
		{"audit", measureAudit},
		{"relay", measureRelay},
		{"lobby", measureLobby},
		{"waiting", measureWaiting},
		{"mute-all", measureMuteAll},
		{"agenda", measureAgenda},
		{"webhooks", measureWebhooks},
		{"usage", measureUsage},
		{"scim", measureSCIM},
		{"provision", measureProvision},
	}
}

// bench is what the scenarios share.
type bench struct {
	bin      string // the folder of the programs
	postgres string // administrator's URL of a PostgreSQL for this run
	meetings int    // that are planned already
	short    bool
}

// ceilings are what the benchmark starts of itself, by the first argument.
var ceilings = map[string]func() error{"ceiling": serveCeiling, "ceiling-decide": serveDecideCeiling}

func main() {
	if len(os.Args) > 1 && ceilings[os.Args[1]] != nil {
		if err := ceilings[os.Args[1]](); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	var b bench
	only := flag.String("only", "", "scenarios to run, separated by commas; all without it")
	flag.StringVar(&b.bin, "bin", "bin", "folder of the programs")
	flag.BoolVar(&b.short, "short", false, "a tenth of the time: to see that the benchmark runs, not to quote")
	flag.IntVar(&b.meetings, "meetings", 1_000_000, "how many meetings are planned before planning is measured; the budgets are for a million")
	flag.Parse()
	b.postgres = os.Getenv("PARVIS_TEST_POSTGRES")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := b.all(ctx, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) all(ctx context.Context, only string) error {
	r := report{Commit: commit(), CPU: cpu()}
	fmt.Printf("commit %s, %s\n", r.Commit, r.CPU)
	for _, s := range scenarios() {
		if only != "" && !strings.Contains(","+only+",", ","+s.name+",") {
			continue
		}
		fmt.Fprintf(os.Stderr, "measuring %s …\n", s.name)
		lines, err := s.run(ctx, b)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		r.Results = append(r.Results, lines...)
	}
	r.print()
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile("bench/results.json", append(text, '\n'), 0o644); err != nil || b.short {
		return err
	}
	return r.broken()
}

// broken names the budgets that were not kept.
func (r report) broken() error {
	var names []string
	for _, l := range r.Results {
		if !l.Kept {
			names = append(names, l.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("budgets not kept: %s", strings.Join(names, ", "))
}

func (r report) print() {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "measure\tof ceiling\t1/s\tCPU ms\tp50 ms\tp99 ms\tRSS MB\tpeak MB\tready ms\tkB each\tSQL/s\tgrowth\terrors\tbudget\tkept\t")
	for _, l := range r.Results {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\t%v\t\n", l.Name, share(l.RatioToCeiling), figure(l.PerSecond, 0),
			figure(l.CPUms, 3), figure(l.P50ms, 2), figure(l.P99ms, 2), figure(l.RSSmb, 1), figure(l.PeakMB, 1), figure(l.ReadyMS, 0), figure(l.KBEach, 1),
			figure(l.SQLPerSecond, 1), figure(l.Growth, 2), l.Errors, l.Budget, l.Kept)
	}
	_ = table.Flush()
}

func figure(v float64, decimals int) string {
	if v == 0 {
		return "–"
	}
	return fmt.Sprintf("%.*f", decimals, v)
}

func share(v float64) string {
	if v == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", 100*v)
}

func commit() string {
	out, err := exec.Command("git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}
