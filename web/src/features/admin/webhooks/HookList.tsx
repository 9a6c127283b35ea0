import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Hook } from "../../../api/software";
import { currentLanguage } from "../../../i18n";
import { Breakable, Busy, useTitle } from "../../../ui";
import { dateOf } from "../../../ui/time";
import s from "../admin.module.css";
import type { Found } from "../find";
import { More } from "../More";
import { OfOrganization } from "../OfOrganization";
import { useHooks } from "../reads";
import { Refusal } from "../Refusal";
import { holds, writers, type Appointment } from "../roles";
import { HookBadge } from "./HookBadge";

/** The webhooks that one sees, of one organization or of all. */
export function HookList({ appointments }: { appointments: readonly Appointment[] }) {
  const { t } = useTranslation();
  const [organization, setOrganization] = useState<Found>();
  const list = useHooks(organization?.id);
  const found = list.data?.pages.flatMap((page) => page.items) ?? [];
  useTitle(t("admin.webhooks.name"));
  return (
    <>
      <div>
        <h1>{t("admin.webhooks.name")}</h1>
        <p className="muted">{t("admin.webhooks.lead")}</p>
      </div>
      {holds(appointments, writers) && (
        <div className={s.acts}>
          <Link className="btn primary" href="/admin/webhooks/new">
            {t("admin.webhooks.new")}
          </Link>
        </div>
      )}
      <OfOrganization path="/admin/webhooks" label={t("admin.apps.organization")} chosen={organization} onChoose={setOrganization} />
      {list.isPending && <Busy label={t("common.loading")} />}
      {list.isError && <Refusal error={list.error} path="/admin/webhooks" />}
      {list.isSuccess && found.length === 0 && <p className="muted">{t("admin.webhooks.none")}</p>}
      <ul className="card rows" hidden={found.length === 0}>
        {found.map((one) => (
          <Row key={one.id} hook={one} />
        ))}
      </ul>
      <More of={list} />
    </>
  );
}

function Row({ hook }: { hook: Hook }) {
  const { t } = useTranslation();
  return (
    <li>
      <div>
        <Link href={`/admin/webhooks/${hook.id}`}>
          <Breakable text={hook.url} />
        </Link>
        {hook.description !== "" && (
          <div className="small">
            <bdi>{hook.description}</bdi>
          </div>
        )}
        <div className="small muted">
          <bdi>{hook.accountName ?? hook.createdBy}</bdi>, <bdi>{hook.organization.name}</bdi>
        </div>
        {hook.failingSince !== undefined && <div className="small">{t("admin.webhooks.failingSince", { date: dateOf(hook.failingSince, currentLanguage()) })}</div>}
      </div>
      <HookBadge state={hook.state} />
    </li>
  );
}
