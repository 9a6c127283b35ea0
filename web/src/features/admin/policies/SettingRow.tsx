import { useMutation } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { asApiError } from "../../../api/error";
import type { DecidedSetting, EffectiveSetting, SettingsChange } from "../../../api/policies";
import { Notice } from "../../../ui";
import { isAllowed, same, useRuleWords } from "../../policy";
import { Refusal } from "../Refusal";
import s from "./policies.module.css";
import { textOf, valueOf } from "./text";
import { ValueField } from "./ValueField";

/** What is decided here, and how that is changed. */
export interface Deciding {
  decided: Record<string, DecidedSetting>;
  may: boolean;
  /** Writes a change against the version that was read. */
  write: (change: SettingsChange) => Promise<unknown>;
  /** Reads what is there now. */
  reread: () => Promise<unknown>;
}

/** The lock of somebody above: not the one that is decided here. */
function lockAbove(rule: EffectiveSetting, decided: DecidedSetting | undefined): EffectiveSetting | undefined {
  return rule.locked && !(decided?.locked === true && same(decided.value, rule.bound)) ? rule : undefined;
}

/** A setting: its value, where that comes from and why, what does not count, and the way to decide it here. */
export function SettingRow({ rule, deciding }: { rule: EffectiveSetting; deciding?: Deciding }) {
  const { t } = useTranslation();
  const words = useRuleWords();
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const name = words.name(rule);
  const decided = deciding?.decided[rule.name];
  const close = () => {
    setOpen(false);
    requestAnimationFrame(() => opener.current?.focus());
  };
  return (
    <li className={s.row} aria-label={name}>
      <div className={s.fact}>
        <h3>{name}</h3>
        <p>
          <strong>{words.value(rule, rule.value)}</strong> <span className="tag">{t(rule.locked ? "admin.policies.locked" : "admin.policies.usual")}</span>
        </p>
        <p className="small muted">{words.why(rule)}</p>
        {words.hint(rule) !== "" && <p className="small muted">{words.hint(rule)}</p>}
        {rule.overrode.map(({ source, value }, i) => (
          <p key={i} className="small muted">
            {t("admin.policies.ignored", { value: words.value(rule, value), from: words.from(source) })}
          </p>
        ))}
      </div>
      {deciding?.may === true && !open && (
        <button
          ref={opener}
          type="button"
          className="btn"
          aria-label={t("admin.policies.decideOf", { name })}
          onClick={() => {
            setOpen(true);
          }}
        >
          {t("admin.policies.decide")}
        </button>
      )}
      {deciding !== undefined && open && <Editor rule={rule} decided={decided} deciding={deciding} onClose={close} />}
    </li>
  );
}

function Editor({ rule, decided, deciding, onClose }: { rule: EffectiveSetting; decided: DecidedSetting | undefined; deciding: Deciding; onClose: () => void }) {
  const { t } = useTranslation();
  const words = useRuleWords();
  const id = useId();
  const [path] = useLocation();
  const [text, setText] = useState(textOf(decided?.value ?? rule.value));
  const [locked, setLocked] = useState(decided?.locked ?? false);
  const [wrong, setWrong] = useState<string>();
  const above = lockAbove(rule, decided);
  const form = useRef<HTMLFormElement>(null);
  // The button that opened it is gone.
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("select, textarea, input")?.focus();
  }, []);
  const save = useMutation({
    mutationFn: (to: DecidedSetting | null) => deciding.write({ [rule.name]: to }),
    onSuccess: onClose,
    onError: async (error) => {
      const { code } = asApiError(error);
      // What came meanwhile is read before anybody says it again.
      if (code === "version-changed" || code === "policy-locked") await deciding.reread();
    },
  });
  const code = save.isError ? asApiError(save.error).code : undefined;
  const beyond = above === undefined ? t("policy.refused") : `${t("policy.refused")} ${t("policy.allowed", { bound: words.value(above, above.bound) })} ${words.locked(above)}`;
  const submit = () => {
    if (save.isPending) return;
    const value = valueOf(rule, text);
    if (value === undefined) setWrong(t("admin.policies.wrongLimit", { least: rule.least ?? 0, most: rule.most ?? 0 }));
    else if (!isAllowed(above, value)) setWrong(beyond);
    else save.mutate({ value, locked });
  };
  return (
    <form
      ref={form}
      className={s.editor}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {above !== undefined && <p className="small">{words.locked(above)} {t("policy.allowed", { bound: words.value(above, above.bound) })}</p>}
      <ValueField
        rule={rule}
        above={above}
        text={text}
        error={wrong ?? (code === "policy-locked" || code === "invalid-request" ? (code === "invalid-request" ? t("errors.invalid-request") : beyond) : undefined)}
        onChange={(now) => {
          setText(now);
          setWrong(undefined);
          if (code === "policy-locked" || code === "invalid-request") save.reset();
        }}
      />
      <label className={s.tick} htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          checked={locked}
          onChange={(event) => {
            setLocked(event.target.checked);
          }}
        />
        <span>{t("admin.policies.lock")}</span>
      </label>
      {code === "version-changed" && (
        <Notice tone="warn" live>
          {t("admin.policies.changed")}
        </Notice>
      )}
      {save.isError && code !== "version-changed" && code !== "policy-locked" && code !== "invalid-request" && <Refusal error={save.error} path={path} />}
      <div className={s.acts}>
        <button type="submit" className="btn primary" aria-disabled={save.isPending}>
          {t("common.save")}
        </button>
        {decided !== undefined && (
          <button
            type="button"
            className="btn"
            onClick={() => {
              if (!save.isPending) save.mutate(null);
            }}
          >
            {t("admin.policies.takeBack")}
          </button>
        )}
        <button type="button" className="btn quiet" onClick={onClose}>
          {t("common.cancel")}
        </button>
      </div>
    </form>
  );
}
