import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Organization, OrganizationState } from "../../../api/administration";
import { Busy, SearchField, SelectField, useSettled, useTitle } from "../../../ui";
import s from "../admin.module.css";
import { More } from "../More";
import { useOrganizations } from "../reads";
import { Refusal } from "../Refusal";
import { holds, holdsEverywhere, writers, type Appointment } from "../roles";
import { StateBadge } from "./StateBadge";

const states: readonly OrganizationState[] = ["active", "pending", "refused"];

/** The organizations that one sees, searched by name or siret, and by where they stand. */
export function OrganizationList({ appointments }: { appointments: readonly Appointment[] }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [state, setState] = useState<OrganizationState | "">("");
  const list = useOrganizations(useSettled(text.trim()), state === "" ? undefined : state);
  const found = list.data?.pages.flatMap((page) => page.items) ?? [];
  useTitle(t("admin.organizations.name"));
  return (
    <>
      <h1>{t("admin.organizations.name")}</h1>
      <div className={s.acts}>
        {holds(appointments, writers) && (
          <Link className="btn primary" href="/admin/organizations/new">
            {t("admin.organizations.new")}
          </Link>
        )}
        {holdsEverywhere(appointments) && (
          <Link className="btn" href="/admin/organizations/administrators">
            {t("admin.appointments.platform")}
          </Link>
        )}
      </div>
      <div className={s.filters}>
        <SearchField label={t("admin.organizations.search")} hint={t("admin.organizations.searchHint")} value={text} onType={setText} />
        <SelectField
          label={t("admin.organizations.state")}
          any={t("admin.organizations.anyState")}
          options={states.map((value) => ({ value, label: t(`admin.organizations.states.${value}`) }))}
          value={state}
          onChoose={setState}
        />
      </div>
      {list.isPending && <Busy label={t("common.loading")} />}
      {list.isError && <Refusal error={list.error} path="/admin/organizations" />}
      {list.isSuccess && found.length === 0 && <p className="muted">{t("admin.organizations.none")}</p>}
      <ul className="card rows" hidden={found.length === 0}>
        {found.map((one) => (
          <Row key={one.id} organization={one} />
        ))}
      </ul>
      <More of={list} />
    </>
  );
}

function Row({ organization: { id, name, kind, state, siret } }: { organization: Organization }) {
  const { t } = useTranslation();
  return (
    <li>
      <div>
        <Link href={`/admin/organizations/${id}`}>
          <bdi>{name}</bdi>
        </Link>
        <div className="small muted">{t(`admin.organizations.kinds.${kind}`)}</div>
        {siret !== undefined && <div className="small muted">{t("admin.organizations.siretIs", { siret })}</div>}
      </div>
      <StateBadge state={state} />
    </li>
  );
}
