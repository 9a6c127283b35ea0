// Package deploy_test holds the files that operators run, and the pages they read, to what the program really is.
//
// It owns the rules: what is published, which settings exist, which images are good enough, what LiveKit may tell a
// browser. It refuses to start anything: every rule works on the files as they are rendered, and every rule has a
// planted mistake that it must notice.
package deploy_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
)

// site is the deployment: its files by path from the root of the repository, as text.
type site struct {
	t    *testing.T
	text map[string]string

	project   *types.Project // rendered once
	renderErr error
}

var paths = []string{
	"docker-compose.yml", ".env.example", "README.md", "UPGRADE.md", "docs/operators.md", "docs/integrators.md",
	"deploy/Dockerfile", "deploy/Dockerfile.dockerignore", "deploy/livekit.yaml", "deploy/Caddyfile", "deploy/nginx.conf.template",
	"deploy/make-secrets.sh",
}

func readSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, text: map[string]string{}}
	for _, path := range paths {
		content, err := os.ReadFile(filepath.Join("..", path))
		if err != nil {
			t.Fatal(err)
		}
		s.text[path] = string(content)
	}
	return s
}

// rules finds what is wrong with a site, one complaint each.
var rules = map[string]func(*site) []string{
	"published ports":   publishedPorts,
	"images":            images,
	"hardening":         hardening,
	"settings":          settings,
	"required settings": requiredSettings,
	"secrets":           secrets,
	"livekit":           livekit,
	"edge":              edge,
	"dockerfile":        dockerfile,
	"documentation":     documentation,
}

func complaints(s *site) []string {
	var all []string
	for name, rule := range rules {
		for _, complaint := range rule(s) {
			all = append(all, name+": "+complaint)
		}
	}
	slices.Sort(all)
	return all
}

func TestTheDeploymentKeepsItsRules(t *testing.T) {
	for _, complaint := range complaints(readSite(t)) {
		t.Error(complaint)
	}
}

func TestEveryRuleNoticesItsMistake(t *testing.T) {
	for _, m := range mistakes {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			s := readSite(t)
			if !strings.Contains(s.text[m.file], m.old) {
				t.Fatalf("%s has no %q to replace", m.file, m.old)
			}
			s.text[m.file] = strings.Replace(s.text[m.file], m.old, m.new, 1)
			found := complaints(s)
			if !slices.ContainsFunc(found, func(c string) bool { return strings.Contains(c, m.want) }) {
				t.Errorf("want a complaint with %q, got %q", m.want, found)
			}
		})
	}
}
