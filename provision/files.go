package provision

import "fmt"

// File is what one YAML document says. What it leaves out stays as it is; an empty list or null says that there is none.
type File struct {
	Place           `json:"-" yaml:"-"`
	Folder          *string          `json:"folder,omitzero" yaml:"folder,omitempty" maxLength:"40" pattern:"^[a-z0-9][a-z0-9-]*$" patternDescription:"small letters, digits and hyphens" doc:"The name of these files, where an organization has several folders: what others made is left alone. It stands once, and never changes."`
	Organizations   []Organization   `json:"organizations,omitzero" yaml:"organizations,omitempty" doc:"Organizations below your own, and your own."`
	Policies        []Policy         `json:"policies,omitzero" yaml:"policies,omitempty" doc:"What organizations decide about rooms, people and software."`
	Templates       []Template       `json:"templates,omitzero" yaml:"templates,omitempty" doc:"What rooms begin with."`
	ServiceAccounts []ServiceAccount `json:"serviceAccounts,omitzero" yaml:"serviceAccounts,omitempty" doc:"Software that acts by REST."`
	Webhooks        []Webhook        `json:"webhooks,omitzero" yaml:"webhooks,omitempty" doc:"Software that is told what happened."`
	Rooms           []Room           `json:"rooms,omitzero" yaml:"rooms,omitempty" doc:"Rooms of your organization."`
}

// Position is a place in a file.
type Position struct {
	File         string
	Line, Column int
}

func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Place says where something stands, as a whole and each of its keys.
type Place struct {
	At   Position
	Keys map[string]Position
}

func (p Place) of(key string) Position {
	if at, ok := p.Keys[key]; ok {
		return at
	}
	return p.At
}

// Organization is known by its name.
type Organization struct {
	Place   `json:"-" yaml:"-"`
	Name    string   `json:"name" yaml:"name" required:"true" maxLength:"200" doc:"By it the organization is found: another name is another organization."`
	Parent  *string  `json:"parent,omitzero" yaml:"parent,omitempty" maxLength:"200" doc:"The organization above, by name; your own when left out. Only a platform-admin moves one that is there."`
	Kind    *string  `json:"kind,omitzero" yaml:"kind,omitempty" enum:"ministry,agency,other"`
	Contact *string  `json:"contact,omitzero" yaml:"contact,omitempty" maxLength:"254" doc:"Whom its people ask."`
	Siret   *string  `json:"siret,omitzero" yaml:"siret,omitempty" maxLength:"14" doc:"Who belongs to it. Only a platform-admin changes it."`
	IdPIDs  []string `json:"idpIds,omitzero" yaml:"idpIds,omitempty" maxLength:"200" doc:"Who belongs to it. Only a platform-admin changes it."`
	Domains []string `json:"domains,omitzero" yaml:"domains,omitempty" maxLength:"253" doc:"Who belongs to it. Only a platform-admin changes it."`
	Claims  []Claim  `json:"claims,omitzero" yaml:"claims,omitempty" doc:"Who belongs to it. Only a platform-admin changes it."`
	Units   []Unit   `json:"units,omitzero" yaml:"units,omitempty" doc:"Its units, in whatever order."`
}

// Claim is a claim of sign-ins.
type Claim struct {
	Claim string `json:"claim" yaml:"claim" required:"true" enum:"provider,organization_label,organizational_unit,roles"`
	Value string `json:"value" yaml:"value" required:"true" maxLength:"200"`
}

// Unit is known by its name within its organization.
type Unit struct {
	Place  `json:"-" yaml:"-"`
	Name   string  `json:"name" yaml:"name" required:"true" maxLength:"200" doc:"By it the unit is found: another name is another unit."`
	Parent *string `json:"parent,omitzero" yaml:"parent,omitempty" maxLength:"200" doc:"The unit above, by name; at the top when left out."`
}

// Setting is what is decided about a setting.
type Setting struct {
	Value  any  `json:"value" yaml:"value" required:"true" doc:"A word, a number, true or false, or a list of words: see docs/operations/policies.md."`
	Locked bool `json:"locked" yaml:"locked,omitempty" doc:"Nobody below goes further."`
}

// Policy is known by its organization.
type Policy struct {
	Place        `json:"-" yaml:"-"`
	Organization *string             `json:"organization,omitzero" yaml:"organization,omitempty" maxLength:"200" doc:"By name; your own when left out."`
	Settings     map[string]*Setting `json:"settings,omitzero" yaml:"settings,omitempty" required:"true" doc:"By the name of the setting; null takes back what was decided."`
}

// Template is known by its name within its organization.
type Template struct {
	Place        `json:"-" yaml:"-"`
	Organization *string             `json:"organization,omitzero" yaml:"organization,omitempty" maxLength:"200" doc:"By name; your own when left out."`
	Name         string              `json:"name" yaml:"name" required:"true" maxLength:"60" doc:"By it the template is found: another name is another template."`
	Prefix       *string             `json:"prefix,omitzero" yaml:"prefix,omitempty" maxLength:"40" doc:"Comes before the names of its rooms."`
	Settings     map[string]*Setting `json:"settings,omitzero" yaml:"settings,omitempty" doc:"As in a policy."`
}

// Room is known by a key of yours, or by the code of its link when it was there before.
type Room struct {
	Place           `json:"-" yaml:"-"`
	Key             *string  `json:"key,omitzero" yaml:"key,omitempty" maxLength:"150" pattern:"^[A-Za-z0-9][A-Za-z0-9._/-]*$" patternDescription:"letters, digits, dots, hyphens, underscores and slashes, a letter or digit first" doc:"Your name for it, which never changes and which nobody sees: by it the room is found, whatever it is called. Give it, or slug."`
	Slug            *string  `json:"slug,omitzero" yaml:"slug,omitempty" pattern:"^[a-z]{3}-[a-z]{4}-[a-z]{3}$" patternDescription:"a code such as qpz-wkfm-jtx" doc:"The code of the link of a room that is there already. It is changed, never made nor archived."`
	Name            *string  `json:"name,omitzero" yaml:"name,omitempty" maxLength:"120"`
	Description     *string  `json:"description,omitzero" yaml:"description,omitempty" maxLength:"2000" lines:"many"`
	Language        *string  `json:"language,omitzero" yaml:"language,omitempty" enum:"fr,en"`
	Tags            []string `json:"tags,omitzero" yaml:"tags,omitempty" maxItems:"10" maxLength:"40"`
	Entry           *string  `json:"entry,omitzero" yaml:"entry,omitempty" enum:"hosts,members,organization,signed-in,everyone" doc:"Who enters without waiting."`
	MinAssurance    *string  `json:"minAssurance,omitzero" yaml:"minAssurance,omitempty" enum:"unknown,phone,email,agent,agent-mfa"`
	Template        *string  `json:"template,omitzero" yaml:"template,omitempty" maxLength:"60" doc:"The template by which it is made, by name. It stays."`
	Forbidden       []string `json:"forbidden,omitzero" yaml:"forbidden,omitempty" enum:"camera,microphone,screen,chat,reactions" doc:"What all but hosts may not do."`
	PhoneEntry      *string  `json:"phoneEntry,omitzero" yaml:"phoneEntry,omitempty" enum:"hosts,members,organization,signed-in,everyone" doc:"entry for those who dial in."`
	OpensWithHost   *bool    `json:"opensWithHost,omitzero" yaml:"opensWithHost,omitempty" doc:"All others wait until a host is there."`
	MuteOnEntry     *bool    `json:"muteOnEntry,omitzero" yaml:"muteOnEntry,omitempty" doc:"All others enter with the microphone closed, and may open it."`
	MaxParticipants *int     `json:"maxParticipants,omitzero" yaml:"maxParticipants,omitempty" minimum:"0" maximum:"1000" doc:"0: no limit."`
	MaxMinutes      *int     `json:"maxMinutes,omitzero" yaml:"maxMinutes,omitempty" minimum:"0" maximum:"1440" doc:"0: no limit."`
	CloseEmptyAfter *int     `json:"closeEmptyAfter,omitzero" yaml:"closeEmptyAfter,omitempty" minimum:"0" maximum:"1440" doc:"Minutes; 0: about one."`
	AttendanceDays  *int     `json:"attendanceDays,omitzero" yaml:"attendanceDays,omitempty" minimum:"1" maximum:"3650"`
	LinkExpiresAt   *string  `json:"linkExpiresAt,omitzero" yaml:"linkExpiresAt,omitempty" format:"date-time" doc:"From then on the link lets in hosts only."`
}

// ServiceAccount is known by its name. Its credentials are in no file.
type ServiceAccount struct {
	Place     `json:"-" yaml:"-"`
	Name      string   `json:"name" yaml:"name" required:"true" maxLength:"120" doc:"By it the account is found: another name is another account."`
	Scopes    []string `json:"scopes,omitzero" yaml:"scopes,omitempty" maxItems:"50" maxLength:"60" doc:"None that the account that applies does not have."`
	Networks  []string `json:"networks,omitzero" yaml:"networks,omitempty" maxItems:"50" maxLength:"60" format:"network" doc:"From where it may come."`
	ActsFor   []string `json:"actsFor,omitzero" yaml:"actsFor,omitempty" maxItems:"50" maxLength:"200" doc:"The organizations for whose people it may act, by name."`
	ExpiresAt *string  `json:"expiresAt,omitzero" yaml:"expiresAt,omitempty" format:"date-time"`
}

// Webhook is known by its address. Its secret is in no file.
type Webhook struct {
	Place       `json:"-" yaml:"-"`
	URL         string   `json:"url" yaml:"url" required:"true" maxLength:"1000" doc:"By it the webhook is found: another address is another webhook."`
	Types       []string `json:"types,omitzero" yaml:"types,omitempty" maxItems:"50" maxLength:"60" doc:"Of events; an empty list: all."`
	Description *string  `json:"description,omitzero" yaml:"description,omitempty" maxLength:"500" lines:"many"`
	Contact     *string  `json:"contact,omitzero" yaml:"contact,omitempty" maxLength:"254" doc:"Who is told when it is disabled."`
	Language    *string  `json:"contactLanguage,omitzero" yaml:"contactLanguage,omitempty" enum:"fr,en"`
	Signature   *string  `json:"signature,omitzero" yaml:"signature,omitempty" enum:"hmac-sha256,ed25519" doc:"It stays."`
}
