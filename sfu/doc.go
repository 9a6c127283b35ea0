// Package sfu is the only package that knows LiveKit.
//
// It owns passes (the LiveKit tokens of admissions), the calls to LiveKit's room service, its webhooks, and the gate:
// the one way by which a browser's signalling reaches the SFU. It implements rooms.Passes, rooms.Media and
// rooms.Cutter. It refuses to decide who may be in a room: the gate asks its Door, which package rooms implements, and
// signs what the admission says. Settings of the SFU for one machine are in sfu/single, an SFU in memory for tests in
// sfu/sfutest.
package sfu
