import { afterEach, expect, test, vi } from "vitest";
import { ApiError, apiError, secondsOf } from "./error";
import { getRoom, joinRoom } from "./rooms";

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), {
    status,
    headers: { "Content-Type": typeof body === "string" ? "text/html" : "application/problem+json", ...headers },
  });

afterEach(() => {
  vi.unstubAllGlobals();
});

async function failure(request: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw new Error("no ApiError", { cause: error });
  return error;
}

test("a problem document keeps its code, fields, reference and pause", async () => {
  const problem = { code: "media-unavailable", title: "t", status: 503, detail: "d", requestId: "R1", errors: [{ location: "body.name", message: "m" }] };
  vi.stubGlobal("fetch", () => Promise.resolve(answer(503, problem, { "Retry-After": "7" })));
  const error = await failure(joinRoom("abc-defg-hij", undefined));
  expect(error).toMatchObject({ code: "media-unavailable", status: 503, requestId: "R1", retryAfter: 7, passing: true });
  expect(error.fields).toEqual(problem.errors);
});

test("a server that cannot be reached is told apart from one that refuses", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  expect(await failure(getRoom("abc-defg-hij"))).toMatchObject({ code: "network", status: 0, passing: true });
});

test.each([
  [502, "unavailable", true],
  [504, "unavailable", true],
  [500, "internal", true],
  [404, "not-found", false],
  [401, "sign-in-required", false],
  [413, "body-too-large", false],
  [429, "too-many-requests", true],
])("a proxy's %i without a problem document is %s", async (status, code, passing) => {
  vi.stubGlobal("fetch", () => Promise.resolve(answer(status, "<html>Bad</html>")));
  expect(await failure(getRoom("abc-defg-hij"))).toMatchObject({ code, status, passing });
});

test("a body that only looks like a problem is not believed", () => {
  expect(apiError(answer(500, ""), { code: 7 }).code).toBe("internal");
});

test("a room comes with the version that a change must name", async () => {
  vi.stubGlobal("fetch", () =>
    Promise.resolve(answer(200, { slug: "abc-defg-hij" }, { ETag: '"4"', "Content-Type": "application/json" })),
  );
  expect((await getRoom("abc-defg-hij")).etag).toBe('"4"');
});

test("Retry-After is seconds or a date", () => {
  const now = Date.parse("2026-01-01T09:00:00Z");
  expect(secondsOf(null)).toBeUndefined();
  expect(secondsOf("soon")).toBeUndefined();
  expect(secondsOf("12")).toBe(12);
  expect(secondsOf("-3")).toBe(0);
  expect(secondsOf("Thu, 01 Jan 2026 09:00:30 GMT", now)).toBe(30);
});
