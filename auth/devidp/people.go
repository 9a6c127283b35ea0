package devidp

import (
	"slices"
	"strings"
)

// Person is somebody of the demonstration: what the provider tells about them, in ProConnect's words.
type Person struct {
	Username string // the key on the sign-in page
	Subject  string // sub: the same on every machine and after every restart

	GivenName          string
	UsualName          string // the family name, as ProConnect calls it
	Email              string
	UID                string
	Siret              string // 14 digits
	IdPID              string // one for each organization
	OrganizationLabel  string
	OrganizationalUnit string
	Roles              []string
	ACR                string
	AMR                []string

	French  string // what they are, for the page
	English string
	// Deactivated says that Parvis is to have this person deactivated. The provider signs them in all the same: a
	// refusal is worth showing only if it is Parvis that refuses.
	Deactivated bool
}

// Name is given name and family name.
func (p Person) Name() string { return p.GivenName + " " + p.UsualName }

// SecondFactor tells whether the person proves who they are by more than a password.
func (p Person) SecondFactor() bool { return slices.Contains(p.AMR, "mfa") }

func (p Person) initials() string {
	return string([]rune(p.GivenName)[:1]) + string([]rune(p.UsualName)[:1])
}

// organization is an identity provider behind this one, as ProConnect federates them.
type organization struct {
	siret, idpID, label string
}

var (
	interior = organization{"11001401600015", "71144ab3-ee1a-4401-b7b3-79b44f7daeeb", "Ministère de l’Intérieur"}
	justice  = organization{"11001001400014", "9ac6b8b5-4d0f-4f3e-8f5b-1f0f2d9f3c11", "Ministère de la Justice"}
	digital  = organization{"13002526500013", "4b0f7f2e-6a3c-4c0b-9d5e-2f6f0f3b8a27", "Direction interministérielle du numérique"}
)

func (o organization) member(p Person) Person {
	p.Siret, p.IdPID, p.OrganizationLabel = o.siret, o.idpID, o.label
	if p.ACR == "" {
		p.ACR, p.AMR = "eidas2", []string{"pwd", "totp", "mfa"}
	}
	p.Roles = append([]string{"agent_public", "agent_public_etat"}, p.Roles...)
	return p
}

// People answers everybody who may be chosen, in the order of the page. The slice is the caller's own.
func People() []Person {
	return []Person{
		interior.member(Person{
			Username: "jeanne", Subject: "5f2b1c9e-0d64-4d0e-9a53-6f1a7a1d2c01", UID: "jmorel",
			GivenName: "Jeanne", UsualName: "Morel", Email: "jeanne.morel@interieur.example",
			OrganizationalUnit: "Direction de la transformation numérique",
			French:             "Agente du ministère de l’Intérieur", English: "Agent of the Ministry of the Interior",
		}),
		interior.member(Person{
			Username: "amine", Subject: "5f2b1c9e-0d64-4d0e-9a53-6f1a7a1d2c02", UID: "akader",
			GivenName: "Amine", UsualName: "Kader", Email: "amine.kader@interieur.example",
			OrganizationalUnit: "Direction générale des collectivités locales",
			French:             "Agent du ministère de l’Intérieur", English: "Agent of the Ministry of the Interior",
		}),
		justice.member(Person{
			Username: "louise", Subject: "5f2b1c9e-0d64-4d0e-9a53-6f1a7a1d2c03", UID: "lpetit",
			GivenName: "Louise", UsualName: "Petit", Email: "louise.petit@justice.example",
			OrganizationalUnit: "Direction des services judiciaires",
			French:             "Agente du ministère de la Justice", English: "Agent of the Ministry of Justice",
		}),
		digital.member(Person{
			Username: "paul", Subject: "5f2b1c9e-0d64-4d0e-9a53-6f1a7a1d2c04", UID: "pgirard",
			GivenName: "Paul", UsualName: "Girard", Email: "paul.girard@dinum.example",
			OrganizationalUnit: "Département infrastructures", Roles: []string{"administrator"},
			French: "Administrateur informatique, DINUM", English: "IT administrator, DINUM",
		}),
		digital.member(Person{
			Username: "claire", Subject: "5f2b1c9e-0d64-4d0e-9a53-6f1a7a1d2c05", UID: "cvasseur",
			GivenName: "Claire", UsualName: "Vasseur", Email: "claire.vasseur@dinum.example",
			OrganizationalUnit: "Mission d’audit interne", Roles: []string{"auditor"},
			French: "Auditrice, DINUM", English: "Auditor, DINUM",
		}),
		interior.member(Person{
			Username: "marc", Subject: "5f2b1c9e-0d64-4d0e-9a53-6f1a7a1d2c06", UID: "molivier",
			GivenName: "Marc", UsualName: "Olivier", Email: "marc.olivier@interieur.example",
			OrganizationalUnit: "Secrétariat général", Deactivated: true,
			French: "Agent du ministère de l’Intérieur", English: "Agent of the Ministry of the Interior",
		}),
		justice.member(Person{
			Username: "samira", Subject: "5f2b1c9e-0d64-4d0e-9a53-6f1a7a1d2c07", UID: "sdufour",
			GivenName: "Samira", UsualName: "Dufour", Email: "samira.dufour@justice.example",
			OrganizationalUnit: "Direction de l’administration pénitentiaire",
			ACR:                "eidas1", AMR: []string{"pwd"},
			French: "Agente du ministère de la Justice", English: "Agent of the Ministry of Justice",
		}),
	}
}

// Domains are those of everybody's addresses: they are nobody else's.
func Domains() []string {
	var domains []string
	for _, p := range People() {
		_, domain, _ := strings.Cut(p.Email, "@")
		domains = append(domains, domain)
	}
	slices.Sort(domains)
	return slices.Compact(domains)
}
