package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"parvis/client"
	"parvis/provision"
)

// Named implements provision.Remote.
func (p *Platform) Named(mark string) { p.mark = mark }

// keyPrefix comes before the key of a room where it is the room's externalId, apart from those of other files and other software.
func (p *Platform) keyPrefix() string { return p.mark + "/" }

const byPeople = "these files have not made it, but people, other software, other files or a version before: remove it in the console"

// foreign is why files leave a thing, by the mark that it bears.
func (p *Platform) foreign(item []byte) (string, error) {
	var t struct {
		ManagedBy string `json:"managedBy"`
	}
	if err := json.Unmarshal(item, &t); err != nil || t.ManagedBy == p.mark {
		return "", err
	}
	return byPeople, nil
}

// Home implements provision.Remote.
func (p *Platform) Home(ctx context.Context) (string, error) {
	if p.home.Name != "" {
		return p.home.Name, nil
	}
	a, err := p.get(ctx, "/me")
	if err != nil {
		return "", err
	}
	var me struct {
		Organization organization `json:"organization"`
	}
	if err := json.Unmarshal(a.body, &me); err != nil {
		return "", fmt.Errorf("read who we are: %w", err)
	}
	if me.Organization.ID == "" {
		return "", errors.New("the service account belongs to no organization, and administers nothing: make one with parvis app create --org")
	}
	p.home = me.Organization
	p.named(p.home)
	return p.home.Name, nil
}

func (p *Platform) named(o organization) {
	p.known(provision.Identity{Kind: provision.KindOrganization, Key: o.Name}, o.ID)
	p.orgNames[o.ID] = o.Name
}

// known keeps the id of a thing. An organization keeps the one that it was first known by, our own above all: another that takes its
// name later is not it.
func (p *Platform) known(i provision.Identity, id string) {
	if _, before := p.ids[i]; before && i.Kind == provision.KindOrganization {
		return
	}
	p.ids[i] = id
}

// Read implements provision.Remote.
func (p *Platform) Read(ctx context.Context, k provision.Kind, orgs []string) ([]provision.Resource, error) {
	things, err := p.read(ctx, k, orgs)
	if err != nil {
		return nil, fmt.Errorf("read what there is of each %s: %w", k, err)
	}
	for _, r := range things {
		p.known(r.Identity, r.ID)
	}
	return things, nil
}

func (p *Platform) read(ctx context.Context, k provision.Kind, orgs []string) ([]provision.Resource, error) {
	switch k {
	case provision.KindOrganization:
		return p.organizations(ctx)
	case provision.KindServiceAccount:
		return p.accounts(ctx)
	case provision.KindWebhook:
		return p.webhooks(ctx)
	case provision.KindRoom:
		return p.rooms(ctx)
	}
	var all []provision.Resource
	for _, org := range orgs {
		id, there := p.ids[provision.Identity{Kind: provision.KindOrganization, Key: org}]
		if !there {
			continue // it is to be made
		}
		things, err := p.ofOrganization(ctx, k, org, id)
		if err != nil {
			return nil, err
		}
		all = append(all, things...)
	}
	return all, nil
}

func (p *Platform) ofOrganization(ctx context.Context, k provision.Kind, org, id string) ([]provision.Resource, error) {
	switch k {
	case provision.KindUnit:
		return p.units(ctx, org, id)
	case provision.KindTemplate:
		return p.roomTemplates(ctx, org, id)
	default:
		a, err := p.get(ctx, "/organizations/"+id+"/policy")
		if err != nil {
			return nil, err
		}
		fields, err := provision.Read(k, a.body)
		return []provision.Resource{{Identity: provision.Identity{Kind: k, Org: org}, Fields: fields, ID: id}}, err
	}
}

// thing is what all answers have that are about one.
type thing struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Parent string `json:"parent"`
	ETag   string `json:"etag"`
}

func (p *Platform) organizations(ctx context.Context) ([]provision.Resource, error) {
	items, err := p.items(ctx, "/organizations", paged())
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		var o organization
		if err := json.Unmarshal(item, &o); err != nil {
			return nil, err
		}
		p.named(o)
	}
	p.orgsRead = true
	return each(items, func(item json.RawMessage) (provision.Resource, error) { return p.organization(item) })
}

func (p *Platform) organization(item []byte) (provision.Resource, error) {
	var o thing
	if err := json.Unmarshal(item, &o); err != nil {
		return provision.Resource{}, err
	}
	fields, err := provision.Read(provision.KindOrganization, item)
	delete(fields, "parent")
	if above, ok := p.orgNames[o.Parent]; ok {
		fields["parent"] = above
	}
	return provision.Resource{Identity: provision.Identity{Kind: provision.KindOrganization, Key: o.Name}, Fields: fields, ID: o.ID}, err
}

func each(items []json.RawMessage, of func(json.RawMessage) (provision.Resource, error)) ([]provision.Resource, error) {
	list := make([]provision.Resource, 0, len(items))
	for _, item := range items {
		r, err := of(item)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

func (p *Platform) units(ctx context.Context, org, id string) ([]provision.Resource, error) {
	items, err := p.items(ctx, "/organizations/"+id+"/units", url.Values{})
	if err != nil {
		return nil, err
	}
	return unitsOf(org, items)
}

func unitsOf(org string, items []json.RawMessage) ([]provision.Resource, error) {
	names := map[string]string{}
	for _, item := range items {
		var u thing
		if err := json.Unmarshal(item, &u); err != nil {
			return nil, err
		}
		names[u.ID] = u.Name
	}
	return each(items, func(item json.RawMessage) (provision.Resource, error) {
		var u thing
		if err := json.Unmarshal(item, &u); err != nil {
			return provision.Resource{}, err
		}
		fields := provision.Fields{}
		if u.Parent != "" {
			fields["parent"] = names[u.Parent]
		}
		return provision.Resource{Identity: provision.Identity{Kind: provision.KindUnit, Org: org, Key: u.Name}, Fields: fields, ID: u.ID}, nil
	})
}

func (p *Platform) roomTemplates(ctx context.Context, org, id string) ([]provision.Resource, error) {
	items, err := p.items(ctx, "/organizations/"+id+"/templates", url.Values{})
	if err != nil {
		return nil, err
	}
	return each(items, func(item json.RawMessage) (provision.Resource, error) {
		r, err := simple(provision.KindTemplate, item)
		if err != nil {
			return r, err
		}
		r.Org = org
		r.Foreign, err = p.foreign(item)
		p.templates[r.ID] = r.Key
		return r, err
	})
}

// simple reads what is known by its name and refers to nothing.
func simple(k provision.Kind, item []byte) (provision.Resource, error) {
	var t thing
	if err := json.Unmarshal(item, &t); err != nil {
		return provision.Resource{}, err
	}
	fields, err := provision.Read(k, item)
	return provision.Resource{Identity: provision.Identity{Kind: k, Key: t.Name}, Fields: fields, ID: t.ID}, err
}

func (p *Platform) accounts(ctx context.Context) ([]provision.Resource, error) {
	items, err := p.items(ctx, "/service-accounts", paged())
	if err != nil {
		return nil, err
	}
	var list []provision.Resource
	for _, item := range items {
		r, revoked, err := p.serviceAccount(ctx, item)
		if err != nil {
			return nil, err
		}
		if !revoked {
			list = append(list, r)
		}
	}
	return list, nil
}

func (p *Platform) serviceAccount(ctx context.Context, item []byte) (r provision.Resource, revoked bool, err error) {
	var a struct {
		RevokedAt *time.Time        `json:"revokedAt"`
		Secrets   []json.RawMessage `json:"secrets"`
		Keys      []json.RawMessage `json:"keys"`
		ActsFor   []string          `json:"actsFor"`
	}
	if err := json.Unmarshal(item, &a); err != nil {
		return r, false, err
	}
	if r, err = simple(provision.KindServiceAccount, item); err != nil {
		return r, false, err
	}
	if len(a.ActsFor) > 0 {
		if r.Fields["actsFor"], err = p.namesOfOrgs(ctx, a.ActsFor); err != nil {
			return r, false, err
		}
	}
	if len(a.Secrets)+len(a.Keys) > 0 {
		r.Fields[provision.CredentialField] = provision.HasCredential
	}
	inUTC(r.Fields, "expiresAt")
	if r.ID == p.account {
		r.Protected = "it is the account that applies, and does not change itself: parvis app allow does"
	}
	return r, a.RevokedAt != nil, nil
}

// namesOfOrgs are the names of organizations; one that this account does not see stays an id.
func (p *Platform) namesOfOrgs(ctx context.Context, ids []string) ([]any, error) {
	unknown := func(id string) bool { _, ok := p.orgNames[id]; return !ok }
	if !p.orgsRead && slices.ContainsFunc(ids, unknown) {
		var failure *client.Failure
		if _, err := p.Read(ctx, provision.KindOrganization, nil); err != nil && !(errors.As(err, &failure) && failure.Code == "scope-missing") {
			return nil, err
		}
	}
	names := make([]any, len(ids))
	for i, id := range ids {
		names[i] = id
		if name, ok := p.orgNames[id]; ok {
			names[i] = name
		}
	}
	return names, nil
}

// inUTC writes a time as files are read.
func inUTC(f provision.Fields, name string) {
	text, _ := f[name].(string)
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		f[name] = at.UTC().Format(time.RFC3339)
	}
}

func (p *Platform) webhooks(ctx context.Context) ([]provision.Resource, error) {
	items, err := p.items(ctx, "/webhooks", paged())
	if err != nil {
		return nil, err
	}
	return each(items, func(item json.RawMessage) (provision.Resource, error) {
		r, err := hook(item)
		if err != nil {
			return r, err
		}
		r.Foreign, err = p.foreign(item)
		return r, err
	})
}

func hook(item []byte) (provision.Resource, error) {
	var w struct {
		ID  string `json:"id"`
		URL string `json:"url"`
	}
	if err := json.Unmarshal(item, &w); err != nil {
		return provision.Resource{}, err
	}
	fields, err := provision.Read(provision.KindWebhook, item)
	return provision.Resource{Identity: provision.Identity{Kind: provision.KindWebhook, Key: w.URL}, Fields: fields, ID: w.ID}, err
}

// rooms are all of the organization; archived ones only where they have a key, by which they are restored.
func (p *Platform) rooms(ctx context.Context) ([]provision.Resource, error) {
	var list []provision.Resource
	for _, archived := range []string{"false", "true"} {
		query := paged()
		query.Set("archived", archived)
		items, err := p.items(ctx, "/rooms", query)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			r, err := p.room(item)
			if err != nil {
				return nil, err
			}
			if _, bySlug := r.Slug(); !bySlug || !r.Archived {
				list = append(list, r)
			}
		}
	}
	return list, nil
}

func (p *Platform) room(item []byte) (provision.Resource, error) {
	var r struct {
		Slug       string     `json:"slug"`
		Name       string     `json:"name"`
		ExternalID string     `json:"externalId"`
		Template   string     `json:"template"`
		ArchivedAt *time.Time `json:"archivedAt"`
	}
	if err := json.Unmarshal(item, &r); err != nil {
		return provision.Resource{}, err
	}
	key, keyed := strings.CutPrefix(r.ExternalID, p.keyPrefix())
	if !keyed {
		key = provision.BySlug(r.Slug)
	}
	fields, err := provision.Read(provision.KindRoom, item)
	if r.Template != "" {
		delete(fields, "template")
		if name, ok := p.templates[r.Template]; ok {
			fields["template"] = name
		}
	}
	inUTC(fields, "linkExpiresAt")
	return provision.Resource{
		Identity: provision.Identity{Kind: provision.KindRoom, Key: key}, Fields: fields, ID: r.Slug, Label: r.Name, Archived: r.ArchivedAt != nil,
	}, err
}
