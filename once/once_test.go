package once_test

import (
	"context"
	"testing"

	"parvis/once"
)

func TestWhatAnEarlierRunMadeIsFoundByKindAndPart(t *testing.T) {
	key := once.Key{Principal: "p", Route: "POST /rooms", Key: "k", Made: map[string]string{"meeting": "m", "room 1": "second"}}
	for name, c := range map[string]struct {
		ctx  context.Context
		kind string
		want string
	}{
		"without a key":          {t.Context(), once.Meeting, ""},
		"of no kind that was":    {once.With(t.Context(), key), once.Operation, ""},
		"of a kind that was":     {once.With(t.Context(), key), once.Meeting, "m"},
		"of a part that was not": {once.Part(once.With(t.Context(), key), 0), once.Room, ""},
		"of a part that was":     {once.Part(once.With(t.Context(), key), 1), once.Room, "second"},
	} {
		if got, ok := once.Made(c.ctx, c.kind); got != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
}
