package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"
)

const maxUserinfo = 64 << 10

// userinfo asks who the person is (OpenID Connect Core §5.3) and answers the verified claims. go-oidc's own call checks
// the signature alone, with any algorithm; this one holds the form, the algorithm, issuer, audience, times and, before
// all, that it speaks of the same subject (§5.3.2).
func (p *provider) userinfo(ctx context.Context, d *discovered, accessToken, subject string) (json.RawMessage, error) {
	mediaType, body, err := p.callUserinfo(ctx, d, accessToken)
	if err != nil {
		return nil, err
	}
	if want := map[Userinfo]string{UserinfoJWT: "application/jwt", UserinfoJSON: "application/json"}[p.Userinfo]; mediaType != want {
		return nil, notBelieved(fmt.Errorf("userinfo is not %s", want))
	}
	if p.Userinfo == UserinfoJWT {
		if body, err = p.openUserinfo(ctx, d, strings.TrimSpace(string(body))); err != nil {
			return nil, err
		}
	}
	var said struct {
		Subject string `json:"sub"`
	}
	if err := json.Unmarshal(body, &said); err != nil {
		return nil, notBelieved(fmt.Errorf("userinfo: %w", err))
	}
	if said.Subject == "" || !equal([]byte(said.Subject), []byte(subject)) {
		return nil, notBelieved(errors.New("userinfo speaks of another subject"))
	}
	return body, nil
}

func (p *provider) callUserinfo(ctx context.Context, d *discovered, accessToken string) (mediaType string, body []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, d.userinfo, nil)
	if err != nil {
		return "", nil, fmt.Errorf("userinfo: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+accessToken)
	resp, err := p.client.Do(r)
	if errors.Is(err, errRedirected) {
		return "", nil, notBelieved(err)
	}
	if err != nil {
		return "", nil, p.unavailable(fmt.Errorf("userinfo: %w", err), retryFirst)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode >= http.StatusInternalServerError:
		return "", nil, p.unavailable(errors.New("userinfo: "+resp.Status), retryFirst)
	case resp.StatusCode != http.StatusOK:
		return "", nil, notBelieved(errors.New("userinfo: " + resp.Status))
	}
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxUserinfo+1))
	if err != nil {
		return "", nil, p.unavailable(fmt.Errorf("userinfo: %w", err), retryFirst)
	}
	if len(body) > maxUserinfo {
		return "", nil, notBelieved(errors.New("userinfo: " + errTooLarge.Error()))
	}
	mediaType, _, err = mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil {
		return "", nil, notBelieved(errors.New("userinfo without a Content-Type"))
	}
	return mediaType, body, nil
}

// openUserinfo verifies a signed answer.
func (p *provider) openUserinfo(ctx context.Context, d *discovered, raw string) ([]byte, error) {
	typ, err := typOf(raw, p.Alg, maxUserinfo)
	if err != nil {
		return nil, notBelieved(fmt.Errorf("userinfo: %w", err))
	}
	if typ != "" && !strings.EqualFold(typ, "JWT") {
		return nil, notBelieved(errors.New("userinfo: it is of another type"))
	}
	use := keyUse{keys: d.keys}
	payload, err := use.VerifySignature(ctx, raw)
	if err != nil {
		return nil, p.unverified(&use, fmt.Errorf("userinfo: %w", err))
	}
	if err := p.checkUserinfo(payload); err != nil {
		return nil, notBelieved(fmt.Errorf("userinfo: %w", err))
	}
	return payload, nil
}

// checkUserinfo holds what a signed answer says of itself; each claim may be absent (§5.3.2).
func (p *provider) checkUserinfo(payload []byte) error {
	var said struct {
		Issuer   string      `json:"iss"`
		Audience list        `json:"aud"`
		Expiry   json.Number `json:"exp"`
	}
	if err := json.Unmarshal(payload, &said); err != nil {
		return err
	}
	switch {
	case said.Issuer != "" && said.Issuer != p.Issuer:
		return errors.New("it is of another issuer")
	case len(said.Audience) > 0 && !slices.Contains(said.Audience, p.ClientID):
		return errors.New("it is for another client")
	case said.Expiry != "":
		seconds, err := said.Expiry.Float64()
		if err != nil || !p.lateNow().Before(time.Unix(int64(seconds), 0)) {
			return errors.New("it has expired")
		}
	}
	return nil
}
