package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"parvis/fault"
	"parvis/text"
)

// tight is Huma with its defaults tightened: JSON and nothing else, strings cleaned before they are measured, and
// refusals in our own words, which never repeat a value.
type tight struct {
	huma.API
	config huma.Config
	base   origin
}

// Config is how Huma finds the settings of an API that is wrapped.
func (t tight) Config() huma.Config { return t.config }

// Negotiate answers JSON whatever was asked for: there is no other representation.
func (t tight) Negotiate(string) (string, error) { return "application/json", nil }

var formats = map[string]huma.Format{"application/json": huma.DefaultJSONFormat}

// Marshal writes JSON.
func (t tight) Marshal(w io.Writer, _ string, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// Unmarshal reads JSON; readBody has checked the content type. Huma reads a body twice: once into an `any`, which it
// validates, and once into the type. The strings of the first are cleaned here, so that bounds hold for what stays.
func (t tight) Unmarshal(_ string, data []byte, v any) error {
	if !utf8.Valid(data) {
		return errors.New("the body is not UTF-8")
	}
	if err := json.Unmarshal(data, v); err != nil {
		return safely(err)
	}
	if parsed, ok := v.(*any); ok {
		*parsed = cleaned(*parsed)
	}
	return nil
}

// safely words a JSON error without the value and without the name of a Go type.
func safely(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("not JSON at byte %d", syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Errorf("a value of another type is expected at byte %d", kind.Offset)
	default:
		return errors.New("not what is expected here")
	}
}

func cleaned(v any) any {
	switch v := v.(type) {
	case string:
		return text.Block(v)
	case []any:
		for i := range v {
			v[i] = cleaned(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = cleaned(v[k])
		}
	}
	return v
}

// Transform turns what Huma refuses into a problem, and says where the next page is.
func (t tight) Transform(ctx huma.Context, _ string, v any) (any, error) {
	if model, ok := v.(*huma.ErrorModel); ok {
		p := problemOf(ctx.Context(), refusal(model))
		p.Status = model.Status // Huma has decided it, and this is the one that is sent
		return p, nil
	}
	t.linkNext(ctx, v)
	return v, nil
}

// refusal says what Huma found wrong, in our terms.
func refusal(model *huma.ErrorModel) error {
	var f *fault.Error
	switch model.Status {
	case http.StatusBadRequest:
		f = fault.New(fault.CodeMalformed, "the body is not one JSON document")
	case http.StatusUnprocessableEntity:
		f = fault.New(fault.CodeInvalid, "some fields are not valid: see errors")
	default:
		return fmt.Errorf("huma: %s", model.Detail)
	}
	const most = 20 // a body can be wrong in more places than anybody wants to read
	for _, e := range model.Errors[:min(len(model.Errors), most)] {
		if e == nil {
			continue
		}
		f.At(place(e), within(longestMessage, e.Message))
	}
	slices.SortStableFunc(f.Fields, func(a, b fault.Field) int { return strings.Compare(a.Location, b.Location) })
	return f
}

// place names the field itself where Huma names the object that lacks it.
func place(e *huma.ErrorDetail) string {
	before, after, _ := strings.Cut(validation.MsgExpectedRequiredProperty, "%s")
	if name, ok := strings.CutPrefix(e.Message, before); ok {
		if name, ok = strings.CutSuffix(name, after); ok {
			return short(e.Location + "." + name)
		}
	}
	return short(e.Location)
}

// longestMessage holds every list of words that the document has, whole: who is told half of them cannot choose.
const longestMessage = 2_000

// short bounds and cleans what may hold a name that the request made up (an unknown property).
func short(s string) string { return within(100, s) }

func within(most int, s string) string {
	s = text.Line(s)
	if utf8.RuneCountInString(s) > most {
		return string([]rune(s)[:most]) + "…"
	}
	return s
}

// register adds an operation. Its errors become problems here; whoever made them logs nothing.
func register[I, O any](api huma.API, o operation, do func(context.Context, *I) (*O, error), more ...func(*huma.Operation)) {
	op := o.huma()
	for _, f := range more {
		f(&op)
	}
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		ctx, cancel := context.WithTimeout(ctx, Patience)
		defer cancel()
		x := of(ctx)
		x.operation, x.reads = o.id, o.reads
		if err := o.lets(of(ctx).who); err != nil {
			return nil, problemOf(ctx, err)
		}
		out, err := do(ctx, in)
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		return out, nil
	})
}
