import { expect, test } from "vitest";
import { looksLikeAddress } from "./address";

test("only a whole address is taken for one", () => {
  for (const text of ["zoe", "zoe@", "zoe@example", "a b@example.org", "a@b@example.org", "a@example.org,", "a@.org"]) expect(looksLikeAddress(text), text).toBe(false);
  for (const text of ["zoe@example.org", "o'neil+x@a.b.fr"]) expect(looksLikeAddress(text), text).toBe(true);
});
