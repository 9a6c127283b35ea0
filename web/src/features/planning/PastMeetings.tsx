import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { getAgenda, type AgendaEntry } from "../../api/meetings";
import { keys } from "../../api/queries";
import { currentLanguage } from "../../i18n";
import { Busy, ErrorNotice } from "../../ui";
import { ownZone, whenInWords } from "../../ui/when";
import { AttendanceButton } from "./AttendanceButton";
import s from "./planning.module.css";

const stretch = 60 * 86_400_000;
const stretches = 12; // two years back: names are kept no longer as a rule

/** What is over, the latest first. */
export function PastMeetings() {
  const { t } = useTranslation();
  const [now] = useState(() => Date.now());
  const past = useInfiniteQuery({
    queryKey: [...keys.agenda, "past", now],
    queryFn: ({ pageParam, signal }) => getAgenda(new Date(now - (pageParam + 1) * stretch), new Date(now - pageParam * stretch), signal),
    initialPageParam: 0,
    getNextPageParam: (_last, _all, page) => (page + 1 < stretches ? page + 1 : null),
  });
  const over = latestFirst(past.data?.pages.flat() ?? [], now);
  return (
    <section className={s.section} aria-label={t("planning.past")}>
      {past.isPending && <Busy label={t("common.loading")} />}
      {past.isError && <ErrorNotice error={past.error} />}
      {past.isSuccess && over.length === 0 && <p className="muted">{t("planning.pastEmpty")}</p>}
      {over.length > 0 && (
        <ul className="card rows">
          {over.map((entry) => (
            <PastRow key={entry.meeting + entry.id} entry={entry} />
          ))}
        </ul>
      )}
      {past.hasNextPage && (
        <button type="button" className="btn" disabled={past.isFetchingNextPage} onClick={() => void past.fetchNextPage()}>
          {t("planning.earlier")}
        </button>
      )}
    </section>
  );
}

/** A date that reaches over the edge of two stretches is in both. */
function latestFirst(entries: readonly AgendaEntry[], now: number): AgendaEntry[] {
  const once = new Map(entries.filter(({ end }) => Date.parse(end) <= now).map((entry) => [entry.meeting + entry.id, entry]));
  return [...once.values()].sort((a, b) => b.start.localeCompare(a.start));
}

function PastRow({ entry }: { entry: AgendaEntry }) {
  const { t } = useTranslation();
  return (
    <li>
      <div>
        <Link className={s.name} href={`/meetings/${entry.meeting}`}>
          <bdi>{entry.title}</bdi>
        </Link>
        <div className="small muted">
          {whenInWords(entry.start, entry.end, currentLanguage(), ownZone())}
          {!entry.leads && ` · ${t("planning.organizedBy", { name: entry.organizer })}`}
        </div>
      </div>
      {entry.attendance && <AttendanceButton entry={entry} />}
    </li>
  );
}
