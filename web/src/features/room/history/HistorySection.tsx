import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import type { SessionRecord } from "../../../api/history";
import { useSessions } from "../../../api/queries";
import { currentLanguage } from "../../../i18n";
import { Busy, ErrorNotice } from "../../../ui";
import { dateOf, lengthOf } from "../../../ui/time";
import room from "../room.module.css";
import s from "./history.module.css";

/** What happened in the room, latest first. The names are on a page of their own. */
export function HistorySection({ slug }: { slug: string }) {
  const { t } = useTranslation();
  const sessions = useSessions(slug);
  const list = sessions.data?.pages.flatMap((page) => page.items);
  const [now] = useState(() => Date.now());
  return (
    <section className={room.section} aria-labelledby="room-history">
      <h2 id="room-history">{t("history.title")}</h2>
      <p className="muted">{t("history.lead")}</p>
      {sessions.isPending && <Busy label={t("common.loading")} />}
      {sessions.isError && <ErrorNotice error={sessions.error} />}
      {list?.length === 0 && <p>{t("history.none")}</p>}
      {list !== undefined && list.length > 0 && (
        <ul className={`card ${s.sessions ?? ""}`}>
          {list.map((session) => (
            <SessionRow key={session.id} slug={slug} session={session} now={now} />
          ))}
        </ul>
      )}
      {sessions.hasNextPage && (
        <button type="button" className="btn" disabled={sessions.isFetchingNextPage} onClick={() => void sessions.fetchNextPage()}>
          {t("history.more")}
        </button>
      )}
    </section>
  );
}

function SessionRow({ slug, session, now }: { slug: string; session: SessionRecord; now: number }) {
  const { t } = useTranslation();
  const [from] = useLocation();
  const language = currentLanguage();
  const date = dateOf(session.startedAt, language);
  const { startedAt, endedAt, endReason, expiresAt } = session;
  const expired = expiresAt !== undefined && Date.parse(expiresAt) <= now;
  return (
    <li className={s.session}>
      <div className={s.facts}>
        <div>
          {date} {endedAt === undefined && <span className="tag">{t("history.running")}</span>}
        </div>
        <div className="small muted">
          {endedAt !== undefined && `${lengthOf((Date.parse(endedAt) - Date.parse(startedAt)) / 1000, language)} · `}
          {t("history.people", { count: session.participants })}
          {session.participants > 1 && ` · ${t("history.peak", { count: session.peak })}`}
          {endReason !== undefined && ` · ${t(`history.end.${endReason}`)}`}
        </div>
      </div>
      {expired ? (
        <span className="small muted">{t("history.gone")}</span>
      ) : (
        <Link className="btn" href={`/rooms/${slug}/sessions/${session.id}`} state={{ from }} aria-label={t("history.openOf", { date })}>
          {t("history.open")}
        </Link>
      )}
    </li>
  );
}
