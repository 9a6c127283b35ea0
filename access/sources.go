package access

import "slices"

// Source is something a participant may publish, by LiveKit's name.
type Source string

// The sources.
const (
	Camera           Source = "camera"
	Microphone       Source = "microphone"
	ScreenShare      Source = "screen_share"
	ScreenShareAudio Source = "screen_share_audio"
)

// AllSources is what somebody without restrictions may publish.
func AllSources() []Source { return []Source{Camera, Microphone, ScreenShare, ScreenShareAudio} }

// Sources says what a grant lets somebody publish: everything, or what is listed and nothing else. The zero value is
// nothing, so that a list which comes out empty, whyever, takes rights and never gives them.
type Sources struct {
	All    bool     // those of later versions too
	Listed []Source // counts when not All
}

// Everything lets all sources be published.
func Everything() Sources { return Sources{All: true} }

// Only lets these sources be published; without any, none.
func Only(these ...Source) Sources { return Sources{Listed: these} }

// List is what may be published, spelled out: an empty list means nothing.
func (s Sources) List() []Source {
	if s.All {
		return AllSources()
	}
	return slices.Clone(s.Listed)
}
