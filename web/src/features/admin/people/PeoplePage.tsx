import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, data } from "../../../api/client";
import type { components } from "../../../api/schema";
import { Busy, Confirm, ErrorNotice, Field, useSettled, useTitle } from "../../../ui";
import { asksElevation, elevateHref } from "../elevation";
import { holds, writers } from "../roles";
import type { SectionProps } from "../sections";

type Person = components["schemas"]["AdminPerson"];

const pause = 250; // of who types

/** The people whom one administers: searched, their accounts closed and opened. */
export function PeoplePage({ appointments }: SectionProps) {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const q = useSettled(query, pause);
  useTitle(t("admin.people.name"));
  const people = useQuery({
    queryKey: ["admin", "people", q],
    queryFn: ({ signal }) => data(client.GET("/admin/people", { params: { query: q === "" ? {} : { q } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const may = holds(appointments, writers);
  return (
    <>
      <h1>{t("admin.people.name")}</h1>
      <Field label={t("admin.people.search")} hint={t("admin.people.searchHint")}>
        {(wiring) => (
          <input
            className="field"
            type="search"
            maxLength={100}
            value={query}
            onChange={(event) => {
              setQuery(event.target.value);
            }}
            {...wiring}
          />
        )}
      </Field>
      {people.isPending && <Busy label={t("common.loading")} />}
      {people.isError && <ErrorNotice error={people.error} />}
      {people.data?.items.length === 0 && <p className="muted">{t("admin.people.none")}</p>}
      <ul className="card rows" hidden={(people.data?.items.length ?? 0) === 0}>
        {people.data?.items.map((person) => (
          <Row key={person.id} person={person} may={may} />
        ))}
      </ul>
      {people.data?.next !== undefined && <p className="muted">{t("admin.people.more")}</p>}
    </>
  );
}

function Row({ person, may }: { person: Person; may: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const open = person.deactivatedAt === undefined;
  const params = { path: { id: person.id } };
  const turn = useMutation({
    mutationFn: () =>
      open ? data(client.POST("/admin/people/{id}/deactivate", { params })) : data(client.POST("/admin/people/{id}/reactivate", { params })),
    onSuccess: () => {
      setAsked(false);
      return queries.invalidateQueries({ queryKey: ["admin", "people"] });
    },
    onError: (error) => {
      if (asksElevation(error)) location.assign(elevateHref("/admin/people"));
    },
  });
  return (
    <li>
      <div>
        <strong>
          <bdi>{person.name}</bdi>
        </strong>
        <div className="small muted">{person.email}</div>
        <div className="small muted">{person.organization.name}</div>
        {!open && <div className="small">{t("admin.people.closed")}</div>}
      </div>
      {may && (
        <button
          type="button"
          className="btn"
          aria-label={t(open ? "admin.people.closeOf" : "admin.people.openOf", { name: person.name })}
          onClick={() => {
            setAsked(true);
          }}
        >
          {t(open ? "admin.people.close" : "admin.people.open")}
        </button>
      )}
      {asked && (
        <Confirm
          title={t(open ? "admin.people.closeOf" : "admin.people.openOf", { name: person.name })}
          lead={t(open ? "admin.people.closeLead" : "admin.people.openLead")}
          confirm={t(open ? "admin.people.close" : "admin.people.open")}
          busy={turn.isPending}
          error={turn.error ?? undefined}
          onConfirm={() => {
            turn.mutate();
          }}
          onClose={() => {
            setAsked(false);
          }}
        />
      )}
    </li>
  );
}
