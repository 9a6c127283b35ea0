package privacy

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"parvis/auth"
	"parvis/fault"
)

// Basis is a legal basis of article 6(1) of the GDPR.
type Basis string

// The bases. A public body works in the public interest unless its operator says otherwise.
const (
	PublicTask          Basis = "public-task"
	LegalObligation     Basis = "legal-obligation"
	Contract            Basis = "contract"
	LegitimateInterests Basis = "legitimate-interests"
	Consent             Basis = "consent"
)

var bases = map[Basis]Words{
	PublicTask:          {"mission d'intérêt public (art. 6.1.e)", "task in the public interest (art. 6(1)(e))"},
	LegalObligation:     {"obligation légale (art. 6.1.c)", "legal obligation (art. 6(1)(c))"},
	Contract:            {"contrat (art. 6.1.b)", "contract (art. 6(1)(b))"},
	LegitimateInterests: {"intérêt légitime (art. 6.1.f)", "legitimate interests (art. 6(1)(f))"},
	Consent:             {"consentement (art. 6.1.a)", "consent (art. 6(1)(a))"},
}

// ParseBases reads "public-task,chat:consent": one for all kinds, and others for some.
func ParseBases(text string) (map[Kind]Basis, error) {
	found := map[Kind]Basis{"": PublicTask}
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		kind, basis, some := strings.Cut(word, ":")
		if !some {
			kind, basis = "", word
		}
		if _, known := Of(Kind(kind)); some && !known {
			return nil, fmt.Errorf("there is no kind %q of data: see parvis privacy register", kind)
		}
		if _, known := bases[Basis(basis)]; !known {
			return nil, fmt.Errorf("%q is no legal basis: public-task, legal-obligation, contract, legitimate-interests or consent", basis)
		}
		found[Kind(kind)] = Basis(basis)
	}
	return found, nil
}

// Operator is what the settings say of who runs the installation and how. Hosts are names alone, never addresses with secrets.
type Operator struct {
	Name       string
	Controller string // who answers for it
	Contact    string // of the data protection officer
	Bases      map[Kind]Basis
	Providers  []Recipient // of sign-in
	MailHost   string      // that sends
	InboxHost  string      // that is read
	MediaHost  string
	HTTPS      bool
	Database   string // postgresql or sqlite
	DatabaseAt string // its host; empty for a file
	SignInIdle time.Duration
	SignInMax  time.Duration
}

// Recipient is a host to which personal data go.
type Recipient struct {
	Name string `json:"name"`
	Host string `json:"host"`
	Gets Words  `json:"gets"`
}

// Register is the record of processing activities of article 30 of the GDPR, as the configuration that runs makes it.
type Register struct {
	Platform   string      `json:"platform"`
	URL        string      `json:"url"`
	Controller string      `json:"controller,omitempty"`
	Contact    string      `json:"contact,omitempty"`
	ReceiptKey string      `json:"receiptKey"` // base64 of the Ed25519 key that verifies receipts
	Subjects   Words       `json:"subjects"`
	Activities []Activity  `json:"activities"`
	Recipients []Recipient `json:"recipients"`
	Measures   []Words     `json:"measures"`
	Transfers  Words       `json:"transfers"`
}

// Activity is one kind of data as the register says it.
type Activity struct {
	Kind      Kind  `json:"kind"`
	Data      Words `json:"data"`
	Purpose   Words `json:"purpose"`
	Basis     Basis `json:"basis"`
	BasisText Words `json:"basisText"`
	Seen      Words `json:"seenBy"`
	Kept      Words `json:"kept"`
	Erasure   Fate  `json:"erasure"`
}

// Hosts finds the hosts that webhooks call, and counts what is kept.
type Hosts interface {
	WebhookHosts(ctx context.Context) ([]string, error)
	// RowsOf counts the rows of tables.
	RowsOf(ctx context.Context, tables []string) (map[string]int64, error)
}

func (s *Service) mayReport(who auth.Identity) error {
	if who.Kind == auth.System {
		return nil
	}
	if who.Anonymous() {
		return fault.New(fault.CodeSignInRequired, "sign in to do this")
	}
	return auth.Allowed(who, auth.PrivacyReport, auth.Resource{})
}

// Register makes the register.
func (s *Service) Register(ctx context.Context, who auth.Identity) (Register, error) {
	if err := s.mayReport(who); err != nil {
		return Register{}, err
	}
	hosts, err := s.Hosts.WebhookHosts(ctx)
	if err != nil {
		return Register{}, fmt.Errorf("register: %w", err)
	}
	o := s.Operator
	r := Register{
		Platform: o.Name, URL: s.URL, Controller: o.Controller, Contact: o.Contact, ReceiptKey: s.PublicKey(),
		Subjects:   Words{"agents, invités sans compte, contacts invités par courriel", "staff, guests without an account, people invited by mail"},
		Recipients: o.recipients(hosts), Measures: o.measures(),
		Transfers: Words{"selon le pays de chaque destinataire ci-dessous ; rien ne part vers un autre hôte", "by the country of each recipient below; nothing goes to any other host"},
	}
	for _, d := range declared {
		basis := cmp.Or(o.Bases[d.Kind], o.Bases[""], PublicTask)
		r.Activities = append(r.Activities, Activity{d.Kind, d.Holds, d.Purpose, basis, bases[basis], d.Seen, d.Kept, d.Fate})
	}
	return r, nil
}

func (o Operator) recipients(webhooks []string) []Recipient {
	list := slices.Clone(o.Providers)
	add := func(host, name string, gets Words) {
		if host != "" {
			list = append(list, Recipient{name, host, gets})
		}
	}
	add(o.MailHost, "SMTP", Words{"adresse, nom, titre et dates des réunions", "address, name, title and dates of meetings"})
	add(o.InboxHost, "IMAP", Words{"réponses aux invitations", "answers to invitations"})
	add(o.MediaHost, "LiveKit", Words{"son, image, nom affiché, adresse du réseau, le temps de l'appel", "sound, picture, shown name, network address, for as long as the call"})
	add(o.DatabaseAt, "PostgreSQL", Words{"tout ce registre", "all of this register"})
	for _, host := range webhooks {
		add(host, "webhook", Words{"identifiants de réunions et de participants, sans noms", "ids of meetings and participants, without names"})
	}
	return list
}

func (o Operator) measures() []Words {
	list := []Words{
		{"accès par rôle, vérifié par le serveur à chaque requête", "access by role, decided by the server at each request"},
		{"journal d'audit des actes d'administration", "audit trail of administrative acts"},
		{"jetons, codes et secrets gardés par leur empreinte ; jetons d'identité et codes de réunion chiffrés (AES-256-GCM)", "tokens, codes and secrets kept by their hash; ID tokens and passcodes encrypted (AES-256-GCM)"},
		{"adresses du réseau tronquées ; ni nom ni adresse dans les journaux techniques", "network addresses truncated; neither names nor addresses in technical logs"},
		{"son et image chiffrés en transit (DTLS-SRTP)", "sound and picture encrypted in transit (DTLS-SRTP)"},
		{
			fmt.Sprintf("connexion fermée après %s sans activité, %s au plus", words(o.SignInIdle), words(o.SignInMax)),
			fmt.Sprintf("signed out after %s without activity, %s at most", words(o.SignInIdle), words(o.SignInMax)),
		},
		{"base de données : " + o.Database, "database: " + o.Database},
	}
	if o.HTTPS {
		list = append(list, Words{"échanges chiffrés (HTTPS)", "exchanges encrypted (HTTPS)"})
	} else {
		list = append(list, Words{"sans chiffrement : cette machine seule", "without encryption: this machine alone"})
	}
	return list
}

// words is a time without parts that are zero: 2h, not 2h0m0s.
func words(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// Markdown is the register for people.
func (r Register) Markdown(language string) string {
	say := func(fr, en string) string { return Words{fr, en}.In(language) }
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s, %s\n\n", say("Registre des activités de traitement (RGPD, article 30)", "Record of processing activities (GDPR, article 30)"), plain(r.Platform), r.URL)
	none := say("à renseigner", "to be filled in")
	fmt.Fprintf(&b, "- %s: %s\n", say("Responsable du traitement", "Controller"), plain(cmp.Or(r.Controller, none+" (PARVIS_PRIVACY_CONTROLLER)")))
	fmt.Fprintf(&b, "- %s: %s\n", say("Délégué à la protection des données", "Data protection officer"), plain(cmp.Or(r.Contact, none+" (PARVIS_PRIVACY_CONTACT)")))
	fmt.Fprintf(&b, "- %s: %s\n", say("Personnes concernées", "Data subjects"), r.Subjects.In(language))
	fmt.Fprintf(&b, "- %s: %s\n", say("Transferts hors de l'Union", "Transfers outside the Union"), r.Transfers.In(language))
	fmt.Fprintf(&b, "- %s: `%s`\n\n", say("Clé des reçus d'effacement", "Key of erasure receipts"), r.ReceiptKey)
	fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n|---|---|---|---|---|---|\n", say("nature", "kind"), say("données", "data"), say("finalité", "purpose"), say("base légale", "legal basis"), say("visible par", "seen by"), say("conservation", "kept"))
	for _, a := range r.Activities {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", a.Kind, a.Data.In(language), a.Purpose.In(language), a.BasisText.In(language), a.Seen.In(language), a.Kept.In(language))
	}
	fmt.Fprintf(&b, "\n## %s\n\n", say("Destinataires", "Recipients"))
	for _, to := range r.Recipients {
		fmt.Fprintf(&b, "- %s, `%s`: %s\n", plain(to.Name), to.Host, to.Gets.In(language))
	}
	fmt.Fprintf(&b, "\n## %s\n\n", say("Mesures de sécurité", "Security measures"))
	for _, m := range r.Measures {
		fmt.Fprintf(&b, "- %s\n", m.In(language))
	}
	return b.String()
}

// plain keeps what an operator wrote from becoming a table, a link or HTML.
func plain(text string) string {
	return strings.NewReplacer("|", "\\|", "<", "&lt;", "[", "\\[", "\n", " ", "\r", " ").Replace(text)
}

// Standing is one row of the report on retention.
type Standing struct {
	Kind Kind   `json:"kind"`
	Kept Words  `json:"kept"`
	Job  string `json:"job,omitempty"`
	Why  *Words `json:"why,omitempty"`
	Rows int64  `json:"rows"`
}

// Retention reports for how long each kind is kept, by which job it goes, and how much there is.
func (s *Service) Retention(ctx context.Context, who auth.Identity) ([]Standing, error) {
	if err := s.mayReport(who); err != nil {
		return nil, err
	}
	var names []string
	for _, t := range tables {
		if t.Kind != "" {
			names = append(names, t.Name)
		}
	}
	rows, err := s.Hosts.RowsOf(ctx, names)
	if err != nil {
		return nil, fmt.Errorf("report on retention: %w", err)
	}
	report := make([]Standing, len(declared))
	for i, d := range declared {
		report[i] = Standing{Kind: d.Kind, Kept: d.Kept, Job: d.Job}
		if d.Job == "" {
			why := d.Why
			report[i].Why = &why
		}
		for _, t := range tables {
			if t.Kind == d.Kind {
				report[i].Rows += rows[t.Name]
			}
		}
	}
	return report, nil
}
