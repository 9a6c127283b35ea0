package policy

// Governed is what counts in one room: what is decided above it, what its owners chose, and what is asked of the meeting that runs
// there. The last two are empty for who may not read them.
type Governed struct {
	Above   Effective
	Own     Layer
	Present Demands
}
