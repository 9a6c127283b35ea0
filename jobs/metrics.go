package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parvis/job"
)

// How a try ends.
const (
	done      = "done"
	postponed = "postponed"
	failed    = "failed"
	givenUp   = "given-up"
	cancelled = "cancelled"
)

type metrics struct {
	ends  *prometheus.CounterVec
	delay *prometheus.HistogramVec
	took  *prometheus.HistogramVec
}

func newMetrics(o Options) *metrics {
	m := &metrics{
		ends: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parvis_jobs_total", Help: "Tries of background work, by how they ended.",
		}, []string{"kind", "outcome"}),
		delay: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "parvis_jobs_delay_seconds", Help: "From when a task was due to when it was begun.", Buckets: prometheus.ExponentialBuckets(0.01, 4, 10),
		}, []string{"kind"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "parvis_jobs_seconds", Help: "How long a try takes.", Buckets: prometheus.ExponentialBuckets(0.001, 4, 10),
		}, []string{"kind"}),
	}
	for kind := range o.Workers { // an alert reads zero, not nothing, before the first one fails
		for _, outcome := range []string{done, postponed, failed, givenUp, cancelled} {
			m.ends.WithLabelValues(string(kind), outcome)
		}
	}
	if o.Metrics != nil {
		o.Metrics.MustRegister(m.ends, m.delay, m.took, &waiting{count: o.Waiting, workers: o.Workers, logger: o.Logger})
	}
	return m
}

func (m *metrics) begun(kind job.Kind, delay time.Duration) {
	m.delay.WithLabelValues(string(kind)).Observe(max(0, delay.Seconds()))
}

func (m *metrics) ended(kind job.Kind, took time.Duration) {
	m.took.WithLabelValues(string(kind)).Observe(took.Seconds())
}

func (m *metrics) outcome(kind job.Kind, outcome string) {
	m.ends.WithLabelValues(string(kind), outcome).Inc()
}

// waiting asks the database when it is asked, so that each replica tells the same and nothing is counted meanwhile.
type waiting struct {
	count   func(context.Context) (map[job.Kind]int, error)
	workers map[job.Kind]Worker
	logger  *slog.Logger
}

var waitingDesc = prometheus.NewDesc("parvis_jobs_waiting", "Tasks of all replicas that are due and not begun.", []string{"kind"}, nil)

// countTimeout is less than a scrape waits: without this one value the others still come.
const countTimeout = time.Second

// Describe is for Prometheus.
func (w *waiting) Describe(to chan<- *prometheus.Desc) { to <- waitingDesc }

// Collect is for Prometheus.
func (w *waiting) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), countTimeout)
	defer cancel()
	counts, err := w.count(ctx)
	if err != nil {
		w.logger.DebugContext(ctx, "tasks that wait are not counted", "error", err)
		return
	}
	for kind := range w.workers {
		to <- prometheus.MustNewConstMetric(waitingDesc, prometheus.GaugeValue, float64(counts[kind]), string(kind))
	}
}
