import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Room } from "../../api/types";
import { signInHref } from "../../api/session";
import { Notice, useErrorText, useTitle } from "../../ui";

/** What the door says to those who may not enter, and what they can do about it. */
export function Closed({ code, slug, room, retry }: { code: string; slug: string; room?: Room; retry?: () => void }) {
  const { t } = useTranslation();
  const text = useErrorText();
  const signIn = code === "sign-in-required" || code === "sign-in-expired" || code === "assurance-too-low";
  const unknown = code === "room-not-found" || code === "not-found";
  const over = code === "meeting-over";
  const title =
    over ? t("prejoin.overTitle") : code === "sign-in-required" ? t("prejoin.signInTitle") : unknown ? t("prejoin.unknownTitle") : t("prejoin.refusedTitle");
  useTitle(title);
  return (
    <div className="page">
      <h1>{title}</h1>
      <Notice
        tone={signIn ? "info" : "warn"}
        actions={
          <>
            {signIn && (
              <a className="btn primary" href={signInHref(`/${slug}`)}>
                {t("common.signIn")}
              </a>
            )}
            {code === "room-locked" && retry !== undefined && (
              <button type="button" className="btn primary" onClick={retry}>
                {t("common.retry")}
              </button>
            )}
            {room?.lastingRole === "owner" && (
              <Link className="btn" href={`/rooms/${slug}`}>
                {t("prejoin.settings")}
              </Link>
            )}
            <Link className="btn" href="/">
              {t("common.back")}
            </Link>
          </>
        }
      >
        <p>{over ? t("prejoin.over") : code === "sign-in-required" ? t("prejoin.signInRequired") : text(unknown ? "room-not-found" : code)}</p>
      </Notice>
      <p className="muted">{t("prejoin.code", { code: slug })}</p>
    </div>
  );
}
