package access

import "slices"

// Ability is what hosts may allow or forbid to people in a call.
type Ability string

// The abilities. Screen is a shared screen with its sound.
const (
	AbilityCamera     Ability = "camera"
	AbilityMicrophone Ability = "microphone"
	AbilityScreen     Ability = "screen"
	AbilityChat       Ability = "chat"
	AbilityReactions  Ability = "reactions"
)

// AllAbilities lists the abilities in the order in which they are shown.
func AllAbilities() Abilities {
	return Abilities{AbilityCamera, AbilityMicrophone, AbilityScreen, AbilityChat, AbilityReactions}
}

// ParseAbility reads an ability by its word.
func ParseAbility(word string) (Ability, bool) {
	a := Ability(word)
	return a, slices.Contains(AllAbilities(), a)
}

// Sources is what the ability lets somebody publish; none for those that are not about media.
func (a Ability) Sources() []Source {
	switch a {
	case AbilityCamera:
		return []Source{Camera}
	case AbilityMicrophone:
		return []Source{Microphone}
	case AbilityScreen:
		return []Source{ScreenShare, ScreenShareAudio}
	default:
		return nil
	}
}

// ParseAbilities is the set that words name; others name nothing.
func ParseAbilities(words []string) Abilities {
	return pick(func(a Ability) bool { return slices.Contains(words, string(a)) })
}

// Abilities is a set, each once and in the order of AllAbilities once it went through With or Without.
type Abilities []Ability

// Words is the set in words: never nil.
func (s Abilities) Words() []string {
	out := make([]string, len(s))
	for i, a := range s {
		out[i] = string(a)
	}
	return out
}

// Has tells whether the ability is in the set.
func (s Abilities) Has(a Ability) bool { return slices.Contains(s, a) }

// With is the set and these.
func (s Abilities) With(these ...Ability) Abilities {
	return pick(func(a Ability) bool { return s.Has(a) || slices.Contains(these, a) })
}

// Without is the set but for these.
func (s Abilities) Without(these ...Ability) Abilities {
	return pick(func(a Ability) bool { return s.Has(a) && !slices.Contains(these, a) })
}

// Equal tells whether both sets hold the same.
func (s Abilities) Equal(other Abilities) bool { return slices.Equal(s.With(), other.With()) }

func pick(in func(Ability) bool) Abilities {
	var set Abilities
	for _, a := range AllAbilities() {
		if in(a) {
			set = append(set, a)
		}
	}
	return set
}

// Forbid takes from what may be published that which the abilities need: what stays, and what is withheld.
func Forbid(granted []Source, forbidden Abilities) (may, withheld []Source) {
	var taken []Source
	for _, a := range forbidden {
		taken = append(taken, a.Sources()...)
	}
	for _, s := range granted {
		if slices.Contains(taken, s) {
			withheld = append(withheld, s)
		} else {
			may = append(may, s)
		}
	}
	return may, withheld
}
