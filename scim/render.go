package scim

import (
	"strings"
	"time"
)

// etag is the weak ETag of a version: it stands for what the resource says, not for how it is written.
func etag(version int64) string { return `W/"` + digits(int(version)) + `"` }

func (s *Service) meta(k resourceKind, id string, version int64, created, updated time.Time) Document {
	return Document{
		"resourceType": k.name, "created": stamp(created), "lastModified": stamp(updated),
		"location": s.location(k, id), "version": etag(version),
	}
}

func (s *Service) location(k resourceKind, id string) string { return s.base + k.endpoint + "/" + id }

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") }

func (s *Service) user(u User) Document {
	d := u.document()
	schemas := []string{userURN}
	if d[enterpriseURN] != nil {
		schemas = append(schemas, enterpriseURN)
	}
	d["schemas"], d["id"] = schemas, u.ID
	d["meta"] = s.meta(userKind, u.ID, u.Version, u.CreatedAt, u.UpdatedAt)
	if len(u.Groups) > 0 {
		groups := make([]any, len(u.Groups))
		for i, g := range u.Groups {
			groups[i] = Document{"value": g.ID, "$ref": s.location(groupKind, g.ID), "display": g.Name, "type": "direct"}
		}
		d["groups"] = groups
	}
	return d
}

func (s *Service) group(g Group) Document {
	d := g.document()
	d["schemas"], d["id"] = []string{groupURN}, g.ID
	d["meta"] = s.meta(groupKind, g.ID, g.Version, g.CreatedAt, g.UpdatedAt)
	members, _ := d["members"].([]any)
	for _, m := range members {
		m := m.(Document)
		m["type"], m["$ref"] = "User", s.location(userKind, word(m, "value"))
	}
	return d
}

// selection is which attributes an answer has (RFC 7644 section 3.9).
type selection struct {
	only, without map[string]bool // folded
}

const maxSelected = 50

func (k resourceKind) selection(only, without []string) (selection, error) {
	if len(only) > 0 && len(without) > 0 {
		return selection{}, invalidValue("give attributes or excludedAttributes, not both")
	}
	if len(only) > maxSelected || len(without) > maxSelected {
		return selection{}, invalidValue("attributes names at most 50")
	}
	return selection{k.folded(only), k.folded(without)}, nil
}

func (k resourceKind) folded(names []string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			set[strings.TrimPrefix(name, strings.ToLower(k.urn)+":")] = true
		}
	}
	return set
}

// wants tells whether an answer has an attribute at all.
func (s selection) wants(name string) bool {
	name = strings.ToLower(name)
	if len(s.only) == 0 {
		return !s.without[name]
	}
	for chosen := range s.only {
		if chosen == name || strings.HasPrefix(chosen, name+".") || strings.HasPrefix(chosen, name+":") {
			return true
		}
	}
	return false
}

// cut leaves of a document what was asked for. id and schemas are always there.
func (s selection) cut(d Document) Document {
	if len(s.only) == 0 && len(s.without) == 0 {
		return d
	}
	for name, v := range d {
		if name == "id" || name == "schemas" {
			continue
		}
		if !s.wants(name) {
			delete(d, name)
			continue
		}
		if !s.only[strings.ToLower(name)] {
			s.cutParts(strings.ToLower(name), v)
		}
	}
	return d
}

func (s selection) cutParts(name string, v any) {
	if list, ok := v.([]any); ok {
		for _, item := range list {
			s.cutParts(name, item)
		}
		return
	}
	inner, _ := v.(Document)
	for part := range inner {
		dotted, colon := name+"."+strings.ToLower(part), name+":"+strings.ToLower(part)
		if len(s.only) > 0 && !s.only[dotted] && !s.only[colon] || s.without[dotted] || s.without[colon] {
			delete(inner, part)
		}
	}
}
