import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { PersonDetail } from "../../../api/administration";
import { useMe } from "../../../api/queries";
import { currentLanguage } from "../../../i18n";
import { Busy, useTitle } from "../../../ui";
import { dateOf } from "../../../ui/time";
import s from "../admin.module.css";
import { Take } from "../appointments";
import { useAbove, usePerson } from "../reads";
import { Refusal } from "../Refusal";
import { mayChange } from "../rights";
import type { Appointment } from "../roles";
import { AccountTurn } from "./AccountTurn";
import { EndSignIns } from "./EndSignIns";

/** One person: who they are, what they administer, and what can be done with their account. */
export function PersonPage({ id, appointments }: { id: string; appointments: readonly Appointment[] }) {
  const { t } = useTranslation();
  const path = `/admin/people/${id}`;
  const person = usePerson(id);
  const me = useMe();
  // The organization itself comes first, then those above it: a role for any of them is one over its people.
  const of = useAbove(person.data?.person.organization.id, person.isSuccess);
  useTitle(person.data?.person.name ?? t("admin.people.name"));
  const back = <Link href="/admin/people">{t("admin.people.all")}</Link>;
  if (person.isError) {
    return (
      <>
        {back}
        <h1>{t("admin.people.name")}</h1>
        <Refusal error={person.error} path={path} />
      </>
    );
  }
  if (person.isPending || of.isPending || me.isPending) return <Busy label={t("common.loading")} />;
  if (of.isError) return <Refusal error={of.error} path={path} />;
  const shown = person.data.person;
  const own = me.data?.person?.id === id;
  const over = (organizations: readonly string[]) => mayChange(appointments, organizations);
  const above = of.data.map((one) => one.id);
  // Of a role elsewhere no more is known than that place itself.
  const chainOf = (place: string | undefined) => (place === undefined ? [] : above.includes(place) ? above.slice(above.indexOf(place)) : [place]);
  const may = over(above.length > 0 ? above : [shown.organization.id]);
  return (
    <>
      <div className={s.part}>
        {back}
        <h1>
          <bdi>{shown.name}</bdi>
        </h1>
        {shown.deactivatedAt !== undefined && (
          <div>
            <span className={`tag ${s.state ?? ""}`} data-tone="danger">
              {t("admin.people.closed")}
            </span>
          </div>
        )}
      </div>
      <Facts detail={person.data} />
      <section className={s.part}>
        <h2>{t("admin.people.roles")}</h2>
        {person.data.appointments.length === 0 && <p>{t("admin.people.noRoles")}</p>}
        <ul className="card rows" hidden={person.data.appointments.length === 0}>
          {person.data.appointments.map((held) => (
            <li key={held.id}>
              <div>
                <strong>{t(`admin.roles.${held.role}`)}</strong>
                <div className="small muted">
                  {held.organization === undefined ? (
                    t("admin.people.everywhere")
                  ) : (
                    <Link href={`/admin/organizations/${held.organization.id}/administrators`}>
                      <bdi>{held.organization.name}</bdi>
                    </Link>
                  )}
                </div>
              </div>
              {!own && over(chainOf(held.organization?.id)) && <Take held={held} path={path} />}
            </li>
          ))}
        </ul>
      </section>
      {may && (
        <section className={s.part}>
          <h2>{t("admin.people.account")}</h2>
          {own ? (
            <p>{t("admin.people.own")}</p>
          ) : (
            <div className={s.acts}>
              <EndSignIns person={shown} path={path} />
              <AccountTurn person={shown} path={path} />
              <Link className="btn" href={`${path}/merge`}>
                {t("admin.people.merge")}
              </Link>
            </div>
          )}
        </section>
      )}
    </>
  );
}

function Facts({ detail: { person } }: { detail: PersonDetail }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  return (
    <dl className={`card ${s.facts ?? ""}`}>
      <dt>{t("admin.people.email")}</dt>
      <dd>{person.email ?? t("admin.people.noEmail")}</dd>
      <dt>{t("admin.people.organization")}</dt>
      <dd>
        <Link href={`/admin/organizations/${person.organization.id}`}>
          <bdi>{person.organization.name}</bdi>
        </Link>
      </dd>
      {person.unit !== undefined && (
        <>
          <dt>{t("admin.people.unit")}</dt>
          <dd>{person.unit}</dd>
        </>
      )}
      <dt>{t("admin.people.since")}</dt>
      <dd>{dateOf(person.createdAt, language)}</dd>
      {person.deactivatedAt !== undefined && (
        <>
          <dt>{t("admin.people.closedAt")}</dt>
          <dd>{dateOf(person.deactivatedAt, language)}</dd>
        </>
      )}
    </dl>
  );
}
