package api_test

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"parvis/api"
)

var update = flag.Bool("update", false, "write what the tests compare with instead of comparing")

func TestTheOpenAPIDocumentIsCurrent(t *testing.T) {
	w := newWorld(t)
	w.options.Metrics = prometheus.NewRegistry()
	got, err := api.Document(w.options)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("openapi.yaml", got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("api/openapi.yaml is stale: run `go generate ./api`. -file +handlers:\n%s", diff)
	}
}
