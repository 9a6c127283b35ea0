import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { client, data } from "../../../api/client";
import { Busy, ErrorNotice, SearchField, useSettled } from "../../../ui";
import s from "../admin.module.css";

const pause = 250; // of who types

/** The way to the policies of the organizations that one administers. */
export function Organizations() {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const q = useSettled(query, pause);
  const found = useQuery({
    queryKey: ["policy", "organizations", q],
    queryFn: ({ signal }) => data(client.GET("/organizations", { params: { query: q === "" ? {} : { q } }, signal })),
    placeholderData: keepPreviousData,
  });
  return (
    <section className={s.part} aria-labelledby="policies-organizations">
      <h2 id="policies-organizations">{t("admin.policies.organizations")}</h2>
      <SearchField label={t("admin.policies.search")} value={query} onType={setQuery} />
      {found.isPending && <Busy label={t("common.loading")} />}
      {found.isError && <ErrorNotice error={found.error} />}
      {found.data?.items.length === 0 && <p className="muted">{t("admin.policies.noOrganization")}</p>}
      <ul className="card rows" hidden={(found.data?.items.length ?? 0) === 0}>
        {found.data?.items.map(({ id, name }) => (
          <li key={id}>
            <Link href={`/admin/policies/${id}`}>
              <bdi>{name}</bdi>
            </Link>
          </li>
        ))}
      </ul>
      {found.data?.next !== undefined && <p className="muted">{t("admin.policies.moreOrganizations")}</p>}
    </section>
  );
}
