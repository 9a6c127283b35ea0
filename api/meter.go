package api

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// meter counts requests by route pattern, method and status, and refusals of the limits by limit. Labels are bounded:
// no slug, no address, no method that somebody made up.
type meter struct {
	duration *prometheus.HistogramVec
	limited  *prometheus.CounterVec
	streams  prometheus.Gauge
}

func newMeter(to prometheus.Registerer) (*meter, error) {
	m := &meter{
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "parvis_http_request_duration_seconds",
			Help:    "Time to answer a request, by route pattern, method and status.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .15, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route", "method", "status"}),
		limited: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parvis_http_limited_total",
			Help: "Requests that a rate limit refused, by limit.",
		}, []string{"limit"}),
		streams: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "parvis_http_streams",
			Help: "Streams of server-sent events that are open.",
		}),
	}
	for _, c := range []prometheus.Collector{m.duration, m.limited, m.streams} {
		if err := to.Register(c); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	return m, nil
}

func (m *meter) count(route, method string, status int, took time.Duration) {
	m.duration.WithLabelValues(route, methodLabel(method), statusLabel(status)).Observe(took.Seconds())
}

func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	default:
		return "other"
	}
}

func statusLabel(status int) string {
	switch status { // the usual ones without an allocation
	case http.StatusOK:
		return "200"
	case http.StatusCreated:
		return "201"
	case http.StatusNoContent:
		return "204"
	case http.StatusNotFound:
		return "404"
	default:
		return strconv.Itoa(status)
	}
}
