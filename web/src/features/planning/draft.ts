import type { ApiError } from "../../api/error";
import { inviteeRoles, type Invitee, type InviteeRole, type Meeting, type MeetingPatch, type NewMeeting } from "../../api/meetings";
import { entries, type Entry, type Language } from "../../api/types";
import { ownZone } from "../../ui/when";
import { addDays, durationOf, isDay, localIn, minutesOf } from "./days";
import { once, repeatsOf, rulesOf, wrongRepeats, type Repeats } from "./repeats";

export interface Guest {
  /** A person of the organization, or an address. */
  who: { user: string } | { email: string };
  name: string;
  role: InviteeRole;
  required: boolean;
}

/** A meeting as one plans it. */
export interface Draft {
  title: string;
  description: string;
  /** yyyy-mm-dd, and hh:mm: the time on the clocks of the zone. */
  date: string;
  time: string;
  minutes: number;
  timeZone: string;
  repeats: Repeats;
  guests: readonly Guest[];
  entry: Entry;
  passcode: string;
  opensBefore: number;
}

export type Name = "title" | "description" | "start" | "duration" | "timeZone" | "repeats" | "invitees" | "entry" | "passcode" | "opensBefore";
export type Wrong = Partial<Record<Name, true>>;

/** What one begins with: the next full hour of the working day, for an hour. */
export function newDraft(now: Date): Draft {
  const zone = ownZone();
  const local = localIn(now, zone);
  const today = local.slice(0, 10);
  const next = Math.max(9, Number(local.slice(11, 13)) + 1);
  const over = next > 17;
  return {
    title: "",
    description: "",
    date: over ? addDays(today, 1) : today,
    time: `${String(over ? 9 : next).padStart(2, "0")}:00`,
    minutes: 60,
    timeZone: zone,
    repeats: once,
    guests: [],
    entry: "signed-in",
    passcode: "",
    opensBefore: 15,
  };
}

export const keyOf = ({ who }: Guest): string => ("user" in who ? who.user : who.email.toLowerCase());

export function draftOf(meeting: Meeting): Draft {
  return {
    title: meeting.title,
    description: meeting.description ?? "",
    date: meeting.start.slice(0, 10),
    time: meeting.start.slice(11, 16),
    minutes: minutesOf(meeting.duration),
    timeZone: meeting.timeZone,
    repeats: repeatsOf(meeting.recurrence?.rules ?? [], meeting.start),
    guests: (meeting.invitees ?? []).map(guestOf),
    entry: meeting.access?.entry ?? "signed-in",
    passcode: meeting.access?.passcode ?? "",
    opensBefore: minutesOf(meeting.access?.opensBefore ?? "PT15M"),
  };
}

export function guestOf(invitee: Invitee): Guest {
  const { user, email = "", name = "", role = "presenter", required = true } = invitee;
  return { who: user === undefined || user === "" ? { email } : { user }, name: name === "" ? email : name, role, required };
}

const characters = (text: string) => [...text.trim()].length;

/** The server's bounds, told before it has to. */
export function wrongIn(draft: Draft): Wrong {
  const passcode = draft.passcode.trim();
  const wrong: Wrong = {};
  if (characters(draft.title) < 1 || characters(draft.title) > 200) wrong.title = true;
  if (characters(draft.description) > 10_000) wrong.description = true;
  if (!isDay(draft.date) || !/^\d{2}:\d{2}$/.test(draft.time)) wrong.start = true;
  if (draft.minutes < 10 || draft.minutes > 24 * 60) wrong.duration = true;
  if (wrongRepeats(draft.repeats, draft.date)) wrong.repeats = true;
  if (passcode !== "" && !/^\d{4,12}$/.test(passcode)) wrong.passcode = true;
  return wrong;
}

const places: [prefix: string, name: Name][] = [
  ["body.title", "title"],
  ["body.description", "description"],
  ["body.start", "start"],
  ["body.duration", "duration"],
  ["body.timeZone", "timeZone"],
  ["body.recurrence", "repeats"],
  ["body.invitees", "invitees"],
  ["body.access.entry", "entry"],
  ["body.access.passcode", "passcode"],
  ["body.access.opensBefore", "opensBefore"],
];

/** Which fields a refusal is about; none, when it is about something that the form does not show. */
export function wrongBy(error: ApiError): Wrong {
  const names = error.fields.flatMap(({ location }) => places.filter(([prefix]) => location.startsWith(prefix)).map(([, name]) => name));
  return Object.fromEntries(names.map((name) => [name, true]));
}

const startOf = ({ date, time }: Draft) => `${date}T${time}:00`;

function inviteeOf({ who, name, role, required }: Guest): Invitee {
  return { ...who, role, required, ...("email" in who && name !== "" && name !== who.email ? { name } : {}) };
}

export function meetingOf(draft: Draft, language: Language): NewMeeting {
  const description = draft.description.trim();
  const rules = rulesOf(draft.repeats);
  return {
    title: draft.title.trim(),
    ...(description === "" ? {} : { description }),
    language,
    start: startOf(draft),
    timeZone: draft.timeZone,
    duration: durationOf(draft.minutes),
    ...(rules.length === 0 ? {} : { recurrence: { rules } }),
    access: accessOf(draft),
    ...(draft.guests.length === 0 ? {} : { invitees: draft.guests.map(inviteeOf) }),
  };
}

function accessOf({ entry, passcode, opensBefore }: Draft): NonNullable<NewMeeting["access"]> {
  return { entry, opensBefore: durationOf(opensBefore), ...(passcode.trim() === "" ? {} : { passcode: passcode.trim() }) };
}

/** What differs from what was read, and nothing else: somebody else's change of another field stays. */
export function changeOf(meeting: Meeting, draft: Draft): MeetingPatch {
  const before = draftOf(meeting);
  const differs = (name: keyof Draft) => JSON.stringify(before[name]) !== JSON.stringify(draft[name]);
  const access = {
    ...(differs("entry") ? { entry: draft.entry } : {}),
    // A merge patch takes away by null, which the type of what is asked for does not know.
    ...(differs("passcode") ? { passcode: draft.passcode.trim() === "" ? (null as unknown as string) : draft.passcode.trim() } : {}),
    ...(differs("opensBefore") ? { opensBefore: durationOf(draft.opensBefore) } : {}),
  };
  return {
    ...(draft.title.trim() === before.title ? {} : { title: draft.title.trim() }),
    ...(differs("description") ? { description: draft.description.trim() } : {}),
    ...(differs("date") || differs("time") ? { start: startOf(draft) } : {}),
    ...(differs("timeZone") ? { timeZone: draft.timeZone } : {}),
    ...(differs("minutes") ? { duration: durationOf(draft.minutes) } : {}),
    ...(differs("repeats") ? { recurrence: { rules: rulesOf(draft.repeats) } } : {}),
    ...(Object.keys(access).length === 0 ? {} : { access }),
    ...(differs("guests") ? { invitees: draft.guests.map(inviteeOf) } : {}),
  };
}

/** Digits that nobody guesses at once. */
export function makePasscode(): string {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  return String(number % 1_000_000).padStart(6, "0");
}

export const isEntry = (word: string): word is Entry => entries.some((entry) => entry === word);
export const isRole = (word: string): word is InviteeRole => inviteeRoles.some((role) => role === word);
