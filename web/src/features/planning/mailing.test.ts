import { expect, test } from "vitest";
import { newDraft, type Draft, type Guest } from "./draft";
import { mailsOf } from "./mailing";

const at = (email: string): Guest => ({ who: { email }, name: email, role: "presenter", required: true });
const me: Guest = { who: { user: "p1" }, name: "Jeanne", role: "presenter", required: true };
const draft = (...guests: Guest[]): Draft => ({ ...newDraft(new Date(2026, 10, 24)), title: "Comité", guests });
const mails = (invited: number, changed: number, struckOff: number) => ({ invited, changed, struckOff });

test("who plans a meeting gets no mail about it", () => {
  expect(mailsOf(draft(me), undefined, "p1")).toEqual(mails(0, 0, 0));
  expect(mailsOf(draft(me, at("a@x.fr"), at("b@x.fr")), undefined, "p1")).toEqual(mails(2, 0, 0));
});

test("who plans a meeting and adds their own address gets no mail by it either", () => {
  expect(mailsOf(draft(at("Jeanne.Morel@x.fr"), at("a@x.fr")), undefined, "p1", "jeanne.morel@X.fr")).toEqual(mails(1, 0, 0));
  expect(mailsOf(draft(at("jeanne.morel@x.fr")), undefined, "p1")).toEqual(mails(1, 0, 0));
});

test("nobody hears of what does not concern them", () => {
  const before = draft(at("a@x.fr"), at("b@x.fr"));
  expect(mailsOf({ ...before, description: "x", reminders: [60] }, before, "p1")).toEqual(mails(0, 0, 0));
  expect(mailsOf({ ...before, guests: [at("A@x.fr"), at("c@x.fr")] }, before, "p1")).toEqual(mails(1, 0, 1));
});

test("another time is told to who was invited, and who is new is invited", () => {
  const before = draft(at("a@x.fr"), at("b@x.fr"));
  expect(mailsOf({ ...before, time: "23:00", guests: [...before.guests, at("c@x.fr")] }, before, "p1")).toEqual(mails(1, 2, 0));
});
