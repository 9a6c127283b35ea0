import type { Words } from "../words";
import type { admin as french } from "../fr/admin";
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

export const admin: Words<typeof french> = {
  title: "Administration",
  sections: "Sections",
  needSignIn: "Sign in to administer the platform or your organization.",
  notYours: "You administer nothing here",
  notYoursLead: "An administrator of the platform or of your organization can give you a role.",
  elevate: "Confirm who I am",
  reread: "Read again",
  saved: "Saved",
  forbidden: "You have no right to do this. Nobody acts on their own account, or on that of somebody who administers more.",
  showMore: "Show more",
  roles: {
    "platform-admin": "platform administrator",
    "org-admin": "organization administrator",
    auditor: "auditor",
    support: "support",
  },
  find: {
    other: "Change",
    otherThan: "Change: {{name}}",
    none: "Nothing matches.",
    some: "Suggestions: {{n}}",
  },
  claim: {
    title: "Become an administrator",
    lead: "The first administrator uses a code that “parvis admin claim” prints on the server. It is good once, for 30 minutes.",
    code: "Code",
    hint: "Four groups of five signs, with or without dashes.",
    confirm: "Become an administrator",
  },
  appointments,
  organizations,
  people,
  policies,
  apps,
  webhooks,
  usage: {
    name: "Usage",
    lead: "How much is met, without any name. Days are counted in universal time; today’s count is ten minutes old at most.",
    everywhere: "The whole platform",
    organization: "Organization",
    period: "Period",
    periods: { "30": "Last 30 days", "90": "Last 90 days", "365": "Last 12 months" },
    by: "By",
    steps: { day: "day", week: "week", month: "month" },
    measure: "Chart",
    measures: { sessions: "Meetings", participants: "Participants", minutes: "Hours of presence", peak: "Peak of presence" },
    meaning: {
      sessions: "meetings that began",
      participants: "participations, each counted once a meeting",
      minutes: "hours, of all participants together",
      peak: "people present at the same time at most",
    },
    chart: "{{measure}}, from {{from}} to {{to}}",
    none: "Nobody met in this period.",
    table: "The figures",
    span: "Date",
    organizations: "By organization",
    csv: "Download (CSV)",
    csvOrganizations: "Download by organization (CSV)",
    whole: "Back to the whole platform",
  },
  audit,
  privacy,
  live,
  rooms,
  health,
};
