package store_test

import (
	"context"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"parvis/auth/signin"
	"parvis/rooms"
	"parvis/store"
	"parvis/store/storetest"
)

// BenchmarkAdmit measures the group commit: alone is somebody who joins when nobody else does, 64 and 512 are as many
// who join at once, each with a sign-in of their own.
func BenchmarkAdmit(b *testing.B) {
	for engine, newURL := range engines {
		for _, callers := range []int{1, 64, 512} {
			b.Run(engine+"/"+strconv.Itoa(callers), func(b *testing.B) { benchmarkAdmit(b, newURL(b), callers) })
		}
	}
}

func benchmarkAdmit(b *testing.B, url string, callers int) {
	if err := store.Migrate(b.Context(), url); err != nil {
		b.Fatal(err)
	}
	db, err := store.Open(b.Context(), store.Options{URL: url})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	room := storetest.Room("aaa-bbbb-ccc")
	if err := db.CreateRoom(b.Context(), room, nil, nil); err != nil {
		b.Fatal(err)
	}
	who := make([]signin.SignIn, callers)
	for i := range who {
		who[i] = storetest.Guest(strconv.Itoa(i))
		if err := db.CreateSignIn(b.Context(), who[i], ""); err != nil {
			b.Fatal(err)
		}
	}
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	b.SetParallelism(max(callers/2, 1))
	b.ResetTimer()
	if callers == 1 {
		for range b.N {
			join(b, db, storetest.Admission(room), took, &next)
		}
	} else {
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				a := storetest.Admission(room)
				a.WhoID = who[next.Load()%int64(callers)].ID
				join(b, db, a, took, &next)
			}
		})
	}
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

func join(b *testing.B, db *store.DB, a rooms.Admission, took []time.Duration, next *atomic.Int64) {
	began := time.Now()
	if _, err := db.Admit(context.Background(), a, storetest.Created(a)); err != nil {
		b.Error(err)
	}
	took[next.Add(1)-1] = time.Since(began)
}
