import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { getAgenda, type NewMeeting, type Trial } from "../../api/meetings";
import { tryMeeting, type Changing } from "../../api/planning";
import { keys } from "../../api/queries";
import { useSettled } from "../../ui";
import { clashesOf, reachOf, windowOf, type Clash, type Reach } from "./clashes";
import { durationOf } from "./days";
import { wrongIn, type Draft } from "./draft";
import { recurs, rulesOf } from "./repeats";
import { venueOf } from "./request";

/**
 * What of a draft says when, in which room and who enters: policies decide about these, and the rest has no part in its dates.
 * Those that were left out are told as changed dates, and stand among the others. The server takes no meeting without a title.
 */
function questionAbout(draft: Draft): NewMeeting {
  const { date, time, timeZone, minutes, repeats, rdates, entry, mode, slug } = draft;
  const rules = rulesOf(repeats);
  const recurrence = { ...(rules.length === 0 ? {} : { rules }), ...(rdates.length === 0 ? {} : { rdates: [...rdates] }) };
  return {
    title: "-", start: `${date}T${time}:00`, timeZone, duration: durationOf(minutes), ...(recurs({ recurrence }) ? { recurrence } : {}),
    access: { entry },
    ...(mode === "existing" && slug === "" ? {} : { room: venueOf(draft) }),
  };
}

/** What would be said to the server, and of what it would be a change. */
export interface Question {
  meeting: NewMeeting;
  changing: Changing;
}

/** Whether the dates of a draft can be read. */
export function isTimely(draft: Draft): boolean {
  const { start, duration, repeats } = wrongIn(draft);
  return start !== true && duration !== true && repeats !== true;
}

/** id is that of the meeting which the draft changes. */
export function questionOf(draft: Draft, id: string | undefined): Question | undefined {
  return isTimely(draft) ? { meeting: questionAbout(draft), changing: id === undefined ? {} : { meeting: id } } : undefined;
}

/** The dates that a draft comes to, and what else one has at these times. */
export interface Outcome extends Trial {
  clashes: Clash[];
  /** How far one's agenda was looked through for these; undefined without a date. */
  checked?: Reach | "unread" | undefined;
}

async function outcomeOf({ meeting, changing }: Question, signal: AbortSignal): Promise<Outcome> {
  const trial = await tryMeeting(meeting, changing, signal);
  const window = windowOf(trial.occurrences);
  if (window === undefined) return { ...trial, clashes: [] };
  // An agenda that cannot be read now is no reason to show no dates, and no word that one is free either.
  const agenda = await getAgenda(window.from, window.to, signal).catch(() => undefined);
  if (agenda === undefined) return { ...trial, clashes: [], checked: "unread" };
  return { ...trial, clashes: clashesOf(trial.occurrences, agenda, changing.meeting), checked: reachOf(trial.occurrences) };
}

const trialOf = (text: string) => ({
  queryKey: keys.trial(text),
  queryFn: ({ signal }: { signal: AbortSignal }) => outcomeOf(JSON.parse(text) as Question, signal),
  staleTime: 60_000,
  retry: false,
});

/** Whether there is something to be looked at before one saves. */
export const remarkable = ({ warnings, clashes, checked }: Outcome): boolean => warnings.length + clashes.length > 0 || checked === "unread";

/** What the answer to a question is, once nobody changes it any more; undefined: there is nothing to ask. */
export function useOutcome(wanted: Question | undefined) {
  const queries = useQueryClient();
  const question = wanted === undefined ? "" : JSON.stringify(wanted);
  const asked = useSettled(question, 400);
  const trial = useQuery({ ...trialOf(asked), enabled: asked !== "", placeholderData: keepPreviousData });
  const answered = question !== "" && asked === question && trial.isSuccess && !trial.isPlaceholderData;
  return {
    /** Of this draft or, while it is asked about, of the one before. */
    trial: asked === "" ? undefined : trial.data,
    error: asked === question ? trial.error : null,
    /** Whether there is something to ask. */
    asked: question !== "",
    /** Whether what is shown is about the draft as it is. */
    answered,
    now: (): Promise<Outcome> => queries.fetchQuery(trialOf(question)),
  };
}
