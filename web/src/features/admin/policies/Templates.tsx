import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { createTemplate, listTemplates } from "../../../api/policies";
import { keys } from "../../../api/queries";
import { Busy, ErrorNotice } from "../../../ui";
import s from "../admin.module.css";
import { TemplateFields, wrongFields, type TemplateDraft } from "./TemplateFields";

/** What rooms of an organization can be made by. */
export function Templates({ organization, may }: { organization: string; may: boolean }) {
  const { t } = useTranslation();
  const templates = useQuery({ queryKey: keys.templates(organization), queryFn: ({ signal }) => listTemplates(organization, signal), staleTime: 0 });
  return (
    <section className={s.part} aria-labelledby="policies-templates">
      <h2 id="policies-templates">{t("admin.policies.templates")}</h2>
      <p className="muted">{t("admin.policies.templatesLead")}</p>
      {templates.isPending && <Busy label={t("common.loading")} />}
      {templates.isError && <ErrorNotice error={templates.error} />}
      {templates.data?.length === 0 && <p>{t("admin.policies.noTemplate")}</p>}
      <ul className="card rows" hidden={(templates.data?.length ?? 0) === 0}>
        {templates.data?.map(({ id, name, prefix }) => (
          <li key={id}>
            <Link href={`/admin/policies/${organization}/templates/${id}`}>
              <bdi>{name}</bdi>
            </Link>
            {prefix !== "" && <span className="small muted">{prefix}</span>}
          </li>
        ))}
      </ul>
      {may && <NewTemplate organization={organization} />}
    </section>
  );
}

function NewTemplate({ organization }: { organization: string }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<TemplateDraft>({ name: "", prefix: "" });
  const [shown, setShown] = useState(false);
  const make = useMutation({
    mutationFn: () => createTemplate(organization, draft.name.trim(), draft.prefix.trim()),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: keys.templates(organization) });
      go(`/admin/policies/${organization}/templates/${id}`);
    },
  });
  const wrong = wrongFields(draft);
  return (
    <form
      className={s.part}
      noValidate
      aria-label={t("admin.policies.newTemplate")}
      onSubmit={(event) => {
        event.preventDefault();
        setShown(true);
        if (wrong.length === 0 && !make.isPending) make.mutate();
      }}
    >
      <TemplateFields
        draft={draft}
        wrong={shown ? wrong : []}
        edit={(change) => {
          setDraft({ ...draft, ...change });
          setShown(false);
        }}
      />
      {make.isError && <ErrorNotice error={make.error} />}
      <div>
        <button type="submit" className="btn" aria-disabled={make.isPending}>
          {t("admin.policies.newTemplate")}
        </button>
      </div>
    </form>
  );
}
