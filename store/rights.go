package store

import (
	"strings"

	"parvis/access"
	"parvis/rooms"
)

// What somebody may publish stands in one column, a list of sources, beside which stands what hosts took: "~camera" is
// granted and withheld, "!chat" is silenced. To programs of schema 2 these are words that they do not know, which give
// nothing.
const (
	withheldMark = "~"
	silencedMark = "!"
)

func keptRights(a rooms.Admission) document[[]access.Source] {
	if len(a.Withheld) == 0 && len(a.Silenced) == 0 {
		return listOf(a.Sources)
	}
	kept := append([]access.Source{}, a.Sources...)
	for _, s := range a.Withheld {
		kept = append(kept, withheldMark+s)
	}
	for _, s := range a.Silenced {
		kept = append(kept, access.Source(silencedMark+s))
	}
	return listOf(kept)
}

func rightsOf(kept document[[]access.Source]) (may, withheld []access.Source, silenced access.Abilities) {
	may = make([]access.Source, 0, len(kept.v))
	for _, word := range kept.v {
		if s, ok := strings.CutPrefix(string(word), withheldMark); ok {
			withheld = append(withheld, access.Source(s))
		} else if s, ok := strings.CutPrefix(string(word), silencedMark); ok {
			silenced = append(silenced, access.Ability(s))
		} else {
			may = append(may, word)
		}
	}
	return may, withheld, silenced
}
