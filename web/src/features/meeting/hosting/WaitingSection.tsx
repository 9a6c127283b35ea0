import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { isApart, type Chosen, type Knock } from "../../../api/lobby";
import { Confirm, ErrorNotice } from "../../../ui";
import { Knocker, SoundSetting, useDecide, useKeptFocus } from "../../lobby";
import s from "./hosting.module.css";
import { useWaiting } from "./useWaiting";

/** Who is about to be refused. */
export interface Refusing {
  count: number;
  who: Chosen;
}

/** Where who waits is listed. */
export const waitingId = "who-waits";

/** Who waits: one, several or all are let in or refused. `looked` grows when somebody asks to see it: then it has the focus. */
export function WaitingSection({ looked, openRefuse }: { looked: number; openRefuse: (asked: Refusing) => void }) {
  const { t } = useTranslation();
  const { slug, items, deaf, stream } = useWaiting();
  const decide = useDecide(stream);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const { head, acted } = useKeptFocus<HTMLHeadingElement>(items.length);
  useEffect(() => {
    if (looked > 0) head.current?.focus();
  }, [looked, head]);
  const apart = items.some(isApart);
  const all = items.filter((knock) => !isApart(knock));
  const chosen = items.filter(({ id }) => ticked.has(id));
  const act = (how: "admit" | "refuse", who: Chosen) => {
    acted();
    decide.mutate({ slug, how, chosen: who });
  };
  const tick = (id: string, on: boolean) => {
    setTicked(new Set(on ? [...ticked, id] : [...ticked].filter((other) => other !== id)));
  };
  if (items.length === 0 && looked === 0 && !deaf && !decide.isError) return null;
  return (
    <section id={waitingId} className={s.waiting}>
      <h3 ref={head} tabIndex={-1}>
        {t("lobby.heading", { count: items.length })}
      </h3>
      {deaf && <p className="small muted">{t("lobby.deaf")}</p>}
      {items.length > 1 && (
        <div className={s.toolButtons}>
          {/* Whom this host has not seen yet is not let in with the others. */}
          {chosen.length + all.length > 0 && (
            <button type="button" className="btn primary" onClick={() => { act("admit", idsOf(chosen.length > 0 ? chosen : all)); }}>
              {chosen.length > 0 ? t("lobby.admitSome", { count: chosen.length }) : t("lobby.admitAll")}
            </button>
          )}
          <button
            type="button"
            className="btn"
            onClick={() => {
              decide.reset();
              acted();
              openRefuse(chosen.length > 0 ? { count: chosen.length, who: idsOf(chosen) } : { count: items.length, who: { all: true } });
            }}
          >
            {chosen.length > 0 ? t("lobby.refuseSome", { count: chosen.length }) : t("lobby.refuseAll")}
          </button>
        </div>
      )}
      {apart && items.length > 1 && <p className="small muted">{t("lobby.removedApart")}</p>}
      <ul>
        {items.map((knock) => (
          <WaitingRow
            key={knock.id}
            knock={knock}
            ticked={ticked.has(knock.id)}
            choosing={items.length > 1}
            onTick={(on) => { tick(knock.id, on); }}
            onDecide={(how) => { act(how, idsOf([knock])); }}
          />
        ))}
      </ul>
      <SoundSetting />
      {decide.isError && <ErrorNotice error={decide.error} />}
    </section>
  );
}

/** Refuses several at once, after asking. It stands beside the panel, not in it: its Escape is its own. */
export function RefuseDialog({ refusing, onClose }: { refusing: Refusing; onClose: () => void }) {
  const { t } = useTranslation();
  const { slug, stream } = useWaiting();
  const decide = useDecide(stream);
  return (
    <Confirm
      title={t("lobby.refuseAsk", { count: refusing.count })}
      lead={t("lobby.refuseLead")}
      confirm={t("lobby.refuse")}
      busy={decide.isPending}
      error={decide.error ?? undefined}
      onConfirm={() => {
        decide.mutate({ slug, how: "refuse", chosen: refusing.who }, { onSuccess: onClose });
      }}
      onClose={onClose}
    />
  );
}

function idsOf(knocks: readonly Knock[]): Chosen {
  return { tickets: knocks.map(({ id }) => id) };
}

interface WaitingRowProps {
  knock: Knock;
  ticked: boolean;
  choosing: boolean;
  onTick: (on: boolean) => void;
  onDecide: (how: "admit" | "refuse") => void;
}

function WaitingRow({ knock, ticked, choosing, onTick, onDecide }: WaitingRowProps) {
  const { t } = useTranslation();
  const { name } = knock;
  return (
    <li className={s.waiter}>
      {choosing && (
        <label className={s.tick}>
          <input
            type="checkbox"
            checked={ticked}
            aria-label={t("lobby.choose", { name })}
            onChange={(event) => {
              onTick(event.target.checked);
            }}
          />
        </label>
      )}
      <Knocker knock={knock} />
      <div className={s.toolButtons}>
        {(["admit", "refuse"] as const).map((how) => (
          <button key={how} type="button" className="btn" aria-label={t(`lobby.${how}One`, { name })} onClick={() => { onDecide(how); }}>
            {t(`lobby.${how}`)}
          </button>
        ))}
      </div>
    </li>
  );
}
