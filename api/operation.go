package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"parvis/auth"
	"parvis/fault"
)

// operation describes one operation for the document: who may ask, what it answers, how it fails.
type operation struct {
	id, method, path string
	tag              string
	summary          string
	detail           string
	callers          []string     // security schemes; none: everybody
	scope            auth.Scope   // without one no service account does it for somebody
	inPerson         bool         // nor with one: it is about being there
	aboutOneself     bool         // or even without one: it changes nothing, and says who asks
	reads            string       // what the audit calls it, where it tells of others
	status           int          // of success; 200 when left out
	request          any          // an example of the body
	answer           any          // an example of the answer
	codes            []fault.Code // that this operation adds to those of its callers and its body
}

// The callers that security schemes tell apart.
const (
	byCookie = "signIn"
	byBearer = "bearer"
)

var (
	anyone   = []string{byCookie, byBearer, ""}
	browsers = []string{byCookie}
	signedIn = []string{byCookie, byBearer}
)

// huma makes the description that Huma completes from the handler's types.
func (o operation) huma() huma.Operation {
	status := o.status
	if status == 0 {
		status = http.StatusOK
	}
	op := huma.Operation{
		OperationID: o.id, Method: o.method, Path: o.path, Tags: []string{o.tag}, Summary: o.summary, Description: o.detail,
		DefaultStatus: status, Security: o.security(), Responses: map[string]*huma.Response{},
		MaxBodyBytes: -1, BodyReadTimeout: -1, // readBody has read it
	}
	answer := &huma.Response{Description: http.StatusText(status)}
	if o.answer != nil {
		answer.Content = map[string]*huma.MediaType{"application/json": {Example: o.answer}}
	}
	op.Responses[strconv.Itoa(status)] = answer
	if o.request != nil {
		kind := "application/json"
		if o.method == http.MethodPatch {
			kind = "application/merge-patch+json"
		}
		op.RequestBody = &huma.RequestBody{Content: map[string]*huma.MediaType{kind: {Example: o.request}}}
	}
	o.refusals(op.Responses)
	return op
}

// lets refuses what a service account may not do for a person: what has no scope that says how much of it was given away,
// and what is about being there in person. Package auth asks the rest.
func (o operation) lets(who auth.Identity) error {
	if !who.Delegated() || o.aboutOneself || (o.scope != "" && !o.inPerson) {
		return nil
	}
	return fault.New(fault.CodeForbidden, "people do this themselves: no software does it for them")
}

func (o operation) security() []map[string][]string {
	var schemes []map[string][]string
	for _, caller := range o.callers {
		switch {
		case caller == "":
			schemes = append(schemes, map[string][]string{})
		case caller == byBearer && o.scope != "":
			schemes = append(schemes, map[string][]string{caller: {string(o.scope)}})
		default:
			schemes = append(schemes, map[string][]string{caller: {}})
		}
	}
	return schemes
}

// refusals documents every problem that the operation answers, by status, with one example a code.
func (o operation) refusals(into map[string]*huma.Response) {
	for _, code := range o.allCodes() {
		status := strconv.Itoa(statusOf(code.Kind(), code))
		if into[status] == nil {
			into[status] = &huma.Response{
				Description: http.StatusText(statusOf(code.Kind(), code)),
				Content: map[string]*huma.MediaType{problemType: {
					Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}, Examples: map[string]*huma.Example{},
				}},
			}
		}
		into[status].Content[problemType].Examples[string(code)] = &huma.Example{Ref: "#/components/examples/" + string(code)}
	}
}

func (o operation) allCodes() []fault.Code {
	codes := append([]fault.Code{fault.CodeInternal, fault.CodeWrongHost}, o.codes...)
	if o.callers != nil {
		codes = append(codes, fault.CodeTooMany, fault.CodeDatabaseUnavailable)
	}
	if slices.Contains(o.callers, byBearer) {
		codes = append(codes, fault.CodeBadCredentials)
	}
	if o.callers != nil && !slices.Contains(o.callers, "") {
		codes = append(codes, fault.CodeSignInRequired, fault.CodeSignInExpired)
	}
	if o.scope != "" {
		codes = append(codes, fault.CodeScopeMissing)
	}
	if o.method != http.MethodGet {
		codes = append(codes, fault.CodeCrossSite)
	}
	if o.request != nil {
		codes = append(codes, fault.CodeMalformed, fault.CodeInvalid, fault.CodeTooLarge, fault.CodeUnsupportedMedia)
	}
	if strings.Contains(o.path, "{slug}") {
		codes = append(codes, fault.CodeRoomNotFound)
	}
	return codes
}

func exampleProblem(code fault.Code) problem {
	meaning, _ := code.Meaning()
	p := problem{
		Type: "/problems/" + string(code), Title: meaning.Title, Status: statusOf(code.Kind(), code),
		Detail: meaning.Remedy, Code: string(code), RequestID: "MFRGGZDFMZTWQ2LKNNWG23TPOA",
	}
	if code == fault.CodeNotOpenYet {
		opens := exampleTime
		p.OpensAt = &opens
	}
	if code == fault.CodeInvalid {
		p.Errors = []fieldError{{Location: "body.name", Message: "expected length >= 1"}}
	}
	return p
}
