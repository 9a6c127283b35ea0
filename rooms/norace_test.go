//go:build !race

package rooms_test

const runsDrawn = "100"
