import { answered, client, data } from "./client";
import { randomId } from "./rooms";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type EffectiveSetting = Schemas["EffectiveSetting"];
export type DecidedSetting = Schemas["DecidedSetting"];
export type PolicyDocument = Schemas["PolicyDocument"];
export type PolicySource = Schemas["PolicySource"];
export type RoomTemplate = Schemas["RoomTemplate"];

/** By the name of the setting; null takes back what was decided. */
export type SettingsChange = Record<string, DecidedSetting | null>;

/** What was read together with the version that a change must name. */
export interface Of<T> {
  now: T;
  etag: string;
}

const mergePatch = { "Content-Type": "application/merge-patch+json" };

async function versioned<T>(request: ReturnType<typeof answered<T>>): Promise<Of<T>> {
  const { data: now, response } = await request;
  return { now, etag: response.headers.get("ETag") ?? "" };
}

/** Where something is decided: for a room, by its code; for a unit of an organization; for an organization; for the platform without any. */
export interface PolicyPlace {
  organization?: string;
  unit?: string;
  room?: string;
}

export function getPolicy({ organization: id, unit: unitId, room: slug }: PolicyPlace, signal?: AbortSignal): Promise<Of<PolicyDocument>> {
  if (slug !== undefined) return versioned(answered(client.GET("/rooms/{slug}/policy", { params: { path: { slug } }, signal })));
  if (id === undefined) return versioned(answered(client.GET("/policies/platform", { signal })));
  if (unitId === undefined) return versioned(answered(client.GET("/organizations/{id}/policy", { params: { path: { id } }, signal })));
  return versioned(answered(client.GET("/organizations/{id}/units/{unitId}/policy", { params: { path: { id, unitId } }, signal })));
}

export function changePolicy({ organization: id, unit: unitId, room: slug }: PolicyPlace, etag: string, settings: SettingsChange): Promise<Of<PolicyDocument>> {
  const header = { "If-Match": etag };
  const said = { body: { settings }, headers: mergePatch };
  if (slug !== undefined) return versioned(answered(client.PATCH("/rooms/{slug}/policy", { params: { path: { slug }, header }, ...said })));
  if (id === undefined) return versioned(answered(client.PATCH("/policies/platform", { params: { header }, ...said })));
  if (unitId === undefined) return versioned(answered(client.PATCH("/organizations/{id}/policy", { params: { path: { id }, header }, ...said })));
  return versioned(answered(client.PATCH("/organizations/{id}/units/{unitId}/policy", { params: { path: { id, unitId }, header }, ...said })));
}

/** Says to which unit of its organization a room belongs; to none without one. */
export async function placeRoom(slug: string, unit: string): Promise<void> {
  await answered(client.PUT("/rooms/{slug}/unit", { params: { path: { slug } }, body: { unit } }));
}

/** What counts in a room, and why. */
export async function getRoomPolicy(slug: string, signal?: AbortSignal): Promise<EffectiveSetting[]> {
  return (await data(client.GET("/rooms/{slug}/effective-policy", { params: { path: { slug } }, signal }))).settings;
}

export type MeetingSetting = Schemas["MeetingSetting"];

/** What counts in a meeting, and why. */
export async function getMeetingPolicy(id: string, signal?: AbortSignal): Promise<MeetingSetting[]> {
  return (await data(client.GET("/meetings/{id}/effective-policy", { params: { path: { id } }, signal }))).settings;
}

/** What counts for new rooms of mine. */
export async function getMyPolicy(signal?: AbortSignal): Promise<EffectiveSetting[]> {
  return (await data(client.GET("/me/effective-policy", { signal }))).settings;
}

export async function listTemplates(organization: string, signal?: AbortSignal): Promise<RoomTemplate[]> {
  return (await data(client.GET("/organizations/{id}/templates", { params: { path: { id: organization } }, signal }))).items;
}

export function getTemplate(id: string, signal?: AbortSignal): Promise<Of<RoomTemplate>> {
  return versioned(answered(client.GET("/templates/{id}", { params: { path: { id } }, signal })));
}

export function createTemplate(organization: string, name: string, prefix: string): Promise<RoomTemplate> {
  const params = { path: { id: organization }, header: { "Idempotency-Key": randomId() } };
  return data(client.POST("/organizations/{id}/templates", { params, body: { name, ...(prefix === "" ? {} : { prefix }) } }));
}

export interface TemplateChange {
  name?: string;
  prefix?: string;
  settings?: SettingsChange;
}

export function changeTemplate(id: string, etag: string, change: TemplateChange): Promise<Of<RoomTemplate>> {
  return versioned(answered(client.PATCH("/templates/{id}", { params: { path: { id }, header: { "If-Match": etag } }, body: change, headers: mergePatch })));
}

export async function deleteTemplate(id: string, etag: string): Promise<void> {
  await answered(client.DELETE("/templates/{id}", { params: { path: { id }, header: { "If-Match": etag } } }));
}
