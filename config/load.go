package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

const prefix = "PARVIS_"

// For is what the settings are read for: it says which must be given.
type For int

// The commands by what they need.
const (
	Database For = iota // token, room, migrate: the database alone
	Serve               // production
	Demo                // everything has a default
	Remote              // plan, apply, drift, export: another machine's platform, by REST
)

// Mistakes is everything that is wrong with the settings, each a sentence that names the setting and the remedy.
type Mistakes []string

func (m Mistakes) Error() string {
	return "the settings have mistakes:\n  - " + strings.Join(m, "\n  - ")
}

// Load reads the settings from an environment ("NAME=value" each). Its error is Mistakes, with all of them.
func Load(environ []string, purpose For) (Config, error) {
	var wrong Mistakes
	vars := expand(environ, &wrong)
	unknown(vars, &wrong)
	c := Config{}
	parse(&c, prefix, vars, &wrong)
	for _, name := range providerNames(vars) {
		p := Provider{}
		before := len(wrong)
		parse(&p, prefix+"OIDC_"+name+"_", vars, &wrong)
		p.Name = strings.ToLower(strings.ReplaceAll(name, "_", "-"))
		if p.Label == "" {
			p.Label = name
		}
		if len(wrong) == before {
			p.check(name, &wrong)
		}
		c.Providers = append(c.Providers, p)
	}
	c.check(purpose, &wrong)
	if len(wrong) > 0 {
		return Config{}, wrong
	}
	return c, nil
}

// expand turns NAME_FILE into NAME by reading the file, for each setting.
func expand(environ []string, wrong *Mistakes) map[string]string {
	vars := map[string]string{}
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		if strings.HasPrefix(name, prefix) && value != "" {
			vars[name] = value
		}
	}
	for name, path := range vars {
		plain, isFile := strings.CutSuffix(name, "_FILE")
		if !isFile {
			continue
		}
		delete(vars, name)
		if _, both := vars[plain]; both {
			*wrong = append(*wrong, fmt.Sprintf("%s and %s are both set: keep one", plain, name))
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			*wrong = append(*wrong, fmt.Sprintf("%s cannot be read: %v", name, errors.Unwrap(err)))
			continue
		}
		vars[plain] = strings.TrimRight(string(text), "\r\n")
	}
	return vars
}

var parsers = map[reflect.Type]env.ParserFunc{
	reflect.TypeFor[url.URL](): func(v string) (any, error) {
		u, err := url.Parse(v)
		if err != nil {
			return nil, errors.New("not a URL")
		}
		return *u, nil
	},
}

func parse(into any, prefix string, vars map[string]string, wrong *Mistakes) {
	err := env.ParseWithOptions(into, env.Options{Environment: vars, Prefix: prefix, FuncMap: parsers})
	var all env.AggregateError
	if errors.As(err, &all) {
		for _, one := range all.Errors {
			*wrong = append(*wrong, sentence(into, one, prefix))
		}
	} else if err != nil {
		*wrong = append(*wrong, err.Error())
	}
}

// sentence names the setting instead of the struct's field, and not the value, which may be a secret.
func sentence(into any, err error, prefix string) string {
	var bad env.ParseError
	if errors.As(err, &bad) {
		if f, ok := reflect.TypeOf(into).Elem().FieldByName(bad.Name); ok {
			return fmt.Sprintf("%s%s cannot be read as %s", prefix, f.Tag.Get("env"), strings.ToLower(f.Type.Name()))
		}
	}
	return err.Error()
}

var providerSetting = regexp.MustCompile(`^PARVIS_OIDC_([A-Z0-9][A-Z0-9_]*?)_(ISSUER|CLIENT_ID|CLIENT_SECRET|LABEL|SCOPES|PKCE|USERINFO|ALG|ACR_VALUES|ACR_REQUIRED|ACR_MFA|CLIENT_AUTH|DOMAINS)$`)

func providerNames(vars map[string]string) []string {
	var names []string
	for name := range vars {
		if m := providerSetting.FindStringSubmatch(name); m != nil && !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return names
}

// unknown reports settings that do not exist: a mistyped one would else be a default in silence. PARVIS_SFU_… belongs
// to parvis-sfu, PARVIS_TEST_… to the tests.
func unknown(vars map[string]string, wrong *Mistakes) {
	known := Names()
	var bad []string
	for name := range vars {
		own := !strings.HasPrefix(name, "PARVIS_SFU_") && !strings.HasPrefix(name, "PARVIS_TEST_")
		if own && !slices.Contains(known, name) && !providerSetting.MatchString(name) {
			bad = append(bad, name)
		}
	}
	slices.Sort(bad)
	for _, name := range bad {
		*wrong = append(*wrong, name+" is not a setting: see docs/operators.md for the list")
	}
}
