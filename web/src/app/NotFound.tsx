import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useTitle } from "../ui";

export function NotFound() {
  const { t } = useTranslation();
  useTitle(t("common.notFoundTitle"));
  return (
    <div className="page">
      <h1>{t("common.notFoundTitle")}</h1>
      <p className="muted">{t("common.notFoundLead")}</p>
      <div>
        <Link href="/" className="btn primary">
          {t("common.back")}
        </Link>
      </div>
    </div>
  );
}
