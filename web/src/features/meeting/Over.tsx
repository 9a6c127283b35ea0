import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { signInHref } from "../../api/session";
import type { OverReason } from "../../call/phase";
import { leads } from "../../call/rights";
import { CopyButton, useErrorText } from "../../ui";
import { useView } from "./context";
import s from "./screen.module.css";

const clocksDiffer = 60_000;

/** Why the call is over for this person, and the way back where there is one. */
export function Over({ reason, code, onBack }: { reason: Exclude<OverReason, "waiting">; code: string | undefined; onBack: () => void }) {
  const { t } = useTranslation();
  const text = useErrorText();
  const room = useView((view) => view.joined.room);
  const role = useView((view) => view.said.role);
  const endedBy = useView((view) => view.endedBy ?? "");
  // Who has lost what was said goes by the clock.
  const byTime = useView(
    ({ said, endedBy, endedByTime }) =>
      endedByTime || (endedBy === undefined && said.endsAt !== undefined && Date.now() > said.endsAt - clocksDiffer),
  );
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const lead =
    reason === "refused"
      ? text(code ?? "forbidden")
      : reason === "ended" && endedBy !== ""
        ? t("hosting.endedBy", { name: endedBy })
        : reason === "ended" && byTime
          ? t("lobby.endedByTime")
          : t(`call.${reason}Lead`);
  // Who was removed may come back by a host's yes alone.
  const asks = reason === "removed" && !leads(role);
  const mayReturn = reason !== "refused" || code === "room-locked";
  return (
    <main className={`page ${s.over}`}>
      <h1 ref={title} tabIndex={-1}>
        {t(`call.${reason}`)}
      </h1>
      <p className="muted">
        <bdi>{room.name}</bdi>
      </p>
      <p>{lead}</p>
      <div className={s.overActs}>
        {reason === "signed-out" ? (
          <a className="btn primary" href={signInHref(`/${room.slug}`)}>
            {t("common.signIn")}
          </a>
        ) : (
          mayReturn && (
            <button type="button" className="btn primary" onClick={onBack}>
              {asks ? t("lobby.knock") : t("call.rejoin")}
            </button>
          )
        )}
        <Link className="btn" href="/">
          {t("common.back")}
        </Link>
        {reason === "left" && <CopyButton url={room.url} className="btn quiet" />}
      </div>
    </main>
  );
}
