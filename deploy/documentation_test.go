package deploy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var (
	commandField = regexp.MustCompile("(?m)^\t([A-Z][a-z]+) +[a-z]+Commands? +`cmd:\"\"")
	commandUse   = regexp.MustCompile("(?m)(?:^|`|run --rm )parvis ([a-z]+)")
	link         = regexp.MustCompile(`\]\(([^)#:\s]+)(?:#[^)]*)?\)`)
)

// documentation holds that every command in the pages exists, and that their links lead somewhere.
func documentation(s *site) []string {
	source, err := os.ReadFile(filepath.Join("..", "cmd", "parvis", "main.go"))
	if err != nil {
		return []string{err.Error()}
	}
	var commands, wrong []string
	for _, m := range commandField.FindAllStringSubmatch(string(source), -1) {
		commands = append(commands, strings.ToLower(m[1]))
	}
	for path, text := range s.text {
		if filepath.Ext(path) != ".md" {
			continue
		}
		for _, m := range commandUse.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(commands, m[1]) {
				wrong = append(wrong, fmt.Sprintf("%s: there is no command parvis %s", path, m[1]))
			}
		}
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join("..", filepath.Dir(path), m[1])); err != nil {
				wrong = append(wrong, fmt.Sprintf("%s: the link %s leads nowhere", path, m[1]))
			}
		}
	}
	return wrong
}
