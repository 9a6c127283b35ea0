import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { asApiError } from "../../api/error";
import type { Occurrence, Overrides, Scope } from "../../api/meetings";
import { changeDate } from "../../api/planning";
import { useMe } from "../../api/queries";
import { currentLanguage } from "../../i18n";
import { Dialog, ErrorNotice, Field } from "../../ui";
import { namedDay, whenInSentence } from "../../ui/when";
import { isAllowed, lockOf, useRoomRules, type Rules } from "../policy";
import type { OneDateProps } from "./CancelDate";
import { changeOfDate, dateDraftOf, isTimed, questionOfDate, type DateDraft } from "./dateChange";
import { minutesOf } from "./days";
import { wrongBy, type Wrong } from "./draft";
import { begunWith } from "./following";
import { knowsRoom } from "./leads";
import { useToldWords } from "./mailing";
import { OverridesDialog } from "./OverridesDialog";
import s from "./planning.module.css";
import { Checked, Warnings } from "./Preview";
import type { Saved } from "./SavedNotice";
import { isFirst, ScopeChoice } from "./ScopeChoice";
import { useAct } from "./useAct";
import { useBegun } from "./useBegun";
import { remarkable, useOutcome } from "./useTrial";
import { LengthField } from "./WhenFields";

/** Another time, length or title for one date, or for it and all that follow. */
export function ChangeDate({ current: { meeting, etag }, date, dates, onDone, onClose, onOvertaken }: OneDateProps & { dates: readonly Occurrence[] }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const told = useToldWords(meeting);
  const slug = knowsRoom(meeting, useMe().data?.person?.id) ? (meeting.room?.slug ?? "") : "";
  const rules = useRoomRules(slug);
  const [scope, setScope] = useState<Scope>("this");
  const begun = useBegun(date.start);
  const [draft, setDraft] = useState(() => dateDraftOf(date, meeting.timeZone));
  const [mistakes, setMistakes] = useState<Wrong>({});
  // A rule counts its dates before any is cancelled: those that are count too.
  const remaining = dates.filter(({ id }) => id >= date.id).length;
  const change = changeOfDate(meeting, date, draft, scope, remaining);
  const [paused, setPaused] = useState(false);
  const trial = useOutcome(questionOfDate(meeting, date, draft, scope, change));
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
    // What the trial refuses the change refuses; what could not be asked is no reason not to save.
    onError: (failed) => {
      setPaused(asApiError(failed).passing);
    },
  });
  const busy = save.busy || look.isPending;
  const anew = () => {
    setPaused(false);
    look.reset();
    save.forget();
  };
  const failed = save.error ?? look.error ?? undefined;
  const refusal = failed === undefined ? undefined : asApiError(failed);
  const asks = refusal?.code === "overrides-conflict";
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
    <Dialog title={t(begun ? "planning.prolongDateTitle" : "planning.changeDateTitle", { date: whenInSentence(date.start, date.end, currentLanguage(), meeting.timeZone) })} onClose={onClose}>
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
          begun={begun}
          edit={(more) => {
            setDraft({ ...draft, ...more });
            setMistakes({});
            anew();
          }}
        />
        {!begun && !isFirst(meeting, date) && (
          <>
            <ScopeChoice
              legend={t("planning.scope")}
              words="scopes"
              scope={scope}
              onChange={(chosen) => {
                setScope(chosen);
                anew();
              }}
            />
            {scope === "thisAndFollowing" && (
              <p className="small muted">
                {t("planning.scopesHint")}{" "}
                <Link href={`/meetings/${meeting.id}/dates/${date.id}/edit`} state={{ begun: begunWith(date, meeting.timeZone, draft) }}>
                  {t("planning.changeMore")}
                </Link>
              </p>
            )}
          </>
        )}
        {trial.trial !== undefined && remarkable(trial.trial) && <Warnings outcome={trial.trial} />}
        {trial.trial !== undefined && <Checked outcome={trial.trial} />}
        {told !== undefined && <p className="small muted">{told}</p>}
        {failed !== undefined && !asks && !marked && <ErrorNotice error={failed} />}
        <div className={s.acts}>
          <button type="submit" className="btn primary" aria-disabled={busy}>
            {busy ? t("planning.saving") : paused ? t("planning.planAnyway") : t("common.save")}
          </button>
          <button type="button" className="btn" onClick={onClose}>
            {t("common.cancel")}
          </button>
        </div>
      </form>
      {asks && <OverridesDialog changed={trial.answered ? trial.trial?.changed : undefined} timeZone={meeting.timeZone} busy={save.busy} onChoose={save.act} onClose={save.forget} />}
    </Dialog>
  );
}

function wrongDate(draft: DateDraft): Wrong {
  const letters = [...draft.title.trim()].length;
  return {
    ...(letters < 1 || letters > 200 ? { title: true } : {}),
    ...(isTimed(draft) ? {} : { start: true }),
  };
}

/** A length that is not changed was promised before, and stays. */
function tooLong(change: ReturnType<typeof changeOfDate>, rules: Rules): Wrong {
  const minutes = change.duration === undefined ? 0 : minutesOf(change.duration);
  return minutes > 0 && !isAllowed(lockOf(rules, "maxMinutes"), minutes) ? { duration: "locked" } : {};
}

interface DateFieldsProps {
  draft: DateDraft;
  wrong: Wrong;
  rules: Rules;
  begun: boolean;
  edit: (change: Partial<DateDraft>) => void;
}

/** Of a date that is on nothing changes any more but how long it lasts. */
function DateFields({ draft, wrong, rules, begun, edit }: DateFieldsProps) {
  const { t } = useTranslation();
  const length = <LengthField minutes={draft.minutes} wrong={wrong.duration} rules={rules} onChange={(minutes) => { edit({ minutes }); }} />;
  if (begun) return length;
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
        {length}
      </div>
      <Field label={t("planning.title")} error={wrong.title && t(draft.title.trim() === "" ? "planning.wrong.titleEmpty" : "planning.wrong.title")}>
        {(wiring) => (
          <input {...wiring} className="field" autoComplete="off" value={draft.title} onChange={(event) => { edit({ title: event.target.value }); }} />
        )}
      </Field>
    </>
  );
}
