import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { getAgenda, type ChangedDate, type NewMeeting, type Trial } from "../../api/meetings";
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

function questionOf(draft: Draft): string {
  const { start, duration, repeats } = wrongIn(draft);
  return start === true || duration === true || repeats === true ? "" : JSON.stringify(questionAbout(draft));
}

/** The dates that a draft comes to, and what else one has at these times. */
export interface Outcome extends Trial {
  clashes: Clash[];
  /** How far one's agenda was looked through for these; undefined without a date. */
  checked?: Reach | "unread" | undefined;
}

async function outcomeOf(meeting: NewMeeting, id: string | undefined, signal: AbortSignal): Promise<Outcome> {
  const trial = await tryMeeting(meeting, id === undefined ? {} : { meeting: id }, signal);
  const window = windowOf(trial.occurrences);
  if (window === undefined) return { ...trial, clashes: [] };
  // An agenda that cannot be read now is no reason to show no dates, and no word that one is free either.
  const agenda = await getAgenda(window.from, window.to, signal).catch(() => undefined);
  if (agenda === undefined) return { ...trial, clashes: [], checked: "unread" };
  return { ...trial, clashes: clashesOf(trial.occurrences, agenda, id), checked: reachOf(trial.occurrences) };
}

const trialOf = (text: string, id: string | undefined) => ({
  queryKey: keys.trial(text, id),
  queryFn: ({ signal }: { signal: AbortSignal }) => outcomeOf(JSON.parse(text) as NewMeeting, id, signal),
  staleTime: 60_000,
  retry: false,
});

/** Whether there is something to be looked at before one saves. */
export const remarkable = ({ warnings, clashes, checked }: Outcome): boolean => warnings.length + clashes.length > 0 || checked === "unread";

/** What a draft comes to, once nobody changes it any more; id is that of the meeting which it changes, whole or in part. */
export function useTrial(draft: Draft, wanted: boolean, id?: string) {
  const queries = useQueryClient();
  const question = wanted ? questionOf(draft) : "";
  const asked = useSettled(question, 400);
  const trial = useQuery({ ...trialOf(asked, id), enabled: asked !== "", placeholderData: keepPreviousData });
  const answered = question !== "" && asked === question && trial.isSuccess && !trial.isPlaceholderData;
  return {
    /** Of this draft or, while it is asked about, of the one before. */
    trial: asked === "" ? undefined : trial.data,
    error: asked === question ? trial.error : null,
    /** Whether there is something to ask. */
    asked: question !== "",
    /** Whether what is shown is about the draft as it is. */
    answered,
    now: (): Promise<Outcome> => queries.fetchQuery(trialOf(question, id)),
  };
}

/** What becomes of changed dates when a part of a series is moved. */
export function useChanged(meeting: NewMeeting, changing: Changing, wanted: boolean): readonly ChangedDate[] | undefined {
  const { meeting: id = "", occurrence } = changing;
  const found = useQuery({
    queryKey: [...keys.trial(JSON.stringify(meeting), id), occurrence],
    queryFn: ({ signal }) => tryMeeting(meeting, changing, signal),
    enabled: wanted,
    retry: false,
  });
  return found.data?.changed;
}
