package deploy_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"golang.org/x/mod/semver"
)

// render is docker-compose.yml as docker compose sees it, with .env.example in the place of .env.
func (s *site) render() (*types.Project, error) {
	dir := s.t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".env"), []byte(s.text[".env.example"]), 0o600); err != nil {
		return nil, err
	}
	environment, err := dotenv.Parse(strings.NewReader(s.text[".env.example"]))
	if err != nil {
		return nil, fmt.Errorf(".env.example: %w", err)
	}
	return loader.LoadWithContext(s.t.Context(), types.ConfigDetails{
		WorkingDir:  dir,
		ConfigFiles: []types.ConfigFile{{Filename: "docker-compose.yml", Content: []byte(s.text["docker-compose.yml"])}},
		Environment: environment,
	})
}

// withProject runs a rule on the rendered project; one that does not render is a complaint of its own.
func withProject(s *site, rule func(*types.Project) []string) []string {
	if s.project == nil && s.renderErr == nil {
		s.project, s.renderErr = s.render()
	}
	if s.renderErr != nil {
		return []string{"docker-compose.yml does not render: " + s.renderErr.Error()}
	}
	return rule(s.project)
}

// open is all that the world may reach; docs/operators.md has the same table.
var open = map[string]string{
	"443/tcp":  "router",
	"80/tcp":   "caddy",
	"7881/tcp": "livekit",
	"7882/udp": "livekit",
	"3478/udp": "livekit",
}

func publishedPorts(s *site) []string {
	return withProject(s, func(p *types.Project) []string {
		var wrong []string
		found := map[string]string{}
		for name, service := range p.Services {
			if service.NetworkMode == "host" || service.Privileged {
				wrong = append(wrong, name+" shares the host's network or privileges")
			}
			for _, port := range service.Ports {
				key := port.Published + "/" + port.Protocol
				if open[key] != name {
					wrong = append(wrong, fmt.Sprintf("%s publishes %s", name, key))
				}
				found[key] = name
			}
		}
		for key, name := range open {
			if found[key] == "" {
				wrong = append(wrong, fmt.Sprintf("%s does not publish %s", name, key))
			}
			if port, protocol, _ := strings.Cut(key, "/"); !strings.Contains(s.text["docs/operators.md"], "| "+port+"/"+protocol+" |") {
				wrong = append(wrong, "docs/operators.md does not list "+key)
			}
		}
		return wrong
	})
}

const leastLiveKit = "v1.13.11"

func images(s *site) []string {
	return withProject(s, func(p *types.Project) []string {
		var wrong []string
		for name, service := range p.Services {
			if complaint := badImage(service.Image); complaint != "" {
				wrong = append(wrong, name+": "+complaint)
			}
		}
		_, tag, _ := strings.Cut(p.Services["livekit"].Image, ":")
		if semver.Compare(tag, leastLiveKit) < 0 {
			wrong = append(wrong, fmt.Sprintf("livekit: %s is older than %s", tag, leastLiveKit))
		}
		return wrong
	})
}

// badImage says why an image is not pinned, empty when it is: its tag must carry a version with a patch level.
func badImage(image string) string {
	name, tag, _ := strings.Cut(image, ":")
	version, _, _ := strings.Cut(strings.TrimPrefix(tag, "v"), "-")
	if strings.Count(version, ".") < 1 || strings.Trim(version, "0123456789.") != "" {
		return fmt.Sprintf("the image %s is not pinned to a version (tag %q)", name, tag)
	}
	return ""
}

func hardening(s *site) []string {
	return withProject(s, func(p *types.Project) []string {
		var wrong []string
		for name, service := range p.Services {
			if !service.ReadOnly || !slices.Contains(service.CapDrop, "ALL") || !slices.Contains(service.SecurityOpt, "no-new-privileges:true") {
				wrong = append(wrong, name+" is not read-only, or keeps capabilities or the way to new privileges")
			}
		}
		if networks := p.Services["postgres"].Networks; len(networks) != 1 || !p.Networks["data"].Internal {
			wrong = append(wrong, "postgres is reachable from more than the internal network")
		}
		if networks := slices.Sorted(maps.Keys(p.Services["caddy"].Networks)); !slices.Equal(networks, []string{"app", "edge"}) {
			wrong = append(wrong, fmt.Sprintf("caddy is on the networks %v: it must not reach LiveKit or the database", networks))
		}
		return wrong
	})
}
