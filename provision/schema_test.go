package provision_test

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"parvis/provision"
)

var update = flag.Bool("update", false, "write what is generated")

func TestTheSchemaIsCurrent(t *testing.T) {
	made, err := provision.Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.json", made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile("schema.json")
	if err != nil || !bytes.Equal(made, kept) {
		t.Errorf("provision/schema.json is stale: go test ./provision -run Schema -update (%v)", err)
	}
}

func TestTheSchemaTakesTheExampleAndRefusesWhatIsRefused(t *testing.T) {
	s, err := jsonschema.NewCompiler().Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/example/*")
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for documents := yaml.NewDecoder(bytes.NewReader(text)); ; {
			var v any
			err := documents.Decode(&v)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(v); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for _, wrong := range []map[string]any{
		{"romos": []any{}}, {"rooms": []any{map[string]any{"name": "A"}}}, {"rooms": []any{map[string]any{"key": "a", "name": "A", "entry": "anybody"}}},
		{"policies": []any{map[string]any{"settings": map[string]any{"entry": map[string]any{"value": "anybody"}}}}},
	} {
		if s.Validate(wrong) == nil {
			t.Errorf("%v is taken", wrong)
		}
	}
}
