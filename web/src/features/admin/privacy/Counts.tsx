import { useTranslation } from "react-i18next";
import type { ReceiptKind } from "../../../api/privacy";
import { currentLanguage } from "../../../i18n";
import s from "../admin.module.css";
import { inOwn, useKind } from "./said";

const columns = ["removed", "nameless", "held"] as const;

/** What becomes of each kind of which there is something. */
export function Counts({ counts }: { counts: ReceiptKind[] }) {
  const { t } = useTranslation();
  const kind = useKind();
  const number = new Intl.NumberFormat(currentLanguage());
  const some = counts.filter((one) => columns.some((column) => one[column] > 0));
  if (some.length === 0) return <p>{t("admin.privacy.erase.nothing")}</p>;
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
    <div className={`card ${s.scroll ?? ""}`} role="region" aria-labelledby="privacy-erasure" tabIndex={0}>
      <table className={s.table}>
        <thead>
          <tr>
            <th scope="col">{t("admin.privacy.kindColumn")}</th>
            {columns.map((column) => (
              <th key={column} scope="col" className={s.number}>
                {t(`admin.privacy.erase.${column}`)}
              </th>
            ))}
            <th scope="col">{t("admin.privacy.erase.why")}</th>
          </tr>
        </thead>
        <tbody>
          {some.map((one) => (
            <tr key={one.kind}>
              <th scope="row">{kind(one.kind)}</th>
              {columns.map((column) => (
                <td key={column} className={s.number}>
                  {number.format(one[column])}
                </td>
              ))}
              <td>{one.nameless + one.held > 0 && one.why !== undefined && inOwn(one.why)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
