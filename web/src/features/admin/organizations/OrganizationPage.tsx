import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Organization } from "../../../api/administration";
import { Busy, useTitle } from "../../../ui";
import s from "../admin.module.css";
import { Holders } from "../appointments";
import { useAbove, useOrganization } from "../reads";
import { Refusal } from "../Refusal";
import { administersAll, mayChange } from "../rights";
import type { Appointment } from "../roles";
import { Facts } from "./Facts";
import { Offices } from "./Offices";
import { Rules } from "./Rules";
import { Standing } from "./Standing";
import { StateBadge } from "./StateBadge";
import { Units } from "./Units";

const parts = ["facts", "rules", "units", "offices", "administrators"] as const;
type Part = (typeof parts)[number];

const addressOf = (id: string, part: Part) => `/admin/organizations/${id}${part === "facts" ? "" : `/${part}`}`;

/** One organization, a part at a time. Who only reads is offered nothing that would be refused. */
export function OrganizationPage({ id, part: asked, appointments }: { id: string; part: string; appointments: readonly Appointment[] }) {
  const { t } = useTranslation();
  const part = parts.find((one) => one === asked) ?? "facts";
  const path = addressOf(id, part);
  const organization = useOrganization(id);
  const above = useAbove(organization.data?.organization.parent, organization.isSuccess);
  useTitle(organization.data?.organization.name ?? t("admin.organizations.name"));
  const back = <Link href="/admin/organizations">{t("admin.organizations.all")}</Link>;
  if (organization.isError) {
    return (
      <>
        {back}
        <h1>{t("admin.organizations.name")}</h1>
        <Refusal error={organization.error} path={path} />
      </>
    );
  }
  if (organization.isPending || above.isPending) return <Busy label={t("common.loading")} />;
  if (above.isError) return <Refusal error={above.error} path={path} />;
  const { organization: shown, etag } = organization.data;
  const reread = async () => (await organization.refetch()).data;
  const may = mayChange(appointments, [id, ...above.data.map((one) => one.id)]);
  const mayPlace = administersAll(appointments);
  return (
    <>
      <div className={s.part}>
        {back}
        <Path above={above.data} />
        <h1>
          <bdi>{shown.name}</bdi>
        </h1>
        <div>
          <StateBadge state={shown.state} />
        </div>
        <p className="muted">{t(`admin.organizations.stateMeans.${shown.state}`)}</p>
        {mayPlace && <Standing organization={shown} etag={etag} path={path} onReread={reread} />}
      </div>
      <nav className={s.acts} aria-label={t("admin.organizations.parts")}>
        {parts.map((one) => (
          <Link key={one} className="btn" href={addressOf(id, one)} aria-current={one === part ? "page" : undefined}>
            {t(`admin.organizations.partNames.${one}`)}
          </Link>
        ))}
      </nav>
      {part === "facts" && <Facts organization={shown} etag={etag} above={above.data} may={may} mayPlace={mayPlace} path={path} onReread={reread} />}
      {part === "rules" && <Rules organization={shown} etag={etag} may={mayPlace} path={path} onReread={reread} />}
      {part === "units" && <Units organization={id} may={may} path={path} />}
      {part === "offices" && <Offices organization={id} may={may} path={path} />}
      {part === "administrators" && (
        <section className={s.part}>
          <h2>{t("admin.organizations.partNames.administrators")}</h2>
          <p className="muted">{t("admin.appointments.lead")}</p>
          <Holders organization={id} may={may} path={path} />
        </section>
      )}
    </>
  );
}

/** What it stands below, from the top. */
function Path({ above }: { above: readonly Organization[] }) {
  const { t } = useTranslation();
  if (above.length === 0) return null;
  return (
    <p className="small">
      {t("admin.organizations.below")}{" "}
      {above.toReversed().map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && " › "}
          <Link href={`/admin/organizations/${id}`}>
            <bdi>{name}</bdi>
          </Link>
        </span>
      ))}
    </p>
  );
}
