package oidc

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"parvis/fault"
)

// refusal is an answer that is not a redirect: a page for people, a fault for machines. It is an error, so that each
// check can end the whole with it.
type refusal struct {
	page   string // key of the page's texts
	status int    // of the page
	fault  *fault.Error
	rules  string
	facts  []fact
	again  string
}

func (x *refusal) Error() string { return x.page + ": " + x.fault.Error() }

func (x *refusal) Unwrap() error { return x.fault }

func refuse(page string, status int, code fault.Code, detail string) *refusal {
	return &refusal{page: page, status: status, fault: fault.New(code, detail)}
}

func (x *refusal) because(err error) *refusal {
	x.fault = x.fault.Because(err)
	return x
}

// noAttempt is the one answer to a state that is forged, expired, used, or another browser's: which of them it was is
// nobody's business.
func noAttempt(cause string) *refusal {
	return refuse("expired", http.StatusBadRequest, fault.CodeInvalid, "this sign-in was not begun in this browser, or it is over").
		because(errors.New(cause))
}

// notBelieved is the answer when the provider's words do not hold: nothing of them is shown.
func notBelieved(err error) *refusal {
	return refuse("unverified", http.StatusForbidden, fault.CodeSignatureInvalid, "the provider's answer does not pass verification").because(err)
}

// refusalOf finds the answer to any error of this package and of its ports.
func refusalOf(err error) *refusal {
	var x *refusal
	if errors.As(err, &x) {
		return x
	}
	f := fault.Of(err)
	switch {
	case f.Code == fault.CodeProviderUnavailable:
		return &refusal{page: "provider-unavailable", status: http.StatusServiceUnavailable, fault: f}
	case f.Kind == fault.Unavailable:
		return &refusal{page: "unavailable", status: http.StatusServiceUnavailable, fault: f}
	default:
		return &refusal{page: "internal", status: http.StatusInternalServerError, fault: fault.Of(errors.New("")).Because(err)}
	}
}

// answer writes what became of a request that failed, and logs it once. Neither holds a token, an address or a name.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request, err error) {
	x := refusalOf(err)
	level := slog.LevelInfo
	if x.status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	h.log(w, r, level, x.page, x.fault)
	if !wantsPage(r) {
		h.Problem(w, r, x.fault)
		return
	}
	if err := h.pages.write(w, r, x); err != nil {
		h.Logger.WarnContext(r.Context(), "page not written", "error", err)
	}
}

// log names the request as its answer does (package api has set the header).
func (h *Handler) log(w http.ResponseWriter, r *http.Request, level slog.Level, page string, f *fault.Error) {
	reason := f.Detail
	if f.Err != nil {
		reason = brief(f.Err)
	}
	h.Logger.Log(r.Context(), level, "sign-in refused", "request", w.Header().Get("X-Request-Id"), "answer", page, "reason", reason)
}

// wantsPage tells a browser that goes somewhere from a program.
func wantsPage(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" || strings.Contains(r.Header.Get("Accept"), "text/html")
}

// loginPath begins a sign-in at a provider.
func loginPath(provider, returnTo string) string {
	q := url.Values{}
	if provider != "" {
		q.Set("provider", provider)
	}
	if returnTo != "/" {
		q.Set("returnTo", returnTo)
	}
	if len(q) == 0 {
		return "/auth/login"
	}
	return "/auth/login?" + q.Encode()
}
