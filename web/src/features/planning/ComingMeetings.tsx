import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { searchAgenda, type AgendaEntry } from "../../api/meetings";
import { keys } from "../../api/queries";
import { currentLanguage } from "../../i18n";
import { Busy, ErrorNotice, Field } from "../../ui";
import { byMonth, endOfSearch, monthName, monthsAfter, readStretch, type Month } from "./coming";
import { MonthField } from "./MonthField";
import { MonthsOfMeetings } from "./MonthsOfMeetings";
import s from "./planning.module.css";
import { useSought } from "./useSought";

const longest = 200; // of a title

/** What is to come, by months and days, a search that finds what is far ahead, and a way to a month. name is the reader's own. */
export function ComingMeetings({ name }: { name: string }) {
  const { t } = useTranslation();
  const [now] = useState(() => Date.now());
  const [months] = useState(() => monthsAfter(now));
  const { text, setText, title, month: value, setMonth } = useSought();
  const month = months.find((one) => one.value === value);
  return (
    <section className={s.section} aria-label={t("planning.parts.coming")}>
      <search className={s.search}>
        <Field label={t("planning.searchTitle")} hint={t("planning.searchHint")}>
          {(wiring) => (
            <input
              {...wiring}
              className="field"
              type="search"
              autoComplete="off"
              maxLength={longest}
              value={text}
              onChange={(event) => {
                setText(event.target.value);
              }}
            />
          )}
        </Field>
        <MonthField months={months} value={month?.value ?? ""} onChoose={setMonth} />
      </search>
      {title === "" ? <Coming now={now} month={month} name={name} /> : <Found title={title} now={now} month={month} name={name} onNow={() => { setMonth(""); }} />}
    </section>
  );
}

interface ListProps {
  now: number;
  /** From which on one looks; from now on where none is chosen. */
  month: Month | undefined;
  name: string;
}

function Coming({ now, month, name }: ListProps) {
  const { t } = useTranslation();
  const from = month?.start.getTime() ?? now;
  const coming = useInfiniteQuery({
    queryKey: [...keys.agenda, "coming", from],
    queryFn: ({ pageParam, signal }) => readStretch(pageParam, signal, pageParam === month?.start.getTime() ? month.end.getTime() : undefined),
    initialPageParam: from,
    getNextPageParam: (page) => page.next,
  });
  const entries = coming.data?.pages.flatMap((page) => page.entries) ?? [];
  const none = coming.isSuccess && !(month === undefined ? entries.length > 0 : entries.some((entry) => reaches(entry, month)));
  return (
    <>
      {coming.isPending && <Busy label={t("common.loading")} />}
      <p role="status" className={none ? "muted" : "visually-hidden"}>
        {none && (month === undefined ? t("planning.comingEmpty") : t("planning.monthEmpty", { month: monthName(month.start, currentLanguage()) }))}
      </p>
      <MonthsOfMeetings months={byMonth(entries)} now={now} name={name} />
      {coming.isError && <Again error={coming.error} again={() => void (coming.data === undefined ? coming.refetch() : coming.fetchNextPage())} />}
      {coming.hasNextPage && !coming.isError && (
        <button type="button" className="btn" disabled={coming.isFetchingNextPage} onClick={() => void coming.fetchNextPage()}>
          {t("planning.later")}
        </button>
      )}
    </>
  );
}

const reaches = ({ start, end }: AgendaEntry, month: Month) => Date.parse(start) < month.end.getTime() && Date.parse(end) > month.start.getTime();

function Found({ title, now, month, name, onNow }: ListProps & { title: string; onNow: () => void }) {
  const { t } = useTranslation();
  const from = month?.start.getTime() ?? now;
  const found = useQuery({
    queryKey: [...keys.agenda, "title", title, from],
    queryFn: ({ signal }) => searchAgenda(title, new Date(from), endOfSearch(from), signal),
    placeholderData: keepPreviousData,
  });
  const entries = found.data?.items ?? [];
  const none = found.isSuccess && entries.length === 0;
  return (
    <>
      <p role="status" className="muted">
        {none && (month === undefined ? t("planning.foundNone") : t("planning.foundNoneFrom", { month: monthName(month.start, currentLanguage()) }))}
        {entries.length > 0 && month === undefined && t("planning.found", { count: entries.length })}
        {entries.length > 0 && month !== undefined && t("planning.foundFrom", { count: entries.length, month: monthName(month.start, currentLanguage()) })}
        {found.data?.more === true && ` ${t("planning.foundMore")}`}
      </p>
      {found.isPending && <Busy label={t("common.loading")} />}
      {found.isError && <Again error={found.error} again={() => void found.refetch()} />}
      {none && month !== undefined && (
        <button type="button" className="btn" onClick={onNow}>
          {t("planning.searchFromNow")}
        </button>
      )}
      {none && month === undefined && <Link href="/meetings/past">{t("planning.past")}</Link>}
      <MonthsOfMeetings months={byMonth(entries)} now={now} name={name} />
    </>
  );
}

function Again({ error, again }: { error: unknown; again: () => void }) {
  const { t } = useTranslation();
  return (
    <ErrorNotice
      error={error}
      actions={
        <button type="button" className="btn" onClick={again}>
          {t("common.retry")}
        </button>
      }
    />
  );
}
