import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { asApiError } from "../../../api/error";
import { changeTemplate, deleteTemplate, getPolicy, getTemplate, type EffectiveSetting, type Of, type RoomTemplate } from "../../../api/policies";
import { keys } from "../../../api/queries";
import { Busy, ErrorNotice, Notice } from "../../../ui";
import { isAllowed, ofAccounts } from "../../policy";
import s from "../admin.module.css";
import { Ask } from "../Ask";
import p from "./policies.module.css";
import { SettingList } from "./SettingList";
import { TemplateFields, wrongFields } from "./TemplateFields";

/** A template: its name, what stands before the names of rooms, and what it decides. */
export function TemplatePage({ organization, id, may }: { organization: string; id: string; may: boolean }) {
  const { t } = useTranslation();
  const template = useQuery({ queryKey: keys.template(id), queryFn: ({ signal }) => getTemplate(id, signal), staleTime: 0, refetchOnWindowFocus: false });
  const reread = () => template.refetch();
  return (
    <>
      <h1>
        <bdi>{template.data?.now.name ?? t("admin.policies.template")}</bdi>
      </h1>
      <Link href={`/admin/policies/${organization}`}>{t("admin.policies.organization")}</Link>
      {template.isPending && <Busy label={t("common.loading")} />}
      {template.isError && template.data === undefined && <ErrorNotice error={template.error} />}
      {template.data !== undefined && (
        <>
          <Named key={id} template={template.data} may={may} reread={reread} />
          <Decided template={template.data} may={may} reread={reread} />
          {may && <Deleting template={template.data} />}
        </>
      )}
    </>
  );
}

interface PartProps {
  template: Of<RoomTemplate>;
  may: boolean;
  reread: () => Promise<unknown>;
}

function Named({ template: { now, etag }, may, reread }: PartProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [draft, setDraft] = useState({ name: now.name, prefix: now.prefix });
  const wrong = wrongFields(draft);
  const save = useMutation({
    mutationFn: () => changeTemplate(now.id, etag, { name: draft.name.trim(), prefix: draft.prefix.trim() }),
    onSuccess: (then) => {
      queries.setQueryData(keys.template(now.id), then);
    },
    onError: async (error) => {
      if (asApiError(error).code === "version-changed") await reread();
    },
  });
  const overtaken = save.isError && asApiError(save.error).code === "version-changed";
  return (
    <form
      className={s.part}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong.length === 0 && !save.isPending) save.mutate();
      }}
    >
      <TemplateFields
        draft={draft}
        wrong={wrong}
        disabled={!may}
        edit={(change) => {
          setDraft({ ...draft, ...change });
          if (save.isSuccess) save.reset();
        }}
      />
      {overtaken && (
        <Notice tone="warn" live>
          {t("admin.policies.changed")}
        </Notice>
      )}
      {save.isError && !overtaken && <ErrorNotice error={save.error} />}
      {may && (
        <div className={p.acts}>
          <button type="submit" className="btn primary" aria-disabled={save.isPending}>
            {t("common.save")}
          </button>
          <span role="status" className="muted">
            {save.isSuccess && t("room.saved")}
          </span>
        </div>
      )}
    </form>
  );
}

/** What counts in rooms of the template: what its organization says, and what it says itself as far as it may. */
function below({ now }: Of<RoomTemplate>, rule: EffectiveSetting): EffectiveSetting {
  const said = now.settings[rule.name];
  const source = { level: "template", id: now.id, name: now.name } as const;
  if (said === undefined) return rule;
  if (!isAllowed(rule, said.value)) return { ...rule, overrode: [...rule.overrode, { source, value: said.value }] };
  return { ...rule, value: said.value, source, ...(said.locked ? { locked: true, bound: said.value, lockedBy: now.name } : {}) };
}

function Decided({ template, may, reread }: PartProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { now, etag } = template;
  const policy = useQuery({ queryKey: keys.policy({ organization: now.organization }), queryFn: ({ signal }) => getPolicy({ organization: now.organization }, signal), staleTime: 0 });
  return (
    <section className={s.part} aria-labelledby="template-settings">
      <h2 id="template-settings">{t("admin.policies.settings")}</h2>
      {policy.isPending && <Busy label={t("common.loading")} />}
      {policy.isError && policy.data === undefined && <ErrorNotice error={policy.error} />}
      {policy.data !== undefined && (
        <SettingList
          rules={policy.data.now.effective.filter(({ name }) => !ofAccounts.some((one) => one === name)).map((rule) => below(template, rule))}
          deciding={{
            decided: now.settings,
            may,
            write: async (settings) => {
              queries.setQueryData(keys.template(now.id), await changeTemplate(now.id, etag, { settings }));
            },
            reread: () => Promise.all([reread(), policy.refetch()]),
          }}
        />
      )}
    </section>
  );
}

function Deleting({ template: { now, etag } }: { template: Of<RoomTemplate> }) {
  const { t } = useTranslation();
  const [path, go] = useLocation();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const remove = useMutation({
    mutationFn: () => deleteTemplate(now.id, etag),
    onSuccess: async () => {
      go(`/admin/policies/${now.organization}`);
      await queries.invalidateQueries({ queryKey: keys.templates(now.organization) });
    },
  });
  return (
    <div>
      <button
        type="button"
        className="btn danger"
        onClick={() => {
          setAsked(true);
        }}
      >
        {t("admin.policies.deleteTemplate")}
      </button>
      {asked && (
        <Ask
          title={t("admin.policies.deleteOf", { name: now.name })}
          act={t("admin.policies.deleteTemplate")}
          danger
          busy={remove.isPending}
          error={remove.error}
          path={path}
          onAct={() => {
            remove.mutate();
          }}
          onClose={() => {
            setAsked(false);
            remove.reset();
          }}
        >
          <p>{t("admin.policies.deleteLead")}</p>
        </Ask>
      )}
    </div>
  );
}
