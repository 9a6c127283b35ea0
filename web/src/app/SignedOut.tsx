import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { signInHref } from "../api/session";
import { useTitle } from "../ui";

export function SignedOut() {
  const { t } = useTranslation();
  useTitle(t("common.signedOutTitle"));
  return (
    <div className="page">
      <h1>{t("common.signedOutTitle")}</h1>
      <p className="muted">{t("common.signedOutLead")}</p>
      <div>
        <Link href="/" className="btn">
          {t("common.back")}
        </Link>{" "}
        <a href={signInHref("/")} className="btn quiet">
          {t("common.signIn")}
        </a>
      </div>
    </div>
  );
}
