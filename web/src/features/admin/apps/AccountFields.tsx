import { useTranslation } from "react-i18next";
import { Field } from "../../../ui";
import s from "../admin.module.css";
import { Choices } from "../Choices";
import { EmailField } from "../EmailField";
import { isScope, scopes, scopeWords } from "./scopes";
import type { Written } from "./written";

interface AccountFieldsProps {
  written: Written;
  onWrite: (now: Written) => void;
}

/** What is said of a service account, but the organization in which it acts. */
export function AccountFields({ written, onWrite }: AccountFieldsProps) {
  const { t } = useTranslation();
  // A scope of a later server stays in the list, by its name.
  const all = [...scopes, ...written.scopes.filter((one) => !isScope(one))];
  return (
    <>
      <Field label={t("admin.apps.nameField")} hint={t("admin.apps.nameHint")}>
        {(wiring) => (
          <input
            className="field"
            required
            maxLength={120}
            autoComplete="off"
            value={written.name}
            onChange={(event) => {
              onWrite({ ...written, name: event.target.value });
            }}
            {...wiring}
          />
        )}
      </Field>
      <EmailField
        label={t("admin.apps.contact")}
        hint={t("admin.apps.contactHint")}
        value={written.contact}
        onWrite={(contact) => {
          onWrite({ ...written, contact });
        }}
      />
      <Choices
        legend={t("admin.apps.scopesTitle")}
        hint={t("admin.apps.scopesHint")}
        all={all}
        chosen={written.scopes}
        word={(one) => (isScope(one) ? t(`admin.apps.scopes.${scopeWords[one]}`) : one)}
        onChoose={(chosen) => {
          onWrite({ ...written, scopes: chosen });
        }}
      />
      <fieldset className={s.choices}>
        <legend>{t("admin.apps.actsFor")}</legend>
        <p className="small muted">{t("admin.apps.actsForHint")}</p>
        <label className={s.choice}>
          <input
            type="checkbox"
            checked={written.acts}
            onChange={(event) => {
              onWrite({ ...written, acts: event.target.checked });
            }}
          />
          <span>{t("admin.apps.actsForOwn")}</span>
        </label>
      </fieldset>
      <Field label={t("admin.apps.networks")} hint={t("admin.apps.networksHint")}>
        {(wiring) => (
          <textarea
            className="field"
            rows={3}
            spellCheck={false}
            value={written.networks}
            onChange={(event) => {
              onWrite({ ...written, networks: event.target.value });
            }}
            {...wiring}
          />
        )}
      </Field>
      <Field label={t("admin.apps.ends")} hint={t("admin.apps.endsHint")}>
        {(wiring) => (
          <input
            className="field"
            type="date"
            value={written.ends}
            onChange={(event) => {
              onWrite({ ...written, ends: event.target.value });
            }}
            {...wiring}
          />
        )}
      </Field>
    </>
  );
}
