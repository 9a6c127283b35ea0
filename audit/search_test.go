package audit_test

import (
	"testing"

	"parvis/audit"
	"parvis/fault"
)

func TestWhatIsNoNameOfTheTrailIsNotSearchedForNorWritten(t *testing.T) {
	for at, q := range map[string]audit.Query{
		"query.actor": {Actor: "camille@example.org"}, "query.subject": {Subject: "person:camille@example.org"}, "query.action": {Action: "Camille Martin"},
	} {
		s := audit.New(audit.Ports{}) // nothing to write to
		_, err := s.Search(t.Context(), audit.Operator(), "", q)
		_, exported := s.Export(t.Context(), audit.Operator(), "", q)
		for _, err := range []error{err, exported} {
			if f := fault.Of(err); f.Code != fault.CodeInvalid || len(f.Fields) != 1 || f.Fields[0].Location != at {
				t.Errorf("%s: %v", at, err)
			}
		}
	}
}
