import { client, data } from "./client";
import type { components } from "./schema";

export type UsageReport = components["schemas"]["UsageReport"];
export type Step = UsageReport["by"];
export type UsageCount = UsageReport["total"];

/** Days are written 2026-11-20. Without an organization it is about the whole platform. */
export interface UsageQuery {
  organization?: string | undefined;
  from: string;
  to: string;
  by: Step;
}

/** As JSON: the other form is for files. */
export function getUsage(query: UsageQuery, signal?: AbortSignal): Promise<UsageReport> {
  return data<unknown>(client.GET("/usage", { params: { query }, signal })) as Promise<UsageReport>;
}

/** Where a browser gets the figures as a file: a row for each span, or for each organization. Its own language names the columns. */
export function usageHref({ organization, ...query }: UsageQuery, rows: "spans" | "organizations" = "spans"): string {
  return `/api/v1/usage?${new URLSearchParams({ ...query, ...(organization === undefined ? {} : { organization }), rows, format: "csv" }).toString()}`;
}
