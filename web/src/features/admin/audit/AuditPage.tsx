import { useInfiniteQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { auditHref, searchAudit, type AuditEntry } from "../../../api/audit";
import { currentLanguage } from "../../../i18n";
import { Busy, ErrorNotice, useTitle } from "../../../ui";
import { inWords } from "../../../ui/time";
import s from "../admin.module.css";
import { holdsEverywhere, organizationsOf } from "../roles";
import type { SectionProps } from "../sections";
import { EntryDialog } from "./EntryDialog";
import { queryOf, usualFilter, type Filter } from "./filter";
import { FilterForm } from "./FilterForm";
import { useReading } from "./reading";
import { Seal } from "./Seal";

/** Who did what, and how the trail is sealed. */
export function AuditPage({ appointments }: SectionProps) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState(usualFilter);
  const [turn, setTurn] = useState(0);
  const [shown, setShown] = useState<AuditEntry>();
  useTitle(t("admin.audit.name"));
  const query = queryOf(filter);
  const trail = useInfiniteQuery({
    queryKey: ["admin", "audit", query, turn],
    queryFn: ({ pageParam, signal }) => searchAudit(query, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? null,
    // Each look is a row of the trail: only somebody who asks makes one.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const rows = trail.data?.pages.flatMap((page) => page.items) ?? [];
  // The same search asked again is asked anew, from its first page.
  const search = (asked: Filter) => {
    setTurn(turn + 1);
    setFilter(asked);
  };
  const narrow = (part: Partial<Filter>) => {
    setShown(undefined);
    search({ ...filter, ...part });
  };
  return (
    <>
      <div>
        <h1>{t("admin.audit.name")}</h1>
        <p className="muted">{t("admin.audit.lead")}</p>
      </div>
      <FilterForm
        key={JSON.stringify([filter.actor, filter.subject])}
        filter={filter}
        several={holdsEverywhere(appointments) || organizationsOf(appointments).length > 1}
        onSearch={search}
      />
      {trail.isPending && <Busy label={t("common.loading")} />}
      {trail.isError && (
        <ErrorNotice
          error={trail.error}
          actions={
            <button type="button" className="btn" onClick={() => void trail.refetch()}>
              {t("common.retry")}
            </button>
          }
        />
      )}
      {trail.isSuccess && rows.length === 0 && <p role="status">{t("admin.audit.none")}</p>}
      {rows.length > 0 && (
        <div className={s.part}>
          <h2 id="audit-rows">{t("admin.audit.rows")}</h2>
          <div>
            <a className="btn" href={auditHref(query)} download="audit.jsonl">
              <Download className="ico" aria-hidden="true" />
              {t("admin.audit.file")}
            </a>
          </div>
          <Rows rows={rows} onShow={setShown} />
          {trail.hasNextPage && (
            <div>
              <button type="button" className="btn" disabled={trail.isFetchingNextPage} onClick={() => void trail.fetchNextPage()}>
                {t("admin.audit.more")}
              </button>
            </div>
          )}
        </div>
      )}
      <Seal />
      {shown !== undefined && (
        <EntryDialog
          entry={shown}
          onActor={(actor) => {
            narrow({ actor, person: undefined });
          }}
          onSubject={(subject) => {
            narrow({ subject });
          }}
          onClose={() => {
            setShown(undefined);
          }}
        />
      )}
    </>
  );
}

function Rows({ rows, onShow }: { rows: AuditEntry[]; onShow: (entry: AuditEntry) => void }) {
  const { t } = useTranslation();
  const read = useReading();
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
    <div className={`card ${s.scroll ?? ""}`} role="region" aria-labelledby="audit-rows" tabIndex={0}>
      <table className={s.table}>
        <thead>
          <tr>
            <th scope="col">{t("admin.audit.when")}</th>
            <th scope="col">{t("admin.audit.who")}</th>
            <th scope="col">{t("admin.audit.what")}</th>
            <th scope="col">{t("admin.audit.result")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((entry) => {
            const count = read.count(entry);
            return (
              <tr key={entry.id}>
                <td className="time">{inWords(new Date(entry.at), currentLanguage(), { dateStyle: "short", timeStyle: "medium" })}</td>
                <td>
                  <bdi>{read.who(entry)}</bdi>
                </td>
                <td>
                  <button
                    type="button"
                    className={s.open}
                    aria-label={t("admin.audit.show", { act: read.act(entry) })}
                    onClick={() => {
                      onShow(entry);
                    }}
                  >
                    {read.act(entry)}
                  </button>
                  {entry.subject !== "" && <div className="small muted">{read.on(entry.subject)}</div>}
                </td>
                <td>
                  {t(`admin.audit.results.${entry.result}`)}
                  {count !== undefined && <div className="small muted">{t("admin.audit.times", { n: count })}</div>}
                  {entry.code !== undefined && (
                    <div className="small">
                      <code>{entry.code}</code>
                    </div>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
