package audit

import (
	"crypto/ed25519"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Fault is the kind of what is wrong with a trail.
type Fault string

// What may be wrong.
const (
	RowChanged     Fault = "row-changed"     // its content is not what was sealed
	RowRemoved     Fault = "row-removed"     // it was sealed and is gone
	RowMoved       Fault = "row-moved"       // it stands in another place than it was sealed in
	RowInserted    Fault = "row-inserted"    // it was never sealed
	HashesChanged  Fault = "hashes-changed"  // the hashes of a batch do not give its root
	BatchChanged   Fault = "batch-changed"   // its signature does not hold
	BatchRemoved   Fault = "batch-removed"   // a number is missing
	ChainBroken    Fault = "chain-broken"    // a batch does not continue the one before
	KeyUnknown     Fault = "key-unknown"     // nobody gave the key that signed
	ExpiryUnsigned Fault = "expiry-unsigned" // rows were taken away, and not because their time was over
	ExpiredEarly   Fault = "expired-early"   // rows were taken away by a signature, and before their time
	CutOff         Fault = "cut-off"         // a batch that somebody remembers is not there
	AnchorDiffers  Fault = "anchor-differs"  // it is there with another root
	NameChanged    Fault = "name-unreadable" // a name does not open: its key was changed or taken away
)

// Finding is one thing that is wrong, and where.
type Finding struct {
	Fault    Fault  `json:"fault"`
	Batch    int64  `json:"batch,omitempty"`
	Position int    `json:"position"` // -1 where it is about no row
	Row      string `json:"row,omitempty"`
	Detail   string `json:"detail"`
}

func (f Finding) String() string {
	where := ""
	if f.Batch > 0 {
		where = fmt.Sprintf(" batch %d", f.Batch)
	}
	if f.Position >= 0 {
		where += fmt.Sprintf(" position %d", f.Position)
	}
	if f.Row != "" {
		where += " row " + f.Row
	}
	return string(f.Fault) + where + ": " + f.Detail
}

// mostFindings bounds what a report holds; the rest is counted.
const mostFindings = 200

// Report is what a verification found.
type Report struct {
	Batches  int64     `json:"batches"`
	Rows     int64     `json:"rows"`    // that are there and hold
	Expired  int64     `json:"expired"` // of which the hash alone is there
	Erased   int64     `json:"erased"`  // whose names were destroyed
	First    int64     `json:"first,omitempty"`
	Newest   Anchor    `json:"-"`
	SealedAt time.Time `json:"sealedAt"`
	Findings []Finding `json:"findings"`
	More     int       `json:"more,omitempty"` // findings that are not listed
}

// Holds tells that nothing is wrong.
func (r Report) Holds() bool { return len(r.Findings) == 0 }

// LeastKept is for how long rows stay whatever the settings say.
const LeastKept = 24 * time.Hour

// Trust is what a verification believes, and nothing that the database says about itself. Kept is how long rows had to stay, at
// least LeastKept: whoever shortened it for a night took rows away by a signature that holds.
type Trust struct {
	Keys    []PublicKey
	Anchors []Anchor
	Kept    time.Duration
}

// Verifier judges batches in the order of their numbers, each with its rows in the order of their positions.
type Verifier struct {
	keys    map[string]PublicKey
	anchors map[int64]Hash
	kept    time.Duration
	names   *reader
	last    Batch
	begun   bool
	report  Report
}

// NewVerifier makes one.
func NewVerifier(by Trust) *Verifier {
	v := &Verifier{keys: map[string]PublicKey{}, anchors: map[int64]Hash{}, kept: max(by.Kept, LeastKept)}
	for _, k := range by.Keys {
		v.keys[k.ID()] = k
	}
	for _, a := range by.Anchors {
		if root, twice := v.anchors[a.Batch]; twice && root != a.Root {
			v.find(Finding{Fault: AnchorDiffers, Batch: a.Batch, Position: -1, Detail: "two anchors name different roots for this batch"})
		}
		v.anchors[a.Batch] = a.Root
	}
	return v
}

// Names has names opened as well.
func (v *Verifier) Names(k Keys, people map[string]PersonKey) {
	v.names = k.reader(slices.Collect(maps.Values(v.keys)), people)
}

// After has the verification begin behind a batch that was verified before.
func (v *Verifier) After(b Batch) { v.last, v.begun = b, true }

// Batch judges the next one.
func (v *Verifier) Batch(b Batch, rows []Row) {
	v.follow(b)
	v.signed(b)
	if root, remembered := v.anchors[b.ID]; remembered {
		delete(v.anchors, b.ID)
		if root != b.Root {
			v.find(Finding{Fault: AnchorDiffers, Batch: b.ID, Position: -1, Detail: "its root is " + b.Root.String() + ", the anchor says " + root.String()})
		}
	}
	if len(b.Leaves) != b.Size || Root(b.Leaves) != b.Root {
		v.find(Finding{Fault: HashesChanged, Batch: b.ID, Position: -1, Detail: "the hashes of its rows do not give its root"})
	}
	if b.ExpiredAt != nil || len(b.ExpirySignature) > 0 {
		v.expired(b, rows)
	} else {
		v.rows(b, rows)
	}
	v.report.Batches++
	v.report.Newest, v.report.SealedAt = b.Anchor(), b.SealedAt
	v.last, v.begun = b, true
}

// follow judges where a batch stands in the chain.
func (v *Verifier) follow(b Batch) {
	if v.report.Batches == 0 {
		v.report.First = b.ID
	}
	switch want := v.last.ID + 1; {
	case b.ID > want:
		detail := fmt.Sprintf("the batches %d to %d are missing", want, b.ID-1)
		if b.ID == want+1 {
			detail = "it is missing"
		}
		v.find(Finding{Fault: BatchRemoved, Batch: want, Position: -1, Detail: detail})
	case b.ID < want:
		v.find(Finding{Fault: ChainBroken, Batch: b.ID, Position: -1, Detail: "it stands behind a batch of a higher number"})
	case b.PreviousRoot != v.last.Root:
		v.find(Finding{Fault: ChainBroken, Batch: b.ID, Position: -1, Detail: "it does not continue the batch before"})
	case v.begun && b.SealedAt.Before(v.last.SealedAt.Add(-clockDrift)):
		v.find(Finding{Fault: ChainBroken, Batch: b.ID, Position: -1, Detail: "it was sealed before the batch that it continues"})
	}
}

// clockDrift is how far the clocks of replicas may differ.
const clockDrift = 5 * time.Minute

func (v *Verifier) signed(b Batch) {
	key, known := v.keys[b.KeyID]
	switch {
	case !known:
		v.find(Finding{Fault: KeyUnknown, Batch: b.ID, Position: -1, Detail: "it is signed with the key " + b.KeyID + ", which was not given"})
	case !ed25519.Verify(ed25519.PublicKey(key), b.statement(), b.Signature):
		v.find(Finding{Fault: BatchChanged, Batch: b.ID, Position: -1, Detail: "its signature does not hold"})
	}
}

// expired judges a batch whose rows are gone. Whichever key we trust may have signed it: keys change within a year.
func (v *Verifier) expired(b Batch, rows []Row) {
	held := false
	for _, key := range v.keys {
		held = held || (b.ExpiredAt != nil && ed25519.Verify(ed25519.PublicKey(key), b.expiry(), b.ExpirySignature))
	}
	switch {
	case !held:
		v.find(Finding{Fault: ExpiryUnsigned, Batch: b.ID, Position: -1, Detail: "its rows are gone, and no signature says that their time was over"})
	case b.ExpiredAt.Before(b.SealedAt.Add(v.kept)):
		detail := fmt.Sprintf("its rows were taken away %s after they were sealed, before the %s that they had to stay", inDays(b.ExpiredAt.Sub(b.SealedAt)), inDays(v.kept))
		v.find(Finding{Fault: ExpiredEarly, Batch: b.ID, Position: -1, Detail: detail})
	}
	for _, r := range rows {
		v.find(Finding{Fault: RowInserted, Batch: b.ID, Position: r.Position, Row: r.ID, Detail: "the rows of this batch have expired: this one is not of them"})
	}
	v.report.Expired += int64(b.Size)
}

func inDays(d time.Duration) string { return fmt.Sprintf("%.1f days", d.Hours()/24) }

// rows compares each row with the hash at its place.
func (v *Verifier) rows(b Batch, rows []Row) {
	places := map[Hash]int{}
	for i, h := range b.Leaves {
		places[h] = i
	}
	accounted := make([]bool, len(b.Leaves))
	taken := make([]bool, len(b.Leaves))
	for _, r := range rows {
		at := Finding{Batch: b.ID, Position: r.Position, Row: r.ID}
		hash := r.Leaf()
		place, sealed := places[hash]
		switch {
		case r.Position < 0 || r.Position >= len(b.Leaves) || taken[r.Position]:
			at.Fault, at.Detail = RowInserted, "there was no row at this place when the batch was sealed"
			if sealed && !taken[place] {
				at.Fault, at.Detail, accounted[place] = RowMoved, fmt.Sprintf("it was sealed at position %d", place), true
			}
			v.find(at)
		case hash == b.Leaves[r.Position]:
			accounted[r.Position], taken[r.Position] = true, true
			v.report.Rows++
			v.name(b, r)
		case sealed:
			accounted[place], taken[r.Position] = true, true
			at.Fault, at.Detail = RowMoved, fmt.Sprintf("it was sealed at position %d", place)
			v.find(at)
		default:
			accounted[r.Position], taken[r.Position] = true, true
			at.Fault, at.Detail = RowChanged, "its content is not what was sealed"
			v.find(at)
		}
	}
	for i, there := range accounted {
		if !there {
			v.find(Finding{Fault: RowRemoved, Batch: b.ID, Position: i, Detail: "a row was sealed here and is gone"})
		}
	}
}

func (v *Verifier) name(b Batch, r Row) {
	if v.names == nil {
		return
	}
	_, erased, err := v.names.open(r)
	if erased {
		v.report.Erased++
	}
	if err != nil {
		v.find(Finding{Fault: NameChanged, Batch: b.ID, Position: r.Position, Row: r.ID, Detail: "its name does not open: " + err.Error()})
	}
}

// Destroyed judges keys that are no more. Those of rows that are there were found with them.
func (v *Verifier) Destroyed(people []PersonKey) {
	for _, p := range people {
		if _, read := v.names.people[p.ID]; !read && !p.erased(v.names.trusted) {
			v.find(Finding{Fault: NameChanged, Position: -1, Detail: p.takenAway().Error()})
		}
	}
}

// Stray says of rows that they belong to no batch.
func (v *Verifier) Stray(rows []Row) {
	for _, r := range rows {
		v.find(Finding{Fault: RowInserted, Batch: r.Batch, Position: r.Position, Row: r.ID, Detail: "there is no such batch"})
	}
}

func (v *Verifier) find(f Finding) {
	if len(v.report.Findings) >= mostFindings {
		v.report.More++
		return
	}
	v.report.Findings = append(v.report.Findings, f)
}

// End is what came of it, once every batch was judged.
func (v *Verifier) End() Report {
	for id := range v.anchors {
		detail := "the anchor names it, and the trail ends before"
		if id <= v.last.ID {
			detail = "the anchor names it, and it is not there"
		}
		v.find(Finding{Fault: CutOff, Batch: id, Position: -1, Detail: detail})
	}
	v.anchors = nil
	if v.report.Findings == nil {
		v.report.Findings = []Finding{}
	}
	return v.report
}
