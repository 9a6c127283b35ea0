import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { endFeed, makeFeed } from "../../api/planning";
import { Confirm, CopyButton, ErrorNotice, Notice } from "../../ui";
import s from "./planning.module.css";

/** The agenda in other programs, by an address that is a secret and can be taken back. */
export function CalendarSection() {
  const { t } = useTranslation();
  const [ending, setEnding] = useState(false);
  const make = useMutation({ mutationFn: makeFeed });
  const end = useMutation({
    mutationFn: endFeed,
    onSuccess: () => {
      setEnding(false);
      make.reset();
    },
  });
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
      {make.isError && <ErrorNotice error={make.error} />}
      <p role="status" className={end.isSuccess ? "" : "visually-hidden"}>
        {end.isSuccess && t("planning.calendarEnded")}
      </p>
      <div className={s.acts}>
        {!make.isSuccess && (
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
        <button
          type="button"
          className="btn quiet"
          onClick={() => {
            end.reset();
            setEnding(true);
          }}
        >
          {t("planning.calendarEnd")}
        </button>
      </div>
      {ending && (
        <Confirm
          title={t("planning.calendarEndAsk")}
          lead={t("planning.calendarEndLead")}
          confirm={t("planning.calendarEnd")}
          busy={end.isPending}
          error={end.isError ? end.error : undefined}
          onConfirm={() => {
            end.mutate();
          }}
          onClose={() => {
            setEnding(false);
          }}
        />
      )}
    </section>
  );
}
