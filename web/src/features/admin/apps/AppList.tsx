import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Account } from "../../../api/software";
import { currentLanguage } from "../../../i18n";
import { Busy, useTitle } from "../../../ui";
import { since } from "../../../ui/time";
import s from "../admin.module.css";
import type { Found } from "../find";
import { More } from "../More";
import { OfOrganization } from "../OfOrganization";
import { useAccounts } from "../reads";
import { Refusal } from "../Refusal";
import { holds, writers, type Appointment } from "../roles";
import { standingOf } from "./standing";
import { StandingBadge } from "./StandingBadge";

/** The service accounts that one sees, of one organization or of all. */
export function AppList({ appointments }: { appointments: readonly Appointment[] }) {
  const { t } = useTranslation();
  const [organization, setOrganization] = useState<Found>();
  const list = useAccounts(organization?.id);
  const found = list.data?.pages.flatMap((page) => page.items) ?? [];
  useTitle(t("admin.apps.name"));
  return (
    <>
      <div>
        <h1>{t("admin.apps.name")}</h1>
        <p className="muted">{t("admin.apps.lead")}</p>
      </div>
      {holds(appointments, writers) && (
        <div className={s.acts}>
          <Link className="btn primary" href="/admin/apps/new">
            {t("admin.apps.new")}
          </Link>
        </div>
      )}
      <OfOrganization path="/admin/apps" label={t("admin.apps.organization")} chosen={organization} onChoose={setOrganization} />
      {list.isPending && <Busy label={t("common.loading")} />}
      {list.isError && <Refusal error={list.error} path="/admin/apps" />}
      {list.isSuccess && found.length === 0 && <p className="muted">{t("admin.apps.none")}</p>}
      <ul className="card rows" hidden={found.length === 0}>
        {found.map((one) => (
          <Row key={one.id} account={one} />
        ))}
      </ul>
      <More of={list} />
    </>
  );
}

function Row({ account }: { account: Account }) {
  const { t } = useTranslation();
  return (
    <li>
      <div>
        <Link href={`/admin/apps/${account.id}`}>
          <bdi>{account.name}</bdi>
        </Link>
        <div className="small muted">
          <bdi>{account.organization.name}</bdi>
        </div>
        <div className="small muted">
          {account.lastUsedAt === undefined ? t("admin.apps.neverUsed") : t("admin.apps.usedSince", { when: since(account.lastUsedAt, currentLanguage()) })}
        </div>
      </div>
      <StandingBadge standing={standingOf(account)} />
    </li>
  );
}
