import { afterEach, expect, test, vi } from "vitest";
import { open, troubleOf } from "./devices";

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  ["the browser refuses", new DOMException("Permission denied", "NotAllowedError"), "refused-by-browser"],
  ["a policy refuses", new DOMException("", "SecurityError"), "refused-by-browser"],
  ["the system refuses", new DOMException("Permission denied by system", "NotAllowedError"), "refused-by-system"],
  ["there is none", new DOMException("Requested device not found", "NotFoundError"), "none"],
  ["the chosen one is gone", new DOMException("", "OverconstrainedError"), "none"],
  ["another application has it", new DOMException("Could not start video source", "NotReadableError"), "busy"],
  ["it was taken in between", new DOMException("", "AbortError"), "busy"],
  ["something else", new TypeError("x"), "failed"],
  ["no error at all", "x", "failed"],
])("%s", (_, error, want) => {
  expect(troubleOf(error)).toBe(want);
});

test("an address that is not secure has no devices", async () => {
  vi.stubGlobal("navigator", {});
  await expect(open("mic")).rejects.toSatisfy((error) => troubleOf(error) === "insecure");
});

test("a remembered device is wished for, not insisted on", async () => {
  const getUserMedia = vi.fn(() => Promise.resolve({ getTracks: () => [{ kind: "video" }] }));
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
  await open("camera", "cam-1");
  expect(getUserMedia).toHaveBeenCalledWith({ video: expect.objectContaining({ deviceId: { ideal: "cam-1" } }) as object });
});
