import { expect, test } from "vitest";
import { isList, looksLikeAddress, readAddresses } from "./addresses";

test("only a whole address is taken for one", () => {
  for (const text of ["zoe", "zoe@", "zoe@example", "a b@example.org", "a@b@example.org", "a@example.org,", "a@.org"]) expect(looksLikeAddress(text), text).toBe(false);
  for (const text of ["zoe@example.org", "o'neil+x@a.b.fr"]) expect(looksLikeAddress(text), text).toBe(true);
});

test("what is no address is told as it was written, and keeps nobody else out", () => {
  const read = readAddresses("anne@x.fr; Paul ; b@, zoe@y.fr\nAdresse électronique");
  expect(read.found.map(({ address }) => address)).toEqual(["anne@x.fr", "zoe@y.fr"]);
  expect(read.unread).toEqual(["Paul", "b@", "Adresse électronique"]);
  for (const text of ["a@[127.0.0.1]", '"a b"@x.fr', "<>", "anne@x", "Anne <anne>"]) expect(readAddresses(text), text).toEqual({ found: [], unread: [text] });
  expect(readAddresses(" \n; ,")).toEqual({ found: [], unread: [] });
});

test.each<[string, string, string[]]>([
  ["semicolons", "a@x.fr; b@y.fr;", ["a@x.fr", "b@y.fr"]],
  ["commas", "a@x.fr,b@y.fr", ["a@x.fr", "b@y.fr"]],
  ["line ends", "a@x.fr\r\nb@y.fr\n\n", ["a@x.fr", "b@y.fr"]],
  ["spaces", "a@x.fr b@y.fr", ["a@x.fr", "b@y.fr"]],
  ["names", "Anne Petit <anne@x.fr>, Zoé Été <zoe@y.fr>", ["Anne Petit: anne@x.fr", "Zoé Été: zoe@y.fr"]],
  ["names with a comma", "Petit, Anne <anne@x.fr>; Kader, Amine <amine@x.fr>", ["Petit, Anne: anne@x.fr", "Kader, Amine: amine@x.fr"]],
  ["quoted names", '"Petit; Anne" <anne@x.fr>', ["Petit; Anne: anne@x.fr"]],
  ["an address for a name", "'anne@x.fr' <anne@x.fr>", ["anne@x.fr"]],
  ["a name without brackets", "Anne Petit anne@x.fr", ["Anne Petit: anne@x.fr"]],
  ["a name that no standard knows", "M. Petit [DINUM] <anne@x.fr>", ["M. Petit [DINUM]: anne@x.fr"]],
  ["a group", "Équipe: a@x.fr, b@y.fr;", ["a@x.fr", "b@y.fr"]],
  ["a link", "mailto:a@x.fr", ["a@x.fr"]],
  ["a column of a sheet", "a@x.fr\nb@y.fr\n", ["a@x.fr", "b@y.fr"]],
  ["names, then addresses in a sheet", "Petit\tAnne\tanne@x.fr\tBudget\nKader\tAmine\tamine@x.fr\tDGCL", ["Petit Anne: anne@x.fr", "Kader Amine: amine@x.fr"]],
  ["addresses, then names in a sheet", "anne@x.fr\tAnne Petit", ["Anne Petit: anne@x.fr"]],
])("people are read from %s", (_, text, people) => {
  const { found, unread } = readAddresses(text);
  expect(found.map(({ address, name }) => (name === "" ? address : `${name}: ${address}`))).toEqual(people);
  expect(unread).toEqual([]);
});

test("one name or address is no list", () => {
  for (const text of ["Anne Petit", " anne@x.fr\n"]) expect(isList(text), text).toBe(false);
  for (const text of ["a@x.fr;", "a@x.fr\nb@y.fr", "Anne <a@x.fr>"]) expect(isList(text), text).toBe(true);
});
