import { archiveAt } from "./archive";
import { client, data } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Preview = Schemas["ErasurePreview"];
export type ReceiptKind = Schemas["ReceiptKind"];
export type Erasure = Schemas["ErasureState"];
export type NewErasure = Schemas["NewErasure"];
export type Heir = Schemas["ErasureHanding"]["to"];
export type Receipt = Schemas["Receipt"];
export type Hold = Schemas["Hold"];
export type NewHold = Schemas["NewHold"];
export type Register = Schemas["Register"];
export type Standing = Schemas["Standing"];
/** A text of the server in both languages. */
export type Bilingual = Schemas["Words"];

const of = (id: string) => ({ path: { id } });

export const previewErasure = (id: string, signal?: AbortSignal): Promise<Preview> => data(client.GET("/people/{id}/erasure", { params: of(id), signal }));

export const erase = (id: string, body: NewErasure): Promise<Erasure> => data(client.POST("/people/{id}/erasure", { params: of(id), body }));

/** A copy of all that is kept of somebody. */
export const copyOf = (id: string) => archiveAt(`/api/v1/people/${encodeURIComponent(id)}/export`);

export const listHolds = async (signal?: AbortSignal): Promise<Hold[]> => (await data(client.GET("/privacy/holds", { signal }))).items;

export const placeHold = (body: NewHold): Promise<Hold> => data(client.POST("/privacy/holds", { body }));

export const releaseHold = (id: string, reason: string): Promise<Hold> =>
  data(client.POST("/privacy/holds/{id}/release", { params: of(id), body: { reason } }));

export const getRegister = (signal?: AbortSignal): Promise<Register> => data(client.GET("/privacy/register", { signal }));

export const getRetention = async (signal?: AbortSignal): Promise<Standing[]> => (await data(client.GET("/privacy/retention", { signal }))).items;
