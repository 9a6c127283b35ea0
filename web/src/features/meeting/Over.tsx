import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { signInHref } from "../../api/session";
import type { OverReason } from "../../call/phase";
import { CopyButton, useErrorText } from "../../ui";
import { useView } from "./context";
import s from "./screen.module.css";

/** Why the call is over for this person, and the way back where there is one. */
export function Over({ reason, code, onBack }: { reason: OverReason; code: string | undefined; onBack: () => void }) {
  const { t } = useTranslation();
  const text = useErrorText();
  const room = useView((view) => view.joined.room);
  const endedBy = useView((view) => view.endedBy ?? "");
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const lead =
    reason === "refused"
      ? text(code ?? "forbidden")
      : reason === "ended" && endedBy !== ""
        ? t("hosting.endedBy", { name: endedBy })
        : t(`call.${reason}Lead`);
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
              {t("call.rejoin")}
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
