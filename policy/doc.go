// Package policy is what organizations decide for their rooms, people and software: settings, which of two values is the
// stricter one, what comes of several levels together, and why.
//
// It owns the list of settings and the arithmetic over them. It refuses to know where values are kept (store) and who heeds
// them (rooms, schedule, webhook, auth/signin, api do). A setting is declared here once something heeds it; Recording and Transcription
// are before: what an organization refuses has to be refused when the first version comes that could do it.
package policy
