import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { client, data } from "../../../api/client";
import { Busy, ErrorNotice } from "../../../ui";
import s from "../admin.module.css";
import { PolicyPart } from "./PolicyPart";

/** The units of an organization, by name. */
export function useUnits(organization: string, enabled = true) {
  return useQuery({
    queryKey: ["policy", "units", organization],
    queryFn: async ({ signal }) => (await data(client.GET("/organizations/{id}/units", { params: { path: { id: organization } }, signal }))).items,
    enabled,
  });
}

/** The way to the policies of the units of an organization; nothing where it has none. */
export function Units({ organization }: { organization: string }) {
  const { t } = useTranslation();
  const units = useUnits(organization);
  if (units.isPending) return <Busy label={t("common.loading")} />;
  if (units.isError) return <ErrorNotice error={units.error} />;
  if (units.data.length === 0) return null;
  return (
    <section className={s.part} aria-labelledby="policies-units">
      <h2 id="policies-units">{t("admin.policies.units")}</h2>
      <p className="muted">{t("admin.policies.unitsLead")}</p>
      <ul className="card rows">
        {units.data.map(({ id, name }) => (
          <li key={id}>
            <Link href={`/admin/policies/${organization}/units/${id}`}>
              <bdi>{name}</bdi>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is decided for one unit, and so for the rooms of it and of those below. */
export function UnitPolicyPage({ organization, unit, may }: { organization: string; unit: string; may: boolean }) {
  const { t } = useTranslation();
  const name = useUnits(organization).data?.find(({ id }) => id === unit)?.name;
  return (
    <>
      <div>
        <h1>
          <bdi>{name ?? t("admin.policies.unit")}</bdi>
        </h1>
        <p className="muted">{t("admin.policies.unitLead")}</p>
      </div>
      <Link href={`/admin/policies/${organization}`}>{t("admin.policies.ofOrganization")}</Link>
      <section className={s.part} aria-labelledby="policies-here">
        <h2 id="policies-here">{t("admin.policies.here")}</h2>
        <PolicyPart place={{ organization, unit }} may={may} />
      </section>
    </>
  );
}
