import { Search } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "../../../ui";
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
        <Field label={t("admin.audit.what")}>
          {(wiring) => (
            <select
              className="field"
              value={draft.action}
              onChange={(event) => {
                change({ action: event.target.value });
              }}
              {...wiring}
            >
              <option value="">{t("admin.audit.any")}</option>
              {groupNames.map((group) => (
                <optgroup key={group} label={t(`admin.audit.group.${group}`)}>
                  {groups[group].map((action) => (
                    <option key={action} value={action}>
                      {t(`admin.audit.acts.${action}`)}
                    </option>
                  ))}
                </optgroup>
              ))}
            </select>
          )}
        </Field>
        <Field label={t("admin.audit.result")}>
          {(wiring) => (
            <select
              className="field"
              value={draft.result}
              onChange={(event) => {
                const { value } = event.target;
                change({ result: value === "done" || value === "refused" ? value : "" });
              }}
              {...wiring}
            >
              <option value="">{t("admin.audit.any")}</option>
              <option value="done">{t("admin.audit.results.done")}</option>
              <option value="refused">{t("admin.audit.results.refused")}</option>
            </select>
          )}
        </Field>
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
