package scim

import (
	"strconv"
	"strings"
)

// The schemas and messages, by their names (RFC 7643 section 10, RFC 7644 section 8.2).
const (
	userURN       = "urn:ietf:params:scim:schemas:core:2.0:User"
	groupURN      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	enterpriseURN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	configURN     = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
	typeURN       = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
	schemaURN     = "urn:ietf:params:scim:schemas:core:2.0:Schema"
	listURN       = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	searchURN     = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
	patchURN      = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	bulkURN       = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
	bulkAnswerURN = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
	errorURN      = "urn:ietf:params:scim:api:messages:2.0:Error"
)

func digits(n int) string { return strconv.Itoa(n) }

// attribute is one attribute of a schema (RFC 7643 section 7).
type attribute struct {
	name     string
	kind     string // string, boolean, complex, reference; string when empty
	about    string
	multi    bool
	exact    bool // case counts
	readOnly bool
	required bool
	unique   bool
	words    []string // canonical values
	sub      []attribute
	max      int // characters; 200 when zero
}

func (a attribute) find(name string) (attribute, bool) { return find(a.sub, name) }

func find(list []attribute, name string) (attribute, bool) {
	for _, a := range list {
		if strings.EqualFold(a.name, name) {
			return a, true
		}
	}
	return attribute{}, false
}

// kindOf is a sort of resource: its attributes that are kept, and those of the standard that are read over. What is not kept is not
// asked for either: a video conference needs no addresses, telephones and pictures of people, and gives nothing for roles.
type resourceKind struct {
	name      string
	endpoint  string
	urn       string
	about     string
	own       []attribute
	extension string
	extended  []attribute
	ignored   []string
	fields    map[string]Field
}

var userKind = resourceKind{
	name: "User", endpoint: "/Users", urn: userURN, about: "Somebody of the organization.",
	own: []attribute{
		{name: "externalId", exact: true, about: "How the identity provider names the person: the uid behind a broker, the sub where the provider is the organization's own. Sign-ins are met by it."},
		{name: "userName", required: true, unique: true, about: "The client's name of the user; unique among those of the client."},
		{name: "name", kind: "complex", about: "The parts of the name.", sub: []attribute{
			{name: "formatted", about: "The whole name."}, {name: "familyName", about: "The family name."}, {name: "givenName", about: "The given name."},
			{name: "middleName", about: "The middle name."}, {name: "honorificPrefix", about: "The title before the name."}, {name: "honorificSuffix", about: "The suffix after the name."},
		}},
		{name: "displayName", about: "The name that others see, where its parts are not given."},
		{name: "title", about: "The function."},
		{name: "userType", about: "The relation to the organization."},
		{name: "preferredLanguage", about: "The language, as in Accept-Language.", max: 35},
		{name: "locale", about: "The language and region.", max: 35},
		{name: "active", kind: "boolean", about: "Whether the person may sign in. What runs ends when it becomes false."},
		{name: "emails", kind: "complex", multi: true, about: "Addresses. Nobody is found or let in by one.", sub: []attribute{
			{name: "value", about: "The address.", max: 254}, {name: "display", about: "The address as it is shown."},
			{name: "type", about: "What it is for.", words: []string{"work", "home", "other"}}, {name: "primary", kind: "boolean", about: "Whether it is the main one."},
		}},
		{name: "groups", kind: "complex", multi: true, readOnly: true, about: "The groups of the client that the user is a member of.", sub: []attribute{
			{name: "value", readOnly: true, about: "The id of the group."}, {name: "$ref", kind: "reference", readOnly: true, about: "Its address."},
			{name: "display", readOnly: true, about: "Its name."}, {name: "type", readOnly: true, words: []string{"direct"}, about: "Always direct: groups have no groups in them."},
		}},
	},
	extension: enterpriseURN,
	extended: []attribute{
		{name: "organization", about: "The name of the organization, as the client has it. It places nobody."}, {name: "division", about: "The division."}, {name: "department", about: "The department."},
	},
	ignored: []string{
		"nickName", "profileUrl", "timezone", "password", "phoneNumbers", "ims", "photos", "addresses", "entitlements", "roles", "x509Certificates",
		enterpriseURN + ":employeeNumber", enterpriseURN + ":costCenter", enterpriseURN + ":manager",
	},
	fields: userFields,
}

var groupKind = resourceKind{
	name: "Group", endpoint: "/Groups", urn: groupURN, about: "People of the organization under one name, to whom roles in rooms may be given.",
	own: []attribute{
		{name: "externalId", exact: true, about: "The client's own key."},
		{name: "displayName", required: true, unique: true, about: "The name of the group; unique among those of the client."},
		{name: "members", kind: "complex", multi: true, about: "Users of the same client. A group in a group is refused.", sub: []attribute{
			{name: "value", exact: true, about: "The id of the user."}, {name: "$ref", kind: "reference", readOnly: true, about: "The address of the user."},
			{name: "display", readOnly: true, about: "Not kept."}, {name: "type", words: []string{"User"}, about: "Always User."},
		}},
	},
	fields: groupFields,
}

// target is an attribute with the part of the document where it stands.
type target struct {
	extended bool
	of       attribute
}

// lookUp finds an attribute that is kept. ignored tells that the standard has it and we do not keep it.
func (k resourceKind) lookUp(urn, name string) (_ target, known, ignored bool) {
	switch {
	case urn == "" || strings.EqualFold(urn, k.urn):
		if a, ok := find(k.own, name); ok {
			return target{of: a}, true, false
		}
		return target{}, false, k.ignores(name)
	case k.extension != "" && strings.EqualFold(urn, k.extension):
		if a, ok := find(k.extended, name); ok {
			return target{extended: true, of: a}, true, false
		}
		return target{}, false, k.ignores(urn + ":" + name)
	}
	return target{}, false, false
}

func (k resourceKind) ignores(name string) bool {
	for _, i := range k.ignored {
		if strings.EqualFold(i, name) {
			return true
		}
	}
	return false
}
