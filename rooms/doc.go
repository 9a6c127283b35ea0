// Package rooms decides who may meet, where and with which rights, and keeps what happens in a room.
//
// It owns rooms, the decision at the door, admissions, what people say through the server during a call (messages,
// hands, reactions), presence and sessions. It refuses to sign anything or to talk to the SFU (it asks Passes and
// Media, which package sfu implements), to know a database (Store's parts are implemented by package store) and to know
// who signed in how (it is given an auth.Identity). Planned meetings are schedule's.
package rooms
