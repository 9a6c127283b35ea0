import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { getPolicy, type EffectiveSetting } from "../../../api/policies";
import type { Hook } from "../../../api/software";
import { Field, SelectField } from "../../../ui";
import s from "../admin.module.css";
import { Choices } from "../Choices";
import { EmailField } from "../EmailField";
import { events, isEvent } from "./events";
import { useEventWord } from "./useEventWord";
import type { Written } from "./written";

/** To which servers messages of an organization may go, and who says so. */
export function useHosts(organization: string | undefined): EffectiveSetting | undefined {
  const policy = useQuery({
    queryKey: ["admin", "hosts", organization ?? ""],
    queryFn: ({ signal }) => getPolicy(organization === undefined ? {} : { organization }, signal),
    enabled: organization !== undefined,
    staleTime: 0,
  });
  return policy.data?.now.effective.find((one) => one.name === "webhookHosts");
}

/** The rule in words; undefined where every server is allowed. */
export function useHostWords(): (rule: EffectiveSetting | undefined) => string | undefined {
  const { t } = useTranslation();
  return (rule) => {
    const hosts = Array.isArray(rule?.value) ? rule.value.map(String) : [];
    if (rule === undefined || hosts.includes("*")) return undefined;
    const said = hosts.length === 0 ? t("admin.webhooks.noHosts") : t("admin.webhooks.hosts", { hosts: hosts.join(", ") });
    if (!rule.locked) return said;
    const who = rule.lockedBy === undefined || rule.lockedBy === "platform" ? t("admin.webhooks.lockedByPlatform") : t("admin.webhooks.lockedBy", { name: rule.lockedBy });
    return `${said} ${who}`;
  };
}

interface HookFieldsProps {
  written: Written;
  onWrite: (now: Written) => void;
  hosts: string | undefined;
}

const contactLanguages: readonly Hook["contactLanguage"][] = ["fr", "en"];

/** What is said of a webhook, but the software that hears. */
export function HookFields({ written, onWrite, hosts }: HookFieldsProps) {
  const { t } = useTranslation();
  const word = useEventWord();
  const all = [...events, ...written.types.filter((one) => !isEvent(one))];
  return (
    <>
      <Field label={t("admin.webhooks.url")} hint={hosts ?? t("admin.webhooks.urlHint")}>
        {(wiring) => (
          <input
            className="field"
            type="url"
            required
            maxLength={1000}
            autoComplete="off"
            spellCheck={false}
            value={written.url}
            onChange={(event) => {
              onWrite({ ...written, url: event.target.value });
            }}
            {...wiring}
          />
        )}
      </Field>
      <fieldset className={s.choices}>
        <legend>{t("admin.webhooks.types")}</legend>
        {[true, false].map((one) => (
          <label key={String(one)} className={s.choice}>
            <input
              type="radio"
              name="webhook-types"
              checked={written.all === one}
              onChange={() => {
                onWrite({ ...written, all: one });
              }}
            />
            <span>{t(one ? "admin.webhooks.allTypes" : "admin.webhooks.someTypes")}</span>
          </label>
        ))}
      </fieldset>
      {!written.all && (
        <Choices
          legend={t("admin.webhooks.someTypes")}
          {...(written.types.length === 0 ? { hint: t("admin.webhooks.typesNeeded") } : {})}
          all={all}
          chosen={written.types}
          word={word}
          onChoose={(types) => {
            onWrite({ ...written, types });
          }}
        />
      )}
      <Field label={t("admin.webhooks.description")}>
        {(wiring) => (
          <input
            className="field"
            maxLength={500}
            autoComplete="off"
            value={written.description}
            onChange={(event) => {
              onWrite({ ...written, description: event.target.value });
            }}
            {...wiring}
          />
        )}
      </Field>
      <EmailField
        label={t("admin.webhooks.contact")}
        hint={t("admin.webhooks.contactHint")}
        value={written.contact}
        onWrite={(contact) => {
          onWrite({ ...written, contact });
        }}
      />
      <SelectField
        label={t("admin.webhooks.language")}
        options={contactLanguages.map((value) => ({ value, label: t(`admin.webhooks.languages.${value}`) }))}
        value={written.language}
        onChoose={(language) => {
          onWrite({ ...written, language });
        }}
      />
    </>
  );
}
