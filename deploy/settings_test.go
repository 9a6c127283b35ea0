package deploy_test

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"parvis/config"
)

var (
	mention  = regexp.MustCompile(`PARVIS_[A-Z0-9_<>]*[A-Z0-9>]`)
	provider = regexp.MustCompile(`^PARVIS_OIDC_(<NAME>|[A-Z0-9]+)_`)
)

// known reports whether a name is a setting, its _FILE form or the beginning of a family, such as PARVIS_OIDC_<NAME>.
func known(name string) bool {
	if strings.HasPrefix(name, "PARVIS_SFU_") || strings.HasPrefix(name, "PARVIS_TEST_") {
		return true // of parvis-sfu and of the tests
	}
	name = generic(strings.TrimSuffix(name, "_FILE"))
	return slices.ContainsFunc(config.Names(), func(n string) bool { return n == name || strings.HasPrefix(n, name+"_") })
}

// generic turns PARVIS_OIDC_PROCONNECT_ALG into PARVIS_OIDC_<NAME>_ALG.
func generic(name string) string {
	if slices.Contains(config.Names(), name) {
		return name
	}
	return provider.ReplaceAllString(name, "PARVIS_OIDC_<NAME>_")
}

// settings holds every PARVIS_ name that an operator reads to the list of the program, and the program's list to the
// operators' page.
func settings(s *site) []string {
	var wrong []string
	for path, text := range s.text {
		for _, name := range mention.FindAllString(text, -1) {
			if !known(name) {
				wrong = append(wrong, fmt.Sprintf("%s names %s, which is not a setting", path, name))
			}
		}
	}
	for _, name := range config.Names() {
		if !strings.Contains(s.text["docs/operators.md"], "| `"+name+"` |") {
			wrong = append(wrong, "docs/operators.md has no row for "+name)
		}
	}
	return wrong
}

// requiredSettings holds that serve starts: the very settings that compose hands over are read by config, with
// placeholders where the operator writes secrets.
func requiredSettings(s *site) []string {
	return withProject(s, func(p *types.Project) []string {
		var wrong []string
		given := map[string]bool{}
		for name := range p.Services["parvis"].Environment {
			given[generic(strings.TrimSuffix(name, "_FILE"))] = true
		}
		for _, name := range config.Required() {
			if !given[name] {
				wrong = append(wrong, name+" is required and not given to parvis")
			}
		}
		if _, err := config.Load(filled(s, p.Services["parvis"].Environment), config.Serve); err != nil {
			wrong = append(wrong, err.Error())
		}
		return append(wrong, proxies(p)...)
	})
}

// filled is the environment with secrets in reach and the client id that .env.example leaves to the operator.
func filled(s *site, given types.MappingWithEquals) []string {
	path := filepath.Join(s.t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("postgres://a-secret-of-more-than-thirty-two-characters\n"), 0o600); err != nil {
		s.t.Fatal(err)
	}
	var environ []string
	for name, value := range given {
		switch {
		case strings.HasSuffix(name, "_FILE"):
			environ = append(environ, name+"="+path)
		case strings.HasSuffix(name, "_CLIENT_ID") && (value == nil || *value == ""):
			environ = append(environ, name+"=client")
		case value != nil:
			environ = append(environ, name+"="+*value)
		}
	}
	return environ
}

// proxies holds that Parvis trusts the address of Caddy and no other.
func proxies(p *types.Project) []string {
	trusted := p.Services["parvis"].Environment["PARVIS_TRUSTED_PROXIES"]
	address := ""
	if network := p.Services["caddy"].Networks["app"]; network != nil {
		address = network.Ipv4Address
	}
	addr, err := netip.ParseAddr(address)
	if err != nil || trusted == nil || *trusted != netip.PrefixFrom(addr, 32).String() {
		return []string{"PARVIS_TRUSTED_PROXIES is not exactly Caddy's address " + address}
	}
	return nil
}

// secrets holds that each secret that compose mounts is one that make-secrets.sh makes, and that nothing asks for
// another.
func secrets(s *site) []string {
	made, err := makeSecrets(s)
	if err != nil {
		return []string{err.Error()}
	}
	return withProject(s, func(p *types.Project) []string {
		var wrong []string
		for name, secret := range p.Secrets {
			if !slices.Contains(made, filepath.Base(secret.File)) {
				wrong = append(wrong, "make-secrets.sh does not make "+name)
			}
		}
		for service, definition := range p.Services {
			for name, value := range definition.Environment {
				secret, isFile := "", strings.HasSuffix(name, "_FILE") && value != nil
				if isFile {
					secret = strings.TrimPrefix(*value, "/run/secrets/")
				}
				mounted := slices.ContainsFunc(definition.Secrets, func(f types.ServiceSecretConfig) bool { return f.Source == secret })
				if isFile && !mounted {
					wrong = append(wrong, fmt.Sprintf("%s: %s points to %s, which is no secret of it", service, name, *value))
				}
			}
		}
		return wrong
	})
}

// makeSecrets runs the script in a folder of its own, twice, and lists what it made.
func makeSecrets(s *site) ([]string, error) {
	dir := s.t.TempDir()
	script := filepath.Join(dir, "make-secrets.sh")
	if err := os.WriteFile(script, []byte(s.text["deploy/make-secrets.sh"]), 0o600); err != nil {
		return nil, err
	}
	var before []byte
	for range 2 {
		if out, err := exec.CommandContext(s.t.Context(), "sh", script).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("make-secrets.sh: %w: %s", err, out)
		}
		now, err := os.ReadFile(filepath.Join(dir, "secrets", "parvis_secret"))
		if err != nil {
			return nil, err
		}
		if before != nil && string(before) != string(now) {
			return nil, fmt.Errorf("make-secrets.sh replaces a secret that exists")
		}
		before = now
	}
	return secretsIn(filepath.Join(dir, "secrets"))
}

func secretsIn(dir string) ([]string, error) {
	folder, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	keys, err := os.Stat(filepath.Join(dir, "livekit_keys"))
	if err != nil {
		return nil, err
	}
	if folder.Mode().Perm()&0o077 != 0 || keys.Mode().Perm()&0o007 != 0 {
		return nil, fmt.Errorf("make-secrets.sh leaves the folder or LiveKit's keys open to others")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, nil
}
