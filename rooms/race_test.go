//go:build race

package rooms_test

// The race detector makes each step some ten times slower, and looks for something else than the properties hold.
const runsDrawn = "10"
