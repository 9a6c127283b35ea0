// Package mediatest holds the gate and the client of package sfu to a real LiveKit: parvis-sfu as a process of its own,
// two SDK clients, media that flows. It has tests only; one SFU serves them all.
package mediatest
