package privacy

import (
	"strings"
	"testing"

	"parvis/fault"
)

func TestTheReasonOfAnErasureIsBoundedInCharactersWhateverTheirBytes(t *testing.T) {
	for reason, at := range map[string]string{strings.Repeat("é", 501): "body.reason", strings.Repeat("e", 501): "body.reason", strings.Repeat("é", 500): "body.handover.to"} {
		err := (&Service{}).checkHandover(t.Context(), Subject{}, NewErasure{Reason: reason, Handover: Handover{To: "nobody"}})
		if got := fault.Of(err).Fields[0].Location; got != at {
			t.Errorf("%d bytes are refused at %s, want %s", len(reason), got, at)
		}
	}
}
