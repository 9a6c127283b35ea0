import type { components } from "./schema";

type Problem = components["schemas"]["Problem"];

/**
 * A refusal of the API (RFC 9457) or a request that never arrived (code "network"). Its text for people is
 * `errors.<code>` in the catalogues; `detail` is for developers. `retryAfter` is in seconds.
 */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: readonly { location: string; message: string }[];
  readonly requestId: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(status: number, problem: Partial<Problem>, retryAfter?: number) {
    super(problem.detail ?? problem.title ?? `HTTP ${String(status)}`);
    this.name = "ApiError";
    this.status = status;
    this.code = problem.code ?? codeOfStatus(status);
    this.fields = problem.errors ?? [];
    this.requestId = problem.requestId;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed later without anybody doing anything. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export function networkError(): ApiError {
  return new ApiError(0, { code: "network" });
}

/** What a proxy answers carries no problem document: the status alone must do. */
function codeOfStatus(status: number): string {
  switch (status) {
    case 401:
      return "sign-in-required";
    case 403:
      return "forbidden";
    case 404:
      return "not-found";
    case 413:
      return "body-too-large";
    case 429:
      return "too-many-requests";
    case 502:
    case 503:
    case 504:
      return "unavailable";
    default:
      return "internal";
  }
}

export function apiError(response: Response, body: unknown): ApiError {
  return new ApiError(response.status, isProblem(body) ? body : {}, secondsOf(response.headers.get("Retry-After")));
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && typeof body.code === "string";
}

/** Retry-After is a number of seconds or a date (RFC 9110 §10.2.3). */
export function secondsOf(retryAfter: string | null, now = Date.now()): number | undefined {
  if (retryAfter === null || retryAfter.trim() === "") return undefined;
  const seconds = Number(retryAfter);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, { code: "internal" });
}
