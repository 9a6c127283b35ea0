import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { json, problem, serve, show, type Answers } from "../../../test/render";
import { sections } from "../sections";
import type { Appointment } from "../roles";
import { PrivacyPage } from "./PrivacyPage";

const auditor: Appointment[] = [{ role: "auditor" }];
const platform: Appointment[] = [{ role: "platform-admin" }];
const office: Appointment[] = [{ role: "org-admin", organization: "o1" }];

const camille = { id: "p1", name: "Camille Martin", email: "camille@finances.example", organization: { id: "o1", name: "Finances" }, createdAt: "2026-01-01T09:00:00Z" };
const louise = { ...camille, id: "p2", name: "Louise Petit", email: "louise@finances.example" };
const why = { fr: "la réunion reste", en: "the meeting stays" };
const preview = {
  person: "p1",
  kinds: [
    { kind: "chat", fate: "removed", removed: 12, nameless: 0, held: 0 },
    { kind: "meetings", fate: "nameless", removed: 0, nameless: 4, held: 0, why },
    { kind: "lobby", fate: "removed", removed: 0, nameless: 0, held: 0 },
  ],
  rooms: 0, meetings: 0, holds: [] as string[], lastAdministrator: false,
};
const receipt = {
  version: 1, erasure: "e1", person: "p1", platform: "https://meet.example", requestedAt: "2026-11-20T09:00:00Z", doneAt: "2026-11-20T09:00:05Z",
  kinds: preview.kinds, handed: { rooms: 2, meetings: 1, archived: 0, cancelled: 3 }, keyId: "k", signature: "SIGNED",
};
const erasure = { id: "e1", person: "p1", state: "done", requestedAt: "2026-11-20T09:00:00Z", receipt };
const hold = { id: "h1", kind: "room", subject: "0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d15", reason: "Contentieux 2026-114", placedBy: "person:0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d13", placedAt: "2026-11-20T09:00:00Z" };

function open(rest: string, appointments: Appointment[], answers: Answers) {
  serve({
    "GET /api/v1/admin/people": () => json({ items: [camille, louise] }),
    "GET /api/v1/admin/people/p1": () => json({ person: camille, appointments: [] }),
    ...answers,
  });
  const location = memoryLocation({ path: `/admin/privacy/${rest}`, record: true });
  show(
    <Router hook={location.hook}>
      <PrivacyPage appointments={appointments} rest={rest} />
    </Router>,
  );
  return location;
}

/** What the browser was given to keep. */
function kept() {
  const files: Blob[] = [];
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: (file: Blob) => `blob:${String(files.push(file))}`, revokeObjectURL: () => undefined }));
  return files;
}

// jsdom's files have no text().
const textOf = (file: Blob | undefined) =>
  new Promise<string>((resolve) => {
    const reader = new FileReader();
    reader.onload = () => {
      resolve(typeof reader.result === "string" ? reader.result : "");
    };
    reader.readAsText(file ?? new Blob());
  });

afterEach(() => {
  vi.unstubAllGlobals();
});

test("support does not come to data protection", () => {
  expect(sections.find((one) => one.path === "privacy")?.needs).toEqual(["platform-admin", "org-admin", "auditor"]);
});

test("who only reads places and ends no hold", async () => {
  open("holds", auditor, { "GET /api/v1/privacy/holds": () => json({ items: [hold] }) });
  await screen.findByText("Contentieux 2026-114");
  screen.getByText(/Posé le 20 novembre 2026 par …5e8c0d13/);
  expect(screen.queryByRole("button")).toBeNull();
});

test("who only reads sees what an erasure would do, and no button", async () => {
  open("people/p1", auditor, { "GET /api/v1/people/p1/erasure": () => json(preview) });
  const table = within(await screen.findByRole("table"));
  table.getByRole("row", { name: "Messages des réunions 12 0 0" });
  table.getByRole("row", { name: "Réunions planifiées 0 4 0 la réunion reste" });
  expect(table.queryByText("Salle d’attente")).toBeNull();
  expect(screen.queryByRole("button")).toBeNull();
});

test("who administers an organization does not answer for the whole platform", async () => {
  open("register", office, {});
  await screen.findByLabelText("De qui s’agit-il ?");
  expect(screen.queryByRole("link", { name: "Registre" })).toBeNull();
  expect(screen.queryByRole("link", { name: "Conservation" })).toBeNull();
});

test("somebody whom a hold keeps is not erased, and why is said", async () => {
  open("people/p1", platform, { "GET /api/v1/people/p1/erasure": () => json({ ...preview, holds: ["h1"] }) });
  await screen.findByText(/Un gel conserve les données de cette personne/);
  expect(screen.getByRole("link", { name: "Voir les gels" }).getAttribute("href")).toBe("/admin/privacy/holds");
  expect(screen.queryByRole("button", { name: "Effacer cette personne" })).toBeNull();
});

test("the last administrator is not erased, and what to do is said", async () => {
  open("people/p1", platform, { "GET /api/v1/people/p1/erasure": () => json({ ...preview, lastAdministrator: true }) });
  await screen.findByText(/dernier administrateur de la plateforme/);
  expect(screen.queryByRole("button", { name: "Effacer cette personne" })).toBeNull();
});

test.each([
  [409, "held", /Un gel conserve ces données/],
  [409, "last-administrator", /a besoin d’un administrateur/],
])("an erasure refused in the meantime says so in words: %i %s", async (status, code, words) => {
  open("people/p1", platform, { "GET /api/v1/people/p1/erasure": () => json(preview), "POST /api/v1/people/p1/erasure": () => problem(status, code) });
  await userEvent.click(await screen.findByRole("button", { name: "Effacer cette personne" }));
  await userEvent.click(screen.getByRole("button", { name: "Effacer définitivement" }));
  expect((await within(screen.getByRole("dialog")).findByRole("alert")).textContent).toMatch(words);
});

test("erasing without a fresh sign-in leads to one and back", async () => {
  open("people/p1", platform, {
    "GET /api/v1/people/p1/erasure": () => json(preview),
    "POST /api/v1/people/p1/erasure": () => problem(403, "elevation-required"),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Effacer cette personne" }));
  await userEvent.click(screen.getByRole("button", { name: "Effacer définitivement" }));
  const way = await within(screen.getByRole("dialog")).findByRole("link", { name: "Confirmer mon identité" });
  expect(way.getAttribute("href")).toBe("/auth/login?elevate=1&returnTo=%2Fadmin%2Fprivacy%2Fpeople%2Fp1");
});

test("somebody who leads rooms is not erased before it is said who takes them over", async () => {
  open("people/p1", platform, { "GET /api/v1/people/p1/erasure": () => json({ ...preview, rooms: 2, meetings: 1 }) });
  const ask = await screen.findByRole("button", { name: "Effacer cette personne" });
  await userEvent.click(ask);
  await screen.findByText("Choisissez ce qu’elles deviennent.");
  await userEvent.click(screen.getByRole("radio", { name: /Les confier à quelqu’un/ }));
  await screen.findByText("Choisissez qui les reprend.");
  await userEvent.click(ask);
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("somebody is erased after a question, and a successor takes over", async () => {
  const asked: unknown[] = [];
  open("people/p1", platform, {
    "GET /api/v1/people/p1/erasure": () => json({ ...preview, rooms: 2, ...(asked.length > 0 ? { erasure } : {}) }),
    "POST /api/v1/people/p1/erasure": async (request) => {
      asked.push(await request.json());
      return json({ ...erasure, state: "running", receipt: undefined }, 202);
    },
  });
  await userEvent.click(await screen.findByRole("radio", { name: /Les confier à quelqu’un/ }));
  await userEvent.type(screen.getByLabelText("Qui les reprend"), "m");
  await userEvent.click(await screen.findByRole("button", { name: /Louise Petit/ }));
  expect(screen.queryByRole("button", { name: /Camille Martin/ })).toBeNull();
  await userEvent.type(screen.getByLabelText(/Référence/), "DPO-31");
  await userEvent.click(screen.getByRole("button", { name: "Effacer cette personne" }));
  screen.getByRole("dialog", { name: "Effacer Camille Martin\u00a0?" });
  await userEvent.click(screen.getByRole("button", { name: "Effacer définitivement" }));
  await screen.findByText(/a été effacée le 20 novembre 2026/);
  expect(asked).toEqual([{ reason: "DPO-31", handover: { to: "successor", person: "p2" } }]);
});

test("a receipt is kept as the server signed it", async () => {
  const files = kept();
  open("people/p1", auditor, {
    "GET /api/v1/people/p1/erasure": () => json({ ...preview, erasure }),
    "GET /api/v1/admin/people/p1": () => problem(404, "person-not-found"),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Télécharger le reçu" }));
  screen.getByText(/Salles confiées : 2, archivées : 0. Réunions confiées : 1, annulées : 3./);
  expect(JSON.parse(await textOf(files[0]))).toEqual(receipt);
});

test("an erasure that runs says so, and one that a hold keeps in part too", async () => {
  const partly = { ...erasure, receipt: { ...receipt, kinds: [{ kind: "chat", fate: "removed", removed: 1, nameless: 0, held: 5, why }] } };
  open("people/p1", auditor, { "GET /api/v1/people/p1/erasure": () => json({ ...preview, erasure: { ...erasure, state: "running", receipt: undefined } }) });
  await screen.findByText(/L’effacement est en cours/);
  open("people/p1", auditor, { "GET /api/v1/people/p1/erasure": () => json({ ...preview, erasure: partly }) });
  await screen.findByText(/Un gel sur une salle garde encore une partie/);
});

test("a copy that is refused says why, and one that is made is kept", async () => {
  const files = kept();
  let answer = problem(429, "too-many-requests");
  open("people/p1", office, { "GET /api/v1/people/p1/erasure": () => json(preview), "GET /api/v1/people/p1/export": () => answer });
  await userEvent.click(await screen.findByRole("button", { name: "Télécharger la copie" }));
  await screen.findByText(/Trop d’essais/);
  answer = new Response("PK", { headers: { "Content-Disposition": 'attachment; filename="parvis-p1.zip"' } });
  await userEvent.click(screen.getByRole("button", { name: "Télécharger la copie" }));
  await screen.findByText(/La copie est téléchargée/);
  expect(files).toHaveLength(1);
});

test("a hold needs a subject and a reason, and takes the link of a room for its code", async () => {
  const asked: unknown[] = [];
  open("holds", office, {
    "GET /api/v1/privacy/holds": () => json({ items: asked.length > 0 ? [hold] : [] }),
    "POST /api/v1/privacy/holds": async (request) => {
      asked.push(await request.json());
      return json(hold, 201);
    },
  });
  await screen.findByText("Aucun gel n’a été posé.");
  await userEvent.click(screen.getByRole("button", { name: "Poser un gel" }));
  const dialog = within(screen.getByRole("dialog"));
  await userEvent.click(dialog.getByRole("button", { name: "Poser un gel" }));
  dialog.getByText(/Dites sur qui/);
  dialog.getByText(/en 10 caractères au moins/);
  await userEvent.click(dialog.getByRole("radio", { name: "une salle" }));
  await userEvent.type(dialog.getByLabelText("Code de la salle"), "https://meet.example/fin-ance-dgt?x=1");
  await userEvent.type(dialog.getByLabelText("Motif"), "Contentieux 2026-114");
  await userEvent.click(dialog.getByRole("button", { name: "Poser un gel" }));
  await screen.findByText("Contentieux 2026-114");
  expect(asked).toEqual([{ kind: "room", subject: "fin-ance-dgt", reason: "Contentieux 2026-114" }]);
});

test("who only reads and comes from a room is asked for nothing", async () => {
  open("holds/fin-ance-dgt", auditor, { "GET /api/v1/privacy/holds": () => json({ items: [] }) });
  await screen.findByText("Aucun gel n’a été posé.");
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("who comes from a room says only why, comes back to it after a fresh sign-in, and reads all holds afterwards", async () => {
  const asked: unknown[] = [];
  let fresh = false;
  const location = open("holds/fin-ance-dgt", office, {
    "GET /api/v1/privacy/holds": () => json({ items: asked.length > 0 ? [hold] : [] }),
    "POST /api/v1/privacy/holds": async (request) => {
      if (!fresh) return problem(403, "elevation-required");
      asked.push(await request.json());
      return json(hold, 201);
    },
  });
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByLabelText("Code de la salle")).toHaveProperty("value", "fin-ance-dgt");
  await userEvent.type(dialog.getByLabelText("Motif"), "Contentieux 2026-114");
  await userEvent.click(dialog.getByRole("button", { name: "Poser un gel" }));
  const way = await dialog.findByRole("link", { name: "Confirmer mon identité" });
  expect(way.getAttribute("href")).toContain(encodeURIComponent("/admin/privacy/holds/fin-ance-dgt"));
  fresh = true;
  await userEvent.click(dialog.getByRole("button", { name: "Poser un gel" }));
  await screen.findByText("Contentieux 2026-114");
  expect(asked).toEqual([{ kind: "room", subject: "fin-ance-dgt", reason: "Contentieux 2026-114" }]);
  expect(location.history.at(-1)).toBe("/admin/privacy/holds");
});

test("a hold is ended for a reason, and stays in the list", async () => {
  let ended = false;
  open("holds", platform, {
    "GET /api/v1/privacy/holds": () => json({ items: [{ ...hold, ...(ended ? { releasedAt: "2026-11-21T09:00:00Z", releasedBy: "person:p9", releaseReason: "Affaire close" } : {}) }] }),
    "POST /api/v1/privacy/holds/h1/release": () => {
      ended = true;
      return json(hold);
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: /^Lever le gel\u00a0: Salle …5e8c0d15/ }));
  await userEvent.type(screen.getByLabelText("Motif"), "L’affaire est close");
  await userEvent.click(screen.getByRole("button", { name: "Lever le gel" }));
  await screen.findByText(/Levé le 21 novembre 2026 par p9 : Affaire close/);
  expect(screen.queryByRole("button", { name: /^Lever le gel/ })).toBeNull();
});

test("the report says what ends each kind, or why nothing does", async () => {
  open("retention", auditor, {
    "GET /api/v1/privacy/retention": () =>
      json({ items: [{ kind: "sign-ins", kept: { fr: "7 jours", en: "7 days" }, job: "prune", rows: 41 }, { kind: "account", kept: { fr: "tant que", en: "as long" }, why, rows: 7 }] }),
  });
  await screen.findByRole("row", { name: "Connexions 7 jours supprimé automatiquement 41" });
  screen.getByRole("row", { name: "Compte tant que la réunion reste 7" });
});

test("the record names what is still to be filled in, and is printed", async () => {
  const print = vi.fn();
  vi.stubGlobal("print", print);
  const text = { fr: "texte", en: "text" };
  open("register", auditor, {
    "GET /api/v1/privacy/register": () =>
      json({
        platform: "Parvis", url: "https://meet.example", controller: "Ministère des Finances", receiptKey: "KEY", subjects: text, transfers: text,
        activities: [{ kind: "chat", data: { fr: "messages", en: "messages" }, purpose: text, basis: "public-task", basisText: text, seenBy: text, kept: text, erasure: "removed" }],
        recipients: [{ name: "SMTP", host: "mail.example", gets: text }], measures: [text],
      }),
  });
  await screen.findByText("Ministère des Finances");
  screen.getByText("à renseigner : PARVIS_PRIVACY_CONTACT");
  screen.getByText("mail.example");
  await userEvent.click(screen.getByRole("button", { name: "Imprimer" }));
  expect(print).toHaveBeenCalledOnce();
});

test("somebody is found by name, and has an address of their own to come back to", async () => {
  const location = open("people", office, {});
  await userEvent.type(screen.getByLabelText("De qui s’agit-il ?"), "cam");
  await userEvent.click(await screen.findByRole("button", { name: /Camille Martin/ }));
  expect(location.history.at(-1)).toBe("/admin/privacy/people/p1");
});
