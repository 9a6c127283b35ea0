package scim

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"

	parser "github.com/scim2/filter-parser/v2"

	"parvis/text"
)

// Bounds of a filter: what the parser takes grows faster than the text.
const (
	maxFilter = 1000
	maxTests  = 30
	maxNested = 20
)

// Filter is what a resource has to be like: And, Or, Not, Test or Some.
type Filter interface{ filter() }

// And, Or and Not join filters.
type (
	And struct{ Left, Right Filter }
	Or  struct{ Left, Right Filter }
	Not struct{ Of Filter }
)

// Test compares a field. Value is a string (folded where case does not count), a bool or a time.Time; nothing for Present.
type Test struct {
	Field Field
	Op    Op
	Value any
}

// Some holds when one value of a list is like Of, whose fields are those of the list.
type Some struct {
	List string // emails or members
	Of   Filter
}

func (And) filter()  {}
func (Or) filter()   {}
func (Not) filter()  {}
func (Test) filter() {}
func (Some) filter() {}

// Op is a comparison.
type Op string

// The comparisons (RFC 7644 table 3).
const (
	Equal          Op = "eq"
	NotEqual       Op = "ne"
	Contains       Op = "co"
	StartsWith     Op = "sw"
	EndsWith       Op = "ew"
	Present        Op = "pr"
	Greater        Op = "gt"
	GreaterOrEqual Op = "ge"
	Less           Op = "lt"
	LessOrEqual    Op = "le"
)

// Field is what can be searched, by the name that a store knows.
type Field struct {
	Name string
	Kind Kind
	list string
}

// Kind is what a field is compared as.
type Kind uint8

// The kinds. Exact is a text whose case counts.
const (
	Folded Kind = iota
	Exact
	Bool
	Time
)

var userFields = fieldsOf(
	Field{Name: "id", Kind: Exact}, Field{Name: "externalId", Kind: Exact}, Field{Name: "userName"}, Field{Name: "displayName"},
	Field{Name: "name.givenName"}, Field{Name: "name.familyName"}, Field{Name: "title"}, Field{Name: "userType"}, Field{Name: "active", Kind: Bool},
	Field{Name: "emails.value", list: "emails"}, Field{Name: "emails.type", list: "emails"}, Field{Name: "emails.primary", Kind: Bool, list: "emails"},
	Field{Name: "meta.created", Kind: Time}, Field{Name: "meta.lastModified", Kind: Time},
	Field{Name: enterpriseURN + ":department"}, Field{Name: enterpriseURN + ":organization"},
)

var groupFields = fieldsOf(
	Field{Name: "id", Kind: Exact}, Field{Name: "externalId", Kind: Exact}, Field{Name: "displayName"},
	Field{Name: "members.value", Kind: Exact, list: "members"}, Field{Name: "meta.created", Kind: Time}, Field{Name: "meta.lastModified", Kind: Time},
)

func fieldsOf(list ...Field) map[string]Field {
	fields := map[string]Field{}
	for _, f := range list {
		fields[strings.ToLower(f.Name)] = f
		if name, isValue := strings.CutSuffix(f.Name, ".value"); isValue {
			fields[strings.ToLower(name)] = f // emails eq "x" is of their values
		}
	}
	return fields
}

// field finds what a path names; within is the list whose values are asked about.
func (k resourceKind) field(p parser.AttributePath, within string) (Field, error) {
	name := p.AttributeName
	if sub := p.SubAttributeName(); sub != "" {
		name += "." + sub
	}
	switch urn := p.URI(); {
	case within != "":
		name = within + "." + name
	case urn == "" || strings.EqualFold(urn, k.urn):
	default:
		name = urn + ":" + name
	}
	f, ok := k.fields[strings.ToLower(name)]
	if !ok {
		return Field{}, invalidFilter("the filter names an attribute that cannot be searched")
	}
	return f, nil
}

var lowerHex = regexp.MustCompile(`\\u[0-9A-Fa-f]{4}`)

// parseExpression reads a filter as the RFC writes it. The parser takes hexadecimal digits in capitals alone; JSON takes both.
func parseExpression(raw string) (parser.Expression, error) {
	raw = strings.TrimSpace(raw)
	if raw == "" || len(raw) > maxFilter || nested(raw) > maxNested {
		return nil, invalidFilter("a filter has 1 to 1000 bytes, and at most 20 brackets in one another")
	}
	e, err := parser.ParseFilterNumber([]byte(capitals(raw)))
	if err != nil {
		return nil, &Error{Status: statusBadRequest, Type: "invalidFilter", Detail: "this is no filter of RFC 7644 section 3.4.2.2", Err: err}
	}
	return e, nil
}

// nested counts the brackets that stand in one another.
func nested(raw string) (most int) {
	depth, quoted, escaped := 0, false, false
	for _, c := range []byte(raw) {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == '"':
			quoted = true
		case c == '(' || c == '[':
			depth++
			most = max(most, depth)
		case c == ')' || c == ']':
			depth--
		}
	}
	return most
}

func capitals(raw string) string {
	return lowerHex.ReplaceAllStringFunc(raw, func(s string) string { return s[:2] + strings.ToUpper(s[2:]) })
}

// Parse reads a filter and binds it to the fields of users or groups; nil for no filter.
func (k resourceKind) parse(raw string) (Filter, error) {
	if raw == "" {
		return nil, nil
	}
	e, err := parseExpression(raw)
	if err != nil {
		return nil, err
	}
	tests := 0
	return k.bind(e, "", &tests)
}

func (k resourceKind) bind(e parser.Expression, within string, tests *int) (Filter, error) {
	if *tests++; *tests > maxTests {
		return nil, invalidFilter("the filter asks too much at once")
	}
	switch e := e.(type) {
	case *parser.LogicalExpression:
		left, err := k.bind(e.Left, within, tests)
		if err != nil {
			return nil, err
		}
		right, err := k.bind(e.Right, within, tests)
		if err != nil {
			return nil, err
		}
		if e.Operator == parser.AND {
			return And{left, right}, nil
		}
		return Or{left, right}, nil
	case *parser.NotExpression:
		of, err := k.bind(e.Expression, within, tests)
		return Not{of}, err
	case *parser.ValuePath:
		f, err := k.field(e.AttributePath, "")
		if err != nil || f.list == "" || within != "" {
			return nil, invalidFilter("only emails and members are asked about value by value")
		}
		of, err := k.bind(e.ValueFilter, f.list, tests)
		return Some{f.list, of}, err
	case *parser.AttributeExpression:
		return k.test(e, within)
	}
	return nil, invalidFilter("this is no filter of RFC 7644 section 3.4.2.2")
}

func (k resourceKind) test(e *parser.AttributeExpression, within string) (Filter, error) {
	f, err := k.field(e.AttributePath, within)
	if err != nil {
		return nil, err
	}
	t := Test{Field: f, Op: Op(strings.ToLower(string(e.Operator)))}
	if t.Op != Present {
		if t.Value, err = f.value(t.Op, e.CompareValue); err != nil {
			return nil, err
		}
	}
	if f.list != "" && within == "" {
		return Some{f.list, t}, nil
	}
	return t, nil
}

// value reads what a field is compared with.
func (f Field) value(op Op, v any) (any, error) {
	wrong := invalidFilter("the filter compares an attribute with a value of another type, or in a way that it cannot be compared")
	if b, isBool := v.(bool); isBool || f.Kind == Bool {
		if s, isText := v.(string); isText {
			if b, isBool = truth(s); !isBool {
				return nil, wrong
			}
		}
		if !isBool || f.Kind != Bool || (op != Equal && op != NotEqual) {
			return nil, wrong
		}
		return b, nil
	}
	if v == nil && (op == Equal || op == NotEqual) && f.Kind != Time {
		return "", nil // unassigned
	}
	s, isText := v.(string)
	if !isText {
		return nil, wrong
	}
	if json.Unmarshal([]byte(`"`+s+`"`), &s) != nil || strings.ContainsRune(s, 0) {
		return nil, wrong
	}
	if op == Equal || op == NotEqual {
		s = text.Line(s) // as what is kept was cleaned
	}
	switch f.Kind {
	case Time:
		at, err := time.Parse(time.RFC3339, s)
		if err != nil || op == Contains || op == StartsWith || op == EndsWith {
			return nil, wrong
		}
		return at.UTC(), nil
	case Folded:
		return Fold(s), nil
	}
	return s, nil
}
