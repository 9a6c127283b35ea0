package service

// The errors of the token endpoint (RFC 6749 section 5.2, RFC 8693 section 2.2.2).
const (
	InvalidRequest       = "invalid_request"
	InvalidClient        = "invalid_client"
	InvalidScope         = "invalid_scope"
	InvalidTarget        = "invalid_target"
	UnauthorizedClient   = "unauthorized_client"
	UnsupportedGrantType = "unsupported_grant_type"
)

// Refusal is a failure that OAuth has a word for. Description is for the developer and never repeats what came in; Err is
// for the log alone.
type Refusal struct {
	Code        string
	Description string
	Err         error
}

func (r *Refusal) Error() string {
	if r.Err != nil {
		return r.Code + ": " + r.Description + ": " + r.Err.Error()
	}
	return r.Code + ": " + r.Description
}

func (r *Refusal) Unwrap() error { return r.Err }

// badClient is the one answer to whoever is not a client, whatever is wrong.
func badClient(why error) error {
	return &Refusal{Code: InvalidClient, Description: "the client's credentials are not accepted", Err: why}
}
