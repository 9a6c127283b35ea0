import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import s from "../admin.module.css";
import { Holders } from "../appointments";
import { holdsEverywhere } from "../roles";
import { administersAll } from "../rights";
import type { SectionProps } from "../sections";
import { useTitle } from "../../../ui";
import { NewOrganizationPage } from "./NewOrganizationPage";
import { OrganizationList } from "./OrganizationList";
import { OrganizationPage } from "./OrganizationPage";

/** Organizations: all that one sees, a new one, one of them, and who administers the whole platform. */
export function OrganizationsPage({ appointments, rest }: SectionProps) {
  const [id = "", part = ""] = rest.split("/");
  if (id === "") return <OrganizationList appointments={appointments} />;
  if (id === "new") return <NewOrganizationPage appointments={appointments} />;
  if (id === "administrators" && holdsEverywhere(appointments)) return <OfThePlatform may={administersAll(appointments)} />;
  return <OrganizationPage key={id} id={id} part={part} appointments={appointments} />;
}

function OfThePlatform({ may }: { may: boolean }) {
  const { t } = useTranslation();
  useTitle(t("admin.appointments.platform"));
  return (
    <>
      <div className={s.part}>
        <Link href="/admin/organizations">{t("admin.organizations.all")}</Link>
        <h1>{t("admin.appointments.platform")}</h1>
        <p className="muted">{t("admin.appointments.platformLead")}</p>
      </div>
      <Holders may={may} path="/admin/organizations/administrators" />
    </>
  );
}
