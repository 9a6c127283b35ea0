import { fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { show } from "../test/render";
import { SearchField, SelectField } from ".";

const doors = [
  { value: "open", label: "Ouverte" },
  { value: "shut", label: "Fermée" },
] as const;

test("what is not among the options is not told", () => {
  const chosen = vi.fn();
  show(<SelectField label="Porte" options={doors} value="open" onChoose={chosen} />);
  const field = screen.getByLabelText<HTMLSelectElement>("Porte");
  field.add(new Option("Enfoncée", "broken"));
  fireEvent.change(field, { target: { value: "broken" } });
  field.add(new Option("", ""));
  fireEvent.change(field, { target: { value: "" } });
  expect(chosen).not.toHaveBeenCalled();
});

test("one cannot choose what is off, nor in a field that is", () => {
  show(<SelectField label="Porte" options={[...doors, { value: "wall", label: "Murée", disabled: true }]} value="open" onChoose={vi.fn()} disabled />);
  expect(screen.getByLabelText("Porte")).toHaveProperty("disabled", true);
  expect(screen.getByRole("option", { name: "Murée" })).toHaveProperty("disabled", true);
});

test("an option is told as it was handed in, a number as a number", async () => {
  const chosen = vi.fn();
  show(<SelectField label="Minutes" options={[30, 45].map((value) => ({ value, label: `${value} min` }))} value={30} onChoose={chosen} />);
  expect(screen.getByRole("option", { name: "30 min" })).toHaveProperty("selected", true);
  await userEvent.selectOptions(screen.getByLabelText("Minutes"), "45 min");
  expect(chosen).toHaveBeenCalledExactlyOnceWith(45);
});

test("what stands for none of them comes first, and is told as nothing", async () => {
  const chosen = vi.fn();
  show(<SelectField label="Porte" any="Toutes" options={doors} value="shut" onChoose={chosen} />);
  const field = screen.getByLabelText("Porte");
  expect(within(field).getAllByRole("option").map((one) => one.textContent)).toEqual(["Toutes", "Ouverte", "Fermée"]);
  await userEvent.selectOptions(field, "Toutes");
  expect(chosen).toHaveBeenCalledExactlyOnceWith("");
});

test("options stand in their groups and are found there", async () => {
  const chosen = vi.fn();
  show(<SelectField label="Date" any="Toutes" options={[{ label: "Mars", options: [{ value: "a", label: "Lundi 1" }] }, { label: "Avril", options: [{ value: "b", label: "Mardi 6" }] }]} value="" onChoose={chosen} />);
  const april = screen.getByRole("group", { name: "Avril" });
  await userEvent.selectOptions(screen.getByLabelText("Date"), within(april).getByRole("option"));
  expect(chosen).toHaveBeenCalledExactlyOnceWith("b");
});

test("the field says what helps and what is wrong", () => {
  show(<SelectField label="Porte" hint="Celle de devant." error="Choisissez." options={doors} value="open" onChoose={vi.fn()} required />);
  const field = screen.getByRole("combobox", { name: "Porte", description: "Celle de devant. Choisissez." });
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(field).toHaveProperty("required", true);
});

test("a search field tells what is typed, and no more than is searched by", async () => {
  const typed = vi.fn();
  show(<SearchField label="Chercher" hint="Un nom." value="" onType={typed} />);
  const field = screen.getByRole("searchbox", { name: "Chercher", description: "Un nom." });
  await userEvent.type(field, "a");
  expect(typed).toHaveBeenCalledExactlyOnceWith("a");
  expect(field).toHaveProperty("maxLength", 100);
});
