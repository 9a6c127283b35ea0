package provision

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Exported says what an export holds.
type Exported struct {
	Kinds []Kind
	// AllRooms adds the rooms that have no key, by the codes of their links.
	AllRooms bool
	// Folder is the name of the files whose keys are exported; empty: those without a name.
	Folder string
}

// Kinds are all, in the order of files.
func Kinds() []Kind {
	kinds := make([]Kind, len(rules))
	for i, r := range rules {
		kinds[i] = r.kind
	}
	return kinds
}

// Export writes what there is as a file that plans nothing. Secrets are in none.
func Export(ctx context.Context, remote Remote, to io.Writer, what Exported) error {
	remote.Named(MarkOf(what.Folder))
	home, err := remote.Home(ctx)
	if err != nil {
		return err
	}
	orgs := []string{home}
	var f File
	if what.Folder != "" {
		f.Folder = &what.Folder
	}
	seen := map[string]bool{}
	for _, k := range what.Kinds {
		things, err := remote.Read(ctx, k, orgs)
		if err != nil {
			return err
		}
		slices.SortStableFunc(things, func(a, b Resource) int { return strings.Compare(a.Org+"\x00"+a.Key, b.Org+"\x00"+b.Key) })
		for _, r := range things {
			if r.Kind == KindOrganization {
				if seen[r.Key] {
					return fmt.Errorf("there are two of %s: rename one of them first", r.Identity)
				}
				seen[r.Key] = true
				if r.Key != home {
					orgs = append(orgs, r.Key)
				}
			}
			if _, bySlug := r.Slug(); r.Archived || r.Protected != "" || bySlug && !what.AllRooms {
				continue
			}
			if err := f.take(r, home); err != nil {
				return err
			}
		}
	}
	e := yaml.NewEncoder(to)
	e.SetIndent(2)
	if err := e.Encode(f); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	return e.Close()
}

// take puts a thing into the file.
func (f *File) take(r Resource, home string) error {
	fields := maps.Clone(r.Fields)
	maps.DeleteFunc(fields, func(_ string, v any) bool { return nothing(v) })
	delete(fields, CredentialField)
	settle(ruleOf(r.Kind), fields)
	settings := map[string]any{}
	for name, v := range fields {
		if plain, is := strings.CutPrefix(name, settingsPrefix); is {
			settings[plain] = v
			delete(fields, name)
		}
	}
	if len(settings) > 0 {
		fields["settings"] = settings
	}
	if r.Org != "" && r.Org != home {
		fields["organization"] = r.Org
	}
	switch slug, bySlug := r.Slug(); {
	case bySlug:
		fields["slug"] = slug
		delete(fields, "template") // it keeps that by which it was made
	case r.Kind == KindRoom:
		fields["key"] = r.Key
	case r.Kind == KindWebhook:
		fields["url"] = r.Key
	case r.Kind != KindPolicy:
		fields["name"] = r.Key
	}
	return f.put(r, fields, len(settings) > 0)
}

func (f *File) put(r Resource, fields Fields, settings bool) error {
	switch r.Kind {
	case KindOrganization:
		return put(&f.Organizations, fields)
	case KindUnit:
		delete(fields, "organization")
		for i := range f.Organizations {
			if f.Organizations[i].Name == r.Org {
				return put(&f.Organizations[i].Units, fields)
			}
		}
		return nil
	case KindPolicy:
		if !settings {
			return nil
		}
		return put(&f.Policies, fields)
	case KindTemplate:
		return put(&f.Templates, fields)
	case KindServiceAccount:
		return put(&f.ServiceAccounts, fields)
	case KindWebhook:
		return put(&f.Webhooks, fields)
	default:
		return put(&f.Rooms, fields)
	}
}

func put[T any](list *[]T, fields Fields) error {
	var one T
	text, err := json.Marshal(fields)
	if err == nil {
		err = json.Unmarshal(text, &one)
	}
	if err != nil {
		return fmt.Errorf("write %T: %w", one, err)
	}
	*list = append(*list, one)
	return nil
}
