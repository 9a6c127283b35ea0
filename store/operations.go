package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/fault"
	"parvis/job"
	"parvis/once"
	"parvis/schedule"
)

var _ schedule.Operations = (*DB)(nil)

// askerDoc is who asked, as far as the work needs it, and who is to hear of it by mail; all without Tell.
type askerDoc struct {
	Kind       string   `json:"kind"`
	ID         string   `json:"id"`
	PersonID   string   `json:"personId,omitempty"`
	OrgID      string   `json:"orgId"`
	OnBehalfOf string   `json:"onBehalfOf,omitempty"`
	Scopes     []string `json:"scopes,omitempty"`
	Tell       string   `json:"tell,omitempty"`
}

func docOfAsker(w auth.Identity) askerDoc {
	d := askerDoc{Kind: string(w.Kind), ID: w.ID, PersonID: w.PersonID, OrgID: w.OrgID, OnBehalfOf: w.OnBehalfOf}
	for _, s := range w.Scopes {
		d.Scopes = append(d.Scopes, string(s))
	}
	return d
}

func (d askerDoc) asker() auth.Identity {
	w := auth.Identity{Kind: auth.Kind(d.Kind), ID: d.ID, PersonID: d.PersonID, OrgID: d.OrgID, OnBehalfOf: d.OnBehalfOf}
	for _, s := range d.Scopes {
		w.Scopes = append(w.Scopes, auth.Scope(s))
	}
	return w
}

type guestDoc struct {
	PersonID string `json:"personId,omitempty"`
	Email    string `json:"email,omitempty"`
	Name     string `json:"name,omitempty"`
	Role     string `json:"role"`
	Required bool   `json:"required"`
	Language string `json:"language,omitempty"`
}

func docsOfInvitees(list []schedule.Invitee) []guestDoc {
	docs := make([]guestDoc, len(list))
	for n, i := range list {
		docs[n] = guestDoc{i.PersonID, i.Email, i.Name, string(i.Role), i.Required, i.Language}
	}
	return docs
}

func inviteesOf(docs []guestDoc) []schedule.Invitee {
	list := make([]schedule.Invitee, len(docs))
	for n, d := range docs {
		list[n] = schedule.Invitee{PersonID: d.PersonID, Email: d.Email, Name: d.Name, Role: schedule.InviteeRole(d.Role), Required: d.Required, Language: d.Language, RSVP: schedule.NeedsAction}
	}
	return list
}

type operationRow struct {
	ID        string
	OrgID     string
	MeetingID string
	Who       document[askerDoc]
	Invitees  document[[]guestDoc]
	State     string
	Invited   int
	Changed   int
	Code      string
	Detail    string
	CreatedAt moment
	EndedAt   *moment
}

func (operationRow) TableName() string { return "operations" }

func rowOfOperation(o schedule.Operation) operationRow {
	who := docOfAsker(o.Who)
	who.Tell = string(o.Tell)
	return operationRow{
		ID: o.ID, OrgID: o.OrgID, MeetingID: o.MeetingID, Who: documentOf(who), Invitees: documentOf(docsOfInvitees(o.Invitees)), State: string(o.State),
		Invited: o.Invited, Changed: o.Changed, Code: string(o.Code), Detail: o.Detail, CreatedAt: moment(o.CreatedAt), EndedAt: momentOf(o.EndedAt),
	}
}

func (r operationRow) operation() schedule.Operation {
	return schedule.Operation{
		ID: r.ID, OrgID: r.OrgID, MeetingID: r.MeetingID, Who: r.Who.v.asker(), Tell: schedule.Tell(r.Who.v.Tell), Invitees: inviteesOf(r.Invitees.v), State: schedule.OperationState(r.State),
		Invited: r.Invited, Changed: r.Changed, Code: fault.Code(r.Code), Detail: r.Detail, CreatedAt: r.CreatedAt.time(), EndedAt: timeOf(r.EndedAt),
	}
}

// CreateOperation implements schedule.Operations.
func (d *DB) CreateOperation(ctx context.Context, o schedule.Operation) error {
	return d.write(ctx, "create operation", func(t *tx) error {
		b := t.batch()
		insert(b, []operationRow{rowOfOperation(o)})
		b.later(job.Task{Kind: job.ImportInvitees, Subject: o.ID})
		b.made(once.Operation, o.ID)
		return b.send()
	})
}

// Operation implements schedule.Operations.
func (d *DB) Operation(ctx context.Context, id string) (o schedule.Operation, err error) {
	if !isKey(id) {
		return o, schedule.NoOperation()
	}
	err = d.read(ctx, "find operation", func(g *gorm.DB) error {
		var row operationRow
		err := one(g, &row, "SELECT * FROM operations WHERE id = ? AND created_at > ?", id, moment(d.now().Add(-schedule.KeepOperations)))
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return schedule.NoOperation()
		}
		o = row.operation()
		return err
	})
	return o, err
}

// EndOperation implements schedule.Operations.
func (d *DB) EndOperation(ctx context.Context, o schedule.Operation) error {
	return d.write(ctx, "end operation", func(t *tx) error { return t.endOperation(&o) })
}

// Asker implements schedule.Operations.
func (d *DB) Asker(ctx context.Context, who auth.Identity, now time.Time) (auth.Identity, error) {
	var person *service.Person
	if who.PersonID != "" {
		p, err := d.Subject(ctx, who.PersonID)
		if err != nil || p.Closed {
			return who, endedUnless(err)
		}
		person = &p
	}
	account := who.OnBehalfOf
	if who.Kind == auth.Service {
		account = who.ID
	}
	if account == "" {
		return who, nil
	}
	a, err := d.AccountNow(ctx, account)
	if err != nil {
		return who, endedUnless(err)
	}
	if again, may := a.Anew(who, person, now); may {
		return again, nil
	}
	return who, schedule.Ended()
}

// endedUnless is that somebody may act no more, but for a look that failed.
func endedUnless(err error) error {
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return schedule.Ended()
}

// endOperation writes how an operation ended, if there is one and it has not ended.
func (t *tx) endOperation(o *schedule.Operation) error {
	if o == nil {
		return nil
	}
	row := rowOfOperation(*o)
	return t.Model(&operationRow{}).Where("id = ? AND ended_at IS NULL", row.ID).
		Select("Invitees", "State", "Invited", "Changed", "Code", "Detail", "EndedAt").UpdateColumns(&row).Error
}

const keepOperations = schedule.KeepOperations + time.Hour // beyond the time for which they are told of
