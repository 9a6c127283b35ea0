import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { endFeed, feedAddress, makeFeed } from "../../api/planning";
import { keys } from "../../api/queries";
import { currentLanguage } from "../../i18n";
import { Busy, Confirm, CopyButton, ErrorNotice, Notice } from "../../ui";
import { dateOf } from "../../ui/time";
import s from "./planning.module.css";

/** The agenda in other programs, by an address that is a secret and can be taken back. */
export function CalendarSection() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<"replace" | "end">();
  const address = useQuery({ queryKey: keys.feed, queryFn: ({ signal }) => feedAddress(signal), staleTime: 0 });
  const changed = async () => {
    await queries.invalidateQueries({ queryKey: keys.feed });
    setAsking(undefined);
  };
  const make = useMutation({ mutationFn: makeFeed, onSuccess: changed });
  const end = useMutation({
    mutationFn: endFeed,
    onSuccess: async () => {
      make.reset();
      await changed();
    },
  });
  const ask = (what: "replace" | "end") => {
    if (make.isError) make.reset();
    end.reset();
    setAsking(what);
  };
  return (
    <section className={s.section} aria-labelledby="calendar">
      <h2 id="calendar">{t("planning.calendar")}</h2>
      <p className="muted">{t("planning.calendarLead")}</p>
      {make.isSuccess && (
        <Notice live title={t("planning.calendarMade")} actions={<CopyButton url={make.data} className="btn primary" />}>
          <p>{t("planning.calendarSecret")}</p>
          <p className={s.shownUrl}>{make.data}</p>
        </Notice>
      )}
      {make.isError && asking === undefined && <ErrorNotice error={make.error} />}
      {address.isPending && <Busy label={t("common.loading")} />}
      {address.isError && <ErrorNotice error={address.error} />}
      <p role="status" className={end.isSuccess ? "" : "visually-hidden"}>
        {end.isSuccess && t("planning.calendarEnded")}
      </p>
      {address.isSuccess && (
        <>
          {address.data !== null && !make.isSuccess && <p>{t("planning.calendarSince", { date: dateOf(address.data.since, currentLanguage()) })}</p>}
          {address.data !== null && !make.isSuccess && (
            <p>
              {address.data.readAt === undefined
                ? t("planning.calendarUnread")
                : t("planning.calendarRead", { when: dateOf(address.data.readAt, currentLanguage()) })}
            </p>
          )}
          <div className={s.acts}>
            {address.data === null && (
              <button
                type="button"
                className="btn"
                disabled={make.isPending}
                onClick={() => {
                  end.reset();
                  make.mutate();
                }}
              >
                {t("planning.calendarMake")}
              </button>
            )}
            {address.data !== null && (
              <>
                <button type="button" className="btn" onClick={() => { ask("replace"); }}>
                  {t("planning.calendarReplace")}
                </button>
                <button type="button" className="btn quiet" onClick={() => { ask("end"); }}>
                  {t("planning.calendarEnd")}
                </button>
              </>
            )}
          </div>
        </>
      )}
      {asking !== undefined && (
        <Confirm
          title={t(asking === "replace" ? "planning.calendarReplaceAsk" : "planning.calendarEndAsk")}
          lead={t(asking === "replace" ? "planning.calendarReplaceLead" : "planning.calendarEndLead")}
          confirm={t(asking === "replace" ? "planning.calendarReplace" : "planning.calendarEnd")}
          busy={make.isPending || end.isPending}
          error={(asking === "replace" ? make.error : end.error) ?? undefined}
          onConfirm={() => {
            if (asking === "replace") make.mutate();
            else end.mutate();
          }}
          onClose={() => {
            setAsking(undefined);
          }}
        />
      )}
    </section>
  );
}
