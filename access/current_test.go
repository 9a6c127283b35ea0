package access_test

import (
	"testing"
	"time"

	"parvis/access"
)

func TestWhatBeginsBelongsToWhatHadBegunLastOrElseToWhatIsToBeginFirst(t *testing.T) {
	for name, c := range map[string]struct {
		starts []int // minutes from now
		want   int
	}{
		"none":                      {nil, -1},
		"one to come":               {[]int{10}, 0},
		"one that begins now":       {[]int{10, 0}, 1},
		"the later of two begun":    {[]int{-60, -5, 10}, 1},
		"in any order":              {[]int{10, -5, -60}, 1},
		"the first of two to come":  {[]int{20, 10}, 1},
		"the first of two together": {[]int{-5, -5}, 0},
	} {
		var starts []time.Time
		for _, minutes := range c.starts {
			starts = append(starts, at(minutes))
		}
		if got := access.Current(eight, starts); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
