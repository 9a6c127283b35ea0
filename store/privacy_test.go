package store_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/fault"
	"parvis/privacy"
)

var commanding = service.Administrator()

func codeOf(err error) fault.Code {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return ""
}

func unzipped(t *testing.T, text []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(content)
	}
	return files
}

func (w *protected) asOdile() auth.Identity {
	return auth.Identity{Kind: auth.Person, ID: w.odile.ID, PersonID: w.odile.ID, OrgID: w.odile.OrgID}
}

func TestACopyHoldsAllThatIsKeptOfAPersonAndNothingOfAnother(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		c, err := w.service.CopyFor(t.Context(), w.asOdile(), w.odile.ID)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := c.Write(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		files := unzipped(t, out.Bytes())
		var m privacy.Manifest
		if err := json.Unmarshal([]byte(files["manifest.json"]), &m); err != nil || !m.Complete {
			t.Fatalf("manifest %+v, %v", m, err)
		}
		for _, d := range privacy.Kinds() {
			text, there := files[string(d.Kind)+".json"]
			var rows []map[string]any
			if !d.Exported() {
				if there {
					t.Errorf("%s is exported", d.Kind)
				}
				continue
			}
			if err := json.Unmarshal([]byte(text), &rows); err != nil || len(rows) == 0 {
				t.Errorf("%s: %d rows, %v", d.Kind, len(rows), err)
			}
		}
		for name, text := range files {
			for _, others := range []string{othersName, "bernardin@", w.bernard.ID, "Gaston"} {
				if strings.Contains(text, others) {
					t.Errorf("%s holds %s, which is another's:\n%s", name, others, text)
				}
			}
		}
		if strings.Contains(c.Name(), odilesName) {
			t.Errorf("the file is called %s", c.Name())
		}
	})
}

func TestACopyIsMadeAFewTimesADay(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		for range privacy.CopiesADay {
			if _, err := w.service.CopyFor(t.Context(), w.asOdile(), w.odile.ID); err != nil {
				t.Fatal(err)
			}
		}
		_, err := w.service.CopyFor(t.Context(), commanding, w.odile.ID)
		var f *fault.Error
		if codeOf(err) != fault.CodeTooMany || !errors.As(err, &f) || f.RetryAfter.Round(time.Second) != 24*time.Hour {
			t.Errorf("one more: %v", err)
		}
		w.now = w.now.Add(25 * time.Hour)
		if _, err := w.service.CopyFor(t.Context(), commanding, w.odile.ID); err != nil {
			t.Errorf("the next day: %v", err)
		}
	})
}

func TestNobodyGetsACopyOfAnothersData(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		bernard := auth.Identity{Kind: auth.Person, ID: w.bernard.ID, PersonID: w.bernard.ID, OrgID: w.bernard.OrgID}
		if _, err := w.service.CopyFor(t.Context(), bernard, w.odile.ID); !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Forbidden) {
			t.Errorf("a colleague: %v", err)
		}
		software := w.asOdile()
		software.OnBehalfOf, software.Scopes = "agenda", auth.Scopes()
		if _, err := w.service.CopyFor(t.Context(), software, w.odile.ID); !fault.Is(err, fault.Forbidden) {
			t.Errorf("software that acts for her: %v", err)
		}
		if _, err := w.service.CopyFor(t.Context(), auth.Identity{}, w.odile.ID); codeOf(err) != fault.CodeSignInRequired {
			t.Errorf("nobody: %v", err)
		}
	})
}

func TestACopyThatBreaksOffDoesNotOpen(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		c, err := w.service.CopyFor(t.Context(), w.asOdile(), w.odile.ID)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		var out bytes.Buffer
		err = c.Write(ctx, writerFunc(func(p []byte) (int, error) {
			if out.Len() > 3000 {
				stop() // the database goes away in the middle
			}
			return out.Write(p)
		}))
		if err == nil {
			t.Fatal("a copy that cannot be read ends well")
		}
		if _, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len())); err == nil {
			t.Error("what is there of it opens as if it were whole")
		}
	})
}

type writerFunc func([]byte) (int, error)

func (w writerFunc) Write(p []byte) (int, error) { return w(p) }

func TestACopyBreaksOffWhenThePersonIsErased(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		c, err := w.service.CopyFor(t.Context(), w.asOdile(), w.odile.ID)
		if err != nil {
			t.Fatal(err)
		}
		w.erase(t, privacy.Handover{To: privacy.Archive})
		if err := c.Write(t.Context(), io.Discard); codeOf(err) != fault.CodePersonErased {
			t.Errorf("got %v", err)
		}
		if _, err := w.service.CopyFor(t.Context(), commanding, w.odile.ID); codeOf(err) != fault.CodePersonErased {
			t.Errorf("another one: %v", err)
		}
	})
}

func (w *protected) erase(t *testing.T, h privacy.Handover) privacy.Erasure {
	t.Helper()
	e, err := w.service.Erase(t.Context(), commanding, w.odile.ID, privacy.NewErasure{Handover: h})
	if err == nil {
		err = w.service.Run(t.Context(), e.ID)
	}
	if err == nil {
		e, err = w.service.Erasure(t.Context(), commanding, e.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestNothingOfWhoWasErasedIsLeftAnywhere(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		before := w.found(t, othersName)
		e := w.erase(t, privacy.Handover{To: privacy.Successor, PersonID: w.bernard.ID})
		for _, word := range []string{odilesName, odilesAddress} {
			if where := w.found(t, word); len(where) > 0 {
				t.Errorf("%s stands in %s", word, strings.Join(where, ", "))
			}
		}
		if after := w.found(t, othersName); len(after) < len(before) {
			t.Errorf("what is of another went too: %v, before %v", after, before)
		}
		if e.Receipt == nil || e.Done.Handed.Meetings != 1 || e.Done.Handed.Rooms != 1 || e.Done.Handed.Archived != 1 {
			t.Errorf("got %+v", e.Done)
		}
		text, err := json.Marshal(e.Receipt)
		if err != nil || strings.Contains(string(text), odilesName) {
			t.Errorf("the receipt: %s, %v", text, err)
		}
		key := w.service.Key.Public().(ed25519.PublicKey)
		if _, err := privacy.VerifyReceipt(text, key); err != nil {
			t.Errorf("the receipt does not verify: %v", err)
		}
		if got := tell(t, look(t, url), "SELECT COUNT(*) FROM grants WHERE subject_id = '"+w.bernard.ID+"' AND role = 'owner'"); got != "1" {
			t.Errorf("the successor owns %s rooms", got)
		}
	})
}

func TestSignInsAndCallsEndWithTheRequestItself(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		if _, err := w.service.Erase(t.Context(), commanding, w.odile.ID, privacy.NewErasure{Handover: privacy.Handover{To: privacy.Archive}}); err != nil {
			t.Fatal(err)
		}
		for what, query := range map[string]string{
			"sign-ins":   "SELECT COUNT(*) FROM sign_ins WHERE ended_at IS NULL AND person_id = '" + w.odile.ID + "'",
			"admissions": "SELECT COUNT(*) FROM admissions WHERE state <> 'ended' AND person_id = '" + w.odile.ID + "'",
			"identities": "SELECT COUNT(*) FROM identities WHERE person_id = '" + w.odile.ID + "'",
		} {
			if got := tell(t, look(t, url), query); got != "0" {
				t.Errorf("%s %s are left", got, what)
			}
		}
	})
}

func TestWhoComesBackAfterAnErasureIsSomebodyNew(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		w.erase(t, privacy.Handover{To: privacy.Archive})
		again, err := w.db.UpsertPerson(t.Context(), claimsOf("o", odilesName, odilesAddress), auth.DefaultOrgID, w.now)
		if err != nil || again.ID == w.odile.ID {
			t.Errorf("got %s, %v: the account before was %s", again.ID, err, w.odile.ID)
		}
	})
}

func TestErasingTwiceAnswersTheSameReceipt(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		first := w.erase(t, privacy.Handover{To: privacy.Archive})
		w.now = w.now.Add(time.Hour)
		second := w.erase(t, privacy.Handover{})
		if first.ID != second.ID || first.Receipt.Signature != second.Receipt.Signature {
			t.Errorf("got %+v, then %+v", first.Receipt, second.Receipt)
		}
	})
}

// crashing dies in a step.
type crashing struct {
	privacy.Wiping
	left int
}

var errCrash = errors.New("the process died")

func (c *crashing) crash() error {
	if c.left--; c.left < 0 {
		return errCrash
	}
	return nil
}

func (c *crashing) HandRooms(ctx context.Context, id string, now time.Time) error {
	if err := c.crash(); err != nil {
		return err
	}
	return c.Wiping.HandRooms(ctx, id, now)
}

func (c *crashing) Wipe(ctx context.Context, id string, now time.Time, vouch privacy.Vouch) error {
	if err := c.Wiping.Wipe(ctx, id, now, vouch); err != nil {
		return err
	}
	return c.crash()
}

func TestAnErasureThatWasInterruptedGoesOn(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		whole := w.service
		e, err := whole.Erase(t.Context(), commanding, w.odile.ID, privacy.NewErasure{Handover: privacy.Handover{To: privacy.Deputies}})
		if err != nil {
			t.Fatal(err)
		}
		for left := range 2 {
			if err := w.with(&crashing{w.db, left}, whole.Key).Run(t.Context(), e.ID); !errors.Is(err, errCrash) {
				t.Fatalf("got %v", err)
			}
		}
		if err := whole.Run(t.Context(), e.ID); err != nil {
			t.Fatal(err)
		}
		done, err := whole.Erasure(t.Context(), commanding, e.ID)
		if err != nil || done.Receipt == nil {
			t.Fatalf("%+v, %v", done, err)
		}
		if n := done.Done.Kinds[privacy.SignIns].Removed; n != 1 {
			t.Errorf("%d sign-ins counted over three tries, of one", n)
		}
		if len(w.meetings.given) != 1 || done.Done.Handed.Meetings != 1 {
			t.Errorf("given %v, %+v", w.meetings.given, done.Done.Handed)
		}
	})
}

func TestAMeetingThatCannotBeGivenIsCancelled(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		w.meetings.fails = fault.New(fault.CodeInvalid, "its zone is gone")
		e := w.erase(t, privacy.Handover{To: privacy.Successor, PersonID: w.bernard.ID})
		if len(w.meetings.cancelled) != 1 || e.Done.Handed.Cancelled != 1 {
			t.Errorf("cancelled %v, %+v", w.meetings.cancelled, e.Done.Handed)
		}
	})
}

func TestAnErasureIsRefusedWithItsReason(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		ask := func(h privacy.Handover) error {
			_, err := w.service.Erase(t.Context(), commanding, w.odile.ID, privacy.NewErasure{Handover: h})
			return err
		}
		for name, c := range map[string]struct {
			h    privacy.Handover
			want fault.Code
		}{
			"nobody takes over":          {privacy.Handover{}, fault.CodeHandoverRequired},
			"she takes over herself":     {privacy.Handover{To: privacy.Successor, PersonID: w.odile.ID}, fault.CodeInvalid},
			"somebody unknown":           {privacy.Handover{To: privacy.Successor, PersonID: w.room.ID}, fault.CodeInvalid},
			"a successor without name":   {privacy.Handover{To: privacy.Successor}, fault.CodeInvalid},
			"an archive with a name":     {privacy.Handover{To: privacy.Archive, PersonID: w.bernard.ID}, fault.CodeInvalid},
			"a handover of another sort": {privacy.Handover{To: "auction"}, fault.CodeInvalid},
		} {
			if err := ask(c.h); codeOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		hold, err := w.service.PlaceHold(t.Context(), commanding, privacy.HeldPerson, w.odile.ID, "Enquête 2026-114")
		if err != nil {
			t.Fatal(err)
		}
		if err := ask(privacy.Handover{To: privacy.Archive}); codeOf(err) != fault.CodeHeld || !strings.Contains(err.Error(), hold.ID) {
			t.Errorf("held: %v", err)
		}
		if _, err := w.service.ReleaseHold(t.Context(), commanding, hold.ID, "Enquête close le 2"); err != nil {
			t.Fatal(err)
		}
		if err := ask(privacy.Handover{To: privacy.Archive}); err != nil {
			t.Errorf("released: %v", err)
		}
		if _, err := w.service.PlaceHold(t.Context(), commanding, privacy.HeldPerson, w.odile.ID, "Enquête 2026-115"); codeOf(err) != fault.CodePersonErased {
			t.Errorf("a hold on who is being erased: %v", err)
		}
	})
}

func TestAPreviewCountsWhatErasureDoes(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		p, err := w.service.PreviewErasure(t.Context(), commanding, w.odile.ID)
		if err != nil || p.Rooms != 1 || p.Meetings != 1 || p.Erasure != nil {
			t.Fatalf("%+v, %v", p, err)
		}
		e := w.erase(t, privacy.Handover{To: privacy.Archive})
		for _, kind := range []privacy.Kind{privacy.SignIns, privacy.Chat, privacy.Addresses, privacy.Identities, privacy.Groups, privacy.Invitations, privacy.Letters, privacy.Blocks} {
			if p.Kinds[kind] != e.Done.Kinds[kind] {
				t.Errorf("%s: said %+v, did %+v", kind, p.Kinds[kind], e.Done.Kinds[kind])
			}
		}
	})
}

func TestAHoldOnARoomKeepsWhatHappenedThereUntilItIsReleased(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		hold, err := w.service.PlaceHold(t.Context(), commanding, privacy.HeldRoom, "aaa-bbbb-ccc", "Contentieux 12/2026")
		if err != nil {
			t.Fatal(err)
		}
		e := w.erase(t, privacy.Handover{To: privacy.Archive})
		if e.Done.Kinds[privacy.Attendance].Held == 0 || e.Receipt == nil {
			t.Fatalf("%+v", e.Done)
		}
		said := "SELECT COUNT(*) FROM participants WHERE name = '" + odilesName + "'"
		if got := tell(t, look(t, url), said); got != "1" {
			t.Errorf("%s of her in the attendance that is held", got)
		}
		if _, err := w.service.ReleaseHold(t.Context(), commanding, hold.ID, "Contentieux clos"); err != nil {
			t.Fatal(err)
		}
		if got := tell(t, look(t, url), "SELECT COUNT(*) FROM river_job WHERE kind = 'erase-person'"); got != "2" {
			t.Errorf("%s tasks: the release has the erasure go on", got)
		}
		if err := w.service.Run(t.Context(), e.ID); err != nil {
			t.Fatal(err)
		}
		if where := w.found(t, odilesName); len(where) > 0 {
			t.Errorf("left in %v", where)
		}
		after, err := w.service.Erasure(t.Context(), commanding, e.ID)
		if err != nil || after.Receipt.Signature == e.Receipt.Signature {
			t.Errorf("the receipt still says that something is held: %v", err)
		}
	})
}

func TestTheJobsLeaveWhatIsHeld(t *testing.T) {
	for _, kind := range []privacy.HeldKind{privacy.HeldPerson, privacy.HeldRoom} {
		t.Run(string(kind), func(t *testing.T) { onSchema(t, func(t *testing.T, url string) { jobsLeave(t, url, kind) }) })
	}
}

func jobsLeave(t *testing.T, url string, kind privacy.HeldKind) {
	w := protecting(t, url)
	subject := map[privacy.HeldKind]string{privacy.HeldPerson: w.odile.ID, privacy.HeldRoom: w.room.ID}[kind]
	hold, err := w.service.PlaceHold(t.Context(), commanding, kind, subject, "Contentieux 12/2026")
	if err != nil {
		t.Fatal(err)
	}
	ago := w.now.Add(-100 * 24 * time.Hour)
	write(t, url, ago, "UPDATE sessions SET ended_at = started_at, attendance_until = $AT", "UPDATE intervals SET ended_at = began_at",
		"UPDATE admissions SET state = 'ended', ended_at = $AT")
	count := func() string {
		return tell(t, look(t, url), "SELECT (SELECT COUNT(*) FROM participants) + (SELECT COUNT(*) FROM messages) + (SELECT COUNT(*) FROM acts)")
	}
	if err := w.db.Prune(t.Context(), w.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := count(); got != "8" {
		t.Errorf("%s of 8 rows are left under a hold of a %s", got, kind)
	}
	if _, err := w.service.ReleaseHold(t.Context(), commanding, hold.ID, "Contentieux clos"); err != nil {
		t.Fatal(err)
	}
	if err := w.db.Prune(t.Context(), w.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := count(); got != "0" {
		t.Errorf("%s rows are left after it", got)
	}
}

func TestHoldsAreAnsweredFor(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := protecting(t, url)
		if _, err := w.service.PlaceHold(t.Context(), commanding, privacy.HeldPerson, w.odile.ID, "   x   "); codeOf(err) != fault.CodeInvalid {
			t.Errorf("without a reason: %v", err)
		}
		if _, err := w.service.PlaceHold(t.Context(), commanding, "planet", w.odile.ID, "Enquête 2026-114"); codeOf(err) != fault.CodeInvalid {
			t.Errorf("on something else: %v", err)
		}
		if _, err := w.service.PlaceHold(t.Context(), w.asOdile(), privacy.HeldPerson, w.odile.ID, "Enquête 2026-114"); !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.NotFound) {
			t.Errorf("by herself: %v", err)
		}
		hold, err := w.service.PlaceHold(t.Context(), commanding, privacy.HeldPerson, w.odile.ID, "Enquête 2026-114")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.service.ReleaseHold(t.Context(), commanding, hold.ID, "Enquête close"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.service.ReleaseHold(t.Context(), commanding, hold.ID, "Enquête close"); codeOf(err) != fault.CodeHoldNotFound {
			t.Errorf("released twice: %v", err)
		}
		list, err := w.service.ListHolds(t.Context(), commanding)
		if err != nil || len(list) != 1 || list[0].Released != "Enquête close" || list[0].ReleasedBy != "system:command" {
			t.Errorf("%+v, %v", list, err)
		}
		if got := tell(t, look(t, url), "SELECT action FROM audit WHERE action LIKE 'hold.%' ORDER BY at, id"); got != "hold.placed hold.released" {
			t.Errorf("the audit says %s", got)
		}
	})
}
