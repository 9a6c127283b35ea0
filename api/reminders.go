package api

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// reminderText is a negative duration of ISO 8601 as an alarm has it (RFC 5545 §3.3.6). A day here is 24 hours: nobody
// counts the hours of a reminder of yesterday.
var reminderText = regexp.MustCompile(`^-P(?:(\d{1,2})W|(?:(\d{1,2})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,5})M)?)?)$`)

var reminderUnits = []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute}

func (r *reader) reminders(texts []string) []time.Duration {
	var list []time.Duration
	for i, text := range texts {
		parts := reminderText.FindStringSubmatch(text)
		if parts == nil || strings.HasSuffix(text, "P") || strings.HasSuffix(text, "T") {
			if text != "PT0S" && text != "-PT0M" {
				r.wrong.At(fmt.Sprintf("body.reminders[%d]", i), "a time before the start, such as -PT15M or -P1D")
				continue
			}
			parts = make([]string, len(reminderUnits)+1)
		}
		var before time.Duration
		for u, unit := range reminderUnits {
			if n, err := strconv.Atoi(parts[u+1]); err == nil {
				before += time.Duration(n) * unit
			}
		}
		list = append(list, before)
	}
	return list
}

func wireReminders(list []time.Duration) []string {
	var out []string
	for _, before := range list {
		days, rest := before/(24*time.Hour), before%(24*time.Hour)
		text := "-P"
		if days > 0 {
			text += strconv.Itoa(int(days)) + "D"
		}
		if rest > 0 || days == 0 {
			text += "T"
			if h := rest / time.Hour; h > 0 {
				text += strconv.Itoa(int(h)) + "H"
			}
			if m := rest % time.Hour / time.Minute; m > 0 || rest == 0 {
				text += strconv.Itoa(int(m)) + "M"
			}
		}
		out = append(out, text)
	}
	return out
}
