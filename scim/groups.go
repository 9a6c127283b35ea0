package scim

import "context"

// groupActs is the use cases of groups.
type groupActs struct{ session }

func (in session) groups() acts { return groupActs{in} }

func (a groupActs) entry(g Group) entry { return entry{g.ID, g.Version, a.group(g)} }

func (a groupActs) create(ctx context.Context, d Document) (entry, error) {
	g := Group{ID: newID(), ClientID: a.client.ID, Version: 1, CreatedAt: a.by.At, UpdatedAt: a.by.At}
	if err := g.take(d); err != nil {
		return entry{}, err
	}
	if err := a.store.CreateSCIMGroup(ctx, a.client, g, a.by); err != nil {
		return entry{}, err
	}
	return a.entry(g), nil
}

func (a groupActs) get(ctx context.Context, id string, s selection) (entry, error) {
	g, err := a.store.SCIMGroup(ctx, a.client, id, s.wants("members"))
	if err != nil {
		return entry{}, err
	}
	return a.entry(g), nil
}

func (a groupActs) list(ctx context.Context, q Query, s selection) ([]entry, int, error) {
	q.WithParts = s.wants("members")
	groups, total, err := a.store.SCIMGroups(ctx, a.client, q)
	if err != nil {
		return nil, 0, err
	}
	page := make([]entry, len(groups))
	for i, g := range groups {
		page[i] = a.entry(g)
	}
	return page, total, nil
}

func (a groupActs) update(ctx context.Context, id string, check func(int64) error, change func(Document) (Document, error)) (entry, error) {
	g, err := a.store.UpdateSCIMGroup(ctx, a.client, id, a.by, func(g *Group) error {
		if err := check(g.Version); err != nil {
			return err
		}
		d, err := change(g.document())
		if err != nil {
			return err
		}
		return g.take(d)
	})
	if err != nil {
		return entry{}, err
	}
	return a.entry(g), nil
}

func (a groupActs) remove(ctx context.Context, id string, check func(int64) error) error {
	return a.store.DeleteSCIMGroup(ctx, a.client, id, a.by, func(g Group) error { return check(g.Version) })
}
