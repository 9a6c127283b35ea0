package directory

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

const (
	maxName    = 200
	maxContact = 254
	maxRules   = 200 // of each sort, of one organization
	maxValue   = 200
)

var (
	siretDigits = regexp.MustCompile(`^[0-9]{14}$`)
	idpWord     = regexp.MustCompile(`^[A-Za-z0-9._~:/@-]{1,200}$`)
)

// OrganizationQuery asks for a page. Query is a part of the name or the siret; State empty for any.
type OrganizationQuery struct {
	Reach    auth.Reach
	Query    string
	State    OrganizationState
	PageSize int
	Cursor   string
}

// OrganizationPage is one, with the cursor of the next.
type OrganizationPage struct {
	Organizations []Organization
	Next          string
}

// OrganizationChange is what is to become of an organization; nil leaves a field.
type OrganizationChange struct {
	Name     *string
	Kind     *OrganizationKind
	Contact  *string
	ParentID *string
	State    *OrganizationState
	Siret    *string
	IdPIDs   *[]string
	Domains  *[]string
	Claims   *[]ClaimRule
}

// places tells whether a change says who belongs to the organization, or where it stands.
func (c OrganizationChange) places() bool {
	return c.ParentID != nil || c.State != nil || c.Siret != nil || c.IdPIDs != nil || c.Domains != nil || c.Claims != nil
}

// Organizations lists those that the caller administers.
func (a *Administration) Organizations(ctx context.Context, who auth.Identity, q OrganizationQuery) (OrganizationPage, error) {
	var err error
	if q.Reach, err = reach(who, auth.OrganizationsRead); err != nil {
		return OrganizationPage{}, err
	}
	return a.store.Organizations(ctx, q)
}

// Organization answers one.
func (a *Administration) Organization(ctx context.Context, who auth.Identity, id string) (Organization, error) {
	if err := a.may(ctx, who, auth.OrganizationsRead, id); err != nil {
		return Organization{}, err
	}
	return a.store.Organization(ctx, id)
}

// CreateOrganization makes one, below another or at the top. Who says which people belong to it needs the right to.
func (a *Administration) CreateOrganization(ctx context.Context, who auth.Identity, in Organization) (Organization, error) {
	if err := a.may(ctx, who, auth.OrganizationsWrite, in.ParentID); err != nil {
		return Organization{}, err
	}
	if in.Siret != "" || len(in.IdPIDs)+len(in.Domains)+len(in.Claims) > 0 {
		if err := a.may(ctx, who, auth.OrganizationsPlace, in.ParentID); err != nil {
			return Organization{}, err
		}
	}
	in.ID, in.State, in.Version, in.CreatedAt, in.Kind = newID(), StateActive, 1, a.now(), cmp.Or(in.Kind, KindOther)
	if in.ParentID == DefaultOrgID {
		return Organization{}, fault.New(fault.CodeInvalid, "nothing stands below the organization of others").At("body.parent", "name another organization")
	}
	if err := in.check(); err != nil {
		return Organization{}, err
	}
	made := a.happened(who, event.OrganizationCreated, in.ID, "organization:"+in.ID, map[string]any{"parent": in.ParentID})
	if err := a.store.CreateOrganization(ctx, in, made); err != nil {
		return Organization{}, taken(err)
	}
	return in, nil
}

// UpdateOrganization changes one of the version that its author has seen.
func (a *Administration) UpdateOrganization(ctx context.Context, who auth.Identity, id string, version int64, c OrganizationChange) (Organization, error) {
	if err := a.may(ctx, who, auth.OrganizationsWrite, id); err != nil {
		return Organization{}, err
	}
	if c.places() {
		if err := a.mayPlace(ctx, who, id, c); err != nil {
			return Organization{}, err
		}
	}
	if id == DefaultOrgID {
		return Organization{}, fault.New(fault.CodeForbidden, "the organization of those whom no rule places stays as it is")
	}
	o, err := a.store.UpdateOrganization(ctx, id, func(o *Organization) ([]event.Event, error) {
		if err := checkVersion(o.Version, version); err != nil {
			return nil, err
		}
		changed := c.put(o)
		if err := o.check(); err != nil || len(changed) == 0 {
			return nil, err
		}
		return []event.Event{a.happened(who, event.OrganizationUpdated, id, "organization:"+id, map[string]any{"changed": changed})}, nil
	})
	return o, taken(err)
}

func (a *Administration) mayPlace(ctx context.Context, who auth.Identity, id string, c OrganizationChange) error {
	if err := a.may(ctx, who, auth.OrganizationsPlace, id); err != nil {
		return err
	}
	if c.ParentID == nil || *c.ParentID == "" {
		return nil
	}
	if *c.ParentID == DefaultOrgID {
		return fault.New(fault.CodeInvalid, "nothing stands below the organization of others").At("body.parent", "name another organization")
	}
	if _, err := a.store.Organization(ctx, *c.ParentID); err != nil {
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.CodeInvalid, "there is no such organization above").At("body.parent", "name an organization by its id")
		}
		return fmt.Errorf("find the organization above: %w", err)
	}
	return nil
}

// put answers the names of what is another than before.
func (c OrganizationChange) put(o *Organization) []string {
	changed := map[string]bool{}
	set(changed, "name", &o.Name, c.Name)
	set(changed, "kind", &o.Kind, c.Kind)
	set(changed, "contact", &o.Contact, c.Contact)
	set(changed, "parent", &o.ParentID, c.ParentID)
	set(changed, "state", &o.State, c.State)
	set(changed, "siret", &o.Siret, c.Siret)
	setList(changed, "idpIds", &o.IdPIDs, c.IdPIDs)
	setList(changed, "domains", &o.Domains, c.Domains)
	setList(changed, "claims", &o.Claims, c.Claims)
	return slices.Sorted(maps.Keys(changed))
}

func set[T comparable](changed map[string]bool, name string, into, value *T) {
	if value != nil && *into != *value {
		*into, changed[name] = *value, true
	}
}

func setList[T comparable](changed map[string]bool, name string, into, value *[]T) {
	if value != nil && !slices.Equal(*into, *value) {
		*into, changed[name] = *value, true
	}
}

// check names everything that is wrong, and brings domains to the form in which they are compared.
func (o *Organization) check() error {
	wrong := fault.New(fault.CodeInvalid, "the organization is not valid")
	say := func(bad bool, location, remedy string) {
		if bad {
			wrong.At("body."+location, remedy)
		}
	}
	for i, d := range o.Domains {
		o.Domains[i] = strings.ToLower(strings.TrimSpace(d))
	}
	say(o.Name == "" || utf8.RuneCountInString(o.Name) > maxName, "name", "give a name of 1 to 200 characters")
	say(utf8.RuneCountInString(o.Contact) > maxContact, "contact", "give at most 254 characters")
	say(!slices.Contains([]OrganizationKind{KindMinistry, KindAgency, KindOther}, o.Kind), "kind", "give ministry, agency or other")
	say(!slices.Contains([]OrganizationState{StateActive, StatePending, StateRefused}, o.State), "state", "give active, pending or refused")
	say(o.Siret != "" && !siretDigits.MatchString(o.Siret), "siret", "give 14 digits")
	say(max(len(o.IdPIDs), len(o.Domains), len(o.Claims)) > maxRules, "domains", "give at most 200 of each")
	say(slices.ContainsFunc(o.IdPIDs, func(w string) bool { return !idpWord.MatchString(w) }), "idpIds", "give identifiers as the provider says them in idp_id")
	say(slices.ContainsFunc(o.Domains, func(d string) bool { return !access.IsDomain(d) }), "domains", "give domains such as finances.example")
	say(slices.ContainsFunc(o.Claims, func(c ClaimRule) bool {
		return !slices.Contains(ClaimNames(), c.Claim) || c.Value == "" || utf8.RuneCountInString(c.Value) > maxValue
	}), "claims", "give claims of "+strings.Join(ClaimNames(), ", ")+" with a value of 1 to 200 characters")
	say(twice(o.IdPIDs) || twice(o.Domains) || twice(o.Claims), "domains", "give each rule once")
	if wrong.Fields != nil {
		return wrong
	}
	return nil
}

func twice[T comparable](list []T) bool {
	seen := map[T]bool{}
	for _, v := range list {
		if seen[v] {
			return true
		}
		seen[v] = true
	}
	return false
}

// taken says which conflict it is when a rule is another organization's.
func taken(err error) error {
	if fault.HasCode(err, fault.CodeConflict) && fault.Of(err).Err != nil {
		return fault.New(fault.CodeConflict, "one of its rules (siret, idp_id, domain or claim) is another organization's").Because(err)
	}
	return err
}
