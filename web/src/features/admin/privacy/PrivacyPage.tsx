import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useTitle } from "../../../ui";
import s from "../admin.module.css";
import { holds, holdsEverywhere, writers } from "../roles";
import type { SectionProps } from "../sections";
import { Holds } from "./Holds";
import { People } from "./People";
import p from "./privacy.module.css";
import { RegisterPart } from "./RegisterPart";
import { Retention } from "./Retention";

const parts = ["people", "holds", "retention", "register"] as const;
type Part = (typeof parts)[number];

/** Of the whole platform: administrators of an organization do not answer for it. */
const ofPlatform: readonly Part[] = ["retention", "register"];

/** What those do who answer for personal data. */
export function PrivacyPage({ appointments, rest }: SectionProps) {
  const { t } = useTranslation();
  useTitle(t("admin.privacy.name"));
  const platform = holdsEverywhere(appointments, ["platform-admin", "auditor"]);
  const may = holds(appointments, writers);
  const [first = "", id = ""] = rest.split("/");
  const seen = parts.filter((one) => platform || !ofPlatform.includes(one));
  const part = seen.find((one) => one === first) ?? "people";
  return (
    <>
      <div className={p.aside}>
        <h1>{t("admin.privacy.name")}</h1>
        <p className="muted">{t("admin.privacy.lead")}</p>
      </div>
      <nav className={`${s.filters ?? ""} ${p.aside ?? ""}`} aria-label={t("admin.privacy.name")}>
        {seen.map((one) => (
          <Link key={one} className="btn" href={`/admin/privacy/${one}`} aria-current={one === part ? "page" : undefined}>
            {t(`admin.privacy.parts.${one}`)}
          </Link>
        ))}
      </nav>
      {part === "people" && <People id={id} may={may} />}
      {part === "holds" && <Holds key={id} may={may} room={id} />}
      {part === "retention" && <Retention />}
      {part === "register" && <RegisterPart />}
    </>
  );
}
