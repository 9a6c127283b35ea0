import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { getRetention } from "../../../api/privacy";
import { currentLanguage } from "../../../i18n";
import { Busy } from "../../../ui";
import s from "../admin.module.css";
import { Refusal } from "../Refusal";
import { inOwn, useKind } from "./said";

/** For how long each kind is kept, and what ends it. */
export function Retention() {
  const { t } = useTranslation();
  const kind = useKind();
  const report = useQuery({ queryKey: ["admin", "privacy", "retention"], queryFn: ({ signal }) => getRetention(signal) });
  const number = new Intl.NumberFormat(currentLanguage());
  if (report.isPending) return <Busy label={t("common.loading")} />;
  if (report.isError) return <Refusal error={report.error} path="/admin/privacy/retention" />;
  return (
    <div className={s.part}>
      <h2 id="privacy-retention">{t("admin.privacy.parts.retention")}</h2>
      <p className="muted">{t("admin.privacy.retention.lead")}</p>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
      <div className={`card ${s.scroll ?? ""}`} role="region" aria-labelledby="privacy-retention" tabIndex={0}>
        <table className={s.table}>
          <thead>
            <tr>
              <th scope="col">{t("admin.privacy.kindColumn")}</th>
              <th scope="col">{t("admin.privacy.retention.kept")}</th>
              <th scope="col">{t("admin.privacy.retention.end")}</th>
              <th scope="col" className={s.number}>
                {t("admin.privacy.rowsHeld")}
              </th>
            </tr>
          </thead>
          <tbody>
            {report.data.map((one) => (
              <tr key={one.kind}>
                <th scope="row">{kind(one.kind)}</th>
                <td>{inOwn(one.kept)}</td>
                <td>{one.why === undefined ? t("admin.privacy.retention.job") : inOwn(one.why)}</td>
                <td className={s.number}>{number.format(one.rows)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
