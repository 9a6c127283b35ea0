package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parvis/config"
)

func production() []string {
	return []string{
		"PARVIS_URL=https://meet.example.org",
		"PARVIS_DATABASE_URL=postgres://parvis:pw@db/parvis",
		"PARVIS_SECRET=0123456789abcdef0123456789abcdef",
		"PARVIS_LIVEKIT_URL=http://livekit:7880",
		"PARVIS_LIVEKIT_API_KEY=key",
		"PARVIS_LIVEKIT_API_SECRET=0123456789abcdef0123456789abcdef",
		"PARVIS_OIDC_PROCONNECT_ISSUER=https://op.example/api/v2",
		"PARVIS_OIDC_PROCONNECT_CLIENT_ID=id",
		"PARVIS_OIDC_PROCONNECT_CLIENT_SECRET=s3cret",
		"PARVIS_OIDC_PROCONNECT_PKCE=false",
		"PARVIS_OIDC_RIE_ISSUER=https://rie.example",
		"PARVIS_OIDC_RIE_CLIENT_ID=id2",
		"PARVIS_OIDC_RIE_CLIENT_SECRET=s3cret2",
		"PARVIS_TRUSTED_PROXIES=10.0.0.7,fd00::/8",
	}
}

func without(environ []string, name string) []string {
	var out []string
	for _, kv := range environ {
		if !strings.HasPrefix(kv, name+"=") {
			out = append(out, kv)
		}
	}
	return out
}

func TestAProductionEnvironmentIsRead(t *testing.T) {
	c, err := config.Load(production(), config.Serve)
	if err != nil {
		t.Fatal(err)
	}
	if c.URL.String() != "https://meet.example.org" || c.Listen != "127.0.0.1:8080" {
		t.Errorf("got %s %s", c.URL, c.Listen)
	}
	if len(c.Providers) != 2 || c.Providers[0].Name != "proconnect" || c.Providers[0].PKCE || !c.Providers[1].PKCE {
		t.Errorf("providers: %+v", c.Providers)
	}
	if got := c.TrustedProxies[0].String(); got != "10.0.0.7/32" {
		t.Errorf("a lone address is that address alone, got %s", got)
	}
}

func TestEveryMistakeIsReportedAtOnce(t *testing.T) {
	_, err := config.Load([]string{
		"PARVIS_LISTEN=8080", "PARVIS_LISEN=x", "PARVIS_URL=http://meet.example.org/app", "PARVIS_SIGNIN_IDLE=soon",
		"PARVIS_OIDC_X_ALG=HS256", "PARVIS_DATABASE_URL=mysql://x", "PARVIS_SECRET_FILE=/does/not/exist",
		"PARVIS_TRUSTED_PROXIES=0.0.0.0/0",
	}, config.Serve)
	var wrong config.Mistakes
	if !errors.As(err, &wrong) {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{
		"PARVIS_LISEN", "PARVIS_LISTEN", "PARVIS_URL must be https", "PARVIS_URL has no path", "PARVIS_SIGNIN_IDLE cannot be read", "OIDC_X_ALG", "OIDC_X_ISSUER",
		"OIDC_X_CLIENT_ID", "PARVIS_DATABASE_URL begins", "PARVIS_SECRET_FILE cannot be read", "LIVEKIT_URL is missing", "trusts every address",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no word of %q in:\n%v", want, err)
		}
	}
}

func TestEachRequiredSettingIsMissed(t *testing.T) {
	one := []string{}
	for _, kv := range production() {
		if !strings.HasPrefix(kv, "PARVIS_OIDC_RIE") {
			one = append(one, kv)
		}
	}
	for _, name := range config.Required() {
		name = strings.ReplaceAll(name, "<NAME>", "PROCONNECT")
		if _, err := config.Load(without(one, name), config.Serve); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

func TestASettingMayComeFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("abcdefghijklmnopqrstuvwxyz012345\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	environ := append(without(production(), "PARVIS_SECRET"), "PARVIS_SECRET_FILE="+path)
	c, err := config.Load(environ, config.Serve)
	if err != nil || c.Secret.Reveal() != "abcdefghijklmnopqrstuvwxyz012345" {
		t.Errorf("got %q, %v", c.Secret.Reveal(), err)
	}
	if _, err := config.Load(append(environ, "PARVIS_SECRET=abcdefghijklmnopqrstuvwxyz012345"), config.Serve); err == nil {
		t.Error("the same setting twice is a mistake")
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	c, err := config.Load(production(), config.Serve)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(c)
	for _, printed := range []string{fmt.Sprintf("%v %+v %#v %s", c, c, c, c.Secret), string(text)} {
		if strings.Contains(printed, "s3cret") || strings.Contains(printed, "0123456789abcdef") || strings.Contains(printed, ":pw@") {
			t.Errorf("a secret is printed: %s", printed)
		}
	}
}

func TestTheDemoNeedsNothing(t *testing.T) {
	if _, err := config.Load(nil, config.Demo); err != nil {
		t.Error(err)
	}
}

func TestTheDomainsOfAProviderAreReadWhole(t *testing.T) {
	c, err := config.Load(append(production(), "PARVIS_OIDC_RIE_DOMAINS=interieur.example, 71144ab3-ee1a:culture.example,"), config.Serve)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Providers[1].Domains; len(c.Providers[0].Domains) != 0 || strings.TrimSpace(got[0]) != "interieur.example" || strings.TrimSpace(got[1]) != "71144ab3-ee1a:culture.example" {
		t.Errorf("got %q, %q", c.Providers[0].Domains, got)
	}
	for _, wrong := range []string{"*.example.org", "@example.org", "a@example.org", "localhost", "example.org;other.example", "https://example.org"} {
		_, err := config.Load(append(production(), "PARVIS_OIDC_RIE_DOMAINS=good.example,"+wrong), config.Serve)
		if err == nil || !strings.Contains(err.Error(), "PARVIS_OIDC_RIE_DOMAINS") {
			t.Errorf("%s: got %v", wrong, err)
		}
	}
}
