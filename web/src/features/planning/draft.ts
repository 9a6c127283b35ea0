import type { ApiError } from "../../api/error";
import { abilities, type Ability } from "../../api/hosting";
import type { Deputy, Invitee, InviteeRole, Meeting, VenueMode } from "../../api/meetings";
import { inviteeRoles } from "../../api/planning";
import { assurances, entries, type Assurance, type Entry, type Language } from "../../api/types";
import { ownZone } from "../../ui/when";
import { addDays, isDay, localIn, minutesBefore, minutesOf } from "./days";
import { presentName } from "./zones";
import { once, repeatsOf, wrongRepeats, type Repeats } from "./repeats";

export interface Guest {
  /** A person of the organization, or an address. */
  who: { user: string } | { email: string };
  /** Their address where nobody said another. */
  name: string;
  role: InviteeRole;
  required: boolean;
  /** Of mails to somebody without an account, where it was said: the page does not ask for it, and keeps it. */
  language?: Language;
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
  /** Dates beside those of the rules, in local time: the page does not ask for them, and keeps them. */
  rdates: readonly string[];
  guests: readonly Guest[];
  /** What stands in the field of people, and has invited nobody yet. */
  typed: string;
  entry: Entry;
  passcode: string;
  /** In minutes. */
  opensBefore: number;
  closesAfter: number;
  /** Each so many minutes before the start, the earliest first. */
  reminders: readonly number[];
  /** The organizer hears of them by mail. */
  tellAnswers: boolean;
  deputies: readonly Deputy[];
  /** As typed. */
  typedDeputy: string;
  mode: VenueMode;
  /** Of an existing room. */
  slug: string;
  assurance: Assurance;
  /** As it is typed; empty is no limit. */
  maxParticipants: string;
  opensWithHost: boolean;
  muteOnEntry: boolean;
  forbidden: readonly Ability[];
  /** It began with what policies say of a new room: what is empty is said too, for else they would fill it in. */
  begun?: true;
}

export type Name =
  | "title" | "description" | "start" | "duration" | "timeZone" | "repeats" | "typed" | "invitees" | "entry"
  | "passcode" | "opensBefore" | "closesAfter" | "reminders" | "deputies" | "typedDeputy" | "room" | "assurance" | "maxParticipants";
/** locked: a policy does not allow it; past: a time that is over. */
export type Wrong = Partial<Record<Exclude<Name, "deputies">, true | "locked"> & Record<"deputies", true | "locked" | "past">>;

/** What one begins with: the next full hour of the working day, for an hour. */
export function newDraft(now: Date): Draft {
  const zone = presentName(ownZone());
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
    rdates: [],
    guests: [],
    typed: "",
    entry: "signed-in",
    ...usual,
  };
}

/** What most meetings are content with, and the form keeps out of the way. */
const usual = {
  passcode: "",
  opensBefore: 15,
  closesAfter: 30,
  reminders: [],
  tellAnswers: true,
  deputies: [],
  typedDeputy: "",
  mode: "dedicated",
  slug: "",
  assurance: "unknown",
  maxParticipants: "",
  opensWithHost: false,
  muteOnEntry: false,
  forbidden: [],
} as const satisfies Partial<Draft>;

export const isUsual = (draft: Draft): boolean =>
  (Object.keys(usual) as (keyof typeof usual)[]).every((name) => JSON.stringify(draft[name]) === JSON.stringify(usual[name]));

export const keyOf = ({ who }: Guest): string => ("user" in who ? who.user : who.email.toLowerCase());

export function draftOf(meeting: Meeting): Draft {
  const { access = {}, settings = {}, room = {} } = meeting;
  return {
    title: meeting.title,
    description: meeting.description ?? "",
    date: meeting.start.slice(0, 10),
    time: meeting.start.slice(11, 16),
    minutes: minutesOf(meeting.duration),
    timeZone: meeting.timeZone,
    repeats: repeatsOf(meeting.recurrence?.rules ?? [], meeting.start),
    rdates: meeting.recurrence?.rdates ?? [],
    guests: (meeting.invitees ?? []).map(guestOf),
    typed: "",
    entry: access.entry ?? "signed-in",
    passcode: access.passcode ?? "",
    opensBefore: minutesOf(access.opensBefore ?? "PT15M"),
    closesAfter: minutesOf(access.closesAfter ?? "PT30M"),
    reminders: (meeting.reminders ?? []).map(minutesBefore).sort((a, b) => b - a),
    tellAnswers: meeting.tellAnswers ?? true,
    deputies: meeting.deputies ?? [],
    typedDeputy: "",
    mode: room.mode ?? "dedicated",
    slug: room.mode === "existing" ? (room.slug ?? "") : "",
    assurance: access.minAssurance ?? "unknown",
    maxParticipants: (settings.maxParticipants ?? 0) === 0 ? "" : String(settings.maxParticipants),
    opensWithHost: settings.opensWithHost ?? false,
    muteOnEntry: settings.muteOnEntry ?? false,
    forbidden: abilities.filter((ability) => settings.forbidden?.includes(ability)),
  };
}

export function guestOf(invitee: Invitee): Guest {
  const { user, email = "", name = "", role = "presenter", required = true, language } = invitee;
  return { who: user === undefined || user === "" ? { email } : { user }, name: name === "" ? email : name, role, required, ...(language === undefined ? {} : { language }) };
}

const characters = (text: string) => [...text.trim()].length;

export const mostPeople = 1000;

/** The server's bounds, told before it has to. */
export function wrongIn(draft: Draft): Wrong {
  const passcode = draft.passcode.trim();
  const own = draft.mode === "dedicated";
  const wrong: Wrong = {};
  if (characters(draft.title) < 1 || characters(draft.title) > 200) wrong.title = true;
  if (characters(draft.description) > 10_000) wrong.description = true;
  if (!isDay(draft.date) || !/^\d{2}:\d{2}$/.test(draft.time)) wrong.start = true;
  if (draft.minutes < 10 || draft.minutes > 24 * 60) wrong.duration = true;
  if (wrongRepeats(draft.repeats, draft.date) !== undefined) wrong.repeats = true;
  if (draft.typed.trim() !== "") wrong.typed = true; // who stands there is not invited, and nobody is forgotten in silence
  if (draft.typedDeputy.trim() !== "") wrong.typedDeputy = true;
  if (own && passcode !== "" && !/^\d{4,12}$/.test(passcode)) wrong.passcode = true;
  if (own && !isCount(draft.maxParticipants.trim())) wrong.maxParticipants = true;
  if (draft.mode === "existing" && draft.slug === "") wrong.room = true;
  return wrong;
}

/** Of a deputy who is set now; an end that was set before and has come since stays. */
export const isOver = ({ user, until }: Deputy, before: readonly Deputy[], now: number): boolean =>
  until !== undefined && Date.parse(until) <= now && !before.some((one) => one.user === user && one.until === until);

const isCount = (text: string) => text === "" || (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= mostPeople);

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
  ["body.access.closesAfter", "closesAfter"],
  ["body.reminders", "reminders"],
  ["body.deputies", "deputies"],
  ["body.room", "room"],
  ["body.access.minAssurance", "assurance"],
  ["body.settings.maxParticipants", "maxParticipants"],
  ["policy.roomCreation", "room"],
];

/** Which fields stand under "More options". */
const further: readonly Name[] = ["passcode", "opensBefore", "closesAfter", "reminders", "deputies", "typedDeputy", "room", "assurance", "maxParticipants"];
export const isFurther = (wrong: Wrong): boolean => further.some((name) => wrong[name] !== undefined);

/** Which fields a refusal is about; none, when it is about something that the form does not show. */
export function wrongBy(error: ApiError): Wrong {
  if (error.code === "overrides-conflict") return {}; // a question, not a mistake: it is asked in a dialog
  if (error.code === "past-occurrence") return {}; // the notice says it; nothing that stands in a field is wrong by itself
  const names = error.fields.flatMap(({ location }) => places.filter(([prefix]) => location.startsWith(prefix)).map(([, name]) => name));
  return Object.fromEntries(names.map((name) => [name, error.code === "policy-locked" ? "locked" : true]));
}

/** Digits that nobody guesses at once. */
export function makePasscode(): string {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  return String(number % 1_000_000).padStart(6, "0");
}

export const isEntry = (word: string): word is Entry => entries.some((entry) => entry === word);
export const isRole = (word: string): word is InviteeRole => inviteeRoles.some((role) => role === word);
export const isAssurance = (word: string): word is Assurance => assurances.some((assurance) => assurance === word);
