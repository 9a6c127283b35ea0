import { expect, test } from "vitest";
import { addDays, addMonths, positions, weekdayOf, weekdays } from "./days";
import { choosing, follow, followAll, kinds, once, patternFor, repeatsOf, rulesOf, wrongRepeats, type End, type Pattern, type Repeats } from "./repeats";

const start = "2026-11-24T09:00:00"; // a Tuesday, the fourth and last of its month
const never: End = { kind: "never" };

test.each([
  ["two rules", ["FREQ=DAILY;COUNT=3", "FREQ=WEEKLY;BYDAY=MO"]],
  ["hours", ["FREQ=HOURLY"]],
  ["weeks that begin on Sunday", ["FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU"]],
  ["days by week of the year", ["FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"]],
  ["the day before the last", ["FREQ=MONTHLY;BYMONTHDAY=-2"]],
  ["two days of the month", ["FREQ=MONTHLY;BYMONTHDAY=1,15"]],
  ["the last working day", ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"]],
  ["the fifth Friday", ["FREQ=MONTHLY;BYDAY=5FR"]],
  ["every Friday of a month", ["FREQ=MONTHLY;BYDAY=FR"]],
  ["every second working day", ["FREQ=DAILY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR"]],
  ["another day of the year", ["FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=14"]],
  ["an end said twice", ["FREQ=DAILY;COUNT=3;UNTIL=20261224"]],
  ["an end that is no day", ["FREQ=DAILY;UNTIL=20261224T090000Z"]],
  ["no interval", ["FREQ=DAILY;INTERVAL=0"]],
])("what the words cannot say is kept as it is: %s", (_, rules) => {
  const said = repeatsOf(rules, start);
  expect(said.pattern.kind).toBe("other");
  expect(rulesOf(said)).toEqual(rules);
});

test.each<[string, Pattern]>([
  ["FREQ=DAILY", { kind: "daily", every: 1 }],
  ["RRULE:FREQ=DAILY;INTERVAL=3", { kind: "daily", every: 3 }],
  ["FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", { kind: "weekdays" }],
  ["FREQ=WEEKLY;BYDAY=FR,TH,WE,TU,MO;WKST=MO", { kind: "weekdays" }],
  ["FREQ=WEEKLY", { kind: "weekly", every: 1, days: ["TU"] }],
  ["freq=weekly;interval=2;byday=th,tu", { kind: "weekly", every: 2, days: ["TU", "TH"] }],
  ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR", { kind: "weekly", every: 2, days: ["MO", "TU", "WE", "TH", "FR"] }],
  ["FREQ=MONTHLY", { kind: "monthlyByDay", every: 1, day: 24 }],
  ["FREQ=MONTHLY;BYMONTHDAY=-1", { kind: "monthlyByDay", every: 1, day: -1 }],
  ["FREQ=MONTHLY;BYDAY=-1FR", { kind: "monthlyByWeekday", every: 1, position: -1, day: "FR" }],
  ["FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1", { kind: "monthlyByWeekday", every: 1, position: -1, day: "FR" }],
  ["FREQ=MONTHLY;BYDAY=+2TU", { kind: "monthlyByWeekday", every: 1, position: 2, day: "TU" }],
  ["FREQ=YEARLY", { kind: "yearly", every: 1 }],
  ["FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=24", { kind: "yearly", every: 1 }],
])("%s is said in words", (rule, pattern) => {
  expect(repeatsOf([rule], start)).toEqual({ pattern, end: never });
});

test.each<[string, End]>([
  ["UNTIL=20261224", { kind: "until", date: "2026-12-24" }],
  ["UNTIL=20261224T090000", { kind: "until", date: "2026-12-24" }],
  ["UNTIL=20261224T085959", { kind: "until", date: "2026-12-23" }],
  ["UNTIL=20270101T000000", { kind: "until", date: "2026-12-31" }],
  ["COUNT=12", { kind: "count", count: 12 }],
])("%s is the day or the number that people say", (text, end) => {
  expect(repeatsOf([`FREQ=DAILY;${text}`], start).end).toEqual(end);
});

/** All that the form can say, but for numbers, of which there are a few. */
function* everything(): Generator<Repeats> {
  const everies = [1, 2, 13];
  const patterns: Pattern[] = [
    { kind: "weekdays" },
    ...everies.flatMap((every): Pattern[] => [
      { kind: "daily", every },
      { kind: "yearly", every },
      ...Array.from({ length: 127 }, (_, bits): Pattern => ({ kind: "weekly", every, days: weekdays.filter((_, i) => ((bits + 1) >> i) & 1) })),
      ...[-1, ...Array.from({ length: 31 }, (_, i) => i + 1)].map((day): Pattern => ({ kind: "monthlyByDay", every, day })),
      ...positions.flatMap((position) => weekdays.map((day): Pattern => ({ kind: "monthlyByWeekday", every, position, day }))),
    ]),
  ];
  const ends: End[] = [never, { kind: "until", date: "2027-02-28" }, { kind: "count", count: 10 }];
  for (const pattern of patterns) for (const end of ends) yield { pattern, end };
}

test("whatever the form says is read back as it was said", () => {
  let count = 0;
  for (const said of everything()) {
    const working = said.pattern.kind === "weekly" && said.pattern.every === 1 && said.pattern.days.join() === "MO,TU,WE,TH,FR";
    expect(repeatsOf(rulesOf(said), start)).toEqual(working ? { ...said, pattern: { kind: "weekdays" } } : said);
    expect(wrongRepeats(said, "2026-11-24")).toBeUndefined();
    count++;
  }
  expect(count).toBeGreaterThan(1000);
  expect(repeatsOf(rulesOf({ pattern: { kind: "none" }, end: never }), start).pattern.kind).toBe("none");
});

test("a repetition begins with the day of the start, and goes along when that moves", () => {
  for (let from = "2026-11-01"; from < "2026-12-15"; from = addDays(from, 1)) {
    for (const kind of kinds) {
      const to = addDays(from, 9);
      const moved = follow(patternFor(kind, from), from, to);
      if (moved.kind === "monthlyByWeekday" || moved.kind === "weekly") expect(rulesOf({ pattern: moved, end: never })[0]).toContain(weekdayOf(to));
      if (moved.kind === "monthlyByDay") expect(moved.day).toBe(Number(to.slice(8)));
    }
  }
});

test("what says other days than the start stays when the start moves", () => {
  const kept: Pattern[] = [
    { kind: "weekly", every: 1, days: ["TU", "TH"] },
    { kind: "monthlyByDay", every: 1, day: -1 },
    { kind: "monthlyByWeekday", every: 1, position: 1, day: "FR" },
    { kind: "other", rules: ["FREQ=HOURLY"] },
  ];
  for (const pattern of kept) expect(follow(pattern, "2026-11-24", "2026-11-25")).toBe(pattern);
});

test("the last Tuesday stays the last when it moves to another last day of the week", () => {
  const last: Pattern = { kind: "monthlyByWeekday", every: 1, position: -1, day: "TU" };
  expect(follow(last, "2026-11-24", "2026-11-27")).toEqual({ ...last, day: "FR" });
  expect(follow(last, "2026-11-24", "2026-12-02")).toEqual({ ...last, position: 1, day: "WE" });
});

test.each<[string, Repeats]>([
  ["no day of the week", { pattern: { kind: "weekly", every: 1, days: [] }, end: never }],
  ["every zero days", { pattern: { kind: "daily", every: 0 }, end: never }],
  ["every half month", { pattern: { kind: "monthlyByDay", every: 0.5, day: 1 }, end: never }],
  ["an end before the start", { pattern: { kind: "weekdays" }, end: { kind: "until", date: "2026-11-23" } }],
  ["an end that is not said", { pattern: { kind: "weekdays" }, end: { kind: "until", date: "" } }],
  ["a million times", { pattern: { kind: "weekdays" }, end: { kind: "count", count: 1_000_000 } }],
])("%s is refused", (_, repeats) => {
  expect(wrongRepeats(repeats, "2026-11-24")).toBeDefined();
});

test.each<[Exclude<(typeof kinds)[number], "none">, End]>([
  ["daily", { kind: "until", date: "2027-02-24" }],
  ["weekdays", { kind: "until", date: "2027-02-24" }],
  ["weekly", { kind: "until", date: "2027-02-24" }],
  ["monthlyByDay", { kind: "count", count: 12 }],
  ["monthlyByWeekday", { kind: "count", count: 12 }],
  ["yearly", { kind: "count", count: 5 }],
])("a new series ends unless one says otherwise: %s", (kind, end) => {
  expect(choosing(kind, once, once, start.slice(0, 10)).end).toEqual(end);
});

test("an end that somebody chose stays, and one that nobody chose goes with the way of repeating and with the day", () => {
  const [day, later] = ["2026-11-24", "2026-12-01"];
  const weekly = choosing("weekly", once, once, day);
  expect(choosing("yearly", weekly, once, day).end).toEqual({ kind: "count", count: 5 });
  expect(followAll(weekly, once, day, later).end).toEqual({ kind: "until", date: "2027-03-01" });
  const endless = { ...weekly, end: never };
  expect(choosing("yearly", endless, once, day).end).toEqual(never);
  expect(followAll(endless, once, day, later).end).toEqual(never);
  expect(choosing("none", endless, once, day)).toEqual(once);
});

test("the end of a series that was there before stays, whatever it is", () => {
  const there = choosing("weekly", once, once, "2026-11-24");
  expect(followAll(there, there, "2026-11-24", "2026-12-01").end).toEqual(there.end);
  expect(choosing("yearly", there, there, "2026-11-24").end).toEqual(there.end);
  expect(choosing("weekly", once, there, "2026-11-24")).toEqual(there);
});

test("months are counted to the last day where there is no other", () => {
  expect([addMonths("2026-11-30", 3), addMonths("2027-11-30", 3), addMonths("2026-11-24", 14)]).toEqual(["2027-02-28", "2028-02-29", "2028-01-24"]);
});
