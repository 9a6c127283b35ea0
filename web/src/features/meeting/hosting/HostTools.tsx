import { DoorOpen, Hand, Lock, LockOpen, MicOff, PhoneOff, SlidersHorizontal } from "lucide-react";
import { useTranslation } from "react-i18next";
import { endForAll, lock, lowerHands, muteAll } from "../../../api/hosting";
import { Confirm, ErrorNotice } from "../../../ui";
import { useKeptFocus } from "../../lobby";
import { useCall, useView } from "../context";
import s from "./hosting.module.css";
import { useAct } from "./useAct";
import { useBriefly } from "./useBriefly";

/** What a host does for everybody at once, at the head of the list of people. */
export function HostTools({ openEveryone, openAccess, openEnd }: Record<"openEveryone" | "openAccess" | "openEnd", () => void>) {
  const { t } = useTranslation();
  const call = useCall();
  const act = useAct();
  const locked = useView((view) => view.said.locked);
  const hands = useView((view) => view.said.hands.length);
  const [muted, sayMuted] = useBriefly<number>();
  const { head: toolsRef, acted } = useKeptFocus<HTMLElement>(hands);
  const silence = () => {
    sayMuted(undefined);
    const me = call.view.get().joined.participant.id;
    act.mutate(async (slug) => {
      sayMuted(await muteAll(slug, [me]));
    });
  };
  return (
    <section ref={toolsRef} className={s.tools} tabIndex={-1} aria-label={t("hosting.tools")}>
      <div className={s.toolButtons}>
        <button type="button" className="btn" onClick={silence}>
          <MicOff className="ico" aria-hidden="true" />
          {t("hosting.muteAll")}
        </button>
        {hands > 0 && (
          <button
            type="button"
            className="btn"
            onClick={() => {
              acted();
              act.mutate((slug) => lowerHands(slug));
            }}
          >
            <Hand className="ico" aria-hidden="true" />
            {t("hosting.lowerHands")}
          </button>
        )}
        <button
          type="button"
          className="btn"
          onClick={() => {
            act.mutate((slug) => lock(slug, !locked));
          }}
        >
          {locked ? <LockOpen className="ico" aria-hidden="true" /> : <Lock className="ico" aria-hidden="true" />}
          {locked ? t("hosting.unlock") : t("hosting.lockRoom")}
        </button>
        <button type="button" className="btn" onClick={openEveryone}>
          <SlidersHorizontal className="ico" aria-hidden="true" />
          {t("hosting.everyone")}
        </button>
        <button type="button" className="btn" onClick={openAccess}>
          <DoorOpen className="ico" aria-hidden="true" />
          {t("room.limits")}
        </button>
        <button type="button" className="btn danger" onClick={openEnd}>
          <PhoneOff className="ico" aria-hidden="true" />
          {t("hosting.end")}
        </button>
      </div>
      <p role="status" className="small muted">
        {muted !== undefined && t("hosting.mutedCount", { count: muted })}
      </p>
      {act.isError && <ErrorNotice error={act.error} />}
    </section>
  );
}

export function EndDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  return (
    <Confirm
      title={t("hosting.endAsk")}
      lead={t("hosting.endLead")}
      confirm={t("hosting.end")}
      busy={act.isPending}
      error={act.error ?? undefined}
      onConfirm={() => {
        act.mutate(endForAll, { onSuccess: onClose });
      }}
      onClose={onClose}
    />
  );
}
