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
	current, older, err := api.Document(w.options)
	if err != nil {
		t.Fatal(err)
	}
	for file, got := range map[string][]byte{"openapi.yaml": current, "../client/openapi-3.0.yaml": older} {
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s is stale: run `make generate`. -file +handlers:\n%s", file, diff)
		}
	}
}
