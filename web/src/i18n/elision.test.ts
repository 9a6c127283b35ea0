import i18next from "i18next";
import { expect, test } from "vitest";
import "../test/render";
import { de } from "./elision";
import { whole as fr } from "./fr/whole";

test.each([
  ["Amine Kader", "d’Amine Kader"],
  ["Élodie", "d’Élodie"],
  ["Œuvres sociales", "d’Œuvres sociales"],
  ["ines@example.org", "d’ines@example.org"],
  ["Yves", "d’Yves"],
  ["Yann", "de Yann"],
  ["Louise", "de Louise"],
  ["Hakim", "de Hakim"],
  ["", "de "],
])("de before %s", (name, said) => {
  expect(de(name)).toBe(said);
});

test("the texts of the pages say it so", () => {
  expect(i18next.t("hosting.muteOne", { name: "Odile" })).toBe("Couper le micro d’Odile");
  expect(i18next.t("hosting.muteOne", { name: "Louise" })).toBe("Couper le micro de Louise");
  expect(i18next.t("home.newRoomName", { name: "Amine Kader" })).toBe("Réunion d’Amine Kader");
});

test("no text puts de or que before a name without it", () => {
  expect(JSON.stringify(fr).match(/(?<!\p{L})(?:de|que|d’|qu’) ?\{\{(?:name|target|actor|zone|title|address|office)\}\}/gu)).toBeNull();
});
