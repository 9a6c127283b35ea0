import { expect, test } from "vitest";
import { answerTo, nextTurn, openAt, stateOf } from "./answers";
import { invitation } from "./invitation.fixture";

test("an answer to a date stands over that to all, and has its own comment", () => {
  const said = { rsvp: "accepted", comment: "Volontiers", answers: [{ occurrence: "a", rsvp: "declined", comment: "En congé", answeredAt: "" }] } as const;
  expect(answerTo({ ...said, answers: [...said.answers] }, "a")).toEqual({ answer: "declined", comment: "En congé", own: true });
  expect(answerTo({ ...said, answers: [...said.answers] }, "b")).toEqual({ answer: "accepted", comment: "", own: false });
  expect(answerTo({ ...said, answers: [...said.answers] }, "")).toEqual({ answer: "accepted", comment: "Volontiers", own: true });
  expect(answerTo({}, "")).toEqual({ answer: "needs-action", comment: "", own: true });
});

test("a meeting without dates to come is over, and a cancelled one is cancelled", () => {
  expect(stateOf(invitation())).toBe("open");
  expect(stateOf(invitation({ dates: [] }))).toBe("over");
  expect(stateOf(invitation({ dates: [], status: "cancelled" }))).toBe("cancelled");
});

test("the room is open from the one moment to the other", () => {
  const dates = [{ opens: "2026-11-24T07:45:00Z", closes: "2026-11-24T09:30:00Z" }];
  const at = (time: string) => Date.parse(`2026-11-24T${time}Z`);
  expect(openAt(dates, at("07:44:59"))).toBeUndefined();
  expect(openAt(dates, at("07:45:00"))).toBe(dates[0]);
  expect(openAt(dates, at("09:30:00"))).toBeUndefined();
  expect(nextTurn(dates, at("07:00:00")).toISOString()).toBe("2026-11-24T07:45:00.000Z");
  expect(nextTurn(dates, at("08:00:00")).toISOString()).toBe("2026-11-24T09:30:00.000Z");
});
