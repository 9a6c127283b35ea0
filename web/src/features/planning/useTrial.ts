import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { tryMeeting, type NewMeeting, type Trial } from "../../api/meetings";
import { keys } from "../../api/queries";
import { useSettled } from "../../ui";
import { durationOf } from "./days";
import { wrongIn, type Draft } from "./draft";
import { rulesOf } from "./repeats";

/** What of a draft says when: the rest has no part in its dates. The server takes no meeting without a title. */
function whenOf({ date, time, timeZone, minutes, repeats }: Draft): NewMeeting {
  const rules = rulesOf(repeats);
  return {
    title: "-", start: `${date}T${time}:00`, timeZone, duration: durationOf(minutes), ...(rules.length === 0 ? {} : { recurrence: { rules } }),
  };
}

function questionOf(draft: Draft): string {
  const { start, duration, repeats } = wrongIn(draft);
  return start === true || duration === true || repeats === true ? "" : JSON.stringify(whenOf(draft));
}

const trialOf = (text: string) => ({
  queryKey: keys.trial(text),
  queryFn: ({ signal }: { signal: AbortSignal }) => tryMeeting(JSON.parse(text) as NewMeeting, signal),
  staleTime: 60_000,
  retry: false,
});

/** The dates that a draft comes to and what the server warns of, once nobody changes it any more. */
export function useTrial(draft: Draft, wanted: boolean) {
  const queries = useQueryClient();
  const question = wanted ? questionOf(draft) : "";
  const asked = useSettled(question, 400);
  const trial = useQuery({ ...trialOf(asked), enabled: asked !== "", placeholderData: keepPreviousData });
  const answered = question !== "" && asked === question && trial.isSuccess && !trial.isPlaceholderData;
  return {
    /** Of this draft or, while it is asked about, of the one before. */
    trial: asked === "" ? undefined : trial.data,
    error: asked === question ? trial.error : null,
    /** Whether what is shown is about the draft as it is. */
    answered,
    now: (): Promise<Trial> => queries.fetchQuery(trialOf(question)),
  };
}
