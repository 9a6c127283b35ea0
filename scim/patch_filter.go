package scim

import (
	"encoding/json"
	"strings"

	parser "github.com/scim2/filter-parser/v2"
)

// test reads the filter of a path once, for values of which a group has a hundred thousand; without one all are like it.
func (a attribute) test(e parser.Expression, depth int) (func(Document) bool, error) {
	if e == nil {
		return func(Document) bool { return true }, nil
	}
	if depth++; depth > maxTests {
		return nil, invalidPath("the filter of the path asks too much at once")
	}
	switch e := e.(type) {
	case *parser.LogicalExpression:
		left, err := a.test(e.Left, depth)
		if err != nil {
			return nil, err
		}
		right, err := a.test(e.Right, depth)
		if e.Operator == parser.AND {
			return func(v Document) bool { return left(v) && right(v) }, err
		}
		return func(v Document) bool { return left(v) || right(v) }, err
	case *parser.NotExpression:
		of, err := a.test(e.Expression, depth)
		return func(v Document) bool { return !of(v) }, err
	case *parser.AttributeExpression:
		part, ok := a.find(e.AttributePath.AttributeName)
		if !ok || e.AttributePath.SubAttribute != nil || e.AttributePath.URIPrefix != nil {
			return nil, invalidPath("the filter of the path names no part of the attribute")
		}
		compare, err := part.comparison(e)
		return func(v Document) bool { return compare(v[part.name]) }, err
	}
	return nil, invalidPath("this is no filter of a path")
}

// comparison is one test of one part.
func (a attribute) comparison(e *parser.AttributeExpression) (func(have any) bool, error) {
	op := Op(strings.ToLower(string(e.Operator)))
	if op == Present {
		return func(have any) bool { return have != nil }, nil
	}
	want := unquoted(e.CompareValue)
	if a.kind == "boolean" {
		b, ok := truth(want)
		if !ok || op != Equal && op != NotEqual {
			return nil, invalidPath("the filter of the path compares with a value of another type")
		}
		return func(have any) bool {
			is, _ := have.(bool)
			return (is == b) == (op == Equal)
		}, nil
	}
	text, ok := want.(string)
	if !ok {
		return nil, invalidPath("the filter of the path compares with a value of another type")
	}
	holds := ordered(op)
	if a.exact {
		return func(have any) bool {
			is, _ := have.(string)
			return holds(is, text)
		}, nil
	}
	text = Fold(text)
	return func(have any) bool {
		is, _ := have.(string)
		return holds(Fold(is), text)
	}, nil
}

// ordered is how an operator compares two texts (RFC 7644 section 3.4.2.2).
func ordered(op Op) func(is, text string) bool {
	switch op {
	case Equal:
		return func(is, text string) bool { return is == text }
	case NotEqual:
		return func(is, text string) bool { return is != text }
	case Contains:
		return strings.Contains
	case StartsWith:
		return strings.HasPrefix
	case EndsWith:
		return strings.HasSuffix
	case Greater:
		return func(is, text string) bool { return is > text }
	case GreaterOrEqual:
		return func(is, text string) bool { return is >= text }
	case Less:
		return func(is, text string) bool { return is < text }
	default:
		return func(is, text string) bool { return is <= text }
	}
}

func unquoted(v any) any {
	s, ok := v.(string)
	if !ok || json.Unmarshal([]byte(`"`+s+`"`), &s) != nil {
		return v
	}
	return s
}
