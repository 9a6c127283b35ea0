package rest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"parvis/client"
	"parvis/provision"
)

// Create implements provision.Remote.
func (p *Platform) Create(ctx context.Context, key string, things []provision.Resource) ([]provision.Made, error) {
	if things[0].Kind == provision.KindRoom {
		return p.makeRooms(ctx, key, things)
	}
	made := make([]provision.Made, len(things))
	for i, r := range things {
		one, err := p.make(ctx, key, r)
		var refused *provision.Refusal
		if errors.As(err, &refused) {
			one, err = provision.Made{Err: refused}, nil
		}
		if err != nil {
			return nil, err
		}
		made[i] = one
	}
	return made, nil
}

// make makes one thing. An answer that is given again was somebody else's, unless what was made is gone since: then it is
// made anew, by another key.
func (p *Platform) make(ctx context.Context, key string, r provision.Resource) (provision.Made, error) {
	path, body, err := p.creation(r)
	if err != nil {
		return provision.Made{}, err
	}
	for {
		var a answer
		if a, key, err = p.sendNew(ctx, request{method: http.MethodPost, path: path, key: key, body: body}, []provision.Resource{r}); err != nil {
			return provision.Made{}, p.conflict(ctx, r, err)
		}
		var made struct {
			ID     string `json:"id"`
			Secret string `json:"secret"`
		}
		if err := json.Unmarshal(a.body, &made); err != nil {
			return provision.Made{}, fmt.Errorf("read what was made: %w", err)
		}
		if a.replayed {
			there, err := p.there(ctx, []provision.Resource{r})
			if err != nil {
				return provision.Made{}, err
			}
			if there {
				return provision.Made{}, provision.ErrChanged
			}
			key = anew(key, made.ID)
			continue
		}
		p.ids[r.Identity] = made.ID
		if r.Kind == provision.KindOrganization {
			p.orgNames[made.ID] = r.Key
		}
		if r.Kind == provision.KindServiceAccount {
			made.Secret, err = p.secret(ctx, key+"-secret", made.ID)
		}
		return provision.Made{ID: made.ID, Secret: made.Secret}, meaning(err)
	}
}

// conflict tells somebody who was faster from a bound that is reached.
func (p *Platform) conflict(ctx context.Context, r provision.Resource, err error) error {
	var failure *client.Failure
	if errors.As(err, &failure) && failure.Code == "conflict" {
		if there, err := p.there(ctx, []provision.Resource{r}); err != nil || there {
			return errors.Join(provision.ErrChanged, err)
		}
	}
	return meaning(err)
}

// sendNew asks for things to be made, and answers the key by which it did. A key that another request has was for the same step with
// other ids in it, of a template that was remade: that counts as an answer given again.
func (p *Platform) sendNew(ctx context.Context, r request, things []provision.Resource) (answer, string, error) {
	a, err := p.send(ctx, r)
	var failure *client.Failure
	if !errors.As(err, &failure) || failure.Code != "idempotency-key-reused" {
		return a, r.key, err
	}
	if there, readErr := p.there(ctx, things); readErr != nil || there {
		return a, r.key, errors.Join(err, readErr)
	}
	body, err := json.Marshal(r.body)
	if err != nil {
		return a, r.key, err
	}
	r.key = anew(r.key, digest(body))
	a, err = p.send(ctx, r)
	return a, r.key, err
}

// anew is the key after one under which something was made that is gone, or another request was sent. Two that apply at once come to the same.
func anew(key, after string) string {
	return key[:min(len(key), 100)] + "-" + after
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:16])
}

// there tells that one of things, which are all of one kind and organization, is there.
func (p *Platform) there(ctx context.Context, things []provision.Resource) (bool, error) {
	read, err := p.Read(ctx, things[0].Kind, []string{things[0].Org})
	return slices.ContainsFunc(read, func(t provision.Resource) bool {
		return !t.Archived && slices.ContainsFunc(things, func(r provision.Resource) bool { return t.Identity == r.Identity })
	}), err
}

func (p *Platform) secret(ctx context.Context, key, account string) (string, error) {
	a, err := p.send(ctx, request{method: http.MethodPost, path: "/service-accounts/" + account + "/secrets", key: key, body: map[string]any{}})
	if err != nil {
		return "", err
	}
	var made struct {
		Secret string `json:"secret"`
	}
	if err := json.Unmarshal(a.body, &made); err != nil {
		return "", fmt.Errorf("read a secret: %w", err)
	}
	if made.Secret == "" {
		return "", provision.ErrChanged // somebody else was told it
	}
	return made.Secret, nil
}

// creation is where a thing is made, and by what.
func (p *Platform) creation(r provision.Resource) (string, map[string]any, error) {
	body, err := p.body(r, false)
	if err != nil {
		return "", nil, err
	}
	switch r.Kind {
	case provision.KindOrganization:
		body["name"] = r.Key
		if body["parent"] == nil {
			body["parent"] = p.home.ID
		}
		return "/organizations", body, nil
	case provision.KindUnit, provision.KindTemplate:
		body["name"] = r.Key
		if r.Kind == provision.KindTemplate {
			body["managedBy"] = p.mark
		}
		org, err := p.id(provision.Identity{Kind: provision.KindOrganization, Key: r.Org})
		path := "/organizations/" + org + "/templates"
		if r.Kind == provision.KindUnit {
			path = "/organizations/" + org + "/units"
		}
		return path, body, err
	case provision.KindServiceAccount:
		body["name"] = r.Key
		return "/service-accounts", body, nil
	case provision.KindWebhook:
		body["url"], body["managedBy"] = r.Key, p.mark
		return "/webhooks", body, nil
	default:
		return "", nil, &provision.Refusal{Says: "REST makes none: see docs/operations/declarative.md for who does"}
	}
}

func (p *Platform) id(i provision.Identity) (string, error) {
	if id, ok := p.ids[i]; ok {
		return id, nil
	}
	return "", &provision.Refusal{Says: fmt.Sprintf("it needs the %s, which is not there", i)}
}

// body is fields as REST takes them: ids in place of names, settings together, and null for what is to be nothing.
func (p *Platform) body(r provision.Resource, patch bool) (map[string]any, error) {
	body, settings := map[string]any{}, map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		v := r.Fields[name]
		if v == "" {
			v = nil
		}
		if plain, is := strings.CutPrefix(name, "settings."); is {
			settings[plain] = v
			continue
		}
		if name == provision.CredentialField || v == nil && !patch {
			continue
		}
		v, err := p.reference(r, name, v)
		if err != nil {
			return nil, err
		}
		body[name] = v
	}
	if len(settings) > 0 {
		body["settings"] = settings
	}
	return body, nil
}

func (p *Platform) reference(r provision.Resource, name string, v any) (any, error) {
	text, _ := v.(string)
	switch {
	case v == nil:
		return nil, nil
	case name == "parent":
		return p.id(provision.Identity{Kind: r.Kind, Org: r.Org, Key: text})
	case name == "template":
		return p.id(provision.Identity{Kind: provision.KindTemplate, Org: p.home.Name, Key: text})
	case name == "actsFor":
		list, _ := v.([]any)
		ids := make([]string, len(list))
		for i, org := range list {
			ids[i] = fmt.Sprint(org) // an id, or a siret, where no organization is called so
			if id, ok := p.ids[provision.Identity{Kind: provision.KindOrganization, Key: ids[i]}]; ok {
				ids[i] = id
			}
		}
		return ids, nil
	}
	return v, nil
}

// Change implements provision.Remote.
func (p *Platform) Change(ctx context.Context, key string, s provision.Step) (provision.Made, error) {
	now, etag, err := p.now(ctx, s)
	if err != nil {
		return provision.Made{}, meaning(err)
	}
	if s.Differs(now.Fields) || now.Archived != (s.Do == provision.Restore) {
		return provision.Made{}, provision.ErrChanged
	}
	made := provision.Made{ID: now.ID}
	body, err := p.body(provision.Resource{Identity: s.Identity, Fields: s.After}, true)
	if err != nil {
		return made, err
	}
	if s.Do == provision.Restore {
		body["archived"] = false
	}
	if len(body) > 0 {
		if _, err := p.send(ctx, request{method: http.MethodPatch, path: p.path(s, now.ID), ifMatch: etag, body: body}); err != nil {
			return made, meaning(err)
		}
	}
	if s.After[provision.CredentialField] != nil {
		made.Secret, err = p.secret(ctx, key, now.ID)
	}
	return made, meaning(err)
}

// path is where a thing stands.
func (p *Platform) path(s provision.Step, id string) string {
	switch s.Kind {
	case provision.KindOrganization:
		return "/organizations/" + id
	case provision.KindUnit:
		return "/organizations/" + p.ids[provision.Identity{Kind: provision.KindOrganization, Key: s.Org}] + "/units/" + id
	case provision.KindPolicy:
		return "/organizations/" + id + "/policy"
	case provision.KindTemplate:
		return "/templates/" + id
	case provision.KindServiceAccount:
		return "/service-accounts/" + id
	case provision.KindWebhook:
		return "/webhooks/" + id
	default:
		return "/rooms/" + id
	}
}

// now is a thing as it is, with its version.
func (p *Platform) now(ctx context.Context, s provision.Step) (provision.Resource, string, error) {
	id := s.ID
	switch s.Kind {
	case provision.KindPolicy: // that of an organization which this apply has made, too
		org, err := p.id(provision.Identity{Kind: provision.KindOrganization, Key: s.Org})
		if err != nil {
			return provision.Resource{}, "", err
		}
		id = org
	case provision.KindUnit:
		return p.unitNow(ctx, s)
	}
	a, err := p.get(ctx, p.path(s, id))
	if err != nil {
		return provision.Resource{}, "", err
	}
	var r provision.Resource
	switch s.Kind {
	case provision.KindOrganization:
		r, err = p.organization(a.body)
	case provision.KindServiceAccount:
		var revoked bool
		if r, revoked, err = p.serviceAccount(ctx, a.body); revoked {
			err = provision.ErrChanged
		}
	case provision.KindWebhook:
		r, err = hook(a.body)
	case provision.KindRoom:
		r, err = p.room(a.body)
	default:
		r, err = simple(s.Kind, a.body)
		r.ID = id
	}
	return r, a.etag, err
}

// unitNow finds a unit in the list of all, which has the versions: there is no address of one.
func (p *Platform) unitNow(ctx context.Context, s provision.Step) (provision.Resource, string, error) {
	org, err := p.id(provision.Identity{Kind: provision.KindOrganization, Key: s.Org})
	if err != nil {
		return provision.Resource{}, "", err
	}
	items, err := p.items(ctx, "/organizations/"+org+"/units", url.Values{})
	if err != nil {
		return provision.Resource{}, "", err
	}
	units, err := unitsOf(s.Org, items)
	if err != nil {
		return provision.Resource{}, "", err
	}
	i := slices.IndexFunc(units, func(u provision.Resource) bool { return u.ID == s.ID })
	if i < 0 {
		return provision.Resource{}, "", provision.ErrChanged
	}
	var t thing
	err = json.Unmarshal(items[i], &t)
	return units[i], t.ETag, err
}

// Remove implements provision.Remote.
func (p *Platform) Remove(ctx context.Context, s provision.Step) error {
	now, etag, err := p.now(ctx, s)
	if err != nil {
		return meaning(err)
	}
	if s.Differs(now.Fields) || now.Archived {
		return provision.ErrChanged
	}
	_, err = p.send(ctx, request{method: http.MethodDelete, path: p.path(s, s.ID), ifMatch: etag})
	return meaning(err)
}
