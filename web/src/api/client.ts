import createClient from "openapi-fetch";
import { apiError, networkError } from "./error";
import type { paths } from "./schema";

// fetch is looked up at each call so that tests and instrumentation may stand in its place.
export const client = createClient<paths>({ baseUrl: `${location.origin}/api/v1`, fetch: (request) => globalThis.fetch(request) });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Answers data and response, or throws an ApiError. */
export async function answered<T>(request: Promise<Answer<T>>): Promise<{ data: T; response: Response }> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw networkError();
  }
  if (!answer.response.ok) throw apiError(answer.response, parsed(answer.error));
  return { data: answer.data as T, response: answer.response };
}

export async function data<T>(request: Promise<Answer<T>>): Promise<T> {
  return (await answered(request)).data;
}

// openapi-fetch hands over text when a proxy in between answered something that is not JSON.
function parsed(error: unknown): unknown {
  if (typeof error !== "string") return error;
  try {
    return JSON.parse(error);
  } catch {
    return undefined;
  }
}
