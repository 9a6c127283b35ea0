import { useTranslation } from "react-i18next";
import { Field } from "../../../ui";

export interface TemplateDraft {
  name: string;
  prefix: string;
}

/** The server's bounds, told before it has to. */
export function wrongFields({ name, prefix }: TemplateDraft): (keyof TemplateDraft)[] {
  const characters = (text: string) => [...text.trim()].length;
  return [...(characters(name) < 1 || characters(name) > 60 ? (["name"] as const) : []), ...(characters(prefix) > 40 ? (["prefix"] as const) : [])];
}

interface TemplateFieldsProps {
  draft: TemplateDraft;
  wrong: readonly (keyof TemplateDraft)[];
  disabled?: boolean;
  edit: (change: Partial<TemplateDraft>) => void;
}

export function TemplateFields({ draft, wrong, disabled = false, edit }: TemplateFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Field label={t("admin.policies.templateName")} error={wrong.includes("name") ? t("admin.policies.templateNameWrong") : undefined}>
        {(wiring) => (
          <input
            {...wiring}
            className="field"
            autoComplete="off"
            disabled={disabled}
            value={draft.name}
            onChange={(event) => {
              edit({ name: event.target.value });
            }}
          />
        )}
      </Field>
      <Field label={t("admin.policies.prefix")} hint={t("admin.policies.prefixHint")} error={wrong.includes("prefix") ? t("admin.policies.prefixWrong") : undefined}>
        {(wiring) => (
          <input
            {...wiring}
            className="field"
            autoComplete="off"
            disabled={disabled}
            value={draft.prefix}
            onChange={(event) => {
              edit({ prefix: event.target.value });
            }}
          />
        )}
      </Field>
    </>
  );
}
