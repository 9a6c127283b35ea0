package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// document is the OpenAPI document as a linter reads it: any JSON.
type document map[string]any

func readDocument(t *testing.T) document {
	t.Helper()
	rec := newWorld(t).do(ask{method: http.MethodGet, path: "/api/v1/openapi.json"})
	read, err := jsonschema.UnmarshalJSON(rec.Body)
	if err != nil {
		t.Fatal(err)
	}
	return read.(map[string]any)
}

// pointer is where something stands in the document (RFC 6901).
type pointer []string

func (p pointer) String() string {
	escaped := strings.NewReplacer("~", "~0", "/", "~1")
	var text strings.Builder
	for _, step := range p {
		text.WriteString("/" + escaped.Replace(step))
	}
	return text.String()
}

// walk visits every object of the document, the outer ones first.
func walk(v any, at pointer, visit func(at pointer, object map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(at, v)
		for _, key := range slices.Sorted(maps.Keys(v)) {
			walk(v[key], append(slices.Clone(at), key), visit)
		}
	case []any:
		for i, one := range v {
			walk(one, append(slices.Clone(at), fmt.Sprint(i)), visit)
		}
	}
}

// find answers what a reference within the document leads to.
func (d document) find(reference string) (found any, ok bool) {
	path, ok := strings.CutPrefix(reference, "#/")
	if !ok {
		return nil, false
	}
	found = map[string]any(d)
	for step := range strings.SplitSeq(path, "/") {
		object, _ := found.(map[string]any)
		if found, ok = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]; !ok {
			return nil, false
		}
	}
	return found, true
}

// operation is one of a path, or of a webhook.
type operation struct {
	at     pointer
	fields map[string]any
}

func (d document) operations() (all []operation) {
	for _, part := range []string{"paths", "webhooks"} {
		for path, item := range d[part].(map[string]any) {
			for method, fields := range item.(map[string]any) {
				all = append(all, operation{pointer{part, path, method}, fields.(map[string]any)})
			}
		}
	}
	return all
}

func TestEachOperationSaysWhatAReaderAndAGeneratorNeed(t *testing.T) {
	d := readDocument(t)
	tags, ids := map[any]bool{}, map[any]bool{}
	for _, tag := range d["tags"].([]any) {
		tags[tag.(map[string]any)["name"]] = true
	}
	for _, o := range d.operations() {
		if text, _ := o.fields["summary"].(string); text == "" {
			t.Errorf("%s has no summary", o.at)
		}
		named, _ := o.fields["tags"].([]any)
		if len(named) == 0 || slices.ContainsFunc(named, func(tag any) bool { return !tags[tag] }) {
			t.Errorf("%s: tags %v, of which each is to be one of the document", o.at, named)
		}
		if id := o.fields["operationId"]; o.at[0] == "paths" && (id == nil || ids[id]) {
			t.Errorf("%s: operationId %v is missing, or another's", o.at, id)
		} else {
			ids[id] = true
		}
		if responses, _ := o.fields["responses"].(map[string]any); !slices.ContainsFunc(slices.Collect(maps.Keys(responses)), func(s string) bool { return s[0] == '2' }) {
			t.Errorf("%s says nothing of success", o.at)
		}
	}
}

func TestThePlacesOfAPathAreItsParametersAndNoOthers(t *testing.T) {
	for _, o := range readDocument(t).operations() {
		var places, named []string
		for step := range strings.SplitSeq(o.at[1], "/") {
			if inner, ok := strings.CutPrefix(step, "{"); ok {
				places = append(places, strings.TrimSuffix(inner, "}"))
			}
		}
		parameters, _ := o.fields["parameters"].([]any)
		seen := map[string]bool{}
		for _, p := range parameters {
			p := p.(map[string]any)
			if p["in"] == "path" && p["required"] == true {
				named = append(named, p["name"].(string))
			}
			if key := fmt.Sprint(p["in"], p["name"]); seen[key] || p["schema"] == nil {
				t.Errorf("%s: parameter %v stands twice, or has no schema", o.at, p["name"])
			} else {
				seen[key] = true
			}
		}
		slices.Sort(places)
		slices.Sort(named)
		if !slices.Equal(places, named) {
			t.Errorf("%s: places %v, parameters %v", o.at, places, named)
		}
	}
}

func TestEveryReferenceLeadsSomewhereAndEveryComponentIsReferredTo(t *testing.T) {
	d := readDocument(t)
	used := map[string]bool{}
	var follow func(at pointer, object map[string]any)
	follow = func(at pointer, object map[string]any) {
		reference, ok := object["$ref"].(string)
		if !ok || used[reference] {
			return
		}
		used[reference] = true
		target, found := d.find(reference)
		if !found {
			t.Errorf("%s leads nowhere: %s", at, reference)
		}
		walk(target, pointer{reference}, follow)
	}
	walk(d["paths"], pointer{"paths"}, follow)
	walk(d["webhooks"], pointer{"webhooks"}, follow)
	for kind, components := range d["components"].(map[string]any) {
		for name := range components.(map[string]any) {
			if at := "#/components/" + kind + "/" + name; kind != "securitySchemes" && !used[at] {
				t.Errorf("nothing refers to %s", at)
			}
		}
	}
}

func TestEverySecuritySchemeIsDefinedAndUsedWithScopesThatItHas(t *testing.T) {
	d := readDocument(t)
	schemes := d["components"].(map[string]any)["securitySchemes"].(map[string]any)
	scopes := schemes["bearer"].(map[string]any)["flows"].(map[string]any)["clientCredentials"].(map[string]any)["scopes"].(map[string]any)
	used := map[string]bool{}
	for _, o := range d.operations() {
		asked, _ := o.fields["security"].([]any)
		for _, one := range asked {
			for scheme, list := range one.(map[string]any) {
				used[scheme] = true
				for _, scope := range list.([]any) {
					if scopes[scope.(string)] == nil {
						t.Errorf("%s asks for the scope %v, which there is not", o.at, scope)
					}
				}
			}
		}
	}
	if got, want := slices.Sorted(maps.Keys(used)), slices.Sorted(maps.Keys(schemes)); !slices.Equal(got, want) {
		t.Errorf("used are %v, defined %v", got, want)
	}
}

// TestEachExampleIsWhatItsSchemaSays asks a validator that shares nothing with what wrote the document.
func TestEachExampleIsWhatItsSchemaSays(t *testing.T) {
	d := readDocument(t)
	const file = "openapi.json"
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(file, map[string]any(d)); err != nil {
		t.Fatal(err)
	}
	checked := 0
	walk(map[string]any(d), nil, func(at pointer, object map[string]any) {
		if _, ok := object["schema"].(map[string]any); !ok {
			return
		}
		examples := d.examplesOf(object)
		if len(examples) == 0 {
			return
		}
		schema, err := compiler.Compile(file + "#" + at.String() + "/schema")
		if err != nil {
			t.Fatalf("%s: %v", at, err)
		}
		for _, example := range examples {
			checked++
			if err := schema.Validate(example); err != nil {
				t.Errorf("%s: %v", at, err)
			}
		}
	})
	if checked < len(d.operations()) {
		t.Errorf("%d examples of %d operations", checked, len(d.operations()))
	}
}

// examplesOf are those beside a schema, in both of the forms that there are.
func (d document) examplesOf(object map[string]any) (all []any) {
	if example, ok := object["example"]; ok {
		all = append(all, example)
	}
	named, _ := object["examples"].(map[string]any)
	for _, one := range named {
		one := one.(map[string]any)
		if reference, ok := one["$ref"].(string); ok {
			target, _ := d.find(reference)
			one, _ = target.(map[string]any)
		}
		all = append(all, one["value"])
	}
	return all
}
