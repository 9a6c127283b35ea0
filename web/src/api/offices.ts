import { answered, client, data } from "./client";
import type { components } from "./schema";

/** What the console and the page of a room ask for offices: functions that own rooms, whoever fills them. */

type Schemas = components["schemas"];

export type Office = Schemas["Office"];
export type OfficeSeat = Schemas["OfficeSeat"];
export type SeatRequest = Schemas["SeatRequest"];
export type OwnerlessRoom = Schemas["OwnerlessRoom"];
export type Heir = Schemas["Heir"];
export type OfficeChoice = Schemas["OfficeChoice"];

const at = (id: string) => ({ path: { id } });
const of = (id: string, officeId: string) => ({ path: { id, officeId } });

export async function listOffices(organization: string, signal?: AbortSignal): Promise<Office[]> {
  return (await data(client.GET("/organizations/{id}/offices", { params: at(organization), signal }))).items;
}

export function addOffice(organization: string, body: Schemas["NewOffice"]): Promise<Office> {
  return data(client.POST("/organizations/{id}/offices", { params: at(organization), body }));
}

export function renameOffice(organization: string, office: Office, name: string): Promise<Office> {
  const params = { ...of(organization, office.id), header: { "If-Match": office.etag } };
  return data(client.PATCH("/organizations/{id}/offices/{officeId}", { params, body: { name }, headers: { "Content-Type": "application/merge-patch+json" } }));
}

export async function deleteOffice(organization: string, office: string): Promise<void> {
  await answered(client.DELETE("/organizations/{id}/offices/{officeId}", { params: of(organization, office) }));
}

export function seatInOffice(organization: string, office: string, personId: string, body: SeatRequest): Promise<Office> {
  const params = { path: { id: organization, officeId: office, personId } };
  return data(client.PUT("/organizations/{id}/offices/{officeId}/people/{personId}", { params, body }));
}

export async function leaveOffice(organization: string, office: string, personId: string): Promise<void> {
  await answered(client.DELETE("/organizations/{id}/offices/{officeId}/people/{personId}", { params: { path: { id: organization, officeId: office, personId } } }));
}

export async function listOwnerless(organization: string, signal?: AbortSignal): Promise<OwnerlessRoom[]> {
  return (await data(client.GET("/organizations/{id}/rooms/without-owner", { params: at(organization), signal }))).items;
}

export async function handOver(organization: string, slug: string, body: Heir): Promise<void> {
  await answered(client.POST("/organizations/{id}/rooms/{slug}/hand-over", { params: { path: { id: organization, slug } }, body }));
}

/** The offices to which one may give a room. */
export async function listOwnOffices(signal?: AbortSignal): Promise<OfficeChoice[]> {
  return (await data(client.GET("/offices", { signal }))).items;
}

export async function transferRoom(slug: string, office: string): Promise<void> {
  await answered(client.POST("/rooms/{slug}/transfer", { params: { path: { slug } }, body: { office } }));
}
