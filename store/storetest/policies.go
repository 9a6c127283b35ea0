package storetest

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/policy"
	"parvis/rooms"
)

// PoliciesStore is what the suite of policies needs.
type PoliciesStore interface {
	rooms.PolicyStore
	rooms.TemplateStore
}

var errTaken = errors.New("taken back")

// Says is what is decided about one setting.
func Says(t *testing.T, name policy.Name, text string, locked bool) map[policy.Name]policy.Decided {
	t.Helper()
	s, known := policy.Find(name)
	if !known {
		t.Fatalf("no setting %s", name)
	}
	v, ok := s.Parse(json.RawMessage(text))
	if !ok {
		t.Fatalf("%s is no value of %s", text, name)
	}
	return map[policy.Name]policy.Decided{name: {Value: v, Locked: locked}}
}

// saidAt writes a policy.
func saidAt(t *testing.T, s rooms.PolicyStore, level policy.Level, subject string, settings map[policy.Name]policy.Decided) policy.Document {
	t.Helper()
	doc, err := s.UpdatePolicy(t.Context(), level, subject, func(doc *policy.Document) ([]event.Event, error) {
		doc.Settings, doc.UpdatedAt, doc.UpdatedBy = settings, kept(Nine), "person:x"
		return []event.Event{{ID: NewID(), Type: event.PolicyUpdated, OrgID: auth.DefaultOrgID, Subject: "policy:x", Actor: "person:x", At: Nine}}, nil
	})
	if err != nil {
		t.Fatalf("update policy: %v", err)
	}
	return doc
}

func wordOf(t *testing.T, s rooms.PolicyStore, template string, name policy.Name) (word string, r policy.Resolved) {
	t.Helper()
	e, err := s.Effective(t.Context(), auth.DefaultOrgID, template)
	if err != nil {
		t.Fatalf("effective: %v", err)
	}
	r = e.Of(name)
	return string(r.Setting.JSON(r.Value)), r
}

// Policies is the contract of rooms.PolicyStore and rooms.TemplateStore.
func Policies(t *testing.T, newStore func(*testing.T) PoliciesStore) {
	t.Run("nobody decided anything", func(t *testing.T) {
		s := newStore(t)
		doc, err := s.Policy(t.Context(), policy.Platform, "")
		if err != nil || doc.Version != 0 || len(doc.Settings) != 0 || doc.Level != policy.Platform {
			t.Errorf("got %+v, %v", doc, err)
		}
		if word, r := wordOf(t, s, "", policy.Entry); word != `"signed-in"` || !r.Usual || r.Locked {
			t.Errorf("got %s, %+v", word, r)
		}
	})
	t.Run("no policy of an organization that there is not", func(t *testing.T) {
		s := newStore(t)
		for _, id := range []string{NewID(), "nonsense"} {
			_, err := s.Policy(t.Context(), policy.Organization, id)
			refusedAs(t, err, fault.NotFound)
			_, err = s.UpdatePolicy(t.Context(), policy.Organization, id, func(*policy.Document) ([]event.Event, error) { return nil, nil })
			refusedAs(t, err, fault.NotFound)
			_, err = s.OrganizationsAbove(t.Context(), id)
			refusedAs(t, err, fault.NotFound)
		}
	})
	t.Run("what is decided counts at once, and is read as it was written", func(t *testing.T) {
		s := newStore(t)
		if doc := saidAt(t, s, policy.Platform, "", Says(t, policy.Entry, `"everyone"`, false)); doc.Version != 1 {
			t.Errorf("version %d", doc.Version)
		}
		saidAt(t, s, policy.Organization, auth.DefaultOrgID, Says(t, policy.Entry, `"members"`, true))
		word, r := wordOf(t, s, "", policy.Entry)
		if word != `"members"` || !r.Locked || r.By.ID != auth.DefaultOrgID || r.By.Name == "" || len(r.Overrode) != 1 {
			t.Errorf("got %s, %+v", word, r)
		}
		doc, err := s.Policy(t.Context(), policy.Organization, auth.DefaultOrgID)
		d := doc.Settings[policy.Entry]
		if err != nil || !d.Locked || doc.Version != 1 || doc.UpdatedBy != "person:x" || !doc.UpdatedAt.Equal(kept(Nine)) {
			t.Errorf("got %+v, %v", doc, err)
		}
		above, err := s.EffectiveAbove(t.Context(), policy.Scope{Org: auth.DefaultOrgID})
		if found := above.Of(policy.Entry); err != nil || found.Locked || found.Setting.Word(found.Value) != "everyone" {
			t.Errorf("above: %+v, %v", found, err)
		}
		saidAt(t, s, policy.Organization, auth.DefaultOrgID, nil)
		if word, _ := wordOf(t, s, "", policy.Entry); word != `"everyone"` {
			t.Errorf("after it was taken back: %s", word)
		}
	})
	t.Run("a change that is refused writes nothing", func(t *testing.T) {
		s := newStore(t)
		_, err := s.UpdatePolicy(t.Context(), policy.Platform, "", func(doc *policy.Document) ([]event.Event, error) {
			doc.Settings = Says(t, policy.Entry, `"hosts"`, true)
			return nil, errTaken
		})
		if !errors.Is(err, errTaken) {
			t.Errorf("got %v", err)
		}
		if _, r := wordOf(t, s, "", policy.Entry); !r.Usual {
			t.Errorf("got %+v", r)
		}
	})
	t.Run("it is known that something changed", func(t *testing.T) {
		s := newStore(t)
		if changed, err := s.PoliciesChangedSince(t.Context(), time.Time{}); changed || err != nil {
			t.Errorf("before: %v, %v", changed, err)
		}
		saidAt(t, s, policy.Platform, "", nil)
		if changed, err := s.PoliciesChangedSince(t.Context(), Nine.AddDate(-1, 0, 0)); !changed || err != nil {
			t.Errorf("after: %v, %v", changed, err)
		}
	})
	t.Run("templates", func(t *testing.T) { templates(t, newStore(t)) })
}

func refusedAs(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("got %v", err)
	}
}

func templates(t *testing.T, s PoliciesStore) {
	ctx := t.Context()
	made := policy.RoomTemplate{
		ID: NewID(), OrgID: auth.DefaultOrgID, Name: "Audiences", Prefix: "Audience", Settings: Says(t, policy.OpensWithHost, `true`, true),
		Version: 1, CreatedAt: kept(Nine), UpdatedAt: kept(Nine), UpdatedBy: "person:x", ManagedBy: "declared",
	}
	happened := []event.Event{{ID: NewID(), Type: event.TemplateCreated, OrgID: made.OrgID, Subject: "template:" + made.ID, Actor: "person:x", At: Nine}}
	if err := s.CreateTemplate(ctx, made, 1, happened); err != nil {
		t.Fatal(err)
	}
	again := made
	again.ID = NewID()
	refusedAs(t, s.CreateTemplate(ctx, again, 5, nil), fault.Conflict)
	again.Name = "Autres"
	refusedAs(t, s.CreateTemplate(ctx, again, 1, nil), fault.Conflict)
	if got, err := s.Template(ctx, made.ID); err != nil || got.Prefix != made.Prefix || !got.Settings[policy.OpensWithHost].Locked || !got.CreatedAt.Equal(made.CreatedAt) || got.ManagedBy != "declared" {
		t.Errorf("got %+v, %v", got, err)
	}
	if list, err := s.Templates(ctx, made.OrgID); err != nil || len(list) != 1 {
		t.Errorf("got %+v, %v", list, err)
	}
	if word, r := wordOf(t, s, made.ID, policy.OpensWithHost); word != "true" || !r.Locked || r.By.Level != policy.Template {
		t.Errorf("got %s, %+v", word, r)
	}
	after, err := s.UpdateTemplate(ctx, made.ID, func(t *policy.RoomTemplate) ([]event.Event, error) {
		t.Name, t.Prefix, t.OrgID, t.ManagedBy = "Entretiens", "", NewID(), ""
		return nil, nil
	})
	if err != nil || after.Version != 2 || after.Prefix != "" || after.OrgID != made.OrgID || after.ManagedBy != "declared" {
		t.Errorf("got %+v, %v", after, err)
	}
	if err := s.DeleteTemplate(ctx, made.ID, func(policy.RoomTemplate) ([]event.Event, error) { return nil, errTaken }); !errors.Is(err, errTaken) {
		t.Errorf("got %v", err)
	}
	if err := s.DeleteTemplate(ctx, made.ID, func(policy.RoomTemplate) ([]event.Event, error) { return nil, nil }); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{made.ID, "nonsense"} {
		_, err := s.Template(ctx, id)
		refusedAs(t, err, fault.NotFound)
		_, err = s.UpdateTemplate(ctx, id, func(*policy.RoomTemplate) ([]event.Event, error) { return nil, nil })
		refusedAs(t, err, fault.NotFound)
	}
	if word, _ := wordOf(t, s, made.ID, policy.OpensWithHost); word != "false" {
		t.Errorf("a template that is gone still binds: %s", word)
	}
}
