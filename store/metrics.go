package store

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metrics tells how the database is used. Without a registry everything is counted and nothing is told.
type metrics struct {
	registry   prometheus.Registerer
	collectors []prometheus.Collector
	batch      prometheus.Histogram
}

func newMetrics(d *DB, registry prometheus.Registerer) *metrics {
	m := &metrics{registry: registry, batch: prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "parvis_store_commit_joins", Help: "Joins that shared a commit.", Buckets: prometheus.ExponentialBuckets(1, 2, 10),
	})}
	if registry == nil {
		return m
	}
	m.collectors = []prometheus.Collector{m.batch, collectors.NewDBStatsCollector(d.writer.sql, "writer")}
	if d.reader != d.writer {
		m.collectors = append(m.collectors, collectors.NewDBStatsCollector(d.reader.sql, "reader"))
	}
	for name, count := range map[string]func() (hits, misses uint64){
		"room":            d.caches.rooms.counts,
		"grants":          d.caches.grants.counts,
		"room_grants":     d.caches.roomGrants.counts,
		"openings":        d.caches.openings.counts,
		"sign-in":         d.caches.signIns.counts,
		"service-account": d.caches.accounts.counts,
		"access-token":    d.caches.tokens.counts,
	} {
		m.collectors = append(m.collectors,
			cacheCounter(name, "hit", func() float64 { hits, _ := count(); return float64(hits) }),
			cacheCounter(name, "miss", func() float64 { _, misses := count(); return float64(misses) }))
	}
	registry.MustRegister(m.collectors...)
	return m
}

func cacheCounter(cache, outcome string, value func() float64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "parvis_store_cache_total", Help: "Look-ups in caches.",
		ConstLabels: prometheus.Labels{"cache": cache, "outcome": outcome},
	}, value)
}

func (c *cache[K, V]) counts() (hits, misses uint64) { return c.hits.Load(), c.misses.Load() }

func (m *metrics) unregister() {
	for _, c := range m.collectors {
		m.registry.Unregister(c)
	}
}
