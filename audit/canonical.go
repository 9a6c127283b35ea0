package audit

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// rowForm begins the bytes of a row: another form gets another number, so that no two forms give the same bytes.
const rowForm = "parvis audit row\x01"

// Canonical is the bytes of a row that are hashed: each field with its length before it, times in microseconds since 1970, Data
// with its keys sorted. They are the same whatever the database did with spaces and with the order of keys. Data that is no JSON,
// which nobody writes but who tampers, counts as it is.
func (r Row) Canonical() []byte {
	data, err := CanonicalJSON(r.Data)
	if err != nil {
		data = r.Data
	}
	b := make([]byte, 0, 512)
	b = append(b, rowForm...)
	b = appendText(b, r.ID)
	b = appendTime(b, r.At)
	for _, text := range []string{r.OrgID, r.Action, r.Actor, r.OnBehalfOf, r.Subject, string(r.Result), r.Code, r.RequestID} {
		b = appendText(b, text)
	}
	b = appendText(b, string(data))
	b = appendText(b, r.KeyID)
	return appendText(b, string(r.Personal))
}

func appendText(b []byte, text string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(text)))
	return append(b, text...)
}

func appendTime(b []byte, at time.Time) []byte {
	return binary.BigEndian.AppendUint64(b, uint64(at.UnixMicro()))
}

// CanonicalJSON is a document with its keys sorted and without spaces; nothing is {}. Numbers stay as they are written.
func CanonicalJSON(text []byte) ([]byte, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return []byte("{}"), nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("read data: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("read data: more than one document")
	}
	return json.Marshal(v)
}
