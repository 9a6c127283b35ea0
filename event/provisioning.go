package event

// What happens to people and groups by provisioning.
const (
	SCIMBound         Type = "scim.bound" // a service account to a provider
	PersonProvisioned Type = "person.provisioned"
	PersonUnlinked    Type = "person.unlinked" // from what an identity management says
	PeopleImported    Type = "people.imported" // by a file
	GroupCreated      Type = "group.created"
	GroupUpdated      Type = "group.updated"
	GroupDeleted      Type = "group.deleted"
)
