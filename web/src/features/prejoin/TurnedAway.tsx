import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useErrorText } from "../../ui";
import s from "./prejoin.module.css";

const words = {
  refused: ["lobby.refusedTitle", "lobby.refused"],
  "room-locked": ["lobby.lockedTitle", "lobby.locked"],
  "room-full": ["lobby.fullTitle", "lobby.full"],
  elsewhere: ["call.elsewhere", "call.elsewhereLead"],
  "lobby-full": ["lobby.crowdedTitle", "lobby.crowded"],
} as const;
const forGood = ["blocked", "link-expired"];

/** Whether the door stays shut to this person for a reason that they can act upon, or have to know. */
export function isTurnedAway(code: string): boolean {
  return code in words || forGood.includes(code);
}

/** Why there is no way in, and what to do. The picture beside it stays, for one may be let in later. */
export function TurnedAway({ code, busy, onAgain }: { code: string; busy: boolean; onAgain: () => void }) {
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

function isKnown(code: string): code is keyof typeof words {
  return code in words;
}
