package invitation_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	goical "github.com/emersion/go-ical"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what mails carry to testdata, where schedule/ical/parse reads it")

var (
	uuids  = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)
	tokens = regexp.MustCompile(`#i=[A-Za-z0-9_-]{43}`)
	slugs  = regexp.MustCompile(`meet\.example\.org/[a-z]{3}-[a-z]{4}-[a-z]{3}`)
)

// holds that a mail carries the calendar that is kept under this name, and that a parser reads it. What is drawn anew at each
// run is not compared.
func holds(t *testing.T, name string, l letter) {
	t.Helper()
	if _, err := goical.NewDecoder(strings.NewReader(l.Calendar)).Decode(); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	got := strings.ReplaceAll(l.Calendar, "\r\n ", "") // unfolded: the draws are of one length, but fall on other folds
	got = uuids.ReplaceAllString(got, "0193f0c4-7a11-7c55-8a3e-5d2f1b9c4e70")
	got = tokens.ReplaceAllString(got, "#i=secret")
	got = slugs.ReplaceAllString(got, "meet.example.org/abc-defg-hij")
	path := filepath.Join("testdata", name+".ics")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got): %s", name, diff)
	}
}
