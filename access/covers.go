package access

import "slices"

// Covers reports whether whoever holds g gains nothing by holding other as well: at no time does other give a higher
// role, or let more be published.
func (g Grant) Covers(other Grant) bool {
	return g.Role.Relation() >= other.Role.Relation() && g.Sources.cover(other.Sources) &&
		(g.NotBefore == nil || (other.NotBefore != nil && !g.NotBefore.After(*other.NotBefore))) &&
		(g.NotAfter == nil || (other.NotAfter != nil && !g.NotAfter.Before(*other.NotAfter)))
}

func (s Sources) cover(other Sources) bool {
	if s.All || other.All {
		return s.All
	}
	return !slices.ContainsFunc(other.Listed, func(o Source) bool { return !slices.Contains(s.Listed, o) })
}
