import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { ApiError } from "../../api/error";
import type { Occurrence } from "../../api/meetings";
import { show } from "../../test/render";
import { Preview } from "./Preview";

type Tried = Parameters<typeof Preview>[0]["trial"];

const date = (day: number, hour: number, more: Partial<Occurrence> = {}): Occurrence => ({
  id: `202701${String(day)}T${String(hour)}0000`, title: "Comité", start: `2027-01-${String(day)}T${String(hour)}:00:00Z`, end: `2027-01-${String(day)}T${String(hour + 1)}:00:00Z`, ...more,
});

function look(trial: Partial<Tried>, timeZone = "UTC", marked = false) {
  const tried: Tried = { trial: undefined, error: null, asked: true, answered: true, now: () => Promise.reject(new Error()), ...trial };
  show(<Preview trial={tried} marked={marked} timeZone={timeZone} recurs />);
  return screen.queryAllByRole("listitem").map((row) => row.textContent.replaceAll("\u00a0", " "));
}
const outcome = { warnings: [], settings: [], clashes: [] };

test("what is refused beside a field shows no dates, and says where to look", () => {
  const error = new ApiError(422, { code: "invalid-request", errors: [{ location: "body.start", message: "" }] });
  expect(look({ error, trial: { ...outcome, occurrences: [date(12, 10)] } })).toEqual([]);
  expect(screen.getByText(/corrigez d’abord/)).toBeDefined();
});

test("without a day the page asks for one, and for no title", () => {
  look({ asked: false });
  expect(screen.getByText(/Choisissez le jour et l’heure/)).toBeDefined();
});

test("with a mistake that a field says the page asks for no day that is there", () => {
  look({ asked: false }, "UTC", true);
  expect(screen.getByText(/corrigez d’abord/)).toBeDefined();
  expect(screen.queryByText(/Choisissez le jour et l’heure/)).toBeNull();
});

test("dates that were moved or cancelled are no normal dates", () => {
  const moved = date(12, 10);
  const away = { takesPlace: true, date: { ...date(14, 15), id: moved.id, moved: true } };
  const off = { takesPlace: false, date: date(19, 10) };
  const rows = look({ trial: { ...outcome, occurrences: [moved, date(19, 10), date(26, 10)], changed: [{ now: away, keep: away, shift: away, drop: away }, { now: off, keep: off, shift: off, drop: off }] } });
  expect(rows).toEqual([
    "Mardi 12 janvier 2027, 10:00 – 11:00 DéplacéeJeudi 14 janvier 2027, 15:00 – 16:00", "Mardi 19 janvier 2027, 10:00 – 11:00 Annulée", "Mardi 26 janvier 2027, 10:00 – 11:00",
  ]);
});

test("a meeting elsewhere shows its own time and mine", () => {
  const [row] = look({ trial: { ...outcome, occurrences: [date(12, 10)] } }, "Asia/Tokyo");
  expect(row).toMatch(/19:00 – 20:00 \(heure de Tokyo\).*Pour vous : /);
});

test("an agenda that could not be read is no free one, and one that was read in part says up to when", () => {
  look({ trial: { ...outcome, occurrences: [date(12, 10)], checked: "unread" } });
  expect(screen.getByText(/agenda n’a pas pu être lu/)).toBeDefined();
  expect(screen.queryByText(/ont été vérifiées/)).toBeNull();
  look({ trial: { ...outcome, occurrences: [date(12, 10)], checked: { until: "20270112T100000", further: true } } });
  expect(screen.getByText(/vérifiées jusqu’à la date du .*12 janvier/)).toBeDefined();
});
