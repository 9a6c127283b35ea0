import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { asApiError } from "../../api/error";
import { listSessions, type SessionRecord } from "../../api/history";
import type { AgendaEntry } from "../../api/meetings";
import { currentLanguage } from "../../i18n";
import { useErrorText } from "../../ui";
import s from "./planning.module.css";
import { localDay } from "./words";

/** Finds the session of one date, which a room lists among all that it has seen, the latest first. */
async function sessionOf({ slug, opens, closes }: AgendaEntry): Promise<SessionRecord | undefined> {
  for (let cursor = ""; ; ) {
    const page = await listSessions(slug, cursor);
    const found = page.items.find(({ startedAt, endedAt }) => startedAt < closes && (endedAt === undefined || endedAt > opens));
    const oldest = page.items.at(-1);
    if (found !== undefined || page.next === undefined || oldest === undefined || oldest.startedAt < opens) return found;
    cursor = page.next;
  }
}

/** Leads to the attendance list of a date, or says that nobody came. */
export function AttendanceButton({ entry }: { entry: AgendaEntry }) {
  const { t } = useTranslation();
  const [from, go] = useLocation();
  const text = useErrorText();
  const look = useMutation({
    mutationFn: () => sessionOf(entry),
    onSuccess: (session) => {
      if (session !== undefined) go(`/rooms/${entry.slug}/sessions/${session.id}`, { state: { from } });
    },
  });
  const nobody = look.isSuccess && look.data === undefined;
  return (
    <div className={s.rowActs}>
      <span role="status" className={nobody || look.isError ? `small muted ${s.said ?? ""}` : "visually-hidden"}>
        {nobody && t("planning.nobodyCame")}
        {look.isError && text(asApiError(look.error).code)}
      </span>
      {!nobody && (
        <button
          type="button"
          className="btn quiet"
          aria-label={t("planning.attendanceOf", { name: entry.title, date: localDay(entry.start, currentLanguage()) })}
          disabled={look.isPending}
          onClick={() => {
            look.mutate();
          }}
        >
          {t("planning.attendance")}
        </button>
      )}
    </div>
  );
}
