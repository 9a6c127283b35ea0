package sfu

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parvis/fault"
)

// metrics carry methods, results and reasons: never rooms or people.
type metrics struct {
	calls     *prometheus.HistogramVec
	relays    prometheus.Gauge
	entries   *prometheus.CounterVec
	unchecked *prometheus.CounterVec
	cuts      *prometheus.CounterVec
	webhooks  *prometheus.CounterVec
}

func newMetrics(to prometheus.Registerer) *metrics {
	m := &metrics{
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "parvis_sfu_call_seconds", Help: "Calls to the SFU's room service.",
			Buckets: []float64{.001, .005, .025, .1, .5, 1, 3},
		}, []string{"method", "outcome"}),
		relays: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "parvis_gate_relays", Help: "Signalling connections that are open at this gate.",
		}),
		entries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parvis_gate_requests_total", Help: "Requests at the gate by their answer.",
		}, []string{"path", "status"}),
		unchecked: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parvis_gate_unchecked_total", Help: "Admissions let through while the database did not answer, by what spoke for them.",
		}, []string{"basis"}),
		cuts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parvis_gate_relays_closed_total", Help: "Relays closed, by reason.",
		}, []string{"reason"}),
		webhooks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parvis_sfu_webhooks_total", Help: "Webhooks of the SFU by what became of them.",
		}, []string{"outcome"}),
	}
	if to != nil {
		to.MustRegister(m.calls, m.relays, m.entries, m.unchecked, m.cuts, m.webhooks)
	}
	return m
}

func (m *metrics) called(method, outcome string, took time.Duration) {
	m.calls.WithLabelValues(method, outcome).Observe(took.Seconds())
}

func outcomeOf(err error) string {
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, errAbsent):
		return "absent"
	case fault.Is(err, fault.Unavailable):
		return "unavailable"
	default:
		return "refused"
	}
}
