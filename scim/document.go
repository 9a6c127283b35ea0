package scim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"parvis/text"
)

// Document is a resource as JSON has it, with the names of the schema and only what is kept: strings, booleans, Documents and lists of
// Documents.
type Document = map[string]any

// Bounds of what a client may say.
const (
	maxText   = 200
	maxValues = 20
	maxDepth  = 12
	// MaxBody bounds a request, a bulk one too.
	MaxBody = 1 << 20
)

// decode reads one JSON object and nothing behind it.
func decode(body []byte) (Document, error) {
	if tooDeep(body) {
		return nil, invalidSyntax("the body is nested too deep")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var object Document
	if err := d.Decode(&object); err != nil || object == nil {
		return nil, &Error{Status: statusBadRequest, Type: "invalidSyntax", Detail: "the body is not one JSON object", Err: err}
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, invalidSyntax("something stands behind the JSON object")
	}
	return object, nil
}

// tooDeep looks before anything is built.
func tooDeep(body []byte) bool {
	depth, quoted, escaped := 0, false, false
	for _, c := range body {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// member finds what an object says of a name, whatever its case (RFC 7643 section 2.1).
func member(object Document, name string) (any, bool) {
	if v, ok := object[name]; ok {
		return v, true
	}
	for key, v := range object {
		if strings.EqualFold(key, name) {
			return v, true
		}
	}
	return nil, false
}

// speaks tells whether a message or resource says that it is of a schema.
func speaks(object Document, urn string) bool {
	v, _ := member(object, "schemas")
	list, _ := v.([]any)
	for _, s := range list {
		if name, ok := s.(string); ok && strings.EqualFold(name, urn) {
			return true
		}
	}
	return false
}

// read cleans a resource of a client: what is kept of it, with the names of the schema. What the client may not write is read over
// (RFC 7644 section 3.3), and so is what is not kept.
func (k resourceKind) read(raw Document) (Document, error) {
	if !speaks(raw, k.urn) {
		return nil, invalidSyntax("schemas has to name the schema of the resource")
	}
	clean, err := readInto(k.own, raw, "")
	if err != nil {
		return nil, err
	}
	if k.extension != "" {
		if v, ok := member(raw, k.extension); ok && v != nil {
			part, ok := v.(Document)
			if !ok {
				return nil, invalidValue("the extension is not a JSON object")
			}
			extended, err := readInto(k.extended, part, "")
			if err != nil {
				return nil, err
			}
			if len(extended) > 0 {
				clean[k.extension] = extended
			}
		}
	}
	return clean, k.complete(clean)
}

// complete is what holds of a whole resource.
func (k resourceKind) complete(clean Document) error {
	for _, a := range k.own {
		if _, ok := clean[a.name]; a.required && !ok {
			return invalidValue("the resource needs the attribute " + a.name)
		}
	}
	emails, _ := clean["emails"].([]any)
	if len(emails) > maxValues {
		return invalidValue(fmt.Sprintf("emails has more than %d values", maxValues))
	}
	primaries := 0
	for _, e := range emails {
		if e, ok := e.(Document); ok && e["primary"] == true {
			primaries++
		}
	}
	if primaries > 1 {
		return invalidValue("more than one value of emails is primary")
	}
	return nil
}

func readInto(attributes []attribute, raw Document, within string) (Document, error) {
	clean := Document{}
	for _, a := range attributes {
		v, ok := member(raw, a.name)
		if !ok || v == nil || a.readOnly {
			continue
		}
		value, err := a.value(v, within)
		if err != nil {
			return nil, err
		}
		if value != nil {
			clean[a.name] = value
		}
	}
	return clean, nil
}

// value cleans what is said of an attribute; nil: it is unassigned (RFC 7643 section 2.5).
func (a attribute) value(v any, within string) (any, error) {
	if !a.multi {
		return a.one(v, within)
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v} // as some clients write a list of one
	}
	var clean []any
	for _, item := range list {
		value, err := a.one(item, within)
		if err != nil {
			return nil, err
		}
		if value != nil {
			clean = append(clean, value)
		}
	}
	if len(clean) == 0 {
		return nil, nil
	}
	return clean, nil
}

func (a attribute) one(v any, within string) (any, error) {
	if v == nil {
		return nil, nil
	}
	where := within + a.name
	switch a.kind {
	case "complex":
		object, ok := v.(Document)
		if !ok {
			return nil, invalidValue(where + " is not a JSON object")
		}
		clean, err := readInto(a.sub, object, where+".")
		if err != nil || len(clean) == 0 {
			return nil, err
		}
		if _, hasValue := a.find("value"); hasValue && clean["value"] == nil {
			return nil, nil // what has a value has nothing to say without one
		}
		return clean, nil
	case "boolean":
		b, ok := truth(v)
		if !ok {
			return nil, invalidValue(where + " is neither true nor false")
		}
		return b, nil
	}
	s, ok := v.(string)
	if !ok {
		return nil, invalidValue(where + " is not a string")
	}
	if s = text.Line(s); s == "" {
		return nil, nil
	}
	most := a.max
	if most == 0 {
		most = maxText
	}
	if utf8.RuneCountInString(s) > most {
		return nil, invalidValue(fmt.Sprintf("%s has more than %d characters", where, most))
	}
	return s, nil
}

// truth reads a boolean, and the words that known clients send for one.
func truth(v any) (value, ok bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case string:
		switch v {
		case "True", "true", "TRUE":
			return true, true
		case "False", "false", "FALSE":
			return false, true
		}
	}
	return false, false
}
