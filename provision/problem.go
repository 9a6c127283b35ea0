package provision

import (
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with the files, with where it stands and what to do.
type Problem struct {
	At   Position
	Key  string
	Says string
}

func (p Problem) String() string {
	if p.Key == "" {
		return fmt.Sprintf("%s: %s", p.At, p.Says)
	}
	return fmt.Sprintf("%s: %s: %s", p.At, p.Key, p.Says)
}

// Problems is everything that is wrong, in the order of the files.
type Problems []Problem

// shownProblems is how many are told at once: who has more begins with these.
const shownProblems = 50

func (p Problems) Error() string {
	lines := make([]string, 0, len(p))
	for i, one := range p {
		if i == shownProblems {
			lines = append(lines, fmt.Sprintf("and %d more", len(p)-i))
			break
		}
		lines = append(lines, one.String())
	}
	return "the files have mistakes:\n  " + strings.Join(lines, "\n  ")
}
