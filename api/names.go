package api

// What stands in an address is looked at before anybody looks it up: it may hold anything, such as a byte that a
// database refuses.

// isSlug reports whether s has the form of a room's code, xxx-xxxx-xxx.
func isSlug(s string) bool {
	if len(s) != 12 {
		return false
	}
	for i := range len(s) {
		if dash := i == 3 || i == 8; dash != (s[i] == '-') || (!dash && (s[i] < 'a' || s[i] > 'z')) {
			return false
		}
	}
	return true
}

// isID reports whether s has the form of a key of ours, a UUID in lower case (RFC 9562 §4).
func isID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		hex := (s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'f')
		if dash != (s[i] == '-') || (!dash && !hex) {
			return false
		}
	}
	return true
}
