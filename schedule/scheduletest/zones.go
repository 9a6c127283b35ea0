package scheduletest

import "time"

// Decreed is a tz database in which France has taken the time of London.
func Decreed(name string) (*time.Location, error) {
	if name == "Europe/Paris" {
		name = "Europe/London"
	}
	return time.LoadLocation(name)
}
