package scim

import (
	"fmt"
	"testing"
)

// A client takes people out of a large group, and adds others, in one request of the most operations there may be.
func BenchmarkPatchOfAGroupOfAHundredThousand(b *testing.B) {
	var members []any
	for i := range 100_000 {
		members = append(members, Document{"value": fmt.Sprintf("0198a5c2-3c12-7a90-b4f1-%012d", i), "type": "User"})
	}
	group := Document{"schemas": []any{groupKind.urn}, "displayName": "Everybody", "members": members}
	var steps []operation
	for i := range maxOperations / 2 {
		steps = append(steps,
			operation{op: "remove", path: fmt.Sprintf(`members[value eq "0198a5c2-3c12-7a90-b4f1-%012d"]`, i)},
			operation{op: "add", path: "members", value: []any{Document{"value": fmt.Sprintf("0198a5c2-3c12-7a90-b4f1-1%011d", i)}}},
		)
	}
	for b.Loop() {
		patched, err := groupKind.patch(group, steps)
		if err != nil {
			b.Fatal(err)
		}
		if left := patched["members"].([]any); len(left) != len(members) {
			b.Fatalf("%d members", len(left))
		}
	}
}
