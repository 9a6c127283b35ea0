package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// archive gives a trail as a database would.
type archive struct {
	Archive
	*trail
}

func (a archive) Batches(_ context.Context, after int64, most int) ([]Batch, map[int64][]Row, error) {
	var found []Batch
	for _, b := range a.batches {
		if b.ID > after && len(found) < most {
			found = append(found, b)
		}
	}
	return found, a.trail.rows, nil
}

func TestAnExportIsJudgedWithoutTheDatabaseAndWithoutSecrets(t *testing.T) {
	k := keysFrom(t, secret)
	tr := sealed(t, k, 2, 3, 1)
	tr.batches[0] = expired(k, tr.batches[0])
	tr.rows[1] = nil
	var file bytes.Buffer
	if err := WriteSealed(t.Context(), archive{trail: tr}, &file); err != nil {
		t.Fatal(err)
	}
	keys := []PublicKey{k.Public()}
	got, err := VerifySealed(bytes.NewReader(file.Bytes()), Trust{Keys: keys, Anchors: []Anchor{tr.batches[2].Anchor()}})
	if err != nil || !got.Holds() || got.Batches != 3 || got.Rows != 4 || got.Expired != 2 {
		t.Errorf("got %+v, %v", got, err)
	}
	lines := strings.SplitAfter(file.String(), "\n")
	for name, c := range map[string]struct {
		file string
		want string
	}{
		"edited":          {strings.Replace(file.String(), "room:r", "room:x", 1), "row-changed 2/0"},
		"a row less":      {strings.Join(slices.Delete(slices.Clone(lines), 2, 3), ""), "row-removed 2/0"},
		"a row in front":  {lines[2] + file.String(), "row-inserted 0/0"},
		"cut off":         {strings.Join(lines[:5], ""), "cut-off 3/-1"},
		"nothing at all":  {"", "cut-off 3/-1"},
		"of other people": {file.String(), ""},
	} {
		got, err := VerifySealed(strings.NewReader(c.file), Trust{Keys: keys, Anchors: []Anchor{tr.batches[2].Anchor()}})
		if err != nil || faults(got) != c.want {
			t.Errorf("%s: got %s, %v", name, faults(got), err)
		}
	}
	for _, wrong := range []string{"x", "{}", `{"row":{},"batch":{}}`, `{"batch":{"id":1,"root":"ab"}}`, `{"batch":{"id":1}, "more": 1}`} {
		if _, err := VerifySealed(strings.NewReader(wrong), Trust{Keys: keys}); err == nil {
			t.Errorf("%s is taken for an export", wrong)
		}
	}
	if strings.Contains(file.String(), "Camille") || strings.Contains(file.String(), "192.0.2") {
		t.Error("a sealed export shows somebody")
	}
}

func FuzzVerifySealed(f *testing.F) {
	k := keysFrom(f, secret)
	var file bytes.Buffer
	if err := WriteSealed(f.Context(), archive{trail: sealed(f, k, 1, 2)}, &file); err != nil {
		f.Fatal(err)
	}
	f.Add(file.String())
	f.Add(`{"batch":{"id":-1,"size":-1}}`)
	want := file.String()
	f.Fuzz(func(t *testing.T, text string) {
		got, err := VerifySealed(strings.NewReader(text), Trust{Keys: []PublicKey{k.Public()}})
		if err == nil && got.Holds() && got.Batches == 2 && got.Rows == 3 && len(text) < len(want)/2 {
			t.Errorf("a trail out of nothing: %q", text)
		}
	})
}

func shown(data string) Shown {
	return Shown{
		Row: Row{
			ID: "id", At: nine.Add(time.Microsecond), OrgID: "o", Action: "room.updated", Actor: "person:p", Subject: "room:r", Result: Done,
			Data: json.RawMessage(data), Batch: 7, Position: 2,
		},
		Personal: Personal{Name: "Jo \"] \\ \n<110>1 forged", Network: "192.0.2.0/24"},
	}
}

func TestASyslogLineIsOfRFC5424(t *testing.T) {
	var out strings.Builder
	r := shown(`{"b": 1, "a": "é\n"}`)
	refused := shown(`{}`)
	refused.Result, refused.Code, refused.Action = Refused, "forbidden", strings.Repeat("long", 20)
	if err := WriteSyslog(&out, "meet.example.org", []Shown{r, refused}); err != nil {
		t.Fatal(err)
	}
	want := `<110>1 2026-03-02T09:00:00.000001Z meet.example.org parvis - room.updated [parvis@32473 id="id" batch="7" position="2" organization="o" action="room.updated" actor="person:p" subject="room:r" result="done" name="Jo \"\] \\  <110>1 forged" network="192.0.2.0/24"] ` + "\ufeff" + `{"a":"é\n","b":1}
<108>1 2026-03-02T09:00:00.000001Z meet.example.org parvis - longlonglonglonglonglonglonglong [`
	if got := out.String(); !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("%d lines for two rows", n)
	}
}

func TestAnExportForPeopleIsALineARow(t *testing.T) {
	var out strings.Builder
	if err := WriteJSON(&out, []Shown{shown(`{"n":1}`), shown("damaged")}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines", len(lines))
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &got); err != nil || got["action"] != "room.updated" || got["network"] != "192.0.2.0/24" || got["batch"] != 7.0 {
		t.Errorf("got %v, %v", got, err)
	}
}
