package rooms

// RequestOf is the request that a signal unmute-asked carries.
func RequestOf(data any) string { return data.(askedSaid).Request }
