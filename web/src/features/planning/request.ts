import type { Deputy, Invitee, Meeting, MeetingPatch, NewMeeting } from "../../api/meetings";
import type { Language } from "../../api/types";
import { durationOf, reminderOf } from "./days";
import { draftOf, keyOf, type Draft, type Guest } from "./draft";
import { listChange } from "./listChange";
import { rulesOf } from "./repeats";

const startOf = ({ date, time }: Draft) => `${date}T${time}:00`;

function inviteeOf({ who, name, role, required, language }: Guest): Invitee {
  return { ...who, role, required, ...(language === undefined ? {} : { language }), ...("email" in who && name.trim() !== "" && name !== who.email ? { name: name.trim() } : {}) };
}

const deputiesOf = (deputies: readonly Deputy[]) => deputies.map(({ user, until }) => ({ user, ...(until === undefined ? {} : { until }) }));
const seatsOf = ({ maxParticipants }: Draft) => Number(maxParticipants.trim());

/** A draft as the server is asked for it; what is empty or as usual is left out. */
export function meetingOf(draft: Draft, language: Language): NewMeeting {
  const rules = rulesOf(draft.repeats);
  const description = draft.description.trim();
  const own = draft.mode === "dedicated";
  const settings = own ? settingsOf(draft) : {};
  return {
    title: draft.title.trim(),
    ...(description === "" ? {} : { description }),
    language,
    start: startOf(draft),
    timeZone: draft.timeZone,
    duration: durationOf(draft.minutes),
    ...(rules.length === 0 ? {} : { recurrence: { rules } }),
    access: accessOf(draft),
    ...(own ? {} : { room: venueOf(draft) }),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
    ...(draft.guests.length === 0 ? {} : { invitees: draft.guests.map(inviteeOf) }),
    ...(draft.deputies.length === 0 ? {} : { deputies: deputiesOf(draft.deputies) }),
    ...(draft.reminders.length === 0 ? {} : { reminders: draft.reminders.map(reminderOf) }),
    ...(draft.tellAnswers ? {} : { tellAnswers: false }),
  };
}

function accessOf(draft: Draft): NonNullable<NewMeeting["access"]> {
  const { entry, opensBefore, closesAfter, mode, assurance } = draft;
  const own = mode === "dedicated";
  const passcode = draft.passcode.trim();
  return {
    entry,
    opensBefore: durationOf(opensBefore),
    closesAfter: durationOf(closesAfter),
    ...(own && passcode !== "" ? { passcode } : {}),
    ...(own && (draft.begun === true || assurance !== "unknown") ? { minAssurance: assurance } : {}),
  };
}

function settingsOf(draft: Draft): NonNullable<NewMeeting["settings"]> {
  const { opensWithHost, muteOnEntry, forbidden } = draft;
  const maxParticipants = seatsOf(draft);
  if (draft.begun === true) return { maxParticipants, opensWithHost, muteOnEntry, forbidden: [...forbidden] };
  return {
    ...(maxParticipants > 0 ? { maxParticipants } : {}),
    ...(opensWithHost ? { opensWithHost } : {}),
    ...(muteOnEntry ? { muteOnEntry } : {}),
    ...(forbidden.length > 0 ? { forbidden: [...forbidden] } : {}),
  };
}

export const venueOf = ({ mode, slug }: Draft): NonNullable<NewMeeting["room"]> => ({ mode, ...(mode === "existing" ? { slug } : {}) });

// A merge patch takes away by null, which the types of what is asked for do not know.
const none = null as unknown;

/**
 * What differs from what was read, and nothing else: somebody else's change of another field stays. A patch replaces lists
 * whole: those of people are the ones of now, which is the meeting when somebody else was first, with what differs.
 */
export function changeOf(meeting: Meeting, draft: Draft, now: Meeting = meeting): MeetingPatch {
  const before = draftOf(meeting);
  const theirs = draftOf(now);
  const differs = (...names: (keyof Draft)[]) => names.some((name) => JSON.stringify(before[name]) !== JSON.stringify(draft[name]));
  const access = accessChange(draft, differs);
  const settings = settingsChange(draft, differs);
  return {
    ...(draft.title.trim() === before.title ? {} : { title: draft.title.trim() }),
    ...(differs("description") ? { description: draft.description.trim() } : {}),
    ...(differs("date", "time") ? { start: startOf(draft) } : {}),
    ...(differs("timeZone") ? { timeZone: draft.timeZone } : {}),
    ...(differs("minutes") ? { duration: durationOf(draft.minutes) } : {}),
    ...(differs("repeats") ? { recurrence: { rules: rulesOf(draft.repeats) } } : {}),
    ...(Object.keys(access).length === 0 ? {} : { access }),
    ...(differs("mode", "slug") ? { room: draft.mode === "existing" ? venueOf(draft) : { mode: draft.mode, slug: none as string } } : {}),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
    ...(differs("guests") ? { invitees: listChange(before.guests, draft.guests, theirs.guests, keyOf).map(inviteeOf) } : {}),
    ...(differs("deputies") ? { deputies: deputiesOf(listChange(before.deputies, draft.deputies, theirs.deputies, ({ user }) => user)) } : {}),
    ...(differs("reminders") ? { reminders: draft.reminders.map(reminderOf) } : {}),
    ...(differs("tellAnswers") ? { tellAnswers: draft.tellAnswers } : {}),
  };
}

/** Whether a change is one of when a meeting takes place. */
export const movesDates = (change: MeetingPatch): boolean => (["start", "duration", "timeZone", "recurrence"] as const).some((name) => name in change);

type Differs = (...names: (keyof Draft)[]) => boolean;

/** Only a room of the meeting's own takes a passcode, a proof of identity and settings: another one has its own. */
function accessChange(draft: Draft, differs: Differs): NonNullable<NewMeeting["access"]> {
  const own = draft.mode === "dedicated";
  const passcode = draft.passcode.trim();
  const leaves = differs("mode") && !own;
  return {
    ...(differs("entry") ? { entry: draft.entry } : {}),
    ...(leaves || differs("passcode") ? { passcode: own && passcode !== "" ? passcode : (none as string) } : {}),
    ...(leaves ? { minAssurance: none as typeof draft.assurance } : differs("assurance") ? { minAssurance: draft.assurance } : {}),
    ...(differs("opensBefore") ? { opensBefore: durationOf(draft.opensBefore) } : {}),
    ...(differs("closesAfter") ? { closesAfter: durationOf(draft.closesAfter) } : {}),
  };
}

function settingsChange(draft: Draft, differs: Differs): NonNullable<NewMeeting["settings"]> {
  const own = draft.mode === "dedicated";
  const leaves = differs("mode") && !own;
  if (leaves) return { maxParticipants: 0, opensWithHost: false, muteOnEntry: false, forbidden: [] };
  return {
    ...(differs("maxParticipants") ? { maxParticipants: seatsOf(draft) } : {}),
    ...(differs("opensWithHost") ? { opensWithHost: draft.opensWithHost } : {}),
    ...(differs("muteOnEntry") ? { muteOnEntry: draft.muteOnEntry } : {}),
    ...(differs("forbidden") ? { forbidden: [...draft.forbidden] } : {}),
  };
}
