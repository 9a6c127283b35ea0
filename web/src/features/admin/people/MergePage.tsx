import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { mergePeople, previewMerge, type MergePreview, type Person } from "../../../api/administration";
import { currentLanguage } from "../../../i18n";
import { Busy, useTitle } from "../../../ui";
import s from "../admin.module.css";
import { Ask } from "../Ask";
import { openPeople } from "../find";
import { FindField } from "../FindField";
import { adminKeys, usePerson } from "../reads";
import { Refusal } from "../Refusal";

/**
 * Merges an account into another one: which, what moves, and then whether it is meant. The other account stands in the
 * address, so that a fresh sign-in comes back to the preview.
 */
export function MergePage({ id, into }: { id: string; into: string }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const person = usePerson(id);
  const page = `/admin/people/${id}`;
  useTitle(t("admin.people.merge"));
  return (
    <>
      <div className={s.part}>
        <Link href={page}>{t("admin.people.backTo")}</Link>
        <h1>{person.data === undefined ? t("admin.people.merge") : t("admin.people.mergeOf", { name: person.data.person.name })}</h1>
        <p className="muted">{t("admin.people.mergeLead")}</p>
      </div>
      {person.isPending && <Busy label={t("common.loading")} />}
      {person.isError && <Refusal error={person.error} path={`${page}/merge`} />}
      {person.isSuccess &&
        (into === "" ? (
          <FindField
            label={t("admin.people.mergeInto")}
            hint={t("admin.people.mergeIntoHint")}
            finder={openPeople}
            path={`${page}/merge`}
            suits={(one) => one.id !== id}
            chosen={undefined}
            onChoose={(one) => {
              if (one !== undefined) go(`${page}/merge/${one.id}`);
            }}
          />
        ) : (
          <Preview id={id} into={into} />
        ))}
    </>
  );
}

function Preview({ id, into }: { id: string; into: string }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const path = `/admin/people/${id}/merge/${into}`;
  const preview = useQuery({ queryKey: adminKeys.merge(id, into), queryFn: ({ signal }) => previewMerge(id, into, signal), staleTime: 0 });
  const merge = useMutation({
    mutationFn: (etag: string) => mergePeople(id, into, etag),
    onSuccess: () => {
      // First away from the preview: there is nothing left to read of it.
      go(`/admin/people/${into}`, { replace: true });
      return queries.invalidateQueries({ queryKey: [...adminKeys.people] });
    },
  });
  const says = { conflict: t("admin.people.mergeConflict") };
  const other = <Link href={`/admin/people/${id}/merge`}>{t("admin.people.mergeOther")}</Link>;
  if (preview.isPending) return <Busy label={t("common.loading")} />;
  if (preview.isError) {
    return (
      <>
        <Refusal error={preview.error} path={path} says={says} />
        <div>{other}</div>
      </>
    );
  }
  const { preview: shown, etag } = preview.data;
  return (
    <section className={s.part}>
      <h2>{t("admin.people.mergePreview")}</h2>
      <div className={s.filters}>
        <Account title={t("admin.people.mergeFrom")} person={shown.person} />
        <Account title={t("admin.people.mergeTo")} person={shown.into} />
      </div>
      <Moves preview={shown} />
      <p className="muted">{t("admin.people.mergeStays")}</p>
      <div className={s.acts}>
        <button
          type="button"
          className="btn danger"
          onClick={() => {
            setAsked(true);
          }}
        >
          {t("admin.people.mergeAct")}
        </button>
        {other}
      </div>
      {asked && (
        <Ask
          title={t("admin.people.mergeOf", { name: shown.person.name })}
          act={t("admin.people.mergeAct")}
          danger
          busy={merge.isPending}
          error={merge.error}
          path={path}
          says={says}
          onReread={() => {
            setAsked(false);
            merge.reset();
            void preview.refetch();
          }}
          onAct={() => {
            merge.mutate(etag);
          }}
          onClose={() => {
            setAsked(false);
            merge.reset();
          }}
        >
          <p>{t("admin.people.mergeSure", { name: shown.into.name, email: shown.into.email ?? t("admin.people.noEmail") })}</p>
        </Ask>
      )}
    </section>
  );
}

function Account({ title, person }: { title: string; person: Person }) {
  return (
    <div className={`card ${s.form ?? ""}`}>
      <div>
        <div className="small muted">{title}</div>
        <strong>
          <bdi>{person.name}</bdi>
        </strong>
        <div className="small muted">{person.email}</div>
        <div className="small muted">{person.organization.name}</div>
      </div>
    </div>
  );
}

const moving = ["identities", "rooms", "meetings", "agenda", "offices"] as const satisfies readonly (keyof MergePreview)[];

function Moves({ preview }: { preview: MergePreview }) {
  const { t } = useTranslation();
  const number = new Intl.NumberFormat(currentLanguage());
  return (
    <dl className={`card ${s.facts ?? ""}`}>
      {moving.map((what) => (
        <div key={what} className={s.fact}>
          <dt>{t(`admin.people.moves.${what}`)}</dt>
          <dd>{number.format(preview[what])}</dd>
        </div>
      ))}
      <div className={s.fact}>
        <dt>{t("admin.people.mergeRoles")}</dt>
        <dd>
          {preview.roles.length === 0
            ? t("admin.people.mergeNoRoles")
            : preview.roles.map((held) => (
                <div key={`${held.role} ${held.organization?.id ?? ""}`}>
                  {t(`admin.roles.${held.role}`)}
                  {held.organization !== undefined && (
                    <>
                      {" · "}
                      <bdi>{held.organization.name}</bdi>
                    </>
                  )}
                </div>
              ))}
        </dd>
      </div>
    </dl>
  );
}
