import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { ChangedDate, DateFate } from "../../api/meetings";
import { show } from "../../test/render";
import { OverridesDialog } from "./OverridesDialog";

const fate = (day: number, hour: number, takesPlace = true): DateFate => ({
  takesPlace,
  date: { id: `202701${String(day)}T${String(hour)}0000`, title: "Comité", start: `2027-01-${String(day)}T${String(hour)}:00:00Z`, end: `2027-01-${String(day)}T${String(hour + 1)}:00:00Z` },
});
const none: DateFate = { takesPlace: false };
const moved: ChangedDate = { now: fate(14, 13), keep: none, shift: fate(14, 15), drop: fate(12, 10) };
const cancelled: ChangedDate = { now: fate(19, 13, false), keep: none, shift: fate(19, 15, false), drop: fate(19, 10) };

function ask(...changed: ChangedDate[]) {
  const onChoose = vi.fn();
  show(<OverridesDialog changed={changed} timeZone="UTC" busy={false} onChoose={onChoose} onClose={() => undefined} />);
  return onChoose;
}
const rows = () => within(screen.getByRole("region")).getAllByRole("listitem").map((row) => row.textContent.replaceAll("\u00a0", " "));

test("a choice that the server would refuse cannot be made, and says so", async () => {
  const onChoose = ask(moved, cancelled);
  expect(screen.getByRole("radio", { name: /Les laisser où elles sont.*Impossible ici/ })).toHaveProperty("disabled", true);
  await userEvent.click(screen.getByRole("button", { name: "Continuer" }));
  expect(onChoose).toHaveBeenCalledWith("shift");
});

test("each changed date is named, with what becomes of it under the choice", async () => {
  ask(moved, cancelled);
  expect(rows()).toEqual([
    "Jeudi 14 janvier 2027, 13:00 – 14:00 DéplacéeAura lieu : Jeudi 14 janvier 2027, 15:00 – 16:00",
    "Mardi 19 janvier 2027, 13:00 – 14:00 AnnuléeN’aura pas lieu : Mardi 19 janvier 2027, 15:00 – 16:00",
  ]);
  await userEvent.click(screen.getByRole("radio", { name: /Prendre toutes les dates/ }));
  expect(rows()[1]).toBe("Mardi 19 janvier 2027, 13:00 – 14:00 AnnuléeAura lieu : Mardi 19 janvier 2027, 10:00 – 11:00");
});

test("where neither leaving nor moving them is possible, the new series counts", async () => {
  const onChoose = ask({ ...moved, shift: none });
  await userEvent.click(screen.getByRole("button", { name: "Continuer" }));
  expect(onChoose).toHaveBeenCalledWith("drop");
});
