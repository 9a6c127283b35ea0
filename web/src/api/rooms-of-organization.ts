import { client, data } from "./client";
import type { components } from "./schema";

/** The rooms of an organization, as its administrators see them. */

type Schemas = components["schemas"];

export type OrgRoom = Schemas["OrgRoom"];

export interface OrgRoomQuery {
  q?: string;
  archived?: boolean;
  ownerless?: boolean;
  template?: string;
  unit?: string;
  cursor?: string;
}

export function listRoomsOf(organization: string, query: OrgRoomQuery, signal?: AbortSignal) {
  return data(client.GET("/organizations/{id}/rooms", { params: { path: { id: organization }, query }, signal }));
}
