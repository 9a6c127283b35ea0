import { answered, client, data } from "./client";
import type { components, operations } from "./schema";

/** What the console asks for organizations, their units, those who administer, and people. */

type Schemas = components["schemas"];

export type Organization = Schemas["Administered"];
export type OrganizationState = Organization["state"];
export type OrganizationPatch = Schemas["OrganizationChange"];
export type NewOrganization = Schemas["NewOrganization"];
export type ClaimRule = Schemas["ClaimRule"];
export type Unit = Schemas["Unit"];
export type Holder = Schemas["Appointment"];
export type Person = Schemas["AdminPerson"];
export type PersonDetail = Schemas["PersonDetail"];
export type MergePreview = Schemas["MergePreview"];
export type PeopleQuery = NonNullable<operations["list-people"]["parameters"]["query"]>;

/** An organization together with the version that a change must name. */
export interface VersionedOrganization {
  organization: Organization;
  etag: string;
}

const at = (id: string) => ({ path: { id } });
const seen = (etag: string) => ({ header: { "If-Match": etag } });
const mergePatch = { headers: { "Content-Type": "application/merge-patch+json" } };

async function versioned(request: Parameters<typeof answered<Organization>>[0]): Promise<VersionedOrganization> {
  const { data: organization, response } = await answered(request);
  return { organization, etag: response.headers.get("ETag") ?? "" };
}

export function listOrganizations(query: { q?: string; state?: OrganizationState; cursor?: string; pageSize?: number }, signal?: AbortSignal) {
  return data(client.GET("/organizations", { params: { query }, signal }));
}

export function getOrganization(id: string, signal?: AbortSignal): Promise<VersionedOrganization> {
  return versioned(client.GET("/organizations/{id}", { params: at(id), signal }));
}

/** key is the same for each try to make one organization. */
export function createOrganization(body: NewOrganization, key: string): Promise<Organization> {
  return data(client.POST("/organizations", { params: { header: { "Idempotency-Key": key } }, body }));
}

export function changeOrganization(id: string, etag: string, body: OrganizationPatch): Promise<VersionedOrganization> {
  return versioned(client.PATCH("/organizations/{id}", { params: { ...at(id), ...seen(etag) }, body, ...mergePatch }));
}

export async function listUnits(id: string, signal?: AbortSignal): Promise<Unit[]> {
  return (await data(client.GET("/organizations/{id}/units", { params: at(id), signal }))).items;
}

export function addUnit(id: string, body: Schemas["NewUnit"]): Promise<Unit> {
  return data(client.POST("/organizations/{id}/units", { params: at(id), body }));
}

export function changeUnit(id: string, unit: Unit, body: Schemas["UnitChange"]): Promise<Unit> {
  const params = { path: { id, unitId: unit.id }, ...seen(unit.etag) };
  return data(client.PATCH("/organizations/{id}/units/{unitId}", { params, body, ...mergePatch }));
}

export async function deleteUnit(id: string, unit: string): Promise<void> {
  await answered(client.DELETE("/organizations/{id}/units/{unitId}", { params: { path: { id, unitId: unit } } }));
}

/** Without an organization: who has a role for the whole platform. */
export async function listHolders(organization?: string, signal?: AbortSignal): Promise<Holder[]> {
  const query = organization === undefined ? {} : { organization };
  return (await data(client.GET("/appointments", { params: { query }, signal }))).items;
}

export function giveRole(body: Schemas["NewAppointment"]): Promise<Holder> {
  return data(client.PUT("/appointments", { body }));
}

export async function takeRole(id: string): Promise<void> {
  await answered(client.DELETE("/appointments/{id}", { params: at(id) }));
}

export function listPeople(query: PeopleQuery, signal?: AbortSignal) {
  return data(client.GET("/admin/people", { params: { query }, signal }));
}

export function getPerson(id: string, signal?: AbortSignal): Promise<PersonDetail> {
  return data(client.GET("/admin/people/{id}", { params: at(id), signal }));
}

export function closeAccount(id: string): Promise<PersonDetail> {
  return data(client.POST("/admin/people/{id}/deactivate", { params: at(id) }));
}

export function openAccount(id: string): Promise<PersonDetail> {
  return data(client.POST("/admin/people/{id}/reactivate", { params: at(id) }));
}

export async function endSignInsOf(id: string): Promise<void> {
  await answered(client.DELETE("/admin/people/{id}/sign-ins", { params: at(id) }));
}

/** What would move from one account to another, and the version of that. */
export async function previewMerge(id: string, into: string, signal?: AbortSignal): Promise<{ preview: MergePreview; etag: string }> {
  const { data: preview, response } = await answered(client.GET("/admin/people/{id}/merge", { params: { ...at(id), query: { into } }, signal }));
  return { preview, etag: response.headers.get("ETag") ?? "" };
}

/** The account that all went to is answered. */
export async function mergePeople(id: string, into: string, etag: string): Promise<void> {
  await answered(client.POST("/admin/people/{id}/merge", { params: { ...at(id), ...seen(etag) }, body: { into } }));
}

export type PeopleImport = Schemas["PeopleImport"];
export type ImportedPerson = Schemas["ImportedPerson"];

/** Tells of people in a file; a trial says what would be done, line by line, and does nothing. */
export function importPeople(organization: string, file: string, trial: boolean): Promise<PeopleImport> {
  return data(
    client.POST("/organizations/{id}/people/import", {
      params: { ...at(organization), query: trial ? { dryRun: true } : {} },
      body: file,
      bodySerializer: (body) => body,
      headers: { "Content-Type": "text/csv" },
    }),
  );
}
