package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"parvis/auth"
	"parvis/fault"
)

type emailInput struct {
	Languages string `header:"Accept-Language" doc:"Of the mail."`
	Body      emailBody
}

type emailBody struct {
	Email string `json:"email" minLength:"3" maxLength:"254" example:"camille@example.org"`
}

var opAskForCode = operation{
	id: "ask-for-email-code", method: http.MethodPost, path: "/me/email", tag: "About", callers: browsers, status: http.StatusNoContent,
	summary: "Send a code to an e-mail address",
	detail: "For guests, who prove by it that the address is theirs. The answer is the same whatever the address. At most three codes in ten minutes; the last one counts. " +
		"404 where no mail server is configured: see emailProof of GET /config.",
	request: emailBody{"camille@example.org"},
	codes:   []fault.Code{fault.CodeForbidden, fault.CodeNotFound, fault.CodeMailUnavailable},
}

func (s *server) askForCode(ctx context.Context, in *emailInput) (*none, error) {
	if s.Proofs == nil {
		return nil, noProofs()
	}
	return nil, s.Proofs.Ask(ctx, of(ctx).who, in.Body.Email, in.Languages)
}

type codeInput struct {
	Body codeBody
}

type codeBody struct {
	Code line `json:"code" minLength:"1" maxLength:"32" doc:"Six digits. Spaces do not count." example:"042137"`
}

type proved struct {
	Assurance string `json:"assurance" enum:"email"`
	Email     string `json:"email" doc:"Of internationalized domains the ASCII form."`
}

type provedOutput struct {
	Body proved
}

var opConfirmCode = operation{
	id: "confirm-email-code", method: http.MethodPost, path: "/me/email/confirm", tag: "About", callers: browsers,
	summary: "Prove an e-mail address by the code that was sent there",
	detail:  "A code is good once, for ten minutes and five attempts, in the browser that asked for it. Hosts see the address and the assurance of who waits once that browser has joined again.",
	request: codeBody{"042137"}, answer: proved{auth.AssuranceEmail.String(), "camille@example.org"},
	codes: []fault.Code{fault.CodeForbidden, fault.CodeNotFound, fault.CodeProofWrong, fault.CodeProofExpired},
}

func (s *server) confirmCode(ctx context.Context, in *codeInput) (*provedOutput, error) {
	if s.Proofs == nil {
		return nil, noProofs()
	}
	address, err := s.Proofs.Confirm(ctx, of(ctx).who, digitsOf(string(in.Body.Code)))
	if err != nil {
		return nil, err
	}
	return &provedOutput{proved{auth.AssuranceEmail.String(), address}}, nil
}

// digitsOf is a code without the spaces that mail programs and people put into it.
func digitsOf(code string) string { return strings.ReplaceAll(code, " ", "") }

func noProofs() error {
	return fault.New(fault.CodeNotFound, "no mail server is configured here, so that no address can be proved")
}

// limitProofs bounds what one network has us send and may try: guests' sign-ins are had for the asking, so that a limit of
// each would bound nothing.
func (s *server) limitProofs(c *gin.Context) {
	from := network(c.Request)
	of := ofProofs
	if from.Addr().Is6() {
		of = ofProofs6
	}
	s.boundBy(c, caller{id: "prove", network: from}, s.limits.classes[of])
}
