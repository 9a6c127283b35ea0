import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../i18n";
import { asApiError } from "../../api/error";
import type { DateFate, Occurrence } from "../../api/meetings";
import { ErrorNotice, Notice } from "../../ui";
import { betweenClocks, regional } from "../../ui/time";
import { whenInWords } from "../../ui/when";
import { DateLines } from "../invitation";
import { localOfId } from "./days";
import { wrongBy } from "./draft";
import s from "./planning.module.css";
import { remarkable, type Outcome, type useOutcome } from "./useTrial";
import { localDay } from "./words";

const shown = 5;
const told = 3; // dates that a warning names

interface PreviewProps {
  trial: ReturnType<typeof useOutcome>;
  /** A field above says what is wrong: there is nothing to ask before it is mended. */
  marked: boolean;
  timeZone: string;
  recurs: boolean;
}

/** What a meeting comes to, before it is saved. */
export function Preview({ trial: { trial, error, asked }, marked, timeZone, recurs }: PreviewProps) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const dates = error === null && !marked ? (trial?.occurrences ?? []) : [];
  const changed = trial?.changed ?? [];
  const told = marked || (error !== null && Object.keys(wrongBy(asApiError(error))).length > 0); // beside a field
  return (
    <section className={`card ${s.part ?? ""}`} aria-labelledby="meeting-preview">
      <h2 id="meeting-preview">{t("planning.preview")}</h2>
      <div role="status" className={s.preview}>
        {told && <p className="muted">{t("planning.previewRefused")}</p>}
        {!told && error === null && trial === undefined && <p className="muted">{t(asked ? "planning.previewBusy" : "planning.previewEmpty")}</p>}
        <ul>
          {dates.slice(0, recurs ? shown : 1).map((date) => (
            <li key={date.id}>
              <PlannedDate date={date} fate={changed.find(({ shift }) => shift.date?.id === date.id)?.shift} timeZone={timeZone} />
              {(trial?.clashes ?? []).filter((clash) => clash.date === date.id).map(({ with: { meeting, title, start, end } }) => (
                <div key={meeting} className={`small ${s.clash ?? ""}`}>
                  {t("planning.clash", { title, time: betweenClocks(start, end, language, timeZone) })}
                </div>
              ))}
            </li>
          ))}
        </ul>
        {error === null && changed.length > 0 && <p className="small muted">{t("planning.previewChanged")}</p>}
        {dates.length > shown && <p className="muted">{t("planning.previewMore")}</p>}
        {error === null && trial !== undefined && <Checked outcome={trial} />}
      </div>
      {error !== null && !told && <ErrorNotice error={error} />}
      {error === null && trial !== undefined && remarkable(trial) && <Warnings outcome={trial} />}
    </section>
  );
}

/** A date of the series, struck through where it takes place at another time, or not. */
function PlannedDate({ date, fate, timeZone }: { date: Occurrence; fate: DateFate | undefined; timeZone: string }) {
  const { t } = useTranslation();
  const now = fate?.date;
  if (fate?.takesPlace === false) {
    return (
      <>
        <s className="muted">{whenInWords(date.start, date.end, currentLanguage(), timeZone)}</s> <span className="tag">{t("planning.cancelled")}</span>
      </>
    );
  }
  return (
    <>
      {now?.moved === true && (
        <>
          <s className="muted">{whenInWords(date.start, date.end, currentLanguage(), timeZone)}</s> <span className="tag">{t("planning.moved")}</span>
          <br />
        </>
      )}
      <DateLines start={(now ?? date).start} end={(now ?? date).end} timeZone={timeZone} />
    </>
  );
}

const known = ["starts-in-the-past", "unbounded", "cut-short", "start-not-in-rule", "gap", "overlap", "dates-coincide", "mail-off"] as const;

/** Up to when one's agenda was looked through, where dates follow that nobody has looked at. */
export function Checked({ outcome: { checked } }: { outcome: Outcome }) {
  const { t } = useTranslation();
  if (checked === undefined || checked === "unread" || !checked.further) return null;
  return <p className="small muted">{t("planning.clashesChecked", { date: localDay(localOfId(checked.until), currentLanguage()) })}</p>;
}

/** What the server warns of and, of one date, what else one has then. */
export function Warnings({ outcome: { warnings, clashes, checked } }: { outcome: Outcome }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  return (
    <Notice tone="warn" title={t("planning.warnings")}>
      {clashes.length > 0 && <p>{t("planning.clashes", { count: new Set(clashes.map(({ date }) => date)).size })}</p>}
      {checked === "unread" && <p>{t("planning.clashesUnread")}</p>}
      {warnings.map(({ code, location, message, dates = [] }) => {
        const word = known.find((one) => one === code);
        // Of a start that is no date of the rules the second one named is the first that is.
        const named = (code === "start-not-in-rule" ? dates.slice(1) : dates).slice(0, told).map((id) => localDay(localOfId(id), language));
        const list = new Intl.ListFormat(regional(language)).format(named);
        return <p key={code + location}>{word === undefined ? t("planning.warning.other", { message }) : t(`planning.warning.${word}`, { dates: list })}</p>;
      })}
    </Notice>
  );
}
