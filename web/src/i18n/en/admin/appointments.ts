import type { appointments as french } from "../../fr/admin/appointments";
import type { Words } from "../../words";

export const appointments: Words<typeof french> = {
  lead: "Who has a role for this organization. A role holds for the organizations below it too.",
  platform: "Administrators of the platform",
  platformLead: "Who has a role for the whole platform. At least one administrator always stays.",
  none: "Nobody has a role here yet.",
  since: "{{role}}, since {{day}}",
  take: "Take the role away",
  takeOf: "Take the role of {{role}} away: {{name}}",
  takeLead: "The person loses this role at once. Their account and their rooms stay.",
  give: "Give a role",
  giveOf: "Give the role of {{role}}: {{name}}",
  role: "Role",
  roleMeans: {
    "platform-admin": "May do all on the platform, for all organizations.",
    "org-admin": "Changes the organization and those below it, their units, accounts and administrators.",
    auditor: "Reads all, the audit trail too, and changes nothing.",
    support: "Reads all but the audit trail, and changes nothing.",
  },
  who: "To whom",
  whoHint: "The beginning of a name or of the address: two letters at least.",
  closed: "The account of this person is closed. Open it again first.",
};
