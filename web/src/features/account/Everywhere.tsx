import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { endAllSignIns } from "../../api/session";
import { Confirm, ErrorNotice } from "../../ui";
import s from "./account.module.css";

export function Everywhere() {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const end = useMutation({
    mutationFn: endAllSignIns,
    onSuccess: () => {
      location.assign("/signed-out");
    },
    onError: () => {
      setAsking(false);
    },
  });
  return (
    <section className={s.danger}>
      <h2>{t("account.everywhere")}</h2>
      <p className="muted">{t("account.everywhereLead")}</p>
      <button
        type="button"
        className="btn danger"
        onClick={() => {
          setAsking(true);
        }}
      >
        {t("account.everywhere")}
      </button>
      {end.isError && <ErrorNotice error={end.error} />}
      {asking && (
        <Confirm
          title={t("account.everywhereAsk")}
          lead={t("account.everywhereLead")}
          confirm={t("account.everywhere")}
          busy={end.isPending}
          onConfirm={() => {
            end.mutate();
          }}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </section>
  );
}
