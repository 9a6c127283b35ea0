package audit

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

const secret = "a secret of thirty-two characters"

func keysFrom(t testing.TB, secret string) Keys {
	t.Helper()
	k, err := NewKeys(secret, "")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func entry(n int) Entry {
	return Entry{
		ID: fmt.Sprintf("00000000-0000-7000-8000-%012d", n), At: nine.Add(time.Duration(n) * time.Second), OrgID: "o", Action: "room.updated",
		Actor: fmt.Sprintf("person:p%d", n%2), Subject: "room:r", Result: Done, Network: "192.0.2.0/24", Data: json.RawMessage(`{"n":1}`),
	}
}

// trail is a chain of batches with their rows, as a database would give them.
type trail struct {
	batches []Batch
	rows    map[int64][]Row
	people  map[string]PersonKey // by id of the key
}

func sealed(t testing.TB, k Keys, sizes ...int) *trail {
	t.Helper()
	out := &trail{rows: map[int64][]Row{}, people: map[string]PersonKey{}}
	known := map[string]PersonKey{}
	var last Batch
	n := 0
	for _, size := range sizes {
		w := Waiting{People: map[string]Personal{"p0": {Name: "Camille"}, "p1": {Name: "Dominique"}}, Keys: known, Last: last}
		for range size {
			n++
			w.Entries = append(w.Entries, entry(n))
		}
		s, err := k.compose(w, nil, nine.Add(time.Duration(n)*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range s.Keys {
			out.people[key.ID] = key
		}
		last = s.Batch
		out.batches, out.rows[last.ID] = append(out.batches, last), s.Rows
	}
	return out
}

func (tr *trail) verify(k Keys, anchors ...Anchor) Report {
	v := NewVerifier(Trust{Keys: []PublicKey{k.Public()}, Anchors: anchors, Kept: keptFor})
	v.Names(k, tr.people)
	for _, b := range tr.batches {
		v.Batch(b, tr.rows[b.ID])
	}
	return v.End()
}

func faults(r Report) string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, fmt.Sprintf("%s %d/%d", f.Fault, f.Batch, f.Position))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func TestWhatSomebodyDidToTheTrailIsNamed(t *testing.T) {
	k, other := keysFrom(t, secret), keysFrom(t, secret+" of somebody else")
	cases := map[string]struct {
		tamper   func(*trail)
		want     string
		anchored bool
	}{
		"nothing": {func(*trail) {}, "", true},
		"a row is changed": {
			func(tr *trail) { tr.rows[2][1].Subject = "room:other" }, "row-changed 2/1", false,
		},
		"a row is changed with its hash": {
			func(tr *trail) { tr.rows[2][1].Subject = "room:other"; tr.batches[1].Leaves[1] = tr.rows[2][1].Leaf() }, "hashes-changed 2/-1", false,
		},
		"a row is changed with its hash and root": {
			func(tr *trail) {
				tr.rows[2][1].Subject = "room:other"
				tr.batches[1].Leaves[1] = tr.rows[2][1].Leaf()
				tr.batches[1].Root = Root(tr.batches[1].Leaves)
			}, "batch-changed 2/-1, chain-broken 3/-1", false,
		},
		"a row is removed": {func(tr *trail) { tr.rows[1] = tr.rows[1][1:] }, "row-removed 1/0", false},
		"two rows are swapped": {
			func(tr *trail) {
				r := tr.rows[2]
				r[0].Position, r[2].Position = 2, 0
			}, "row-moved 2/0, row-moved 2/2", false,
		},
		"a row is inserted": {
			func(tr *trail) {
				more := tr.rows[2][0]
				more.ID, more.Position = "another", 3
				tr.rows[2] = append(tr.rows[2], more)
			}, "row-inserted 2/3", false,
		},
		"a row is inserted in the place of one": {
			func(tr *trail) {
				more := tr.rows[2][0]
				more.ID = "another"
				tr.rows[2][0] = more
			}, "row-changed 2/0", false,
		},
		"a row is put into another batch": {
			func(tr *trail) {
				more := tr.rows[1][0]
				more.Position = 3
				tr.rows[1], tr.rows[2] = tr.rows[1][1:], append(tr.rows[2], more)
			}, "row-inserted 2/3, row-removed 1/0", false,
		},
		"two names are swapped": {
			func(tr *trail) {
				r := tr.rows[2]
				r[0].Personal, r[1].Personal = r[1].Personal, r[0].Personal
			}, "row-changed 2/0, row-changed 2/1", false,
		},
		"the keys of two people are swapped": {
			func(tr *trail) {
				ids := slices.Collect(func(yield func(string) bool) {
					for id := range tr.people {
						if !yield(id) {
							return
						}
					}
				})
				a, b := tr.people[ids[0]], tr.people[ids[1]]
				a.Wrapped, b.Wrapped = b.Wrapped, a.Wrapped
				tr.people[a.ID], tr.people[b.ID] = a, b
				tr.batches = tr.batches[:1]
			}, "name-unreadable 1/0, name-unreadable 1/1", false,
		},
		"the first batch is removed":  {func(tr *trail) { tr.batches = tr.batches[1:] }, "batch-removed 1/-1", false},
		"a batch between is removed":  {func(tr *trail) { tr.batches = slices.Delete(tr.batches, 1, 2) }, "batch-removed 2/-1", false},
		"two batches are swapped":     {func(tr *trail) { b := tr.batches; b[0], b[1] = b[1], b[0] }, "batch-removed 1/-1, batch-removed 2/-1, chain-broken 1/-1", false},
		"a batch is signed elsewhere": {func(tr *trail) { tr.batches[2] = other.next(tr.batches[1], tr.batches[2].Leaves, nine) }, "key-unknown 3/-1", false},
		"a batch is dated back":       {func(tr *trail) { tr.batches[2].SealedAt = nine }, "batch-changed 3/-1", false},
		"the newest batch is cut off": {func(tr *trail) { tr.batches = tr.batches[:2] }, "cut-off 3/-1", true},
		"everything is cut off":       {func(tr *trail) { tr.batches = nil }, "cut-off 3/-1", true},
		"rows are taken away early": {
			func(tr *trail) {
				tr.batches[0].ExpiredAt = &nine
				tr.rows[1] = nil
			}, "expiry-unsigned 1/-1", false,
		},
		"rows expired": {
			func(tr *trail) {
				tr.batches[0] = expired(k, tr.batches[0])
				tr.rows[1] = nil
			}, "", false,
		},
		"rows expired on the day before their time": {
			func(tr *trail) {
				b, err := k.Expire(tr.batches[0], nil, tr.batches[0].SealedAt.Add(keptFor-time.Hour))
				if err != nil {
					panic(err)
				}
				tr.batches[0], tr.rows[1] = b, nil
			}, "expired-early 1/-1", false,
		},
		"the expiry of another batch is used": {
			func(tr *trail) {
				of := expired(k, tr.batches[0])
				tr.batches[1].ExpiredAt, tr.batches[1].ExpirySignature = of.ExpiredAt, of.ExpirySignature
				tr.rows[2] = nil
			}, "expiry-unsigned 2/-1", false,
		},
		"somebody is erased": {
			func(tr *trail) {
				for id, p := range tr.people {
					p.Wrapped, p.Destroyed, p.DestroyedAt = nil, true, nine
					p.Destruction = k.Destruction(p.ID, p.PersonID, nine)
					tr.people[id] = p
				}
			}, "", false,
		},
		"somebody is said to be erased": {
			func(tr *trail) {
				p := tr.people[tr.rows[3][0].KeyID]
				p.Wrapped, p.Destroyed, p.DestroyedAt = nil, true, nine
				p.Destruction = k.Destruction(p.ID, "another", nine)
				tr.people[p.ID] = p
			}, "name-unreadable 1/1, name-unreadable 2/1, name-unreadable 3/0", false,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			tr := sealed(t, k, 2, 3, 1)
			var anchors []Anchor
			if c.anchored {
				anchors = append(anchors, tr.batches[2].Anchor())
			}
			c.tamper(tr)
			if got := faults(tr.verify(k, anchors...)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestWithoutAnAnchorNobodySeesThatTheNewestWasCutOff(t *testing.T) {
	k := keysFrom(t, secret)
	tr := sealed(t, k, 2, 2)
	tr.batches = tr.batches[:1]
	if got := tr.verify(k); !got.Holds() {
		t.Errorf("a chain cannot know what it was to become: %s", faults(got))
	}
}

func TestAnAnchorOfAnotherTrailDoesNotHold(t *testing.T) {
	k := keysFrom(t, secret)
	tr := sealed(t, k, 2)
	anchor := tr.batches[0].Anchor()
	anchor.Root[0] ^= 1
	if got := faults(tr.verify(k, anchor)); got != "anchor-differs 1/-1" {
		t.Errorf("got %s", got)
	}
	read, err := ParseAnchor(anchor.String())
	if err != nil || read != anchor {
		t.Errorf("got %v, %v", read, err)
	}
	for _, wrong := range []string{"", "1", "1:ab", "0:" + anchor.Root.String(), "01:" + anchor.Root.String(), "1:" + strings.Repeat("z", 64)} {
		if _, err := ParseAnchor(wrong); err == nil {
			t.Errorf("%q is taken for an anchor", wrong)
		}
	}
}

// TestEveryByteOfARowCounts is the property that the trail stands on: no two rows that differ have the same hash.
func TestEveryByteOfARowCounts(t *testing.T) {
	text := rapid.StringN(0, 8, -1)
	row := rapid.Custom(func(t *rapid.T) Row {
		return Row{
			ID: text.Draw(t, "id"), At: nine.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "at")) * time.Microsecond), OrgID: text.Draw(t, "org"), Action: text.Draw(t, "action"),
			Actor: text.Draw(t, "actor"), OnBehalfOf: text.Draw(t, "behalf"), Subject: text.Draw(t, "subject"), Result: Result(text.Draw(t, "result")),
			Code: text.Draw(t, "code"), RequestID: text.Draw(t, "request"), KeyID: text.Draw(t, "key"), Personal: []byte(text.Draw(t, "personal")),
			Data: json.RawMessage(fmt.Sprintf(`{"n":%d}`, rapid.IntRange(0, 3).Draw(t, "n"))),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := row.Draw(t, "a"), row.Draw(t, "b")
		if equal := fmt.Sprintf("%#v", a) == fmt.Sprintf("%#v", b); equal != (a.Leaf() == b.Leaf()) {
			t.Fatalf("%#v\n%#v", a, b)
		}
	})
}

func TestTheOrderOfKeysDoesNotCount(t *testing.T) {
	a, b := Row{Data: json.RawMessage(`{"b": 1, "a": [1.0, "é"]}`)}, Row{Data: json.RawMessage(`{"a":[1.0,"é"],"b":1}`)}
	if a.Leaf() != b.Leaf() {
		t.Error("what PostgreSQL does with spaces changes the hash")
	}
	if (Row{}).Leaf() != (Row{Data: json.RawMessage(`{}`)}).Leaf() {
		t.Error("no data is another thing than empty data")
	}
	if (Row{Data: json.RawMessage(`{"a":1}{"a":1}`)}).Leaf() == (Row{Data: json.RawMessage(`{"a":1}`)}).Leaf() {
		t.Error("what stands behind a document does not count")
	}
}

// TestTheTreeIsThatOfRFC6962 has the examples of Certificate Transparency's own tests: the leaves "", 00, 10, 2021, 3031, …
func TestTheTreeIsThatOfRFC6962(t *testing.T) {
	inputs := []string{"", "\x00", "\x10", "\x20\x21", "\x30\x31", "\x40\x41\x42\x43", "\x50\x51\x52\x53\x54\x55\x56\x57", "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"}
	roots := []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	var leaves []Hash
	for n, want := range roots {
		if got := Root(leaves).String(); got != want {
			t.Errorf("%d leaves: got %s", n, got)
		}
		if n < len(inputs) {
			leaves = append(leaves, leaf([]byte(inputs[n])))
		}
	}
}

func TestAnotherOrderGivesAnotherRoot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 40).Draw(t, "n")
		leaves := make([]Hash, n)
		for i := range leaves {
			leaves[i] = leaf([]byte{byte(i)})
		}
		i := rapid.IntRange(0, n-1).Draw(t, "i")
		j := rapid.IntRange(0, n-1).Draw(t, "j")
		before := Root(leaves)
		leaves[i], leaves[j] = leaves[j], leaves[i]
		if (Root(leaves) == before) != (i == j) {
			t.Fatalf("%d and %d of %d", i, j, n)
		}
	})
}

const keptFor = 365 * 24 * time.Hour

func expired(k Keys, b Batch) Batch {
	b, err := k.Expire(b, nil, b.SealedAt.Add(keptFor))
	if err != nil {
		panic(err)
	}
	return b
}

func TestABatchThatWasNotSealedThenDoesNotExpire(t *testing.T) {
	k := keysFrom(t, "secret")
	tr := sealed(t, k, 1)
	older := tr.batches[0]
	older.SealedAt = older.SealedAt.AddDate(-2, 0, 0)
	if _, err := k.Expire(older, nil, nine); err == nil {
		t.Error("whoever writes when a batch was sealed decides when it goes")
	}
	other := keysFrom(t, "another")
	if _, err := other.Expire(tr.batches[0], nil, nine); err == nil {
		t.Error("a key that nobody gave is believed")
	}
	if _, err := other.Expire(tr.batches[0], []PublicKey{k.Public()}, nine); err != nil {
		t.Errorf("what a former key sealed expires: %v", err)
	}
}

func TestHoweverShortRowsHadToStayADayIsTheLeast(t *testing.T) {
	k := keysFrom(t, secret)
	for after, want := range map[time.Duration]string{LeastKept: "", LeastKept - time.Microsecond: "expired-early 1/-1"} {
		tr := sealed(t, k, 1)
		b, err := k.Expire(tr.batches[0], nil, tr.batches[0].SealedAt.Add(after))
		if err != nil {
			t.Fatal(err)
		}
		v := NewVerifier(Trust{Keys: []PublicKey{k.Public()}})
		v.Batch(b, nil)
		if got := faults(v.End()); got != want {
			t.Errorf("after %s: got %q, want %q", after, got, want)
		}
	}
}
