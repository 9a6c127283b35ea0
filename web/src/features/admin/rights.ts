import type { Appointment } from "./roles";

/** Whether one may do all on the platform, such as saying who belongs to an organization. */
export function administersAll(mine: readonly Appointment[]): boolean {
  return mine.some((a) => a.role === "platform-admin" && a.organization === undefined);
}

/** Whether one may change an organization: it and those above it, by id. A role holds for all below, too. */
export function mayChange(mine: readonly Appointment[], organizations: readonly string[]): boolean {
  return administersAll(mine) || mine.some((a) => a.role === "org-admin" && a.organization !== undefined && organizations.includes(a.organization));
}
