import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Person } from "../../../api/administration";
import { useMe } from "../../../api/queries";
import { Busy, SearchField, useSettled, useTitle } from "../../../ui";
import { More } from "../More";
import { usePeople } from "../reads";
import { Refusal } from "../Refusal";
import { mayChangeListed } from "../rights";
import { writers, type Appointment } from "../roles";
import { AccountTurn } from "./AccountTurn";

/** The people whom one administers: searched, their accounts closed and opened. */
export function PeopleList({ appointments }: { appointments: readonly Appointment[] }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const people = usePeople(useSettled(query.trim()));
  const found = people.data?.pages.flatMap((page) => page.items) ?? [];
  const me = useMe().data?.person?.id;
  useTitle(t("admin.people.name"));
  return (
    <>
      <h1>{t("admin.people.name")}</h1>
      {appointments.some((one) => writers.includes(one.role)) && (
        <div>
          <Link className="btn" href="/admin/people/import">
            {t("admin.people.import.title")}
          </Link>
        </div>
      )}
      <SearchField label={t("admin.people.search")} hint={t("admin.people.searchHint")} value={query} onType={setQuery} />
      {people.isPending && <Busy label={t("common.loading")} />}
      {people.isError && <Refusal error={people.error} path="/admin/people" />}
      {people.isSuccess && found.length === 0 && <p className="muted">{t("admin.people.none")}</p>}
      <ul className="card rows" hidden={found.length === 0}>
        {found.map((person) => (
          <Row key={person.id} person={person} may={person.id !== me && mayChangeListed(appointments, person.organization.id)} />
        ))}
      </ul>
      <More of={people} />
    </>
  );
}

function Row({ person, may }: { person: Person; may: boolean }) {
  const { t } = useTranslation();
  return (
    <li>
      <div>
        <Link href={`/admin/people/${person.id}`}>
          <bdi>{person.name}</bdi>
        </Link>
        <div className="small muted">{person.email}</div>
        <div className="small muted">{person.organization.name}</div>
        {person.deactivatedAt !== undefined && <div className="small">{t("admin.people.closed")}</div>}
      </div>
      {may && <AccountTurn person={person} path="/admin/people" />}
    </li>
  );
}
