package scim

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	parser "github.com/scim2/filter-parser/v2"
)

const maxOperations = 100 // of one PATCH

// operation is one step of a PATCH (RFC 7644 section 3.5.2).
type operation struct {
	op    string // add, replace or remove
	path  string
	value any
}

// operations reads the message of a PATCH.
func operations(message Document) ([]operation, error) {
	if !speaks(message, patchURN) {
		return nil, invalidSyntax("schemas has to name the message PatchOp")
	}
	said, _ := member(message, "Operations")
	list, ok := said.([]any)
	if !ok || len(list) == 0 || len(list) > maxOperations {
		return nil, invalidSyntax("Operations is a list of 1 to 100 operations")
	}
	steps := make([]operation, len(list))
	for i, item := range list {
		object, _ := item.(Document)
		op, _ := member(object, "op")
		path, hasPath := member(object, "path")
		value, _ := member(object, "value")
		name, _ := op.(string)
		text, isText := path.(string)
		steps[i] = operation{strings.ToLower(name), strings.TrimSpace(text), value}
		switch {
		case !slices.Contains([]string{"add", "replace", "remove"}, steps[i].op):
			return nil, invalidSyntax("an operation is add, replace or remove")
		case hasPath && path != nil && !isText || len(text) > maxFilter:
			return nil, invalidPath("a path is a string of at most 1000 bytes")
		case steps[i].path == "" && steps[i].op == "remove":
			return nil, refuse("noTarget", "to remove needs a path")
		}
	}
	return steps, nil
}

// patch applies a PATCH to a document, whole or not at all.
func (k resourceKind) patch(d Document, steps []operation) (Document, error) {
	d = clone(d).(Document)
	for _, step := range steps {
		if err := k.apply(d, step); err != nil {
			return nil, err
		}
	}
	return d, k.complete(d)
}

func (k resourceKind) apply(d Document, step operation) error {
	switch {
	case step.path == "":
		object, ok := step.value.(Document)
		if !ok {
			return invalidValue("without a path the value is a JSON object of attributes")
		}
		return k.applyAll(d, step.op, object, "")
	case k.extension != "" && strings.EqualFold(step.path, k.extension):
		object, ok := step.value.(Document)
		if step.op == "remove" {
			delete(d, k.extension)
			return nil
		}
		if !ok {
			return invalidValue("the extension is not a JSON object")
		}
		return k.applyAll(d, step.op, object, k.extension+":")
	case strings.EqualFold(step.path, "schemas"):
		return nil // it follows from the attributes
	}
	if len(step.path) > maxFilter || nested(step.path) > maxNested { // a name of an object may be one
		return invalidPath("a path is a string of at most 1000 bytes")
	}
	path, err := parser.ParsePath([]byte(capitals(step.path)))
	if err != nil {
		return &Error{Status: statusBadRequest, Type: "invalidPath", Detail: "this is no path of RFC 7644 section 3.5.2", Err: err}
	}
	return k.applyAt(d, step, path)
}

// applyAll applies the members of an object one by one, by their names as paths, as several clients write them.
func (k resourceKind) applyAll(d Document, op string, object Document, prefix string) error {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		value := object[name]
		if strings.EqualFold(name, "schemas") || strings.EqualFold(name, "id") || strings.EqualFold(name, "meta") {
			continue // of a whole resource that was sent back
		}
		if a, ok := find(k.own, name); ok && a.readOnly {
			continue
		}
		if inner, ok := value.(Document); ok && strings.EqualFold(name, k.urn) && prefix == "" {
			if err := k.applyAll(d, op, inner, ""); err != nil {
				return err
			}
			continue
		}
		if err := k.apply(d, operation{op, prefix + name, value}); err != nil {
			return err
		}
	}
	return nil
}

func (k resourceKind) applyAt(d Document, step operation, path parser.Path) error {
	to, known, ignored := k.lookUp(path.AttributePath.URI(), path.AttributePath.AttributeName)
	switch {
	case ignored:
		return nil
	case !known && (strings.EqualFold(path.AttributePath.AttributeName, "id") || strings.EqualFold(path.AttributePath.AttributeName, "meta")):
		return mutability("the attribute is the server's own")
	case !known:
		return invalidPath("the path names no attribute of the resource")
	case to.of.readOnly:
		return mutability("the attribute is read-only")
	}
	sub, hasSub := path.AttributePath.SubAttributeName(), path.AttributePath.SubAttribute != nil
	if path.SubAttribute != nil {
		if hasSub {
			return invalidPath("the path names a part of a part")
		}
		sub, hasSub = path.SubAttributeName(), true
	}
	part := attribute{}
	if hasSub {
		var ok bool
		if part, ok = to.of.find(sub); !ok {
			return invalidPath("the path names no part of the attribute")
		}
		if part.readOnly {
			return mutability("the attribute is read-only")
		}
	}
	if path.ValueExpression != nil && !to.of.multi {
		return invalidPath("the attribute has one value: there is nothing to choose from")
	}
	holder := d
	if to.extended {
		holder, _ = d[k.extension].(Document)
		if holder == nil {
			holder = Document{}
		}
		defer func() {
			if delete(d, k.extension); len(holder) > 0 {
				d[k.extension] = holder
			}
		}()
	}
	e := edit{step.op, holder, to.of, part, hasSub, step.value}
	if step.value == nil && e.op == "replace" {
		e.op = "remove" // to assign null is to unassign (RFC 7643 section 2.5)
	}
	if to.of.multi {
		return e.list(path.ValueExpression)
	}
	return e.single()
}

// edit is a step whose target is found: an attribute of a holder, or a part of it.
type edit struct {
	op      string
	holder  Document
	of      attribute
	part    attribute
	hasPart bool
	value   any
}

func (e edit) single() error {
	if e.op == "remove" {
		return e.unassign()
	}
	if e.of.kind != "complex" {
		v, err := e.of.one(e.value, "")
		if err == nil {
			put(e.holder, e.of.name, v)
		}
		return err
	}
	inner, _ := e.holder[e.of.name].(Document)
	if inner == nil {
		inner = Document{}
	}
	if err := e.into(inner); err != nil {
		return err
	}
	put(e.holder, e.of.name, inner)
	return nil
}

func (e edit) unassign() error {
	if !e.hasPart {
		if e.of.required {
			return mutability("the attribute is required: it can be replaced, and not removed")
		}
		delete(e.holder, e.of.name)
		return nil
	}
	if inner, ok := e.holder[e.of.name].(Document); ok {
		delete(inner, e.part.name)
		put(e.holder, e.of.name, inner)
	}
	return nil
}

// into writes the value into one complex value: as the part that is named, else as the parts that it has.
func (e edit) into(inner Document) error {
	if e.hasPart {
		v, err := e.part.one(e.value, e.of.name+".")
		if err == nil {
			put(inner, e.part.name, v)
		}
		return err
	}
	object, ok := e.value.(Document)
	if !ok {
		return invalidValue(e.of.name + " is not a JSON object")
	}
	for _, a := range e.of.sub {
		said, ok := member(object, a.name)
		if !ok || a.readOnly {
			continue
		}
		v, err := a.one(said, e.of.name+".")
		if err != nil {
			return err
		}
		put(inner, a.name, v)
	}
	return nil
}

// put assigns, or unassigns what is nothing.
func put(d Document, name string, v any) {
	if inner, ok := v.(Document); v == nil || ok && len(inner) == 0 {
		delete(d, name)
		return
	}
	d[name] = v
}

// list edits an attribute of several values, all of them or those that the filter chooses.
func (e edit) list(filter parser.Expression) error {
	values, _ := e.holder[e.of.name].([]any)
	like, err := e.of.test(filter, 0)
	if err != nil {
		return err
	}
	chosen := make([]bool, len(values))
	found := false
	for i, v := range values {
		inner, _ := v.(Document)
		chosen[i] = like(inner)
		found = found || chosen[i]
	}
	switch {
	case e.op == "remove":
		values, err = e.without(values, chosen, filter)
	case filter == nil && !e.hasPart:
		values, err = e.joined(values)
	case found:
		err = e.change(values, chosen)
	case filter != nil && e.op == "replace":
		return refuse("noTarget", "no value of the attribute is like the filter")
	default:
		values, err = e.appended(values, filter)
	}
	if err != nil {
		return err
	}
	if delete(e.holder, e.of.name); len(values) > 0 {
		e.holder[e.of.name] = values
	}
	return nil
}

func (e edit) without(values []any, chosen []bool, filter parser.Expression) ([]any, error) {
	var named map[string]bool
	if e.value != nil && filter == nil && !e.hasPart { // some clients say in the value which ones go
		clean, err := e.of.value(e.value, "")
		if err != nil {
			return nil, err
		}
		named = map[string]bool{}
		list, _ := clean.([]any)
		for _, item := range list {
			named[word(item.(Document), "value")] = true
		}
	}
	var left []any
	for i, v := range values {
		inner, _ := v.(Document)
		switch {
		case !chosen[i] || named != nil && !named[word(inner, "value")]:
			left = append(left, v)
		case e.hasPart && e.part.name != "value":
			delete(inner, e.part.name)
			left = append(left, v)
		}
	}
	return left, nil
}

// joined adds values, each once, or puts them in place of those that are there.
func (e edit) joined(values []any) ([]any, error) {
	clean, err := e.of.value(e.value, "")
	if err != nil {
		return nil, err
	}
	if e.op == "replace" {
		values = nil
	}
	more, _ := clean.([]any)
	said := make(map[string]bool, len(more)) // by what all values have: few of those there are looked at further
	for _, v := range more {
		said[valueOf(v)] = true
	}
	there := make(map[string]bool, len(more))
	for _, v := range values {
		if said[valueOf(v)] {
			there[key(v)] = true
		}
	}
	for _, v := range more {
		if k := key(v); !there[k] {
			there[k] = true
			values = append(onlyPrimary(values, v), v)
		}
	}
	return values, nil
}

func valueOf(v any) string {
	inner, _ := v.(Document)
	return word(inner, "value")
}

func key(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(text)
}

// onlyPrimary takes the mark from the others when a new value bears it (RFC 7644 section 3.5.2).
func onlyPrimary(values []any, fresh any) []any {
	if d, _ := fresh.(Document); d["primary"] == true {
		for _, v := range values {
			if other, _ := v.(Document); other["primary"] == true {
				other["primary"] = false
			}
		}
	}
	return values
}

func (e edit) change(values []any, chosen []bool) error {
	for i, v := range values {
		if !chosen[i] {
			continue
		}
		inner, _ := v.(Document)
		was := inner["primary"]
		if err := e.into(inner); err != nil {
			return err
		}
		if was != true && inner["primary"] == true {
			inner["primary"] = false
			onlyPrimary(values, Document{"primary": true})
			inner["primary"] = true
		}
	}
	for _, v := range values {
		if inner, _ := v.(Document); word(inner, "value") == "" {
			return invalidValue("a value of " + e.of.name + " would be left without one")
		}
	}
	return nil
}

// appended makes the value that a client adds under a filter such as emails[type eq "work"].value, when there is none.
func (e edit) appended(values []any, filter parser.Expression) ([]any, error) {
	fresh := Document{}
	if filter != nil {
		test, ok := filter.(*parser.AttributeExpression)
		if !ok || test.Operator != parser.EQ || test.AttributePath.SubAttribute != nil {
			return nil, refuse("noTarget", "no value of the attribute is like the filter")
		}
		a, ok := e.of.find(test.AttributePath.AttributeName)
		if !ok {
			return nil, invalidPath("the filter of the path names no part of the attribute")
		}
		v, err := a.one(unquoted(test.CompareValue), e.of.name+".")
		if err != nil {
			return nil, err
		}
		put(fresh, a.name, v)
	}
	if err := e.into(fresh); err != nil {
		return nil, err
	}
	if word(fresh, "value") == "" {
		return nil, refuse("noTarget", "no value of the attribute is like the filter")
	}
	return append(onlyPrimary(values, fresh), fresh), nil
}
