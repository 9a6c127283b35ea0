import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { copyOfMine } from "../../api/session";
import { keep } from "../../browser/keep";
import { ErrorNotice } from "../../ui";
import s from "./account.module.css";

export function MyData() {
  const { t } = useTranslation();
  const copy = useMutation({ mutationFn: copyOfMine, onSuccess: keep });
  return (
    <section className={s.data}>
      <h2>{t("account.data")}</h2>
      <p className="muted">{t("account.dataLead")}</p>
      <p className="muted">{t("account.dataNot")}</p>
      <button
        type="button"
        className="btn"
        disabled={copy.isPending}
        onClick={() => {
          copy.mutate();
        }}
      >
        {copy.isPending ? t("common.loading") : t("account.dataGet")}
      </button>
      <p role="status">{copy.isSuccess && t("account.dataGot")}</p>
      {copy.isError && <ErrorNotice error={copy.error} />}
    </section>
  );
}
