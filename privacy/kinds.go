package privacy

import "time"

// Kind is a kind of personal data: what is exported into one file, erased alike and kept equally long.
type Kind string

// The kinds. Their words are names of files and keys of reports: none is renamed.
const (
	Account     Kind = "account"
	Addresses   Kind = "addresses"
	Identities  Kind = "identities"
	Groups      Kind = "groups"
	SignIns     Kind = "sign-ins"
	Roles       Kind = "roles"
	Rooms       Kind = "rooms"
	Meetings    Kind = "meetings"
	Invitations Kind = "invitations"
	Calendar    Kind = "calendar"
	Letters     Kind = "letters"
	Lobby       Kind = "lobby"
	Admissions  Kind = "admissions"
	Attendance  Kind = "attendance"
	Acts        Kind = "acts"
	Blocks      Kind = "blocks"
	Chat        Kind = "chat"
	Delegation  Kind = "delegation"
	Trail       Kind = "trail"
	Requests    Kind = "requests"
	Contacts    Kind = "contacts"
	Protection  Kind = "protection"
)

// Words is a text in the languages of the platform.
type Words struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

// In is the text in a language: English unless French is asked for.
func (w Words) In(language string) string {
	if language == "fr" {
		return w.FR
	}
	return w.EN
}

// Fate is what erasure does with a kind.
type Fate string

// The fates.
const (
	Removed  Fate = "removed"  // the rows go
	Nameless Fate = "nameless" // the rows stay without name, address and text of the person
	Stays    Fate = "stays"    // the rows hold an id alone, or run out by themselves
)

// How long what has no further use stays. The jobs of the store go by these, and so does the register.
const (
	KeepSignIns    = 7 * 24 * time.Hour
	KeepLetters    = 30 * 24 * time.Hour
	KeepTickets    = 10 * time.Minute
	KeepUnopened   = 24 * time.Hour
	KeepOperations = 7 * 24 * time.Hour
	KeepRequests   = 24 * time.Hour
	KeepExports    = 30 * 24 * time.Hour
	KeepEvents     = 24 * time.Hour // the least that the trail, which says the same, is kept
)

// AttendanceDays is for how long a room keeps who was there, unless its owners say otherwise.
const AttendanceDays = 90

// Declared is one row of the table of what is kept of people. Job names what removes it when its time is over; without one
// Why says the reason. Why says too why erasure leaves something, where it does.
type Declared struct {
	Kind    Kind
	Holds   Words
	Purpose Words
	Seen    Words
	Kept    Words
	Job     string
	Why     Words
	Fate    Fate
}

// Exported tells whether the copy that somebody gets has a file of this kind.
func (d Declared) Exported() bool {
	return d.Kind != Requests && d.Kind != Contacts && d.Kind != Protection
}

// PruneJob is the loop that takes away what has run out, on every replica, every ten to twenty minutes.
const PruneJob = "prune"

// ExpiryJob is the loop that takes away rows of the audit trail whose time is over.
const ExpiryJob = "audit expiry"

var (
	self       = Words{"la personne elle-même", "the person themself"}
	selfAdmins = Words{"la personne, les administrateurs de son organisme", "the person, administrators of their organization"}
	hosts      = Words{"la personne, les hôtes du salon, les administrateurs", "the person, hosts of the room, administrators"}
	organizers = Words{"la personne, l'organisateur et ses suppléants ; les autres invités voient le nom", "the person, the organizer and their deputies; others invited see the name"}
	untilGone  = Words{"tant que le compte existe", "for as long as the account exists"}
	account    = Words{"le compte l'exige : l'effacement l'emporte", "the account needs it: erasure takes it along"}
)

var declared = []Declared{
	{
		Kind: Account, Holds: Words{"nom, adresse, langue, service, organisme", "name, address, language, unit, organization"},
		Purpose: Words{"reconnaître la personne et l'afficher aux autres participants", "know the person and show them to others in a meeting"},
		Seen:    Words{"les collègues du même organisme (recherche), les participants (nom)", "colleagues of the same organization (search), others in a meeting (name)"},
		Kept:    untilGone, Why: account, Fate: Nameless,
	},
	{
		Kind: Addresses, Holds: Words{"adresses électroniques, présentes et passées", "e-mail addresses, present and past"},
		Purpose: Words{"écrire à la personne, savoir quelle adresse elle avait", "write to the person, know which address was theirs"},
		Seen:    selfAdmins, Kept: untilGone, Why: account, Fate: Removed,
	},
	{
		Kind: Identities, Holds: Words{"identifiants chez les fournisseurs d'identité", "identifiers at identity providers"},
		Purpose: Words{"retrouver la personne à sa connexion", "find the person again at sign-in"},
		Seen:    selfAdmins, Kept: untilGone, Why: account, Fate: Removed,
	},
	{
		Kind: Groups, Holds: Words{"groupes et rôles d'administration", "groups and administrative roles"},
		Purpose: Words{"donner les droits d'un groupe ou d'une fonction", "give the rights of a group or of an office"},
		Seen:    selfAdmins, Kept: untilGone, Why: account, Fate: Removed,
	},
	{
		Kind: SignIns, Holds: Words{"connexions : navigateur, réseau tronqué, dates", "sign-ins: browser, truncated network, dates"},
		Purpose: Words{"tenir la session ouverte, montrer à la personne où elle est connectée", "keep somebody signed in, show them where they are"},
		Seen:    self, Kept: Words{"7 jours après la fin de la connexion", "7 days after the sign-in has ended"}, Job: PruneJob, Fate: Removed,
	},
	{
		Kind: Roles, Holds: Words{"rôles dans des salons, invitations en attente", "roles in rooms, invitations that wait"},
		Purpose: Words{"laisser entrer et animer", "let people in and let them host"},
		Seen:    hosts, Kept: Words{"jusqu'au retrait du rôle", "until the role is taken back"},
		Why: Words{"un rôle vaut tant que les propriétaires du salon ne le retirent pas", "a role counts until the owners of the room take it back"}, Fate: Removed,
	},
	{
		Kind: Rooms, Holds: Words{"salons : nom, description", "rooms: name, description"},
		Purpose: Words{"retrouver le lieu d'une réunion", "find the place of a meeting again"},
		Seen:    hosts, Kept: Words{"tant que le salon existe", "for as long as the room exists"},
		Why: Words{"un salon appartient à l'organisme : il est confié ou archivé, le salon personnel perd son nom", "a room belongs to the organization: it is handed over or archived, a personal one loses its name"}, Fate: Nameless,
	},
	{
		Kind: Meetings, Holds: Words{"réunions planifiées : titre, description, organisateur, suppléants", "planned meetings: title, description, organizer, deputies"},
		Purpose: Words{"planifier des réunions", "plan meetings"},
		Seen:    organizers, Kept: Words{"tant que l'organisme garde ses réunions", "for as long as the organization keeps its meetings"},
		Why: Words{"la réunion est aussi celle des autres invités : elle reste, sans le nom de la personne effacée", "the meeting is also that of the others invited: it stays, without the name of who was erased"}, Fate: Nameless,
	},
	{
		Kind: Invitations, Holds: Words{"invitations et réponses", "invitations and answers"},
		Purpose: Words{"inviter, savoir qui vient", "invite, know who comes"},
		Seen:    organizers, Kept: Words{"avec la réunion", "with the meeting"},
		Why: Words{"la liste des invités d'une réunion passée reste, sans nom ni adresse", "who was invited to a past meeting stays, without name and address"}, Fate: Nameless,
	},
	{
		Kind: Calendar, Holds: Words{"abonnement de calendrier, index des réunions d'une personne", "calendar subscription, index of a person's meetings"},
		Purpose: Words{"montrer à la personne ses réunions", "show the person their meetings"},
		Seen:    self, Kept: untilGone, Why: account, Fate: Removed,
	},
	{
		Kind: Letters, Holds: Words{"courriers envoyés : destinataire, objet, état", "mails sent: recipient, subject, state"},
		Purpose: Words{"envoyer invitations et rappels, une seule fois", "send invitations and reminders, once"},
		Seen:    organizers, Kept: Words{"30 jours après la réunion", "30 days after the meeting"}, Job: PruneJob, Fate: Nameless,
	},
	{
		Kind: Lobby, Holds: Words{"demandes d'entrée", "knocks at the door of a room"},
		Purpose: Words{"laisser un hôte décider qui entre", "let a host decide who enters"},
		Seen:    hosts, Kept: Words{"10 minutes après la fin de l'attente", "10 minutes after the wait"}, Job: PruneJob, Fate: Removed,
	},
	{
		Kind: Admissions, Holds: Words{"entrées dans un salon", "leaves to be in a room"},
		Purpose: Words{"tenir la place dans un appel", "hold the place in a call"},
		Seen:    hosts, Kept: Words{"avec la présence ; un jour sans entrée", "with attendance; a day where nobody entered"}, Job: PruneJob, Fate: Nameless,
	},
	{
		Kind: Attendance, Holds: Words{"présence : qui, quand, combien de temps", "attendance: who, when, for how long"},
		Purpose: Words{"établir qui a participé", "tell who took part"},
		Seen:    hosts, Kept: Words{"ce que dit le salon, 90 jours sauf réglage", "as the room says, 90 days unless it is changed"}, Job: PruneJob, Fate: Nameless,
		Why: Words{"la feuille de présence des autres reste, avec « Personne effacée »", "the attendance of others stays, with “erased person”"},
	},
	{
		Kind: Acts, Holds: Words{"actes d'animation : qui a fait quoi à qui", "what hosts did, and to whom"},
		Purpose: Words{"répondre de l'animation d'une réunion", "answer for how a meeting was hosted"},
		Seen:    hosts, Kept: Words{"avec la présence", "with attendance"}, Job: PruneJob, Fate: Nameless,
	},
	{
		Kind: Blocks, Holds: Words{"blocages d'un salon", "blocks of a room"},
		Purpose: Words{"tenir quelqu'un hors d'un salon", "keep somebody out of a room"},
		Seen:    hosts, Kept: Words{"jusqu'à la levée du blocage", "until the block is lifted"},
		Why: Words{"un blocage vaut tant qu'un hôte ne le lève pas", "a block counts until a host lifts it"}, Fate: Removed,
	},
	{
		Kind: Chat, Holds: Words{"messages d'une réunion", "lines said in a meeting"},
		Purpose: Words{"converser pendant la réunion", "talk during a meeting"},
		Seen:    Words{"les participants", "those in the meeting"}, Kept: Words{"jusqu'à la fin de la réunion", "until the meeting ends"}, Job: PruneJob, Fate: Removed,
	},
	{
		Kind: Delegation, Holds: Words{"jetons de logiciels qui agissent pour la personne", "tokens of software that acts for the person"},
		Purpose: Words{"laisser un logiciel agir pour quelqu'un", "let software act for somebody"},
		Seen:    selfAdmins, Kept: Words{"une heure au plus", "an hour at most"}, Job: PruneJob, Fate: Removed,
	},
	{
		Kind: Trail, Holds: Words{"journal de ce qui s'est passé, par identifiants", "the trail of what happened, by ids"},
		Purpose: Words{"répondre de ce qui a été fait", "answer for what was done"},
		Seen:    Words{"auditeurs et administrateurs", "auditors and administrators"}, Kept: Words{"journal d'audit : 12 mois sauf réglage ; file des événements : un jour", "audit trail: 12 months unless it is changed; queue of events: a day"}, Job: ExpiryJob,
		Why: Words{"des identifiants seuls, qui ne désignent plus personne ; les noms sont sous une clé que l'effacement détruit", "ids alone, which point to nobody any more; names stand under a key that erasure destroys"}, Fate: Stays,
	},
	{
		Kind: Requests, Holds: Words{"réponses gardées pour une répétition, imports en cours", "answers kept for a repeated request, imports under way"},
		Purpose: Words{"ne rien faire deux fois", "do nothing twice"},
		Seen:    self, Kept: Words{"un jour ; une semaine pour un import", "a day; a week for an import"}, Job: PruneJob, Fate: Removed,
	},
	{
		Kind: Contacts, Holds: Words{"contact technique d'un logiciel", "technical contact of software"},
		Purpose: Words{"prévenir d'un webhook coupé", "tell of a webhook that was disabled"},
		Seen:    Words{"les administrateurs", "administrators"}, Kept: Words{"avec le webhook", "with the webhook"},
		Why: Words{"une adresse de l'organisme, qu'il change lui-même", "an address of the organization, which changes it itself"}, Fate: Stays,
	},
	{
		Kind: Protection, Holds: Words{"exports demandés, effacements, gels", "copies asked for, erasures, holds"},
		Purpose: Words{"répondre de la protection des données", "answer for data protection"},
		Seen:    Words{"les administrateurs, les auditeurs", "administrators, auditors"}, Kept: Words{"exports : 30 jours ; effacements et gels : la preuve en reste", "copies: 30 days; erasures and holds: the proof stays"}, Job: PruneJob,
		Why: Words{"la preuve d'un effacement ne porte aucun nom", "the proof of an erasure carries no name"}, Fate: Stays,
	},
}

// Kinds is the table of what is kept of people.
func Kinds() []Declared { return append([]Declared(nil), declared...) }

// Of is the row of a kind.
func Of(k Kind) (Declared, bool) {
	for _, d := range declared {
		if d.Kind == k {
			return d, true
		}
	}
	return Declared{}, false
}
