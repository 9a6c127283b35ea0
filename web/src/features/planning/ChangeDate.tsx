import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { asApiError } from "../../api/error";
import type { Occurrence, Overrides, Scope } from "../../api/meetings";
import { changeDate } from "../../api/planning";
import { useMe } from "../../api/queries";
import { currentLanguage } from "../../i18n";
import { Dialog, ErrorNotice, Field } from "../../ui";
import { namedDay, whenInSentence } from "../../ui/when";
import { isAllowed, lockOf, useRoomRules, type Rules } from "../policy";
import type { OneDateProps } from "./CancelDate";
import { changeOfDate, dateDraftOf, type DateDraft } from "./dateChange";
import { durationOf, isDay, localOfId, minutesOf } from "./days";
import { draftOf, wrongBy, type Wrong } from "./draft";
import { knowsRoom } from "./leads";
import { useToldWords } from "./mailing";
import { OverridesDialog } from "./OverridesDialog";
import s from "./planning.module.css";
import { Checked, Warnings } from "./Preview";
import { once } from "./repeats";
import type { Saved } from "./SavedNotice";
import { isFirst, ScopeChoice } from "./ScopeChoice";
import { useAct } from "./useAct";
import { remarkable, useChanged, useTrial } from "./useTrial";
import { LengthField } from "./WhenFields";

/** Another time, length or title for one date, or for it and all that follow. */
export function ChangeDate({ current: { meeting, etag }, date, dates, onDone, onClose, onOvertaken }: OneDateProps & { dates: readonly Occurrence[] }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const told = useToldWords(meeting);
  const slug = knowsRoom(meeting, useMe().data?.person?.id) ? (meeting.room?.slug ?? "") : "";
  const rules = useRoomRules(slug);
  const [scope, setScope] = useState<Scope>("this");
  const [draft, setDraft] = useState(() => dateDraftOf(date, meeting.timeZone));
  const [mistakes, setMistakes] = useState<Wrong>({});
  // A rule counts its dates before any is cancelled: those that are count too.
  const remaining = dates.filter(({ id }) => id >= date.id).length;
  const change = changeOfDate(meeting, date, draft, scope, remaining);
  const [paused, setPaused] = useState(false);
  const moving = "start" in change || "duration" in change;
  const trial = useTrial({ ...draftOf(meeting), ...draft, repeats: once, rdates: [] }, moving, meeting.id);
  const save = useAct(
    (overrides: Overrides | undefined) =>
      changeDate(meeting.id, etag, { occurrence: date.id, scope, change, ...(overrides === undefined ? {} : { overrides }) }),
    meeting.id,
    (now) => {
      onDone("changed", now);
      if (now === undefined || now.meeting.id === meeting.id) return;
      const words = t("planning.parted", { date: namedDay(date.start, currentLanguage(), meeting.timeZone) });
      go(`/meetings/${now.meeting.id}`, { state: { saved: { words, mails: told === undefined ? [] : [told] } satisfies Saved } });
    },
    onOvertaken,
  );
  // Nobody saves what they were not warned of: what the page has not shown yet is shown before it is saved.
  const look = useMutation({
    mutationFn: () => trial.now(),
    onSuccess: (outcome) => {
      setPaused(remarkable(outcome));
      if (!remarkable(outcome)) save.act(undefined);
    },
    onError: () => {
      setPaused(true);
    },
  });
  const busy = save.busy || look.isPending;
  const refusal = save.error === undefined ? undefined : asApiError(save.error);
  const asks = refusal?.code === "overrides-conflict";
  const { timeZone, recurrence } = { ...meeting, ...change };
  // Its own date begins the series of those that follow, and is none beside it.
  const rdates = (meeting.recurrence?.rdates ?? []).filter((one) => one > localOfId(date.id));
  const changed = useChanged(
    { title: "-", start: `${draft.date}T${draft.time}:00`, timeZone, duration: durationOf(draft.minutes), recurrence: { rules: recurrence?.rules ?? [], rdates } },
    { meeting: meeting.id, occurrence: date.id },
    asks,
  );
  const wrong = { ...mistakes, ...(refusal === undefined ? {} : wrongBy(refusal)) };
  const marked = wrong.title !== undefined || wrong.start !== undefined || wrong.duration !== undefined; // what is wrong is said there
  const submit = () => {
    const now = { ...wrongDate(draft), ...tooLong(change, rules) };
    setMistakes(now);
    if (Object.keys(now).length > 0 || busy) return;
    if (Object.keys(change).length === 0) onClose();
    else if (trial.asked && !trial.answered && !paused) look.mutate();
    else save.act(undefined);
  };
  return (
    <Dialog title={t("planning.changeDateTitle", { date: whenInSentence(date.start, date.end, currentLanguage(), meeting.timeZone) })} onClose={onClose}>
      <form
        className={s.dialog}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <DateFields
          draft={draft}
          wrong={wrong}
          rules={rules}
          edit={(more) => {
            setDraft({ ...draft, ...more });
            setMistakes({});
            setPaused(false);
            look.reset();
            save.forget();
          }}
        />
        {!isFirst(meeting, date) && (
          <>
            <ScopeChoice legend={t("planning.scope")} words="scopes" scope={scope} onChange={setScope} />
            {scope === "thisAndFollowing" && <p className="small muted">{t("planning.scopesHint")}</p>}
          </>
        )}
        {trial.trial !== undefined && remarkable(trial.trial) && <Warnings outcome={trial.trial} />}
        {trial.trial !== undefined && <Checked outcome={trial.trial} further={scope === "thisAndFollowing"} />}
        {look.isError && save.error === undefined && <ErrorNotice error={look.error} />}
        {told !== undefined && <p className="small muted">{told}</p>}
        {save.error !== undefined && !asks && !marked && <ErrorNotice error={save.error} />}
        <div className={s.acts}>
          <button type="submit" className="btn primary" aria-disabled={busy}>
            {busy ? t("planning.saving") : paused ? t("planning.planAnyway") : t("common.save")}
          </button>
          <button type="button" className="btn" onClick={onClose}>
            {t("common.cancel")}
          </button>
        </div>
      </form>
      {asks && <OverridesDialog changed={changed} timeZone={timeZone} busy={save.busy} onChoose={save.act} onClose={save.forget} />}
    </Dialog>
  );
}

function wrongDate({ title, date, time }: DateDraft): Wrong {
  const letters = [...title.trim()].length;
  return {
    ...(letters < 1 || letters > 200 ? { title: true } : {}),
    ...(isDay(date) && /^\d{2}:\d{2}$/.test(time) ? {} : { start: true }),
  };
}

/** A length that is not changed was promised before, and stays. */
function tooLong(change: ReturnType<typeof changeOfDate>, rules: Rules): Wrong {
  const minutes = change.duration === undefined ? 0 : minutesOf(change.duration);
  return minutes > 0 && !isAllowed(lockOf(rules, "maxMinutes"), minutes) ? { duration: "locked" } : {};
}

function DateFields({ draft, wrong, rules, edit }: { draft: DateDraft; wrong: Wrong; rules: Rules; edit: (change: Partial<DateDraft>) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <div className={s.row}>
        <Field label={t("planning.date")} error={wrong.start && t("planning.wrong.start")}>
          {(wiring) => (
            <input {...wiring} type="date" className="field" value={draft.date} onChange={(event) => { edit({ date: event.target.value }); }} />
          )}
        </Field>
        <Field label={t("planning.time")}>
          {(wiring) => (
            <input {...wiring} type="time" className="field" value={draft.time} onChange={(event) => { edit({ time: event.target.value.slice(0, 5) }); }} />
          )}
        </Field>
        <LengthField minutes={draft.minutes} wrong={wrong.duration} rules={rules} onChange={(minutes) => { edit({ minutes }); }} />
      </div>
      <Field label={t("planning.title")} error={wrong.title && t(draft.title.trim() === "" ? "planning.wrong.titleEmpty" : "planning.wrong.title")}>
        {(wiring) => (
          <input {...wiring} className="field" autoComplete="off" value={draft.title} onChange={(event) => { edit({ title: event.target.value }); }} />
        )}
      </Field>
    </>
  );
}
