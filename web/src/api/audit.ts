import { client, data } from "./client";
import type { components } from "./schema";

export type AuditEntry = components["schemas"]["AuditEntry"];
export type AuditSeal = components["schemas"]["AuditSeal"];

/** What the trail is searched by. Moments are of RFC 3339; `to` is not in it. */
export interface AuditQuery {
  from?: string;
  to?: string;
  organization?: string;
  actor?: string;
  action?: string;
  subject?: string;
  result?: AuditEntry["result"];
}

export function searchAudit(query: AuditQuery, cursor: string, signal?: AbortSignal): Promise<components["schemas"]["AuditList"]> {
  return data(client.GET("/audit", { params: { query: { ...query, ...(cursor === "" ? {} : { cursor }) } }, signal }));
}

export function getAuditSeal(signal?: AbortSignal): Promise<AuditSeal> {
  return data(client.GET("/audit/seal", { signal }));
}

/** Where a browser gets all that a search finds, as JSON lines. */
export function auditHref(query: AuditQuery): string {
  const params = new URLSearchParams({ ...query }).toString();
  return `/api/v1/audit/export${params === "" ? "" : `?${params}`}`;
}
