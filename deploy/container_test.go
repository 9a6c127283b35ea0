package deploy_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

var (
	upstream = regexp.MustCompile(`(?m)^\s*reverse_proxy\s+(\S+)`)
	routed   = regexp.MustCompile(`(?m)^\s*(\S+)\s+(\S+:\d+|unix:\S+);`)
	allowed  = regexp.MustCompile(`(?m)^\s*allow\s+(\S+)`)
)

// edge holds that what stands in front leads to Parvis and to TURN, and never to LiveKit's HTTP port.
func edge(s *site) []string {
	return withProject(s, func(p *types.Project) []string {
		var wrong []string
		caddyfile, router := s.text["deploy/Caddyfile"], s.text["deploy/nginx.conf.template"]
		for _, m := range upstream.FindAllStringSubmatch(caddyfile, -1) {
			if m[1] != "parvis:8080" {
				wrong = append(wrong, "Caddy proxies to "+m[1])
			}
		}
		for _, text := range []string{caddyfile, router} {
			if strings.Contains(text, ":7880") {
				wrong = append(wrong, "LiveKit's HTTP port is named in what faces the world")
			}
		}
		ways := map[string]string{"${TURN_DOMAIN}": "unix:/run/router/turn.sock", "default": "caddy:443"}
		for _, m := range routed.FindAllStringSubmatch(router, -1) {
			if want, known := ways[m[1]]; known && want != m[2] {
				wrong = append(wrong, fmt.Sprintf("the router leads %s to %s", m[1], m[2]))
			}
		}
		address := "none"
		if network := p.Services["router"].Networks["edge"]; network != nil {
			address = network.Ipv4Address + "/32"
		}
		if m := allowed.FindStringSubmatch(caddyfile); m == nil || m[1] != address {
			wrong = append(wrong, "Caddy believes the PROXY protocol of others than the router "+address)
		}
		if !strings.Contains(caddyfile, "{$ACME_DIRECTORY}") {
			wrong = append(wrong, "Caddy would fall back to certificate authorities that nobody configured")
		}
		return wrong
	})
}

// dockerfile lints by a few rules: pinned bases, nothing fetched by hand, a last stage without shell and without root.
func dockerfile(s *site) []string {
	var wrong, stages []string
	user, base := "", ""
	for _, line := range instructions(s.text["deploy/Dockerfile"]) {
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "FROM":
			base, _, _ = strings.Cut(rest, " ")
			user = ""
			if base != "scratch" && !slices.Contains(stages, base) {
				if complaint := badImage(base); complaint != "" {
					wrong = append(wrong, complaint)
				}
			}
			if _, name, ok := strings.Cut(rest, " AS "); ok {
				stages = append(stages, name)
			}
		case "ADD":
			wrong = append(wrong, "ADD fetches or unpacks: use COPY")
		case "USER":
			user = rest
		case "RUN":
			if strings.Contains(rest, "curl") || strings.Contains(rest, "wget") || strings.Contains(rest, "npm install") {
				wrong = append(wrong, "a RUN fetches what no lock file pins: "+rest)
			}
			if strings.Contains(rest, "go build") && !strings.Contains(rest, "CGO_ENABLED=0") {
				wrong = append(wrong, "the program is not built with CGO_ENABLED=0")
			}
		}
	}
	if base != "scratch" {
		wrong = append(wrong, "the last stage is "+base+": it has more than the program")
	}
	if uid, _, _ := strings.Cut(user, ":"); uid == "" || uid == "0" || uid == "root" {
		wrong = append(wrong, "the last stage runs as root")
	}
	for _, ignored := range []string{".env", "deploy/secrets", "deploy/certs"} {
		if !slices.Contains(strings.Split(s.text["deploy/Dockerfile.dockerignore"], "\n"), ignored) {
			wrong = append(wrong, ignored+" would reach the build")
		}
	}
	return wrong
}

// instructions are the lines of a Dockerfile with continuations joined and comments gone.
func instructions(text string) []string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", " ")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}
