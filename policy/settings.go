package policy

import (
	"slices"

	"parvis/access"
	"parvis/auth"
)

// Name is a setting by name, as files, requests and the database say it. Where a room has a field of the name, that is the
// room's own value.
type Name string

// The settings.
const (
	RoomCreation    Name = "roomCreation"    // who makes rooms
	Entry           Name = "entry"           // who enters without waiting
	Guests          Name = "guests"          // people without an account
	MinAssurance    Name = "minAssurance"    // how sure one is of who enters
	OpensWithHost   Name = "opensWithHost"   // all others wait until a host is there
	MuteOnEntry     Name = "muteOnEntry"     // all others enter with the microphone closed
	ForbiddenToAll  Name = "forbidden"       // what all but hosts may not do
	MaxParticipants Name = "maxParticipants" // in a room at a time
	MaxMinutes      Name = "maxMinutes"      // of a session
	ChatKeeping     Name = "chatKeeping"     // for whom chat lines are kept
	AttendanceDays  Name = "attendanceDays"  // that names are kept after a session
	Recording       Name = "recording"       // picture and sound of a meeting
	Transcription   Name = "transcription"   // what is said in a meeting, as text
	Embedding       Name = "embedding"       // whose pages show a room in a frame
	SignInIdle      Name = "signInIdleMinutes"
	SignInHours     Name = "signInHours"
	WebhookHosts    Name = "webhookHosts" // to which messages about an organization go
)

// Words of settings that no other package has.
const (
	CreationPeople    = "people"     // whoever is signed in, and software
	CreationAgents    = "agents"     // people of assurance agent or more, and software
	CreationAgentsMFA = "agents-mfa" // people of assurance agent-mfa, and software
	CreationSoftware  = "software"
	CreationNobody    = "nobody"
	GuestsAsEntrySays = "allowed"
	GuestsWait        = "lobby"
	GuestsRefused     = "refused"
	ChatUntilEnd      = "session" // who comes later in the session reads them
	ChatNotKept       = "none"    // only who is there reads them
	CaptureAllowed    = "allowed"
	CaptureOff        = "off"
	maxSignInIdle     = 7 * 24 * 60
	maxSignInHours    = 7 * 24
	maxRoomMinutes    = 24 * 60
	maxRoomPeople     = 1000
	maxAttendanceDays = 3650
	usualAttendance   = 90
)

// Setting is one thing that can be decided, declared once: its values and their order, what counts when nobody says anything, and at
// which levels it can be said. Presence says that organizations of people who are present may tighten it: what a meeting leaves
// behind, and who else comes into it. How large and how long a room is, and who enters without waiting, stays its owner's.
type Setting struct {
	Name     Name
	Kind     Kind
	Words    []string // of a Choice, loosest first; of a Forbidden, all there are
	Least    int      // of a Limit
	Most     int
	Usual    Value
	Levels   []Level
	Presence bool
	Origins  bool   // of an Only: its words are origins of pages, and no word is all of them
	Title    string // for people who look after programs, in English
	index    int
}

// everywhere is where rooms are decided about, account where people and software are.
var (
	everywhere = []Level{Platform, Organization, Unit, Template, Room}
	account    = []Level{Platform, Organization}
)

var settings = declared([]Setting{
	{Name: RoomCreation, Kind: Choice, Words: []string{CreationPeople, CreationAgents, CreationAgentsMFA, CreationSoftware, CreationNobody}, Levels: account, Title: "Who may make rooms"},
	{Name: Entry, Kind: Choice, Words: entries(), Usual: Value{Number: slices.Index(entries(), string(access.EntrySignedIn))}, Levels: everywhere, Title: "Who enters without waiting"},
	{Name: Guests, Kind: Choice, Words: []string{GuestsAsEntrySays, GuestsWait, GuestsRefused}, Levels: everywhere, Presence: true, Title: "People without an account"},
	{Name: MinAssurance, Kind: Choice, Words: assurances(), Levels: everywhere, Presence: true, Title: "How sure one is of who enters"},
	{Name: OpensWithHost, Kind: Switch, Levels: everywhere, Title: "All others wait until a host is there"},
	{Name: MuteOnEntry, Kind: Switch, Levels: everywhere, Title: "All others enter with the microphone closed, and may open it"},
	{Name: ForbiddenToAll, Kind: Forbidden, Words: abilities(), Levels: everywhere, Presence: true, Title: "What all but hosts may not do"},
	{Name: MaxParticipants, Kind: Limit, Most: maxRoomPeople, Levels: everywhere, Title: "People in a room at a time"},
	{Name: MaxMinutes, Kind: Limit, Most: maxRoomMinutes, Levels: everywhere, Title: "Minutes that a meeting lasts at most"},
	{Name: ChatKeeping, Kind: Choice, Words: []string{ChatUntilEnd, ChatNotKept}, Levels: everywhere, Presence: true, Title: "For whom chat lines are kept"},
	{Name: AttendanceDays, Kind: Limit, Least: 1, Most: maxAttendanceDays, Usual: Value{Number: usualAttendance}, Levels: everywhere, Presence: true, Title: "Days that names are kept after a meeting"},
	{Name: Recording, Kind: Choice, Words: []string{CaptureAllowed, CaptureOff}, Usual: Value{Number: 1}, Levels: everywhere, Presence: true, Title: "Recording of meetings, from the version on that can record"},
	{Name: Transcription, Kind: Choice, Words: []string{CaptureAllowed, CaptureOff}, Usual: Value{Number: 1}, Levels: everywhere, Presence: true, Title: "Transcription of meetings, from the version on that can transcribe"},
	{Name: Embedding, Kind: Only, Origins: true, Levels: everywhere, Title: "Origins of the pages that may show a room in a frame"},
	{Name: SignInIdle, Kind: Limit, Most: maxSignInIdle, Levels: account, Title: "Minutes without activity after which a sign-in ends; 0: as the installation says"},
	{Name: SignInHours, Kind: Limit, Most: maxSignInHours, Levels: account, Title: "Hours after which a sign-in ends; 0: as the installation says"},
	{Name: WebhookHosts, Kind: Only, Usual: Value{List: []string{"*"}}, Levels: account, Title: "Hosts to which webhooks go"},
})

func declared(list []Setting) []*Setting {
	all := make([]*Setting, len(list))
	for i := range list {
		list[i].index = i
		all[i] = &list[i]
	}
	return all
}

func entries() []string {
	var words []string
	for _, e := range access.Entries() {
		words = append(words, string(e))
	}
	slices.SortFunc(words, func(a, b string) int { return access.Entry(b).Width() - access.Entry(a).Width() })
	return words
}

func assurances() []string {
	var words []string
	for a := auth.AssuranceUnknown; a <= auth.AssuranceAgentMFA; a++ {
		words = append(words, a.String())
	}
	return words
}

func abilities() []string {
	var words []string
	for _, a := range access.AllAbilities() {
		words = append(words, string(a))
	}
	return words
}

// Settings is every setting, in the order in which they are shown.
func Settings() []*Setting { return slices.Clone(settings) }

// Find finds a setting by name.
func Find(name Name) (*Setting, bool) {
	for _, s := range settings {
		if s.Name == name {
			return s, true
		}
	}
	return nil, false
}

// At tells whether the setting can be said at a level.
func (s *Setting) At(l Level) bool { return slices.Contains(s.Levels, l) }

// Choose is the value of a Choice by its word: the strictest one for a word that there is not.
func (s *Setting) Choose(word string) Value {
	if i := slices.Index(s.Words, word); i >= 0 {
		return Value{Number: i}
	}
	return Value{Number: len(s.Words) - 1}
}

// must finds a setting that is declared above.
func must(name Name) *Setting {
	s, ok := Find(name)
	if !ok {
		panic("policy: no setting " + string(name))
	}
	return s
}
