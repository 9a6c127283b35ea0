package access

import "time"

// Current answers to which of several meetings, or dates of one, something belongs that began at a moment in a room that
// was open for all of them: to what had begun last, or else to what was to begin first. starts says when each begins; of
// none it is -1.
func Current(at time.Time, starts []time.Time) int {
	current := -1
	for i, start := range starts {
		if current < 0 || nearer(at, start, starts[current]) {
			current = i
		}
	}
	return current
}

func nearer(at, start, other time.Time) bool {
	begun, otherBegun := !at.Before(start), !at.Before(other)
	switch {
	case begun != otherBegun:
		return begun
	case begun:
		return start.After(other)
	default:
		return start.Before(other)
	}
}
