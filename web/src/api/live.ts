import { answered, client, data } from "./client";
import type { components } from "./schema";

/** What the console asks for meetings that run, and for what the platform depends on. */

type Schemas = components["schemas"];

export type LiveRoom = Schemas["LiveRoom"];
export type LivePerson = Schemas["LivePerson"];
export type Health = Schemas["Health"];
export type Dependency = Schemas["Dependency"];

const at = (id: string) => ({ path: { id } });

export function listLiveRooms(query: { q?: string; organization?: string; cursor?: string }, signal?: AbortSignal) {
  return data(client.GET("/live-rooms", { params: { query }, signal }));
}

export function getLiveRoom(id: string, signal?: AbortSignal): Promise<LiveRoom> {
  return data(client.GET("/live-rooms/{id}", { params: at(id), signal }));
}

export async function listLivePeople(id: string, signal?: AbortSignal): Promise<LivePerson[]> {
  return (await data(client.GET("/live-rooms/{id}/people", { params: at(id), signal }))).items;
}

/** Answers where to join, and whether all who are there will be told. */
export function enterLiveRoom(id: string, reason: string): Promise<Schemas["Visited"]> {
  return data(client.POST("/live-rooms/{id}/enter", { params: at(id), body: { reason } }));
}

export async function endLiveRoom(id: string, reason: string): Promise<void> {
  await answered(client.POST("/live-rooms/{id}/end", { params: at(id), body: { reason } }));
}

export async function removeLivePerson(id: string, participant: string, reason: string): Promise<void> {
  await answered(client.POST("/live-rooms/{id}/people/{participant}/remove", { params: { path: { id, participant } }, body: { reason } }));
}

export function getHealth(signal?: AbortSignal): Promise<Health> {
  return data(client.GET("/health/dependencies", { signal }));
}
