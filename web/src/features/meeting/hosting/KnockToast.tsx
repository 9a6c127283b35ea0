import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Knock } from "../../../api/lobby";
import { ErrorNotice } from "../../../ui";
import { Knocker, useDecide, useKeptFocus, useNews } from "../../lobby";
import s from "./hosting.module.css";
import { useWaiting } from "./useWaiting";

const most = 1;

/**
 * Says and shows that somebody waits, until they are decided about or put off: who came first, and how many there are,
 * for a crowd at the door must not hide the faces. Where the list of who waits is open
 * (`listed`) it only rings and says it. Always there, so that it is heard when it changes.
 */
export function KnockToast({ listed, onSee }: { listed: boolean; onSee: (() => void) | undefined }) {
  const { t } = useTranslation();
  const { slug, items, stream } = useWaiting();
  const decide = useDecide(stream);
  const [putOff, setPutOff] = useState<ReadonlySet<string>>(new Set());
  const spoken = useNews(items, true);
  const shown = listed ? [] : items.filter(({ id }) => !putOff.has(id));
  const failed = !listed && decide.isError;
  const { head: mainRef, acted } = useKeptFocus<HTMLElement>(shown.length);
  const later = (knocks: readonly Knock[]) => {
    acted();
    setPutOff(new Set([...[...putOff].filter((id) => items.some((item) => item.id === id)), ...knocks.map(({ id }) => id)]));
  };
  if (stream === undefined) return null;
  return (
    <div
      ref={(group) => {
        mainRef.current = group?.closest("main") ?? null; // what is left when the last notice has gone
      }}
      className={s.knocks}
      role="group"
      aria-label={t("lobby.toast")}
      data-empty={shown.length === 0 && !failed}
    >
      <p className="visually-hidden" role="status">
        {spoken.length === 1 && t("lobby.knocked", { name: spoken[0]?.name ?? "" })}
        {spoken.length > 1 && t("lobby.knockedMany", { count: spoken.length })}
      </p>
      {shown.slice(0, most).map((knock) => (
        <div key={knock.id} className={s.knock}>
          <Knocker knock={knock} asks />
          <div className={s.knockActs}>
            {(["admit", "refuse"] as const).map((how) => (
              <button
                key={how}
                type="button"
                className={how === "admit" ? "btn primary" : "btn"}
                aria-label={t(`lobby.${how}One`, { name: knock.name })}
                onClick={() => {
                  acted();
                  decide.mutate({ slug, how, chosen: { tickets: [knock.id] } });
                }}
              >
                {t(`lobby.${how}`)}
              </button>
            ))}
            <Later label={t("lobby.later", { name: knock.name })} onClick={() => { later([knock]); }} />
          </div>
        </div>
      ))}
      {shown.length > most && (
        <div className={s.knock}>
          <p className={s.knockCount}>{t("lobby.heading", { count: items.length })}</p>
          <div className={s.knockActs}>
            {onSee !== undefined && (
              <button type="button" className="btn" onClick={onSee}>
                {t("lobby.see")}
              </button>
            )}
            <Later label={t("lobby.laterAll")} onClick={() => { later(shown); }} />
          </div>
        </div>
      )}
      {failed && <ErrorNotice error={decide.error} />}
    </div>
  );
}

function Later({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" className="btn quiet" aria-label={label} title={label} onClick={onClick}>
      <X className="ico" aria-hidden="true" />
    </button>
  );
}
