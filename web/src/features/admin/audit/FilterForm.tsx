import { Search } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field, SelectField } from "../../../ui";
import s from "../admin.module.css";
import { organizations, people } from "../find";
import { FindField } from "../FindField";
import { groupNames, groups } from "./actions";
import type { Filter } from "./filter";

interface FilterFormProps {
  filter: Filter;
  /** Whether the reader has more than one organization to choose from. */
  several: boolean;
  onSearch: (filter: Filter) => void;
}

const results = ["done", "refused"] as const;

/** Asks once it is sent: each search is a row of the trail itself. */
export function FilterForm({ filter, several, onSearch }: FilterFormProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(filter);
  const change = (part: Partial<Filter>) => {
    setDraft({ ...draft, ...part });
  };
  return (
    <form
      className={s.part}
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(draft);
      }}
    >
      <div className={s.filters}>
        {(["from", "to"] as const).map((end) => (
          <Field key={end} label={t(`admin.audit.${end}`)}>
            {(wiring) => (
              <input
                className="field"
                type="date"
                value={draft[end]}
                onChange={(event) => {
                  change({ [end]: event.target.value });
                }}
                {...wiring}
              />
            )}
          </Field>
        ))}
        <SelectField
          label={t("admin.audit.what")}
          any={t("admin.audit.any")}
          options={groupNames.map((group) => ({
            label: t(`admin.audit.group.${group}`),
            options: groups[group].map((action) => ({ value: action, label: t(`admin.audit.acts.${action}`) })),
          }))}
          value={draft.action}
          onChoose={(action) => {
            change({ action });
          }}
        />
        <SelectField
          label={t("admin.audit.result")}
          any={t("admin.audit.any")}
          options={results.map((value) => ({ value, label: t(`admin.audit.results.${value}`) }))}
          value={draft.result}
          onChoose={(result) => {
            change({ result });
          }}
        />
      </div>
      <div className={s.filters}>
        {draft.actor === undefined && (
          <FindField
            label={t("admin.audit.who")}
            hint={t("admin.audit.whoHint")}
            finder={people}
            path="/admin/audit"
            chosen={draft.person}
            onChoose={(person) => {
              change({ person });
            }}
          />
        )}
        {several && (
          <FindField
            label={t("admin.audit.organization")}
            hint={t("admin.audit.organizationHint")}
            finder={organizations}
            path="/admin/audit"
            chosen={draft.organization}
            onChoose={(organization) => {
              change({ organization });
            }}
          />
        )}
      </div>
      {(["actor", "subject"] as const).map((which) => {
        const one = draft[which];
        if (one === undefined) return null;
        return (
          <p key={which}>
            {t("admin.audit.onlyOf", { what: one.name })}{" "}
            <button
              type="button"
              className="btn quiet"
              onClick={() => {
                const wider = { ...draft, [which]: undefined };
                setDraft(wider);
                onSearch(wider);
              }}
            >
              {t("admin.audit.anyAgain")}
            </button>
          </p>
        );
      })}
      <div>
        <button type="submit" className="btn primary">
          <Search className="ico" aria-hidden="true" />
          {t("admin.audit.search")}
        </button>
      </div>
    </form>
  );
}
