import { answered, client, data } from "./client";
import type { components } from "./schema";

/** What the console asks for service accounts and webhooks. */

type Schemas = components["schemas"];

export type Account = Schemas["ServiceAccount"];
export type NewAccount = Schemas["NewAccount"];
export type AccountPatch = Schemas["AccountChange"];
export type PublicKey = Schemas["PublicKey"];
export type GivenSecret = Schemas["GivenSecret"];
export type Hook = Schemas["Hook"];
export type NewHook = Schemas["NewHook"];
export type HookPatch = Schemas["HookChange"];
export type CreatedHook = Schemas["CreatedHook"];
export type Delivery = Schemas["Delivery"];
export type DeliveryState = Delivery["state"];

/** Something together with the version that a change must name. */
export interface Versioned<T> {
  now: T;
  etag: string;
}

const at = (id: string) => ({ path: { id } });
const seen = (etag: string) => ({ header: { "If-Match": etag } });
const once = (key: string) => ({ header: { "Idempotency-Key": key } });
const mergePatch = { headers: { "Content-Type": "application/merge-patch+json" } };

async function versioned<T>(request: Parameters<typeof answered<T>>[0]): Promise<Versioned<T>> {
  const { data: now, response } = await answered(request);
  return { now, etag: response.headers.get("ETag") ?? "" };
}

interface ListQuery {
  organization?: string;
  cursor?: string;
  pageSize?: number;
}

export function listAccounts(query: ListQuery, signal?: AbortSignal) {
  return data(client.GET("/service-accounts", { params: { query }, signal }));
}

export function getAccount(id: string, signal?: AbortSignal): Promise<Versioned<Account>> {
  return versioned(client.GET("/service-accounts/{id}", { params: at(id), signal }));
}

/** key is the same for each try to make one account. */
export function createAccount(body: NewAccount, key: string): Promise<Account> {
  return data(client.POST("/service-accounts", { params: once(key), body }));
}

export function changeAccount(id: string, etag: string, body: AccountPatch): Promise<Versioned<Account>> {
  return versioned(client.PATCH("/service-accounts/{id}", { params: { ...at(id), ...seen(etag) }, body, ...mergePatch }));
}

export async function revokeAccount(id: string): Promise<void> {
  await answered(client.DELETE("/service-accounts/{id}", { params: at(id) }));
}

/** Without an overlap the other secrets stay. */
export function addSecret(id: string, overlapMinutes?: number): Promise<GivenSecret> {
  return data(client.POST("/service-accounts/{id}/secrets", { params: at(id), body: overlapMinutes === undefined ? {} : { overlapMinutes } }));
}

export async function removeSecret(id: string, secretId: string): Promise<void> {
  await answered(client.DELETE("/service-accounts/{id}/secrets/{secretId}", { params: { path: { id, secretId } } }));
}

/** One of the same name gives its place up. */
export async function putKey(id: string, kid: string, body: PublicKey): Promise<void> {
  await answered(client.PUT("/service-accounts/{id}/keys/{kid}", { params: { path: { id, kid } }, body }));
}

export async function removeKey(id: string, kid: string): Promise<void> {
  await answered(client.DELETE("/service-accounts/{id}/keys/{kid}", { params: { path: { id, kid } } }));
}

export function listHooks(query: ListQuery, signal?: AbortSignal) {
  return data(client.GET("/webhooks", { params: { query }, signal }));
}

export function getHook(id: string, signal?: AbortSignal): Promise<Versioned<Hook>> {
  return versioned(client.GET("/webhooks/{id}", { params: at(id), signal }));
}

export function createHook(body: NewHook, key: string): Promise<CreatedHook> {
  return data(client.POST("/webhooks", { params: once(key), body }));
}

export function changeHook(id: string, etag: string, body: HookPatch): Promise<Versioned<Hook>> {
  return versioned(client.PATCH("/webhooks/{id}", { params: { ...at(id), ...seen(etag) }, body, ...mergePatch }));
}

export async function deleteHook(id: string): Promise<void> {
  await answered(client.DELETE("/webhooks/{id}", { params: at(id) }));
}

export function rotateHook(id: string, overlapMinutes: number): Promise<CreatedHook> {
  return data(client.POST("/webhooks/{id}/rotate", { params: at(id), body: { overlapMinutes } }));
}

export function enableHook(id: string): Promise<Hook> {
  return data(client.POST("/webhooks/{id}/enable", { params: at(id) }));
}

export function testHook(id: string): Promise<Delivery> {
  return data(client.POST("/webhooks/{id}/test", { params: at(id) }));
}

export function listDeliveries(id: string, query: { state?: DeliveryState; cursor?: string }, signal?: AbortSignal) {
  return data(client.GET("/webhooks/{id}/deliveries", { params: { ...at(id), query }, signal }));
}

export function redeliver(id: string, deliveryId: string): Promise<Delivery> {
  return data(client.POST("/webhooks/{id}/deliveries/{deliveryId}/redeliver", { params: { path: { id, deliveryId } } }));
}
