import { listOrganizations, listPeople } from "../../api/administration";
import type { Found } from "./Finder";

const shown = 10; // who has more before them searches more closely

/** People of one's reach whose account is open. */
export async function findPeople(q: string, signal: AbortSignal): Promise<Found[]> {
  const { items } = await listPeople({ q, pageSize: shown }, signal);
  return items
    .filter((one) => one.deactivatedAt === undefined)
    .map(({ id, name, email, organization }) => ({ id, name, detail: [email, organization.name].filter((line) => line !== undefined) }));
}

export async function findOrganizations(q: string, signal: AbortSignal): Promise<Found[]> {
  const { items } = await listOrganizations({ q }, signal);
  return items.slice(0, shown).map(({ id, name, siret }) => ({ id, name, detail: siret === undefined ? [] : [siret] }));
}
