package privacy

import (
	"fmt"
	"strings"
	"time"
)

var readmeHead = Words{
	FR: `Copie de vos données personnelles
%s, le %s

Ce dossier contient ce que cette plateforme garde de vous (article 15 du RGPD). Chaque fichier .json
est une liste ; les heures sont en temps universel (UTC). Ce qui concerne d'autres personnes n'y est pas :
leurs noms et adresses sont les leurs.

manifest.json dit combien de lignes et d'octets porte chaque fichier, avec son empreinte SHA-256.
Un dossier sans manifest.json s'est interrompu : demandez-en un autre.

`,
	EN: `A copy of your personal data
%s, %s

This folder holds what this platform keeps of you (article 15 of the GDPR). Each .json file is a list;
times are in UTC. What is about other people is not in it: their names and addresses are theirs.

manifest.json says how many rows and bytes each file has, and its SHA-256 hash.
A folder without manifest.json broke off: ask for another one.

`,
}

var readmeRow = Words{
	FR: "%s\n  contenu        %s\n  raison         %s\n  qui le voit    %s\n  conservation   %s\n\n",
	EN: "%s\n  holds          %s\n  for            %s\n  who sees it    %s\n  kept           %s\n\n",
}

var readmeFoot = Words{
	FR: `N'y sont pas : les secrets (mots de passe, jetons, clés), dont il ne reste qu'une empreinte ; les copies
techniques qui disparaissent en un jour ; les messages d'une réunion finie, qui sont supprimés avec elle.
`,
	EN: `Not in it: secrets (passwords, tokens, keys), of which only a hash is kept; technical copies that are gone
within a day; the lines of a meeting that is over, which are removed with it.
`,
}

// readme says what is in a copy.
func readme(language string, at time.Time, url string) string {
	var b strings.Builder
	fmt.Fprintf(&b, readmeHead.In(language), url, at.Format("2006-01-02 15:04 UTC"))
	for _, d := range declared {
		if d.Exported() {
			fmt.Fprintf(&b, readmeRow.In(language), string(d.Kind)+".json", d.Holds.In(language), d.Purpose.In(language), d.Seen.In(language), d.Kept.In(language))
		}
	}
	b.WriteString(readmeFoot.In(language))
	return b.String()
}
