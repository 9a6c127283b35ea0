package notice

import (
	"text/template"

	"parvis/webhook"
)

var french = words{
	language: "fr",
	subject:  "%s : le webhook vers %s est désactivé",
	status:   "réponse HTTP %d",
	reasons: map[webhook.Reason]string{
		webhook.Gone:           "l’adresse a répondu 410 : elle ne veut plus rien recevoir",
		webhook.Failing:        "trop longtemps, aucun message n’est arrivé",
		webhook.AccountRevoked: "le compte de service qui l’a créé, ou activé en dernier, a été révoqué",
	},
	failures: map[webhook.Failure]string{
		webhook.Refused: "la plateforme n’envoie rien à cette adresse, ou le nom est inconnu", webhook.Unreached: "pas de connexion",
		webhook.BadTLS: "TLS : certificat refusé ou protocole trop ancien", webhook.TimedOut: "pas de réponse à temps", webhook.Redirected: "redirection",
		webhook.TooLong: "réponse trop longue", webhook.BadAnswer: "le défi n’a pas été relevé", webhook.Unsigned: "la clé de signature est illisible : renouvelez-la",
	},
	body: template.Must(template.New("fr").Parse(`Un webhook est désactivé

{{.Platform}} n’envoie plus rien à cette adresse :

    {{.Address}}
{{with .Description}}    {{.}}
{{end}}
Désactivé le
    {{.Disabled}}
{{with .Since}}
En échec depuis le
    {{.}}
{{end}}
Pourquoi
    {{.Reason}}
{{with .Last}}
Dernier essai
    {{.}}
{{end}}
Pour le réactiver, une fois le destinataire réparé, demandez avec un compte de service qui a le droit webhooks.manage :

    POST {{.Path}}/enable

Le destinataire reçoit alors un nouveau défi, auquel il doit répondre. Les messages abandonnés restent listés pendant 30 jours et peuvent être renvoyés un par un :

    GET {{.Path}}/deliveries?state=dead

Vous recevez ce message parce que votre adresse est le contact de ce webhook.
`)),
}

var english = words{
	language: "en",
	subject:  "%s: the webhook to %s is disabled",
	status:   "HTTP answer %d",
	reasons: map[webhook.Reason]string{
		webhook.Gone:           "the address answered 410: it wants nothing more",
		webhook.Failing:        "nothing came through for too long",
		webhook.AccountRevoked: "the service account that made it, or enabled it last, was revoked",
	},
	failures: map[webhook.Failure]string{
		webhook.Refused: "nothing is sent to this address, or the name is unknown", webhook.Unreached: "no connection",
		webhook.BadTLS: "TLS: a certificate that is not accepted, or a protocol that is too old", webhook.TimedOut: "no answer in time", webhook.Redirected: "a redirect",
		webhook.TooLong: "an answer that is too long", webhook.BadAnswer: "the challenge was not answered", webhook.Unsigned: "the signing key cannot be read: rotate it",
	},
	body: template.Must(template.New("en").Parse(`A webhook is disabled

{{.Platform}} sends nothing more to this address:

    {{.Address}}
{{with .Description}}    {{.}}
{{end}}
Disabled at
    {{.Disabled}}
{{with .Since}}
Failing since
    {{.}}
{{end}}
Why
    {{.Reason}}
{{with .Last}}
Last attempt
    {{.}}
{{end}}
To enable it again once its receiver is repaired, ask with a service account that has the scope webhooks.manage:

    POST {{.Path}}/enable

The receiver then gets a new challenge, which it has to answer. Messages that were given up are listed for 30 days, and can be sent again one by one:

    GET {{.Path}}/deliveries?state=dead

You get this message because your address is the contact of this webhook.
`)),
}
