import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { currentLanguage } from "../../i18n";
import { Notice, useErrorText } from "../../ui";
import { clockOf } from "../../ui/time";
import s from "./prejoin.module.css";

const words = {
  refused: ["lobby.refusedTitle", "lobby.refused"],
  "room-locked": ["lobby.lockedTitle", "errors.room-locked"],
  "room-full": ["lobby.fullTitle", "lobby.full"],
  elsewhere: ["call.elsewhere", "call.elsewhereLead"],
  "lobby-full": ["lobby.crowdedTitle", "lobby.crowded"],
} as const;
const forGood = ["blocked", "link-expired"];

/** Whether the door stays shut to this person for a reason that they can act upon, or have to know. */
export function isTurnedAway(code: string): boolean {
  return code in words || forGood.includes(code);
}

interface TurnedAwayProps {
  code: string;
  /** From when on one may ask again, where one asked too early, in ms. */
  notBefore: number | undefined;
  busy: boolean;
  onAgain: () => void;
}

/** Why there is no way in, and what to do. The picture beside it stays, for one may be let in later. */
export function TurnedAway({ code, notBefore, busy, onAgain }: TurnedAwayProps) {
  const { t } = useTranslation();
  const text = useErrorText();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const known = isKnown(code) ? words[code] : undefined;
  return (
    <section className={`card ${s.side}`}>
      <div className={s.title}>
        <h1 ref={title} tabIndex={-1}>
          {t(known?.[0] ?? "prejoin.refusedTitle")}
        </h1>
      </div>
      <p>{known === undefined ? text(code) : t(known[1])}</p>
      {code === "refused" && (notBefore === undefined ? <p>{t("lobby.refusedWait")}</p> : <TooEarly until={notBefore} />)}
      <div className={s.acts}>
        {known !== undefined && (
          <button
            type="button"
            className="btn primary"
            aria-disabled={busy || undefined}
            onClick={() => {
              if (!busy) onAgain();
            }}
          >
            {busy ? t("prejoin.joining") : code === "refused" ? t("lobby.askAgain") : code === "elsewhere" ? t("prejoin.join") : t("common.retry")}
          </button>
        )}
        <Link className="btn" href="/">
          {t("common.back")}
        </Link>
      </div>
    </section>
  );
}

function TooEarly({ until }: { until: number }) {
  const { t } = useTranslation();
  // Before the end of that minute it would be too early again.
  const minute = new Date(Math.ceil(until / 60_000) * 60_000).toISOString();
  return <Notice tone="warn" live title={t("lobby.refusedEarly", { time: clockOf(minute, currentLanguage()) })} />;
}

function isKnown(code: string): code is keyof typeof words {
  return code in words;
}
