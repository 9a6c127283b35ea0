package scim

import "context"

// userActs is the use cases of users.
type userActs struct{ session }

func (in session) users() acts { return userActs{in} }

func (a userActs) entry(u User) entry { return entry{u.ID, u.Version, a.user(u)} }

// fresh is a user that is to be made.
func (in session) fresh(d Document) User {
	u := User{ID: newID(), ClientID: in.client.ID, Version: 1, CreatedAt: in.by.At, UpdatedAt: in.by.At}
	u.take(d)
	return u
}

func (a userActs) create(ctx context.Context, d Document) (entry, error) {
	u := a.fresh(d)
	if err := a.store.CreateSCIMUsers(ctx, a.client, []User{u}, a.by); err != nil {
		return entry{}, err
	}
	return a.entry(u), nil
}

func (a userActs) get(ctx context.Context, id string, _ selection) (entry, error) {
	u, err := a.store.SCIMUser(ctx, a.client, id)
	if err != nil {
		return entry{}, err
	}
	return a.entry(u), nil
}

func (a userActs) list(ctx context.Context, q Query, s selection) ([]entry, int, error) {
	q.WithParts = s.wants("groups")
	users, total, err := a.store.SCIMUsers(ctx, a.client, q)
	if err != nil {
		return nil, 0, err
	}
	page := make([]entry, len(users))
	for i, u := range users {
		page[i] = a.entry(u)
	}
	return page, total, nil
}

func (a userActs) update(ctx context.Context, id string, check func(int64) error, change func(Document) (Document, error)) (entry, error) {
	u, err := a.store.UpdateSCIMUser(ctx, a.client, id, a.by, func(u *User) error {
		if err := check(u.Version); err != nil {
			return err
		}
		d, err := change(u.document())
		if err != nil {
			return err
		}
		u.take(d)
		return nil
	})
	if err != nil {
		return entry{}, err
	}
	return a.entry(u), nil
}

func (a userActs) remove(ctx context.Context, id string, check func(int64) error) error {
	return a.store.DeleteSCIMUser(ctx, a.client, id, a.by, func(u User) error { return check(u.Version) })
}
