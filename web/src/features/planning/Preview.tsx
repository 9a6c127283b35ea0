import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../i18n";
import { Notice } from "../../ui";
import { betweenClocks, regional } from "../../ui/time";
import { whenInWords } from "../../ui/when";
import { localOfId } from "./days";
import s from "./planning.module.css";
import { remarkable, type Outcome } from "./useTrial";
import { localDay } from "./words";

const shown = 5;
const told = 3; // dates that a warning names

/** What a meeting comes to, before it is saved. */
export function Preview({ trial, timeZone, recurs }: { trial: Outcome | undefined; timeZone: string; recurs: boolean }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const dates = trial?.occurrences ?? [];
  return (
    <section className={`card ${s.part ?? ""}`} aria-labelledby="meeting-preview">
      <h2 id="meeting-preview">{t("planning.preview")}</h2>
      <div role="status" className={s.preview}>
        {trial === undefined && <p className="muted">{t("planning.previewEmpty")}</p>}
        <ul>
          {dates.slice(0, recurs ? shown : 1).map((date) => (
            <li key={date.id}>
              {whenInWords(date.start, date.end, language, timeZone)}
              {(trial?.clashes ?? []).filter((clash) => clash.date === date.id).map(({ with: { meeting, title, start, end } }) => (
                <div key={meeting} className={`small ${s.clash ?? ""}`}>
                  {t("planning.clash", { title, time: betweenClocks(start, end, language, timeZone) })}
                </div>
              ))}
            </li>
          ))}
        </ul>
        {dates.length > shown && <p className="muted">{t("planning.previewMore")}</p>}
      </div>
      {trial !== undefined && remarkable(trial) && <Warnings outcome={trial} />}
    </section>
  );
}

const known = ["starts-in-the-past", "unbounded", "cut-short", "start-not-in-rule", "gap", "overlap", "mail-off"] as const;

/** What the server warns of and, of one date, what else one has then. */
export function Warnings({ outcome: { warnings, clashes } }: { outcome: Outcome }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  return (
    <Notice tone="warn" title={t("planning.warnings")}>
      {clashes.length > 0 && <p>{t("planning.clashes", { count: new Set(clashes.map(({ date }) => date)).size })}</p>}
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
