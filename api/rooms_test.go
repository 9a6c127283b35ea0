package api_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func patchOf(body string) ask {
	return ask{method: "PATCH", path: "/api/v1/rooms/" + budget, body: body, contentType: "application/merge-patch+json", as: camille, ifMatch: `"1"`}
}

func TestAChangeNamesTheVersionThatItsAuthorHasSeen(t *testing.T) {
	for _, c := range []struct {
		name, ifMatch string
		status        int
		code          string
	}{
		{"without If-Match", "", 428, "if-match-required"},
		{"for any version", "*", 428, "if-match-required"},
		{"an older one", `"0"`, 412, "version-changed"},
		{"a later one", `"2"`, 412, "version-changed"},
		{"a weak one", `W/"1"`, 412, "version-changed"},
		{"without quotes", `1`, 412, "version-changed"},
		{"two", `"1", "2"`, 412, "version-changed"},
		{"not as we write it", `"+1"`, 412, "version-changed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			change := patchOf(`{"name":"Other"}`)
			archive := ask{method: "DELETE", path: "/api/v1/rooms/" + budget, as: camille}
			change.ifMatch, archive.ifMatch = c.ifMatch, c.ifMatch
			w.refused(t, c.status, c.code, change)
			w.refused(t, c.status, c.code, archive)
			if r := w.room(budget); r.Version != 1 || r.Name != "Budget" {
				t.Errorf("the room changed: %+v", r)
			}
		})
	}
}

func TestABadChangeChangesNothing(t *testing.T) {
	for _, c := range []struct {
		name, body string
		at         []string
	}{
		{"no name", `{"name":null}`, []string{"body.name"}},
		{"an empty name", `{"name":" "}`, []string{"body.name"}},
		{"no entry and no language", `{"entry":null,"language":null}`, []string{"body.language", "body.entry"}},
		{"the link", `{"slug":"new-slug-abc"}`, []string{"body.slug"}},
		{"the version", `{"version":7}`, []string{"body.version"}},
		{"a word for archived", `{"archived":"yes"}`, []string{"body.archived"}},
		{"too many tags", `{"tags":["1","2","3","4","5","6","7","8","9","10","11"]}`, []string{"body.tags"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			if diff := cmp.Diff(c.at, locations(w.refused(t, 422, "invalid-request", patchOf(c.body)))); diff != "" {
				t.Errorf("locations -want +got:\n%s", diff)
			}
			if w.room(budget).Version != 1 {
				t.Error("the room changed")
			}
		})
	}
	w := newWorld(t)
	plain := patchOf(`{"name":"Other"}`)
	plain.contentType = "application/json"
	w.refused(t, 415, "unsupported-media-type", plain)
}

func TestAChangeTouchesWhatItNames(t *testing.T) {
	w := newWorld(t)
	rec := w.do(patchOf(`{"name":" Budget 2027 ","tags":["a"," b"],"description":"x\ny","entry":"public"}`))
	if rec.Code != 200 || rec.Header().Get("ETag") != `"2"` {
		t.Fatalf("got %d, ETag %s\n%s", rec.Code, rec.Header().Get("ETag"), rec.Body)
	}
	golden(t, "room-changed", rec.Body.Bytes())

	back := patchOf(`{"tags":null,"description":null}`)
	back.ifMatch = `"2"`
	got := w.want(t, 200, back)
	if got["description"] != "" || len(got["tags"].([]any)) != 0 || got["name"] != "Budget 2027" {
		t.Errorf("got %v", got)
	}
}

func TestARoomIsMadeFoundListedArchivedAndRestored(t *testing.T) {
	w := newWorld(t)
	rec := w.do(ask{method: "POST", path: newRoomPath, as: louise, body: `{"name":"Plans"}`})
	slug, _ := object(t, rec)["slug"].(string)
	if rec.Code != 201 || rec.Header().Get("Location") != "/api/v1/rooms/"+slug || rec.Header().Get("ETag") != `"1"` {
		t.Fatalf("got %d, Location %q, ETag %q\n%s", rec.Code, rec.Header().Get("Location"), rec.Header().Get("ETag"), rec.Body)
	}
	golden(t, "room-created", []byte(strings.ReplaceAll(rec.Body.String(), slug, "abc-defg-hij")))

	path := "/api/v1/rooms/" + slug
	read := w.do(ask{method: "GET", path: path, as: louise})
	if read.Header().Get("ETag") != `"1"` || read.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("ETag %q, Cache-Control %q", read.Header().Get("ETag"), read.Header().Get("Cache-Control"))
	}
	golden(t, "room", []byte(strings.ReplaceAll(read.Body.String(), slug, "abc-defg-hij")))
	if rec := w.do(ask{method: "DELETE", path: path, as: louise, ifMatch: `"1"`}); rec.Code != 204 || rec.Body.Len() != 0 {
		t.Fatalf("archive: %d %s", rec.Code, rec.Body)
	}
	if n := len(w.want(t, 200, ask{method: "GET", path: newRoomPath, as: louise})["items"].([]any)); n != 0 {
		t.Errorf("%d rooms are listed, want none: it is archived", n)
	}
	if n := len(w.want(t, 200, ask{method: "GET", path: newRoomPath + "?archived=true", as: louise})["items"].([]any)); n != 1 {
		t.Errorf("%d archived rooms, want one", n)
	}
	restore := ask{method: "PATCH", path: path, body: `{"archived":false}`, contentType: "application/merge-patch+json", as: louise, ifMatch: `"2"`}
	if got := w.want(t, 200, restore); got["archivedAt"] != nil {
		t.Errorf("got %v", got)
	}
}

func TestMyRoomsComeInPages(t *testing.T) {
	w := newWorld(t)
	var slugs []string
	cursor := ""
	for range 5 {
		page := w.want(t, 200, ask{method: "GET", path: newRoomPath + "?pageSize=2" + cursor, as: camille})
		for _, item := range page["items"].([]any) {
			slugs = append(slugs, item.(map[string]any)["slug"].(string))
		}
		next, more := page["next"].(string)
		if !more {
			break
		}
		cursor = "&cursor=" + next
	}
	if diff := cmp.Diff([]string{budget, fete, secret}, slugs); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	golden(t, "rooms", w.do(ask{method: "GET", path: newRoomPath + "?pageSize=1", as: robot}).Body.Bytes())
}

func TestAStrangerLearnsThatTheDoorIsThereAndNoMore(t *testing.T) {
	w := newWorld(t)
	golden(t, "room-reduced", w.do(ask{method: "GET", path: "/api/v1/rooms/" + budget}).Body.Bytes())
}

func TestARoomHasOneShapeWhereverItIsAnswered(t *testing.T) {
	w := newWorld(t)
	made := object(t, w.do(ask{method: "POST", path: "/api/v1/rooms", body: `{"name":"Cabinet"}`, as: camille}))
	one := ask{method: "GET", path: "/api/v1/rooms/" + made["slug"].(string), as: camille}
	read := object(t, w.do(one))
	one.method, one.body, one.contentType, one.ifMatch = "PATCH", `{"entry":"public"}`, "application/merge-patch+json", `"1"`
	answers := map[string]map[string]any{"a new one": made, "a changed one": object(t, w.do(one))}
	for _, item := range object(t, w.do(ask{method: "GET", path: "/api/v1/rooms", as: camille}))["items"].([]any) {
		listed := item.(map[string]any)
		answers["a listed one, "+listed["slug"].(string)] = listed
	}
	for name, got := range answers {
		if diff := cmp.Diff(slices.Sorted(maps.Keys(read)), slices.Sorted(maps.Keys(got))); diff != "" {
			t.Errorf("%s: -read +got:\n%s", name, diff)
		}
		if diff := cmp.Diff(map[string]any{"state": "open"}, got["door"]); diff != "" {
			t.Errorf("%s: the door: -want +got:\n%s", name, diff)
		}
	}
}
