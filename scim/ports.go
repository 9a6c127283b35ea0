package scim

import (
	"context"
	"time"
)

// Act is by whom something is done, and when.
type Act struct {
	By string // "service:<id>"
	At time.Time
}

// Query asks for a page of what a client keeps. Start counts from one; without SortBy the order is that of creation. WithParts asks for
// the groups of users, or the members of groups.
type Query struct {
	Filter     Filter
	SortBy     *Field
	Descending bool
	Start      int
	Count      int
	WithParts  bool
}

// Store keeps clients and that of which they speak. Errors: fault.NotFound for what is not there or another client's; fault.Conflict
// for a name or key that is taken; fault.Invalid for a member that is no user of the client; fault.Unavailable.
type Store interface {
	clients
	users
	groups
}

type clients interface {
	// SCIMClient finds for whom a service account speaks; fault.NotFound when for nobody.
	SCIMClient(ctx context.Context, accountID string) (Client, error)
}

type users interface {
	// CreateSCIMUsers writes users in one transaction, each with the person whom the client's provider signed in by its externalId, if
	// that person is of the client's organization, else with a new one. Either all are written or none.
	CreateSCIMUsers(ctx context.Context, c Client, users []User, by Act) error
	// SCIMUser finds one with its groups.
	SCIMUser(ctx context.Context, c Client, id string) (User, error)
	SCIMUsers(ctx context.Context, c Client, q Query) (page []User, total int, err error)
	// UpdateSCIMUser changes one and moves its version if change did anything; change may run more than once. What becomes inactive
	// is closed as by an administrator, in the same transaction; fault.Forbidden for who administers the platform, fault.Conflict for
	// the last one who administers the client's organization.
	UpdateSCIMUser(ctx context.Context, c Client, id string, by Act, change func(*User) error) (User, error)
	// DeleteSCIMUser forgets one and closes the account; check may refuse. fault.Locked when a hold keeps what is about the person.
	DeleteSCIMUser(ctx context.Context, c Client, id string, by Act, check func(User) error) error
}

type groups interface {
	CreateSCIMGroup(ctx context.Context, c Client, g Group, by Act) error
	SCIMGroup(ctx context.Context, c Client, id string, members bool) (Group, error)
	SCIMGroups(ctx context.Context, c Client, q Query) (page []Group, total int, err error)
	UpdateSCIMGroup(ctx context.Context, c Client, id string, by Act, change func(*Group) error) (Group, error)
	// DeleteSCIMGroup forgets one, and what was given to it is given to nobody.
	DeleteSCIMGroup(ctx context.Context, c Client, id string, by Act, check func(Group) error) error
}
