import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../api/error";
import type { Overrides, VersionedMeeting } from "../../api/meetings";
import { keys, useMe } from "../../api/queries";
import { leaveFreely } from "../../browser/leaving";
import { ErrorNotice } from "../../ui";
import { useMyRules, useRoomRules } from "../policy";
import { begun, beyond, inRoom } from "./allowed";
import { isDay } from "./days";
import { isOver, wrongBy, wrongIn, type Draft, type Wrong } from "./draft";
import { taking } from "./guests";
import { LeaveGuard } from "./LeaveGuard";
import { useMailWords, usePartWords } from "./mailing";
import { MeetingForm } from "./MeetingForm";
import { OverridesDialog } from "./OverridesDialog";
import s from "./planning.module.css";
import { Preview } from "./Preview";
import type { Saved } from "./SavedNotice";
import { wrongRepeats } from "./repeats";
import { questionOf, remarkable, useOutcome, type Question } from "./useTrial";

interface MeetingEditorProps {
  /** Of the meeting that is changed, and who organizes it. */
  id?: string;
  organizer?: string | undefined;
  initial: Draft;
  /** What somebody has said of it before they came here. */
  begins?: Partial<Draft>;
  /** Of dates that become a meeting of their own, which share the room of the others: what the server is asked about them. */
  part?: (draft: Draft) => Question | undefined;
  /** Whether the dates of the draft are news, which are looked at before they are saved. */
  moves: (draft: Draft) => boolean;
  write: (draft: Draft, overrides?: Overrides) => Promise<VersionedMeeting>;
  onSaved: (now: VersionedMeeting, saved: Saved) => void;
  label: string;
  /** What is said when somebody else was first. */
  conflict?: (again: () => void) => ReactNode;
}

/** A draft with whom its field of people names. */
const whole = (draft: Draft): Draft => ({ ...draft, ...taking(draft.guests, draft.typed).change });

/** A draft, the dates that it comes to, and what the server says of it. */
export function MeetingEditor({ id, organizer, initial: given, begins = {}, part, moves, write, onSaved, label, conflict }: MeetingEditorProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const box = useRef<HTMLDivElement>(null);
  const mine = useMyRules();
  const initial = id === undefined ? begun(given, mine) : given;
  // What was said, over what one begins with: that may come to be known later.
  const [said, setSaid] = useState(begins);
  const draft = { ...initial, ...said };
  const latest = useRef(said); // also what has been said since the page was drawn
  const say = (change: Partial<Draft>) => {
    latest.current = { ...latest.current, ...change };
    setSaid(latest.current);
  };
  const [wrong, setWrong] = useState<Wrong>({});
  const [paused, setPaused] = useState(false);
  // Who is typed and not confirmed is invited as well: they are counted before it is saved.
  const me = useMe().data?.person;
  const organizes = organizer ?? me?.id ?? "";
  const address = organizes === me?.id ? me.email : undefined;
  const hears = { draft: whole(draft), before: id === undefined ? undefined : initial, organizer: organizes, address };
  const ofChange = useMailWords(hears);
  const ofPart = usePartWords(hears);
  const mails = part === undefined ? ofChange : ofPart;
  // A room that exists has its own rules: those of who owns it, of its unit and of its template. Who makes one has theirs.
  // A deputy reads of it while the meeting is on.
  const chosen = draft.mode === "existing" && organizes === me?.id ? draft.slug : "";
  const ofRoom = useRoomRules(chosen);
  const rules = inRoom(mine, chosen === "" ? undefined : ofRoom);
  const moving = moves(draft);
  const trial = useOutcome(!moving ? undefined : part === undefined ? questionOf(draft, id) : part(draft));
  const toFirstWrong = () => requestAnimationFrame(() => box.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  const save = useMutation({
    // Nobody plans what they were not warned of: what the page has not shown yet is shown before it is saved.
    mutationFn: async ({ draft, overrides }: { draft: Draft; overrides?: Overrides }) => {
      if (moving && !trial.answered && !paused && remarkable(await trial.now())) return undefined;
      return write(draft, overrides);
    },
    onSuccess: (now) => {
      setPaused(now === undefined);
      if (now === undefined) return;
      queries.setQueryData(keys.meeting(now.meeting.id), now);
      void queries.invalidateQueries({ queryKey: keys.agenda });
      void queries.invalidateQueries({ queryKey: keys.dates(now.meeting.id) });
      leaveFreely();
      onSaved(now, { mails });
    },
    onError: (error) => {
      setWrong(wrongBy(asApiError(error)));
      toFirstWrong();
    },
  });
  const code = save.isError ? asApiError(save.error).code : undefined;
  const overtaken = code === "version-changed" && conflict !== undefined; // its notice says how to go on
  const submit = () => {
    if (overtaken) return; // by Enter
    const before = { ...initial, ...latest.current };
    const named = taking(before.guests, before.typed).change;
    const now = { ...before, ...named };
    const mistakes: Wrong = { ...wrongIn(now), ...beyond(now, initial, id === undefined, rules) };
    if (now.deputies.some((one) => isOver(one, initial.deputies, Date.now()))) mistakes.deputies = "past";
    say(named);
    setWrong(mistakes);
    if (Object.keys(mistakes).length > 0) toFirstWrong();
    else if (!save.isPending) save.mutate({ draft: now });
  };
  const edit = (change: Partial<Draft>) => {
    say(change);
    setWrong({});
    setPaused(false);
    if (!save.isPending) save.reset();
  };
  const refused = trial.error === null ? wrong : { ...wrongBy(asApiError(trial.error)), ...wrong };
  return (
    <div ref={box}>
      <LeaveGuard
        when={JSON.stringify(draft) !== JSON.stringify(initial)}
        title={t("planning.leaveAsk")}
        lead={t("planning.leaveLead")}
        leave={t("planning.leave")}
        stay={t("planning.stay")}
      />
      <MeetingForm draft={draft} organizer={organizes} address={address} wrong={refused} rules={rules} shared={part !== undefined} edit={edit} onSubmit={submit}>
        {moving && <Preview trial={trial} marked={isDay(draft.date) && wrongRepeats(draft.repeats, draft.date) !== undefined} timeZone={draft.timeZone} recurs={draft.repeats.pattern.kind !== "none" || draft.rdates.length > 0} />}
        {code === "version-changed" && conflict?.(() => { save.mutate({ draft }); })}
        {save.isError && code !== "overrides-conflict" && code !== "version-changed" && <ErrorNotice error={save.error} />}
        {mails.length > 0 && <p className="muted">{mails.join(" ")}</p>}
        {!overtaken && (
          <div className={s.acts}>
            <button type="submit" className="btn primary" aria-disabled={save.isPending}>
              {save.isPending ? t("planning.saving") : paused ? t("planning.planAnyway") : label}
            </button>
          </div>
        )}
      </MeetingForm>
      {code === "overrides-conflict" && (
        <OverridesDialog
          changed={trial.trial?.changed}
          timeZone={draft.timeZone}
          busy={save.isPending}
          onChoose={(overrides) => {
            save.mutate({ draft, overrides });
          }}
          onClose={() => {
            save.reset();
          }}
        />
      )}
    </div>
  );
}
