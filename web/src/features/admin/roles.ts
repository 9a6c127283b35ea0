import type { Me } from "../../api/types";

export type Appointment = NonNullable<Me["appointments"]>[number];
export type AdminRole = Appointment["role"];

/** Those who may change things; auditors and support read. */
export const writers: readonly AdminRole[] = ["platform-admin", "org-admin"];
/** Those who answer for what was done; support does not. */
export const answerers: readonly AdminRole[] = ["platform-admin", "org-admin", "auditor"];
export const everyRole: readonly AdminRole[] = ["platform-admin", "org-admin", "auditor", "support"];

/** Whether a role of these holds anywhere: what somebody sees of it the server decides. */
export function holds(appointments: readonly Appointment[], roles: readonly AdminRole[]): boolean {
  return appointments.some((a) => roles.includes(a.role));
}

/** Whether a role of these holds for the whole platform. */
export function holdsEverywhere(appointments: readonly Appointment[], roles: readonly AdminRole[] = everyRole): boolean {
  return appointments.some((a) => roles.includes(a.role) && a.organization === undefined);
}

/** The organizations that somebody was given a role in, each once. */
export function organizationsOf(appointments: readonly Appointment[]): string[] {
  return [...new Set(appointments.flatMap((a) => a.organization ?? []))];
}
