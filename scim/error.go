package scim

import (
	"errors"

	"parvis/fault"
)

// Error is a refusal in SCIM's own words (RFC 7644 section 3.12). Type is its scimType, empty where it has none. Detail never repeats
// a value of the request.
type Error struct {
	Status int
	Type   string
	Detail string
	Err    error // for the log
}

func (e *Error) Error() string {
	text := e.Type + ": " + e.Detail
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap is the cause, which is told to nobody but the log.
func (e *Error) Unwrap() error { return e.Err }

// The statuses that the protocol names.
const (
	statusOK                 = 200
	statusCreated            = 201
	statusNoContent          = 204
	statusNotModified        = 304
	statusBadRequest         = 400
	statusForbidden          = 403
	statusNotFound           = 404
	statusNotAllowed         = 405
	statusConflict           = 409
	statusPreconditionFailed = 412
	statusTooLarge           = 413
	statusInternal           = 500
	statusNotImplemented     = 501
	statusUnavailable        = 503
)

func refuse(scimType, detail string) *Error {
	return &Error{Status: statusBadRequest, Type: scimType, Detail: detail}
}

func invalidSyntax(detail string) *Error { return refuse("invalidSyntax", detail) }
func invalidValue(detail string) *Error  { return refuse("invalidValue", detail) }
func invalidFilter(detail string) *Error { return refuse("invalidFilter", detail) }
func invalidPath(detail string) *Error   { return refuse("invalidPath", detail) }
func mutability(detail string) *Error    { return refuse("mutability", detail) }

func taken() *Error {
	return &Error{Status: statusConflict, Type: "uniqueness", Detail: "another resource of this client has this userName, externalId or displayName already"}
}

func notFound() *Error {
	return &Error{Status: statusNotFound, Detail: "there is no such resource, or it is not this client's"}
}

// statuses of failures that are not the protocol's own.
var statuses = map[fault.Kind]int{
	fault.Invalid: statusBadRequest, fault.Malformed: statusBadRequest, fault.Unauthenticated: 401, fault.Forbidden: statusForbidden,
	fault.NotFound: statusNotFound, fault.Conflict: statusConflict, fault.TooLarge: statusTooLarge, fault.Unsupported: 415,
	fault.Locked:             statusConflict, // RFC 7644 has no 423
	fault.PreconditionFailed: statusPreconditionFailed, fault.TooMany: 429, fault.Unavailable: statusUnavailable, fault.Misdirected: 421,
}

// types of codes that SCIM has a word for.
var types = map[fault.Kind]string{fault.Invalid: "invalidValue", fault.Malformed: "invalidSyntax"}

// ErrorOf is what may be told of a failure. One that nobody classified tells nothing.
func ErrorOf(err error) *Error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	f := fault.Of(err)
	status, known := statuses[f.Kind]
	if !known {
		return &Error{Status: statusInternal, Detail: "something went wrong here", Err: err}
	}
	if f.Code == fault.CodeMethodNotAllowed {
		status = statusNotAllowed
	}
	return &Error{Status: status, Type: types[f.Kind], Detail: f.Detail, Err: err}
}

// ErrorBody is the body of a refusal.
type ErrorBody struct {
	Schemas []string `json:"schemas"`
	Status  string   `json:"status"`
	Type    string   `json:"scimType,omitempty"`
	Detail  string   `json:"detail,omitempty"`
}

// Body is the refusal as it is sent.
func (e *Error) Body() ErrorBody {
	return ErrorBody{Schemas: []string{errorURN}, Status: digits(e.Status), Type: e.Type, Detail: e.Detail}
}
