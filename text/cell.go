package text

import "strings"

// Inert keeps a spreadsheet from taking what somebody wrote for a formula: by the signs that begin one, in full width
// too, and by those that some skip before it.
func Inert(cell string) string {
	if strings.ContainsAny(firstOf(cell), "=+-@\t\r\n＝＋－＠") || strings.ContainsAny(firstOf(strings.TrimSpace(cell)), "=+-@＝＋－＠") {
		return "'" + cell
	}
	return cell
}

func firstOf(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}
