package provision

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Style is how a plan is written for people.
type Style struct{ Color bool }

var signs = map[Do]struct{ sign, color string }{
	Create: {"+", "32"}, Change: {"~", "33"}, Restore: {"^", "33"}, Remove: {"-", "31"},
}

func (s Style) paint(color, text string) string {
	if !s.Color {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// Write writes a plan, a line for each thing and one for each field of it. Values are JSON, so that nothing in them acts on a terminal.
func (p Plan) Write(w io.Writer, style Style) error {
	var b strings.Builder
	for _, s := range p.Steps {
		how := signs[s.Do]
		b.WriteString(style.paint(how.color, how.sign+" "+s.title()) + "\n")
		if s.Do == Remove {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(s.After)) {
			b.WriteString("    " + s.field(name) + "\n")
		}
	}
	for _, l := range p.Left {
		b.WriteString(style.paint("35", "! "+l.String()) + "\n")
	}
	for _, l := range p.Kept {
		fmt.Fprintf(&b, "  %s is in no file, and stays: %s\n", l.Identity, l.Says)
	}
	b.WriteString(p.Summary() + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func (l Left) String() string {
	if l.At == nil {
		return fmt.Sprintf("%s: %s", l.Identity, l.Says)
	}
	return fmt.Sprintf("%s: %s: %s", *l.At, l.Identity, l.Says)
}

func (s Step) title() string {
	title := s.Identity.String()
	if s.Label != "" {
		title += " (" + quoted(s.Label) + ")"
	}
	switch {
	case s.Do == Remove && s.Kind == KindRoom:
		title += ": archived"
	case s.Do == Remove:
		title += ": removed"
	case s.Do == Restore:
		title += ": restored from the archive"
	}
	return title
}

func (s Step) field(name string) string {
	if name == CredentialField {
		return "a secret is made"
	}
	before, after := s.Before[name], s.After[name]
	if s.Do == Create || nothing(before) {
		return name + ": " + quoted(after)
	}
	return name + ": " + quoted(before) + " -> " + quoted(after)
}

func quoted(v any) string {
	if v == nil {
		return "(nothing)"
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return "?" // what came from JSON can be written
	}
	return strings.TrimSpace(b.String())
}

// Summary is a plan in one sentence.
func (p Plan) Summary() string {
	if p.Empty() {
		return "Nothing to do: all is as the files say."
	}
	n := map[Do]int{}
	for _, s := range p.Steps {
		n[s.Do]++
	}
	text := fmt.Sprintf("To do: %d to make, %d to change, %d to restore, %d to remove.", n[Create], n[Change], n[Restore], n[Remove])
	if len(p.Left) > 0 {
		text += fmt.Sprintf(" %d for others to do.", len(p.Left))
	}
	return text
}
