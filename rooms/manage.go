package rooms

import (
	"context"
	"fmt"
	"strings"
	"time"

	"parvis/access"
	"parvis/audit"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/policy"
)

// Create makes a room; who becomes its owner (for a service account also OwnerPersonID, when given).
func (s *Service) Create(ctx context.Context, who auth.Identity, in NewRoom) (Listed, error) {
	if err := auth.Allowed(who, auth.RoomCreate, auth.Resource{OrgID: who.OrgID}); err != nil {
		return Listed{}, err
	}
	t, err := s.templateOf(ctx, who, in.Template)
	if err != nil {
		return Listed{}, err
	}
	e, err := s.Policies.Effective(ctx, who.OrgID, t.ID)
	if err == nil {
		err = policy.MayMakeRooms(who, e)
	}
	if err != nil {
		return Listed{}, err
	}
	room, err := s.draft(who, in, t, e)
	if err != nil {
		return Listed{}, err
	}
	const attempts = 4 // two slugs in 26^10 meet about never; a loop without end would hide a broken generator
	for range attempts {
		room.Slug = access.NewSlug()
		grants := owners(room, who, in.OwnerPersonID)
		err = s.Rooms.CreateRoom(ctx, room, grants, []event.Event{s.happened(who, event.RoomCreated, room, nil)})
		if !fault.Is(err, fault.Conflict) || fault.HasCode(err, fault.CodeExternalIDTaken) {
			break
		}
	}
	if err != nil {
		return Listed{}, fmt.Errorf("create room: %w", err)
	}
	return room.Under(RulesOf(e)).listed(who, standing{role: access.Owner, granted: access.Owner}, nil, s.Now()), nil
}

func (s *Service) draft(who auth.Identity, in NewRoom, t policy.RoomTemplate, e policy.Effective) (Room, error) {
	var c check
	now := s.Now().UTC()
	r := Room{
		ID: newID(), OrgID: who.OrgID, MediaName: access.NewMediaName(), Version: 1, CreatedAt: now, UpdatedAt: now,
		Name: strings.TrimSpace(in.Name), Description: strings.TrimSpace(in.Description),
		Language: in.Language, PhoneEntry: access.EntryHosts, Tags: c.tags(in.Tags), TemplateID: t.ID, ExternalID: in.ExternalID,
	}
	if t.Prefix != "" && !strings.HasPrefix(r.Name, t.Prefix) && r.Name != "" {
		r.Name = t.Prefix + " " + r.Name
	}
	r.begun(e)
	asked := map[policy.Name]policy.Value{}
	if r.Language == "" {
		r.Language = Languages()[0]
	}
	if in.Entry != "" {
		r.Entry = c.entry(in.Entry)
		asked[policy.Entry] = valueOfEntry(r.Entry)
	}
	if in.MinAssurance != "" {
		r.MinAssurance = c.assurance(in.MinAssurance)
		asked[policy.MinAssurance] = policy.Value{Number: int(r.MinAssurance)}
	}
	c.name(r.Name)
	c.description(r.Description)
	c.language(r.Language)
	c.externalID(who, in.ExternalID)
	c.that(in.OwnerPersonID == "" || who.Kind == auth.Service, "body.owner", "only a service account may name an owner")
	if err := c.err(); err != nil {
		return Room{}, err
	}
	return r, within(e, asked)
}

func owners(r Room, who auth.Identity, personID string) []access.Grant {
	subjects := []access.Subject{{Kind: access.SubjectPerson, ID: who.PersonID}}
	if who.Kind == auth.Service {
		subjects = []access.Subject{{Kind: access.SubjectService, ID: who.ID}}
		if personID != "" {
			subjects = append(subjects, access.Subject{Kind: access.SubjectPerson, ID: personID})
		}
	}
	grants := make([]access.Grant, len(subjects))
	for i, subject := range subjects {
		grants[i] = access.Grant{
			ID: newID(), RoomID: r.ID, Subject: subject, Role: access.Owner, Sources: access.Everything(), SourceKind: "room", SourceID: r.ID,
		}
	}
	return grants
}

// List answers one's own rooms, last used first.
func (s *Service) List(ctx context.Context, who auth.Identity, q ListQuery) (RoomPage, error) {
	if err := auth.Allowed(who, auth.RoomList, auth.Resource{OrgID: who.OrgID}); err != nil {
		return RoomPage{}, err
	}
	page, err := s.Rooms.Rooms(ctx, RoomQuery{
		OrgID: who.OrgID, AllOfOrg: who.Kind == auth.Service, Subjects: access.SubjectsOf(who),
		Archived: q.Archived, PageSize: q.PageSize, Cursor: q.Cursor, Now: s.Now(),
	})
	if err != nil {
		return RoomPage{}, err
	}
	for i, r := range page.Rooms {
		st := standing{role: r.Role}
		if r.Planned {
			if st.openings, err = s.Rooms.Openings(ctx, r.ID); err != nil {
				return RoomPage{}, fmt.Errorf("openings of a room: %w", err)
			}
		}
		page.Rooms[i].Lasting = r.Role
		page.Rooms[i].Door = r.door(who, st, s.Now())
	}
	return page, nil
}

// listed is a room as somebody sees it who stands to it by a role.
func (r Room) listed(who auth.Identity, st standing, used *time.Time, now time.Time) Listed {
	return Listed{Room: r, Role: st.role, Lasting: st.granted, LastUsedAt: used, Door: r.door(who, st, now)}
}

// Get answers a room as far as who may see it: somebody without a role learns that it exists and whether its door is
// open, no more.
func (s *Service) Get(ctx context.Context, who auth.Identity, slug string) (View, error) {
	return s.GetBy(ctx, who, slug, "")
}

// GetBy is Get for who brings the token of a personal link, if it is not empty.
func (s *Service) GetBy(ctx context.Context, who auth.Identity, slug, token string) (View, error) {
	room, st, err := s.findBy(ctx, who, slug, token)
	if err != nil {
		return View{}, err
	}
	view := View{Listed: room.listed(who, st, nil, s.Now()), EntersMuted: room.mutes(st), Unlinked: token != "" && st.link == nil}
	if st.link != nil {
		view.Linked, view.Invited = true, st.link.Proposed()
	}
	if view.Door, err = s.doorNow(ctx, who, room, st); err != nil {
		return View{}, err
	}
	err = auth.Allowed(who, auth.RoomRead, st.on(room))
	if view.Full = err == nil; !view.Full {
		if fault.HasCode(err, fault.CodeScopeMissing) {
			return View{}, err
		}
		return view, nil
	}
	if view.Office, err = s.officeOf(ctx, room); err != nil {
		return View{}, err
	}
	view.LastUsedAt, err = s.Rooms.LastUsed(ctx, room.ID)
	return view, err
}

// find loads a room and how somebody stands to it now.
func (s *Service) find(ctx context.Context, who auth.Identity, slug string) (Room, standing, error) {
	return s.findBy(ctx, who, slug, "")
}

// findBy is find for who brings the token of a personal link, if it is not empty.
func (s *Service) findBy(ctx context.Context, who auth.Identity, slug, token string) (Room, standing, error) {
	room, err := s.Rooms.Room(ctx, slug)
	if err != nil {
		return Room{}, standing{}, err
	}
	audit.About(ctx, "room:"+room.ID, room.OrgID)
	t, err := s.threshold(ctx, room)
	if err != nil {
		return Room{}, standing{}, err
	}
	room = room.Tightened(t.Tightened)
	var link *access.Link
	if token != "" {
		if link, err = s.linkOf(ctx, room, token); err != nil {
			return Room{}, standing{}, err
		}
	}
	st, err := s.standing(ctx, who, room, t, link)
	if err != nil {
		return Room{}, standing{}, err
	}
	return room, st, nil
}

// standing is how somebody stands to a room at whose door that stands, with the personal link that they brought, if any.
func (s *Service) standing(ctx context.Context, who auth.Identity, room Room, t Threshold, link *access.Link) (standing, error) {
	subjects := access.SubjectsOf(who)
	if link != nil {
		subjects = append(subjects, link.Subject())
	}
	var grants []access.Grant
	if len(subjects) > 0 {
		var err error
		if grants, err = s.Rooms.Grants(ctx, room.ID, subjects); err != nil {
			return standing{}, fmt.Errorf("grants of a room: %w", err)
		}
	}
	st := s.stand(grants, t.Openings).under(t, WhoIs(who))
	st.link = link
	return st, nil
}

// stand is the standing of somebody who holds these grants, here and now.
func (s *Service) stand(grants []access.Grant, openings access.Openings) standing {
	st := stand(grants, openings, s.Now())
	st.proves = s.ProvesEmail
	return st
}

// Update changes a room whose version the caller has seen, for later meetings too. The link never changes.
func (s *Service) Update(ctx context.Context, who auth.Identity, slug string, version int64, change Change) (Listed, error) {
	room, st, err := s.find(ctx, who, slug)
	if err != nil {
		return Listed{}, err
	}
	right := auth.RoomUpdate
	if change.Archived != nil {
		right = auth.RoomArchive
	}
	if err := auth.Allowed(who, right, st.on(room)); err != nil {
		return Listed{}, err
	}
	allowed, err := s.Policies.EffectiveIn(ctx, room.Scope())
	if err != nil {
		return Listed{}, err
	}
	var before Room
	room, err = s.Rooms.UpdateRoom(ctx, room.ID, func(r *Room) ([]event.Event, error) {
		before = *r
		if r.Version != version {
			return nil, fault.New(fault.CodePreconditionFailed, "somebody changed this room since you read it")
		}
		was := r.ArchivedAt != nil
		if err := change.apply(r, s.Now().UTC()); err != nil {
			return nil, err
		}
		if err := within(allowed, change.asks(*r)); err != nil {
			return nil, err
		}
		return []event.Event{s.happened(who, changeType(was, r.ArchivedAt != nil), *r, nil)}, nil
	})
	if err != nil {
		return Listed{}, err
	}
	if before.ArchivedAt == nil && room.ArchivedAt != nil {
		if err := s.end(ctx, AdmissionSelection{RoomID: room.ID}, EndArchived); err != nil {
			return Listed{}, err
		}
	}
	if err := s.tellChange(ctx, who, before.Under(room.Rules), room, st); err != nil {
		return Listed{}, err
	}
	used, err := s.Rooms.LastUsed(ctx, room.ID)
	return room.listed(who, st, used, s.Now()), err
}

func changeType(was, is bool) event.Type {
	switch {
	case !was && is:
		return event.RoomArchived
	case was && !is:
		return event.RoomRestored
	default:
		return event.RoomUpdated
	}
}

// Archive closes a room for good, until somebody restores it: who is in it leaves, who comes is told.
func (s *Service) Archive(ctx context.Context, who auth.Identity, slug string, version int64) error {
	yes := true
	_, err := s.Update(ctx, who, slug, version, Change{Archived: &yes})
	return err
}

func (c Change) apply(r *Room, now time.Time) error {
	var wrong check
	if c.Name != nil {
		r.Name = strings.TrimSpace(*c.Name)
		wrong.name(r.Name)
	}
	if c.Description != nil {
		r.Description = strings.TrimSpace(*c.Description)
		wrong.description(r.Description)
	}
	if c.Language != nil {
		r.Language = *c.Language
		wrong.language(r.Language)
	}
	if c.Tags != nil {
		r.Tags = wrong.tags(*c.Tags)
	}
	if c.Entry != nil {
		r.Entry = wrong.entry(*c.Entry)
	}
	if c.MinAssurance != nil {
		r.MinAssurance = wrong.assurance(*c.MinAssurance)
	}
	if c.Archived != nil {
		r.archive(*c.Archived, now)
	}
	c.limit(r, &wrong)
	r.UpdatedAt = now
	return wrong.err()
}

// limit applies what bounds the room's use.
func (c Change) limit(r *Room, wrong *check) {
	if c.Forbidden != nil {
		r.Forbidden = wrong.abilities(*c.Forbidden)
	}
	if c.PhoneEntry != nil {
		r.PhoneEntry = wrong.entryAt("body.phoneEntry", *c.PhoneEntry)
	}
	if c.OpensWithHost != nil {
		r.Limits.OpensWithHost = *c.OpensWithHost
	}
	if c.MuteOnEntry != nil {
		r.Limits.MuteOnEntry = *c.MuteOnEntry
	}
	for _, n := range []struct {
		to    *int
		given *int
		least int
		most  int
		at    string
	}{
		{&r.Limits.MaxParticipants, c.MaxParticipants, 0, MaxParticipants, "body.maxParticipants"},
		{&r.Limits.MaxMinutes, c.MaxMinutes, 0, MaxMinutes, "body.maxMinutes"},
		{&r.Limits.CloseEmptyAfter, c.CloseEmptyAfter, 0, MaxMinutes, "body.closeEmptyAfter"},
		{&r.Limits.AttendanceDays, c.AttendanceDays, 1, MaxAttendanceDays, "body.attendanceDays"},
	} {
		if n.given != nil {
			*n.to = *n.given
			wrong.that(*n.given >= n.least && *n.given <= n.most, n.at, fmt.Sprintf("a number from %d to %d", n.least, n.most))
		}
	}
	if c.LinkExpiresAt != nil {
		r.Limits.LinkExpiresAt = nil
		if !c.LinkExpiresAt.IsZero() {
			at := c.LinkExpiresAt.UTC()
			r.Limits.LinkExpiresAt = &at
		}
	}
}

func (r *Room) archive(yes bool, now time.Time) {
	switch {
	case yes && r.ArchivedAt == nil:
		r.ArchivedAt = &now
	case !yes:
		r.ArchivedAt = nil
	}
}

// happened is an event about a room by somebody.
func (s *Service) happened(who auth.Identity, t event.Type, r Room, data map[string]any) event.Event {
	return event.Event{
		ID: newID(), Type: t, OrgID: r.OrgID, Subject: "room:" + r.ID,
		Actor: actor(who), OnBehalfOf: who.OnBehalfOf, At: s.Now().UTC(), Data: data,
	}
}

func actor(who auth.Identity) string { return string(who.Kind) + ":" + who.ID }

// Bookable answers the id of a room in which somebody may plan a meeting: it gives roles there. Archived rooms are none.
func (s *Service) Bookable(ctx context.Context, who auth.Identity, slug string) (string, error) {
	room, st, err := s.find(ctx, who, slug)
	if err == nil {
		err = auth.Allowed(who, auth.RoomGrant, st.on(room))
	}
	if err == nil && room.ArchivedAt != nil {
		err = fault.New(fault.CodeRoomArchived, "this room is archived")
	}
	return room.ID, err
}
