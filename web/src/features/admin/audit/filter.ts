import type { AuditEntry, AuditQuery } from "../../../api/audit";
import type { Found } from "../find";
import type { Action } from "./actions";

/** What a reader asks for, as the fields have it. Days are on the reader's own clock, both of them in it. */
export interface Filter {
  from: string;
  to: string;
  organization?: Found | undefined;
  person?: Found | undefined;
  /** "kind:id", chosen from a row, with its words. */
  actor?: Found | undefined;
  subject?: Found | undefined;
  action: Action | "";
  result: AuditEntry["result"] | "";
}

const usualDays = 7;

const dayOf = (at: Date) => [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((n) => String(n).padStart(2, "0")).join("-");

/** The last days, today with them. */
export function usualFilter(now = new Date()): Filter {
  const from = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1 - usualDays);
  return { from: dayOf(from), to: dayOf(now), action: "", result: "" };
}

function midnight(day: string, later = 0): string | undefined {
  const [year, month, date] = day.split("-").map(Number);
  return year === undefined || month === undefined || date === undefined ? undefined : new Date(year, month - 1, date + later).toISOString();
}

/** The filter as the server is asked. A field that is empty limits nothing. */
export function queryOf(filter: Filter): AuditQuery {
  const from = midnight(filter.from);
  const to = midnight(filter.to, 1);
  const actor = filter.actor?.id ?? (filter.person === undefined ? undefined : `person:${filter.person.id}`);
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(filter.organization === undefined ? {} : { organization: filter.organization.id }),
    ...(actor === undefined ? {} : { actor }),
    ...(filter.action === "" ? {} : { action: filter.action }),
    ...(filter.subject === undefined ? {} : { subject: filter.subject.id }),
    ...(filter.result === "" ? {} : { result: filter.result }),
  };
}
