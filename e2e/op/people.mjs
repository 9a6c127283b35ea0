// The people whom the test provider knows. `acr` is the level that their sign-in reaches.
export const people = {
  ada: {
    given_name: 'Ada', usual_name: 'Martin', email: 'ada.martin@interieur.example', siret: '11001401600015',
    idp_id: 'idp-interieur', organization_label: "Ministère de l'Intérieur", organizational_unit: 'DNUM',
    roles: ['agent_public', 'agent_public_etat'], acr: 'eidas2', amr: ['pwd', 'totp', 'mfa'],
  },
  bea: {
    given_name: 'Béatrice', usual_name: "N'Diaye", email: 'beatrice.ndiaye@justice.example', siret: '11001001400014',
    idp_id: 'idp-justice', organization_label: 'Ministère de la Justice', organizational_unit: 'SNUM',
    roles: ['agent_public', 'agent_public_etat'], acr: 'eidas2', amr: ['pwd', 'totp', 'mfa'],
  },
  sam: {
    given_name: 'Sam', usual_name: 'Sansfacteur', email: 'sam@interieur.example', siret: '11001401600015',
    idp_id: 'idp-interieur', organization_label: "Ministère de l'Intérieur", organizational_unit: 'DNUM',
    roles: [], acr: 'eidas1', amr: ['pwd'],
  },
}
