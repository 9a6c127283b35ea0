import { useId, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { MemberSubject } from "../../api/members";
import { useColleagues } from "../../api/queries";
import { ErrorNotice, Field, useSettled } from "../../ui";
import s from "./people.module.css";
import { looksLikeAddress } from "./address";

export interface Chosen {
  subject: MemberSubject;
  name: string;
}

interface Option extends Chosen {
  detail: string;
}

interface WhoFieldProps {
  /** What is asked for, where it is not the usual. */
  label?: string;
  hint?: string;
  /** No address will do: it takes somebody who has an account. */
  colleaguesOnly?: boolean;
  onChoose: (chosen: Chosen) => void;
}

/** Completes the names of colleagues, and takes an address of anybody else (WAI-ARIA combobox with a list). */
export function WhoField({ label, hint, colleaguesOnly = false, onChoose }: WhoFieldProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const [closed, setClosed] = useState(false);
  const list = useId();
  const query = useSettled(text.trim());
  const asks = [...query].filter((letter) => /[\p{L}\p{N}]/u.test(letter)).length >= 2;
  const found = useColleagues(query, asks);
  const all = optionsOf(text.trim(), asks && found.data !== undefined ? found.data : [], (address) => t("members.invite", { address }));
  const options = colleaguesOnly ? all.filter(({ subject }) => subject.kind !== "email") : all;
  const open = options.length > 0 && !closed;
  const active = Math.min(at, options.length - 1);
  const choose = (option: Option | undefined) => {
    if (option !== undefined) onChoose({ subject: option.subject, name: option.name });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (options.length === 0) return;
      event.preventDefault();
      setClosed(false);
      if (open) setAt((active + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length);
    } else if (event.key === "Enter") {
      event.preventDefault(); // there is nothing to send before somebody is chosen
      if (open) choose(options[active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      setClosed(true);
    }
  };
  const idle = asks && query === text.trim() && found.isSuccess && !found.isPlaceholderData;
  return (
    <div className={s.who}>
      <Field label={label ?? t("members.who")} hint={hint ?? t("members.whoHint")}>
        {(wiring) => (
          <input
            {...wiring}
            type="text"
            className="field"
            role="combobox"
            aria-expanded={open}
            aria-controls={list}
            aria-autocomplete="list"
            aria-activedescendant={open ? `${list}-${String(active)}` : undefined}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={254}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setAt(0);
              setClosed(false);
            }}
            onKeyDown={onKey}
          />
        )}
      </Field>
      <div id={list} role="listbox" aria-label={t("members.found")} className={open ? `card ${s.options ?? ""}` : "visually-hidden"}>
        {open &&
          options.map((option, i) => (
            // Keys go to the field, which names the option: the list itself is for the pointer.
            <div
              key={`${option.subject.kind}${option.subject.id ?? ""}`}
              id={`${list}-${String(i)}`}
              role="option"
              aria-selected={i === active}
              tabIndex={-1}
              className={s.option}
              onPointerDown={(event) => {
                event.preventDefault(); // the field keeps the focus
              }}
              onPointerUp={() => {
                choose(option);
              }}
            >
              <bdi>{option.subject.kind === "email" ? option.detail : option.name}</bdi>
              {option.subject.kind !== "email" && <span className="small muted">{option.detail}</span>}
            </div>
          ))}
      </div>
      <p className="small muted" role="status">
        {idle && options.length === 0 && (colleaguesOnly ? t("members.count", { count: 0 }) : t("members.nobody"))}
        {open && t("members.count", { count: options.length })}
      </p>
      {asks && found.isError && <ErrorNotice error={found.error} />}
    </div>
  );
}

function optionsOf(text: string, colleagues: readonly { id: string; name: string; email?: string; unit?: string }[], invite: (address: string) => string): Option[] {
  const options: Option[] = colleagues.map((c) => ({
    subject: { kind: "person", id: c.id },
    name: c.name === "" ? (c.email ?? "") : c.name,
    detail: [c.unit, c.email].filter((word) => word !== undefined && word !== "").join(" · "),
  }));
  if (looksLikeAddress(text)) options.push({ subject: { kind: "email", email: text }, name: text, detail: invite(text) });
  return options;
}
