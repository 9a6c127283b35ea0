package auth

import "parvis/fault"

// givers is the right that somebody holds who lets software use a scope: nobody gives what they may not do themselves. What
// software does by the others stays within its organization, of which whoever makes its account administers all.
var givers = map[Scope]Right{
	ScopeRoomsRead: ServiceAccountGive, ScopeRoomsWrite: ServiceAccountGive, ScopeAttendanceRead: ServiceAccountGive,
	ScopeMeetingsRead: ServiceAccountGive, ScopeMeetingsWrite: ServiceAccountGive, ScopeMeetingsWriteAny: ServiceAccountGive,
	ScopeMeetingsPurge:         ServiceAccountGive,
	ScopeServiceAccountsManage: ServiceAccountGive,

	ScopeWebhooksManage: WebhookAddress, ScopeOrganizationsManage: OrganizationsWrite, ScopePeopleManage: PeopleWrite,
	ScopeAuditRead: AuditRead, ScopePoliciesManage: PoliciesWrite, ScopeUsageRead: UsageRead,
}

// MayGiveScope answers nil when who may let software of an organization use a scope. A scope that is not in the table is given
// by nobody.
func MayGiveScope(who Identity, s Scope, on Resource) error {
	right, known := givers[s]
	if !known || Allowed(who, ServiceAccountGive, on) != nil || Allowed(who, right, on) != nil {
		return fault.Newf(fault.CodeForbidden, "nobody gives what they may not do themselves: the scope %s needs more than you hold here", s)
	}
	return nil
}
