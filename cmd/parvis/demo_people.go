package main

import (
	"parvis/auth/devidp"
	"parvis/directory"
)

// demoClaims is what the development provider will say of somebody at a sign-in.
func demoClaims(who devidp.Person, issuer string) directory.Claims {
	return directory.Claims{
		Provider: demoProvider, Issuer: issuer, Subject: who.Subject, GivenName: who.GivenName, FamilyName: who.UsualName, Email: who.Email,
		Siret: who.Siret, IdPID: who.IdPID, OrganizationLabel: who.OrganizationLabel, OrganizationUnit: who.OrganizationalUnit, Roles: who.Roles,
	}
}
