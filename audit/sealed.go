package audit

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// sealedLine is a line of a sealed export: a batch, or one of the rows of the batch before it. Names are there as ciphertext, so
// that the file is judged with public keys alone and shows nobody.
type sealedLine struct {
	Batch *sealedBatch `json:"batch,omitempty"`
	Row   *sealedRow   `json:"row,omitempty"`
}

type sealedBatch struct {
	ID              int64      `json:"id"`
	Size            int        `json:"size"`
	Root            string     `json:"root"`
	PreviousRoot    string     `json:"previousRoot"`
	Key             string     `json:"key"`
	Signature       []byte     `json:"signature"`
	SealedAt        time.Time  `json:"sealedAt"`
	Leaves          []string   `json:"leaves"`
	ExpiredAt       *time.Time `json:"expiredAt,omitempty"`
	ExpirySignature []byte     `json:"expirySignature,omitempty"`
}

type sealedRow struct {
	ID         string    `json:"id"`
	Position   int       `json:"position"`
	At         time.Time `json:"at"`
	Org        string    `json:"organization"`
	Action     string    `json:"action"`
	Actor      string    `json:"actor"`
	OnBehalfOf string    `json:"onBehalfOf,omitempty"`
	Subject    string    `json:"subject"`
	Result     Result    `json:"result"`
	Code       string    `json:"code,omitempty"`
	RequestID  string    `json:"requestId,omitempty"`
	Data       string    `json:"data"`
	PersonKey  string    `json:"personKey,omitempty"`
	Personal   []byte    `json:"personal,omitempty"`
}

// WriteSealed writes the whole trail so that VerifySealed judges it elsewhere.
func WriteSealed(ctx context.Context, from Archive, w io.Writer) error {
	out := json.NewEncoder(w)
	for after := int64(-1 << 62); ; {
		batches, rows, err := from.Batches(ctx, after, perLook)
		if err != nil || len(batches) == 0 {
			return err
		}
		for _, b := range batches {
			if err := out.Encode(sealedLine{Batch: wireBatch(b)}); err != nil {
				return err
			}
			for _, r := range rows[b.ID] {
				if err := out.Encode(sealedLine{Row: wireRow(r)}); err != nil {
					return err
				}
			}
			after = b.ID
		}
	}
}

func wireBatch(b Batch) *sealedBatch {
	leaves := make([]string, len(b.Leaves))
	for i, h := range b.Leaves {
		leaves[i] = h.String()
	}
	return &sealedBatch{
		ID: b.ID, Size: b.Size, Root: b.Root.String(), PreviousRoot: b.PreviousRoot.String(), Key: b.KeyID, Signature: b.Signature, SealedAt: b.SealedAt,
		Leaves: leaves, ExpiredAt: b.ExpiredAt, ExpirySignature: b.ExpirySignature,
	}
}

func wireRow(r Row) *sealedRow {
	return &sealedRow{
		ID: r.ID, Position: r.Position, At: r.At, Org: r.OrgID, Action: r.Action, Actor: r.Actor, OnBehalfOf: r.OnBehalfOf, Subject: r.Subject, Result: r.Result,
		Code: r.Code, RequestID: r.RequestID, Data: string(r.Data), PersonKey: r.KeyID, Personal: r.Personal,
	}
}

func (s *sealedBatch) batch() (Batch, error) {
	b := Batch{
		ID: s.ID, Size: s.Size, KeyID: s.Key, Signature: s.Signature, SealedAt: s.SealedAt, ExpiredAt: s.ExpiredAt, ExpirySignature: s.ExpirySignature,
		Leaves: make([]Hash, len(s.Leaves)),
	}
	var err error
	if b.Root, err = ParseHash(s.Root); err != nil {
		return b, err
	}
	if b.PreviousRoot, err = ParseHash(s.PreviousRoot); err != nil {
		return b, err
	}
	for i, text := range s.Leaves {
		if b.Leaves[i], err = ParseHash(text); err != nil {
			return b, err
		}
	}
	return b, nil
}

func (s *sealedRow) row(batch int64) Row {
	return Row{
		ID: s.ID, At: s.At, OrgID: s.Org, Action: s.Action, Actor: s.Actor, OnBehalfOf: s.OnBehalfOf, Subject: s.Subject, Result: s.Result, Code: s.Code,
		RequestID: s.RequestID, Data: json.RawMessage(s.Data), KeyID: s.PersonKey, Personal: s.Personal, Batch: batch, Position: s.Position,
	}
}

const (
	mostLine = 8 << 20 // bytes
	mostRows = 100_000 // of a batch: more were never sealed together
)

// VerifySealed judges a sealed export. Its error is about a file that is none.
func VerifySealed(r io.Reader, by Trust) (Report, error) {
	v := NewVerifier(by)
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), mostLine)
	var batch *Batch
	var rows []Row
	judge := func() {
		if batch != nil {
			v.Batch(*batch, rows)
		} else {
			v.Stray(rows)
		}
		rows = nil
	}
	for n := 1; lines.Scan(); n++ {
		in, err := parseSealed(lines.Text())
		if err != nil {
			return Report{}, fmt.Errorf("line %d: %w", n, err)
		}
		if in.Row != nil {
			if len(rows) == mostRows {
				return Report{}, fmt.Errorf("line %d: a batch has at most %d rows", n, mostRows)
			}
			id := int64(0)
			if batch != nil {
				id = batch.ID
			}
			rows = append(rows, in.Row.row(id))
			continue
		}
		judge()
		next, err := in.Batch.batch()
		if err != nil {
			return Report{}, fmt.Errorf("line %d: %w", n, err)
		}
		batch = &next
	}
	if err := lines.Err(); err != nil {
		return Report{}, fmt.Errorf("read the export: %w", err)
	}
	judge()
	return v.End(), nil
}

func parseSealed(text string) (sealedLine, error) {
	var in sealedLine
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return in, errors.New("this is no line of a sealed export: parvis audit export --format sealed writes one")
	}
	if (in.Batch == nil) == (in.Row == nil) {
		return in, errors.New("a line is a batch or a row")
	}
	return in, nil
}
