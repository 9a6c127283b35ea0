import { writers, type Appointment } from "./roles";

/** Whether one may do all on the platform, such as saying who belongs to an organization. */
export function administersAll(mine: readonly Appointment[]): boolean {
  return mine.some((a) => a.role === "platform-admin" && a.organization === undefined);
}

/** Whether one may change an organization: it and those above it, by id. A role holds for all below, too. */
export function mayChange(mine: readonly Appointment[], organizations: readonly string[]): boolean {
  return administersAll(mine) || mine.some((a) => a.role === "org-admin" && a.organization !== undefined && organizations.includes(a.organization));
}

/**
 * Whether a list offers to change somebody of an organization, without asking what stands above it: whoever has no role that
 * only reads may change all that they see. Others find on the page of the person what the list leaves out.
 */
export function mayChangeListed(mine: readonly Appointment[], organization: string): boolean {
  return mine.length > 0 && (mine.every((a) => writers.includes(a.role)) || mayChange(mine, [organization]));
}
