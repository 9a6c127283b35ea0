package store

import (
	"context"
	"errors"
	"maps"
	"slices"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/scim"
)

// A file of people is a client of provisioning without an account: its users, groups and closed accounts are written by the same steps
// as those of SCIM, and an account that is bound later takes them over.

var _ directory.ImportStore = (*DB)(nil)

// errUndone takes a file back that was a trial, or has a line that is refused.
var errUndone = errors.New("nothing is to be kept")

// ImportPeople implements directory.ImportStore. What a trial would do is done, and undone.
func (d *DB) ImportPeople(ctx context.Context, in directory.PeopleImport) (directory.ImportReport, error) {
	report := directory.ImportReport{Trial: in.Trial}
	err := d.closing(ctx, "import people", in.At, func(t *tx) error {
		report.Lines = make([]directory.ImportedLine, len(in.Lines))
		for i, l := range in.Lines {
			l.Wrong = slices.Clone(l.Wrong)
			report.Lines[i] = directory.ImportedLine{PersonLine: l, Act: directory.ImportUnchanged}
		}
		i := peopleImport{tx: t, in: in, lines: report.Lines, by: scim.Act{By: in.By, At: in.At}}
		if err := i.run(); err != nil {
			return err
		}
		counts := map[string]any{"lines": len(report.Lines)}
		changes := 0
		for _, act := range []directory.ImportAct{directory.ImportMade, directory.ImportLinked, directory.ImportChanged, directory.ImportClosed, directory.ImportReopened} {
			n := report.Count(act)
			counts[string(act)] = n
			changes += n
		}
		if in.Trial || report.Count(directory.ImportRefused) > 0 || changes == 0 {
			return errUndone
		}
		return t.happened(in.Told(counts))
	})
	if errors.Is(err, errUndone) {
		err = nil
	}
	return report, err
}

// peopleImport is a file on its way into the database. Lines that are refused do nothing.
type peopleImport struct {
	*tx
	in    directory.PeopleImport
	lines []directory.ImportedLine
	by    scim.Act
}

func (i *peopleImport) run() error {
	type source struct{ provider, idpID string }
	of := map[source][]*directory.ImportedLine{}
	for n := range i.lines {
		l := &i.lines[n]
		if len(l.Wrong) > 0 {
			l.Act = directory.ImportRefused
			continue
		}
		s := source{l.Provider, l.IdPID}
		of[s] = append(of[s], l)
	}
	sources := slices.SortedFunc(maps.Keys(of), func(a, b source) int {
		return slices.Compare([]string{a.provider, a.idpID}, []string{b.provider, b.idpID})
	})
	for _, s := range sources {
		c, err := i.client(s.provider, s.idpID)
		if err != nil {
			return err
		}
		if err := i.ofClient(c, of[s]); err != nil {
			return err
		}
	}
	return nil
}

// client is for whom the lines of one provider speak; fault.Conflict where software does.
func (i *peopleImport) client(provider, idpID string) (scim.Client, error) {
	if _, err := all[string](i.DB, "SELECT id FROM organizations WHERE id = ?"+i.store.dialect.forUpdate, i.in.OrgID); err != nil { // one file after the other
		return scim.Client{}, err
	}
	var row struct {
		Client    scimClientRow `gorm:"embedded"`
		RevokedAt *moment
	}
	err := one(i.DB, &row, `SELECT c.id, c.account_id, c.org_id, c.provider, c.idp_id, c.created_at, a.revoked_at
		FROM scim_clients c LEFT JOIN service_accounts a ON a.id = c.account_id WHERE c.org_id = ? AND c.provider = ? AND c.idp_id = ?`, i.in.OrgID, provider, idpID)
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		made := scimClientRow{ID: newID(), OrgID: i.in.OrgID, Provider: provider, IdpID: idpID, CreatedAt: moment(i.in.At)}
		return made.client(), i.Create(&made).Error
	case err != nil:
		return scim.Client{}, err
	case row.Client.AccountID != "" && row.RevokedAt == nil:
		return scim.Client{}, fault.New(fault.CodeConflict, "software provisions the people of this provider (SCIM): change them there, or revoke its service account first")
	}
	return row.Client.client(), nil
}

func refuseLine(l *directory.ImportedLine, column, message string) {
	l.Refuse(column, message)
	l.Act = directory.ImportRefused
}

func (i *peopleImport) ofClient(c scim.Client, lines []*directory.ImportedLine) error {
	users, err := i.known(c, lines)
	if err != nil {
		return err
	}
	var fresh []scim.User
	var freshOf []*directory.ImportedLine
	for _, l := range lines {
		told := scim.Told{GivenName: l.GivenName, FamilyName: l.FamilyName, Email: l.Email, Unit: l.Unit, Title: l.Title, Active: l.Active}
		before, there := users[l.Key]
		if !there {
			u, _ := scim.NewUser(c, l.Key, i.in.At).Tell(told)
			fresh, freshOf = append(fresh, u), append(freshOf, l)
			continue
		}
		if err := i.tell(c, l, before, told); err != nil {
			return err
		}
	}
	if err := i.make(c, fresh, freshOf); err != nil {
		return err
	}
	for n, l := range freshOf {
		if l.Act != directory.ImportRefused {
			users[l.Key] = fresh[n]
		}
	}
	if err := i.groups(c, lines, users); err != nil {
		return err
	}
	return i.staysClosed(lines, users)
}

// known are the users of a client whom lines name. A line that would take the name of another is refused.
func (i *peopleImport) known(c scim.Client, lines []*directory.ImportedLine) (map[string]scim.User, error) {
	users := map[string]scim.User{}
	keys, names := make([]string, len(lines)), make([]string, len(lines))
	for n, l := range lines {
		keys[n], names[n] = l.Key, scim.Fold(l.Key)
	}
	err := chunks(keys, func(part []string) error {
		rows, err := all[scimUserRow](i.DB, selectSCIMUser+"u.external_id IN ?"+i.store.dialect.forUpdateOf("u"), c.ID, part)
		for _, r := range rows {
			users[r.ExternalID] = r.user()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	taken := map[string]string{} // folded name -> key
	err = chunks(names, func(part []string) error {
		rows, err := all[scimUserRow](i.DB, "SELECT user_name, external_id FROM scim_users WHERE client_id = ? AND user_name IN ?", c.ID, part)
		for _, r := range rows {
			taken[r.UserName] = r.ExternalID
		}
		return err
	})
	for n, l := range lines {
		if _, there := users[l.Key]; there {
			continue
		}
		if other, is := taken[names[n]]; is && other != l.Key {
			refuseLine(l, "uid", "another person of this provider is called so already, but for capital letters: look at the key")
		}
		taken[names[n]] = l.Key
	}
	return users, err
}

// tell does a line to a user who is there.
func (i *peopleImport) tell(c scim.Client, l *directory.ImportedLine, before scim.User, told scim.Told) error {
	l.PersonID = before.PersonID
	user, changed := before.Tell(told)
	if l.Changed = changed; len(changed) == 0 {
		return nil
	}
	was, err := i.closed(l.PersonID)
	if err != nil {
		return err
	}
	if !user.Active && !was {
		if ok, err := i.mayClose(l); err != nil || !ok {
			return err
		}
	}
	if err := i.keepSCIMUser(c, before, &user, i.by); err != nil {
		return i.lastOne(l, err)
	}
	is, err := i.closed(l.PersonID)
	switch {
	case err != nil:
		return err
	case !was && is:
		l.Act = directory.ImportClosed
	case was && !is:
		l.Act = directory.ImportReopened
	default:
		l.Act = directory.ImportChanged
	}
	return nil
}

// lastOne makes the refusal of who would be the last administrator that of the line.
func (i *peopleImport) lastOne(l *directory.ImportedLine, err error) error {
	if !fault.HasCode(err, fault.CodeLastAdministrator) {
		return err
	}
	refuseLine(l, "active", "this is the last platform-admin: make somebody else one first")
	return nil
}

// make makes the users of lines that name somebody new: who has signed in already is met, everybody else is made.
func (i *peopleImport) make(c scim.Client, fresh []scim.User, lines []*directory.ImportedLine) error {
	keys := make([]string, len(fresh))
	for n, l := range lines {
		keys[n] = l.Key
	}
	signed, err := i.signedInAs(c, keys)
	if err != nil {
		return err
	}
	var written []scim.User // all at once, but for those whose account the file closes: one may turn out to be the last administrator
	var at []int
	for n, l := range lines {
		if l.Act == directory.ImportRefused {
			continue
		}
		l.Act = directory.ImportMade
		if l.PersonID = signed[l.Key]; l.PersonID == "" && l.Name() == "" {
			refuseLine(l, "familyName", "give the person a name: nobody has signed in with this key yet")
			continue
		}
		if l.PersonID != "" {
			l.Act = directory.ImportLinked
			if ok, err := i.meets(l, fresh[n]); err != nil {
				return err
			} else if !ok {
				continue
			}
		}
		if l.Act == directory.ImportClosed {
			alone := fresh[n : n+1]
			if err := i.createSCIMUsers(c, alone, i.by); err != nil {
				if err = i.lastOne(l, err); err != nil {
					return err
				}
			}
			continue
		}
		written, at = append(written, fresh[n]), append(at, n)
	}
	if err := i.createSCIMUsers(c, written, i.by); err != nil {
		return err
	}
	for k, n := range at {
		fresh[n], lines[n].PersonID = written[k], written[k].PersonID
	}
	return nil
}

// meets looks at somebody who has signed in already and whom the line may close.
func (i *peopleImport) meets(l *directory.ImportedLine, u scim.User) (bool, error) {
	was, err := i.closed(l.PersonID)
	if err != nil || u.Active || was {
		return err == nil, err
	}
	if ok, err := i.mayClose(l); err != nil || !ok {
		return false, err
	}
	if err := i.keepsAdministrator(l.PersonID); err != nil {
		return false, i.lastOne(l, err)
	}
	l.Act = directory.ImportClosed
	return true, nil
}

// closed tells whether an account is closed; one of another organization is nobody's here.
func (i *peopleImport) closed(personID string) (is bool, err error) {
	err = one(i.DB, &is, "SELECT deactivated_at IS NOT NULL FROM people WHERE id = ?", personID)
	return is, err
}

// mayClose asks whether whoever sent the file may close the account.
func (i *peopleImport) mayClose(l *directory.ImportedLine) (bool, error) {
	rows, err := all[appointmentRow](i.DB, "SELECT role, org_id FROM appointments WHERE person_id = ? ORDER BY id", l.PersonID)
	if err != nil {
		return false, err
	}
	held := make([]directory.AppointmentBelow, len(rows))
	for n, r := range rows {
		held[n].Appointment = auth.Appointment{Role: auth.AdminRole(r.Role), OrgID: string(r.OrgID)}
		if r.OrgID != "" {
			line, err := lineOf(i.DB, aboveOne, string(r.OrgID))
			if err != nil {
				return false, err
			}
			held[n].Above = line[min(1, len(line)):]
		}
	}
	if err := i.in.Refuses(l.PersonID, held); err != nil {
		refuseLine(l, "active", fault.Of(err).Detail)
		return false, nil
	}
	return true, nil
}

// staysClosed marks whom the file says to be active while an administrator has closed the account.
func (i *peopleImport) staysClosed(lines []*directory.ImportedLine, users map[string]scim.User) error {
	ids := []string{}
	for _, l := range lines {
		if u, there := users[l.Key]; there && u.Active && l.Act != directory.ImportRefused {
			ids = append(ids, l.PersonID)
		}
	}
	shut := map[string]bool{}
	err := chunks(ids, func(part []string) error {
		rows, err := all[string](i.DB, "SELECT id FROM people WHERE id IN ? AND deactivated_at IS NOT NULL", part)
		for _, id := range rows {
			shut[id] = true
		}
		return err
	})
	for _, l := range lines {
		l.StaysClosed = shut[l.PersonID]
	}
	return err
}

// groups brings people into the groups that their lines name, and out of the other groups of the same client.
func (i *peopleImport) groups(c scim.Client, lines []*directory.ImportedLine, users map[string]scim.User) error {
	rows, err := all[scimGroupRow](i.DB, selectSCIMGroup+"1 = 1 ORDER BY u.id", c.ID)
	if err != nil {
		return err
	}
	g := groupsOfFile{client: c, byName: map[string]scim.Group{}}
	for _, r := range rows {
		g.byName[r.DisplayName] = r.group()
	}
	list := []scim.User{}
	of := []*directory.ImportedLine{}
	for _, l := range lines {
		if u, there := users[l.Key]; there && l.Groups != nil && l.Act != directory.ImportRefused {
			list, of = append(list, u), append(of, l)
		}
	}
	if len(list) == 0 {
		return nil
	}
	for n := range list {
		list[n].Groups = nil
	}
	if err := groupsOfSCIM(i.DB, list); err != nil {
		return err
	}
	changes := map[string]*memberChange{} // by folded name
	for n, l := range of {
		if g.differ(list[n], *l.Groups, changes) {
			l.Changed = append(l.Changed, "groups")
			if l.Act == directory.ImportUnchanged {
				l.Act = directory.ImportChanged
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		if err := i.keepGroup(g, name, *changes[name]); err != nil {
			return err
		}
	}
	return nil
}

type groupsOfFile struct {
	client scim.Client
	byName map[string]scim.Group // folded
}

// memberChange is who comes into a group and who goes, by the ids of users.
type memberChange struct {
	name        string
	add, remove []string
}

// differ notes what has to change so that a user is in the named groups and in no other.
func (g groupsOfFile) differ(u scim.User, wanted []string, changes map[string]*memberChange) bool {
	in := map[string]string{}
	for _, m := range u.Groups {
		in[scim.Fold(m.Name)] = m.Name
	}
	change := func(folded, name string) *memberChange {
		if changes[folded] == nil {
			changes[folded] = &memberChange{name: name}
		}
		return changes[folded]
	}
	differs := false
	for _, name := range wanted {
		folded := scim.Fold(name)
		if _, is := in[folded]; is {
			delete(in, folded)
			continue
		}
		differs = true
		c := change(folded, name)
		c.add = append(c.add, u.ID)
	}
	for folded, name := range in {
		differs = true
		c := change(folded, name)
		c.remove = append(c.remove, u.ID)
	}
	return differs
}

func (i *peopleImport) keepGroup(g groupsOfFile, folded string, change memberChange) error {
	group, there := g.byName[folded]
	if !there {
		return i.createSCIMGroup(g.client, scim.Group{
			ID: newID(), ClientID: g.client.ID, Name: change.name, Members: change.add, Version: 1, CreatedAt: i.in.At, UpdatedAt: i.in.At,
		}, i.by)
	}
	if _, err := exec(i.DB, "UPDATE scim_groups SET version = version + 1, updated_at = ? WHERE id = ?", moment(i.in.At), group.ID); err != nil {
		return err
	}
	if err := i.changeSCIMMembers(g.client, group.ID, change.add, change.remove, i.by); err != nil {
		return err
	}
	return i.happened(groupEvent(event.GroupUpdated, g.client, group.ID, i.by, map[string]any{"added": len(change.add), "removed": len(change.remove)}))
}
