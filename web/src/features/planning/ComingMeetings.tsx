import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearch } from "wouter";
import { searchAgenda } from "../../api/meetings";
import { keys } from "../../api/queries";
import { Busy, ErrorNotice, Field } from "../../ui";
import { byMonth, endOfSearch, readStretch } from "./coming";
import { MonthsOfMeetings } from "./MonthsOfMeetings";
import s from "./planning.module.css";

const longest = 200; // of a title

/** What is to come, by months and days, and a search that finds what is far ahead. name is the reader's own. */
export function ComingMeetings({ name }: { name: string }) {
  const { t } = useTranslation();
  const [now] = useState(() => Date.now());
  const { text, setText, title } = useTitleInAddress();
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
      </search>
      {title === "" ? <Coming now={now} name={name} /> : <Found title={title} now={now} name={name} />}
    </section>
  );
}

/** The text of the search is a part of the page's address: who opens a meeting and comes back finds it again. */
function useTitleInAddress() {
  const asked = new URLSearchParams(useSearch()).get("title") ?? "";
  const [, go] = useLocation();
  const [text, setText] = useState(asked);
  const [known, setKnown] = useState(asked);
  if (asked !== known) {
    setKnown(asked);
    setText(asked); // the address changed: a link, or one page back
  }
  useEffect(() => {
    if (text === asked) return undefined;
    const timer = setTimeout(() => {
      go(text === "" ? "/meetings" : `/meetings?${new URLSearchParams({ title: text }).toString()}`, { replace: true });
    }, 250);
    return () => {
      clearTimeout(timer);
    };
  }, [text, asked, go]);
  return { text, setText, title: asked.trim().slice(0, longest) };
}

interface ListProps {
  now: number;
  name: string;
}

function Coming({ now, name }: ListProps) {
  const { t } = useTranslation();
  const coming = useInfiniteQuery({
    queryKey: [...keys.agenda, "coming", now],
    queryFn: ({ pageParam, signal }) => readStretch(pageParam, signal),
    initialPageParam: now,
    getNextPageParam: (page) => page.next,
  });
  const entries = coming.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <>
      {coming.isPending && <Busy label={t("common.loading")} />}
      {coming.isSuccess && entries.length === 0 && <p className="muted">{t("planning.comingEmpty")}</p>}
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

function Found({ title, now, name }: ListProps & { title: string }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: [...keys.agenda, "title", title, now],
    queryFn: ({ signal }) => searchAgenda(title, new Date(now), endOfSearch(now), signal),
    placeholderData: keepPreviousData,
  });
  const entries = found.data?.items ?? [];
  const none = found.isSuccess && entries.length === 0;
  return (
    <>
      <p role="status" className="muted">
        {none && t("planning.foundNone")}
        {entries.length > 0 && t("planning.found", { count: entries.length })}
        {found.data?.more === true && ` ${t("planning.foundMore")}`}
      </p>
      {found.isPending && <Busy label={t("common.loading")} />}
      {found.isError && <Again error={found.error} again={() => void found.refetch()} />}
      {none && <Link href="/meetings/past">{t("planning.past")}</Link>}
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
