import { expect, test } from "vitest";
import { offsetIn, presentName, zonesByRegion } from "./zones";

const winter = new Date("2026-12-01T12:00:00Z");

test("nothing is listed under a name that was replaced, nor twice", () => {
  const { first, regions } = zonesByRegion(["Europe/Paris"], winter);
  const ids = [...first, ...regions.flatMap(({ zones }) => zones)].map(({ id }) => id);
  for (const old of ["Africa/Asmera", "Europe/Kiev", "Asia/Calcutta", "America/Buenos_Aires"]) expect(ids).not.toContain(old);
  for (const now of ["Africa/Asmara", "Europe/Kyiv", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "UTC", "Europe/Paris"]) expect(ids).toContain(now);
  expect(new Set(ids).size).toBe(ids.length);
});

test("the zone of a meeting stays on the list under the name that it has", () => {
  const { first, regions } = zonesByRegion(["Europe/Kiev", "Mars/Olympus", "Europe/Kiev"], winter);
  expect(first).toEqual([{ id: "Europe/Kiev", label: "Kiev (UTC+02:00)" }, { id: "Mars/Olympus", label: "Olympus" }]);
  expect(regions.flatMap(({ zones }) => zones).map(({ id }) => id)).not.toContain("Europe/Kyiv");
});

test("a zone is called by its city, with its offset on the day", () => {
  const { regions } = zonesByRegion([], winter);
  const america = regions.find(({ region }) => region === "America")?.zones ?? [];
  expect(america.find(({ id }) => id === "America/Argentina/Buenos_Aires")?.label).toBe("Buenos Aires, Argentina (UTC-03:00)");
  expect([offsetIn("Europe/Paris", winter), offsetIn("Europe/Paris", new Date("2026-07-01T12:00:00Z")), offsetIn("UTC", winter), offsetIn("Nowhere/At_All", winter)])
    .toEqual(["UTC+01:00", "UTC+02:00", "UTC+00:00", undefined]);
  expect(presentName("Europe/Paris")).toBe("Europe/Paris");
});
