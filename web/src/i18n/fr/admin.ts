import { appointments } from "./admin/appointments";
import { apps } from "./admin/apps";
import { organizations } from "./admin/organizations";
import { people } from "./admin/people";
import { audit } from "./admin/audit";
import { privacy } from "./admin/privacy";
import { policies } from "./admin/policies";
import { webhooks } from "./admin/webhooks";
import { health, live } from "./admin/live";
import { rooms } from "./admin/rooms";

/** Words of the console, which come with it: an object for each of its sections. */
export const admin = {
  title: "Administration",
  sections: "Rubriques",
  needSignIn: "Connectez-vous pour administrer la plateforme ou votre organisme.",
  notYours: "Vous n’administrez rien ici",
  notYoursLead: "Un administrateur de la plateforme ou de votre organisme peut vous confier un rôle.",
  elevate: "Confirmer mon identité",
  reread: "Relire",
  saved: "Enregistré",
  forbidden: "Vous n’avez pas ce droit. Personne n’agit sur son propre compte, ni sur celui d’une personne qui administre davantage.",
  showMore: "Afficher la suite",
  roles: {
    "platform-admin": "administrateur de la plateforme",
    "org-admin": "administrateur d’organisme",
    auditor: "auditeur",
    support: "assistance",
  },
  find: {
    other: "Changer",
    otherThan: "Changer : {{name}}",
    none: "Rien ne correspond.",
    some: "Propositions : {{n}}",
  },
  claim: {
    title: "Devenir administrateur",
    lead: "Le premier administrateur se déclare avec un code affiché sur le serveur par « parvis admin claim ». Il vaut une fois, pendant 30 minutes.",
    code: "Code",
    hint: "Quatre groupes de cinq signes, avec ou sans tirets.",
    confirm: "Devenir administrateur",
  },
  appointments,
  organizations,
  people,
  policies,
  apps,
  webhooks,
  usage: {
    name: "Usage",
    lead: "Combien on se réunit, sans aucun nom. Les jours sont comptés en temps universel ; le compte d’aujourd’hui a dix minutes au plus.",
    everywhere: "Toute la plateforme",
    organization: "Organisme",
    period: "Période",
    periods: { "30": "30 derniers jours", "90": "90 derniers jours", "365": "12 derniers mois" },
    by: "Par",
    steps: { day: "jour", week: "semaine", month: "mois" },
    measure: "Courbe",
    measures: { sessions: "Réunions", participants: "Participants", minutes: "Heures de présence", peak: "Pic de présence" },
    meaning: {
      sessions: "réunions commencées",
      participants: "participations, chacune comptée une fois par réunion",
      minutes: "heures, tous participants ensemble",
      peak: "personnes présentes au même moment, au plus",
    },
    chart: "{{measure}}, du {{from}} au {{to}}",
    none: "Personne ne s’est réuni pendant cette période.",
    table: "Les chiffres",
    span: "Date",
    organizations: "Par organisme",
    csv: "Télécharger (CSV)",
    csvOrganizations: "Télécharger par organisme (CSV)",
    whole: "Revenir à toute la plateforme",
  },
  audit,
  privacy,
  live,
  rooms,
  health,
};
