import { expectRefusal } from "../support/refusals.ts";
import { expect, test } from "../support/test.ts";

test("a guest at a trusted room may ask to enter, or signs in and comes back there", async ({ welcome }) => {
  const [jeanne, guest] = [await welcome(), await welcome()];
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Cabinet" });

  await guest.open(`/${room.slug}`);
  await expect(guest.page.getByRole("button", { name: guest.words.lobby.knock })).toBeVisible();
  await expect(guest.page.getByText("Cabinet")).toHaveCount(0); // the name shows after admission only

  await guest.page.getByRole("main").getByRole("link", { name: guest.words.prejoin.signInInstead }).click();
  await guest.choose("Louise Petit");
  await expect(guest.page).toHaveURL(room.url);
  await guest.join();
});

test("a deactivated person is told whom to ask, and is not signed in", async ({ welcome }) => {
  const marc = await welcome();
  marc.witness.allow(/status of 403/);
  await marc.open();
  await marc.page.getByRole("link", { name: marc.words.common.signIn }).first().click();
  await marc.choose("Marc Olivier");
  await expectRefusal(marc.page, "deactivated");
  const me = await marc.context.request.get(`${marc.site.url}/api/v1/me`);
  expect(await me.json()).toMatchObject({ kind: "anonymous" });
  await marc.open();
  await expect(marc.page.getByRole("heading", { name: marc.words.home.helloAnonymous })).toBeVisible();
});

test("somebody else's room is not found in the settings, and a code that nobody has is said to be none", async ({ welcome }) => {
  const [jeanne, paul] = [await welcome(), await welcome()];
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Cabinet", entry: "restricted" });

  paul.witness.allow(/status of 40[34]/);
  await paul.open();
  await paul.signIn("Paul Girard");
  await paul.open(`/rooms/${room.slug}`);
  await expect(paul.page.getByText("Cabinet")).toHaveCount(0);
  await paul.open(`/${room.slug}`);
  await expect(paul.page.getByRole("button", { name: paul.words.lobby.knock })).toBeVisible(); // a host decides
  await expect(paul.page.getByText("Cabinet")).toHaveCount(0);
  await paul.open("/zzz-zzzz-zzz");
  await expect(paul.page.getByText(paul.words.errors["room-not-found"])).toBeVisible();
});

test("an archived room refuses all, and opens again under the same link", async ({ welcome }) => {
  const jeanne = await welcome();
  await jeanne.open();
  await jeanne.signIn("Jeanne Morel");
  const room = await jeanne.makeRoom({ name: "Salle des archives" });
  jeanne.witness.allow(/status of 410/);

  await jeanne.open(`/rooms/${room.slug}`);
  await jeanne.page.getByRole("button", { name: jeanne.words.room.archive }).click();
  await jeanne.page.getByRole("dialog").getByRole("button", { name: jeanne.words.room.archive }).click();
  await expect(jeanne.page.getByText(jeanne.words.room.archivedTitle)).toBeVisible();
  await jeanne.open(`/${room.slug}`);
  await expect(jeanne.page.getByText(jeanne.words.errors["room-archived"])).toBeVisible();

  await jeanne.open(`/rooms/${room.slug}`);
  await jeanne.page.getByRole("button", { name: jeanne.words.room.restore }).click();
  await expect(jeanne.page.getByText(jeanne.words.room.archivedTitle)).toHaveCount(0);
  await jeanne.enter(room);
});
