import { useEffect, useEffectEvent, useId, useRef, useState, type ClipboardEvent, type FocusEvent, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { MemberSubject } from "../../api/members";
import { useColleagues } from "../../api/queries";
import { ErrorNotice, Field, useSettled } from "../../ui";
import { isList, looksLikeAddress, namesAddresses } from "./addresses";
import s from "./people.module.css";

export interface Chosen {
  subject: MemberSubject;
  name: string;
}

interface Option extends Chosen {
  detail: string;
  email?: string;
}

interface WhoFieldProps {
  /** What is asked for, where it is not the usual. */
  label?: string;
  hint?: string;
  error?: string | undefined;
  /** Somebody who is there already: is not proposed, and why. */
  except?: { id: string; address?: string | undefined; why: string };
  /** No address will do: it takes somebody who has an account. */
  colleaguesOnly?: boolean;
  text: string;
  onText: (text: string) => void;
  onChoose: (chosen: Chosen) => void;
  /** Takes what is typed or pasted for addresses, where several people may be named at once. */
  onAddresses?: (text: string) => void;
}

/** Completes the names of colleagues, and takes an address of anybody else (WAI-ARIA combobox with a list). */
export function WhoField({ label, hint, error, except, colleaguesOnly = false, text, onText, onChoose, onAddresses }: WhoFieldProps) {
  const { t } = useTranslation();
  const [at, setAt] = useState(0);
  const [closed, setClosed] = useState(false);
  const [gone, setGone] = useState(false); // one has gone on, and left what is typed
  const box = useRef<HTMLDivElement>(null);
  const list = useId();
  const typed = text.trim();
  const query = useSettled(typed);
  const asks = [...query].filter((letter) => /[\p{L}\p{N}]/u.test(letter)).length >= 2 && query.length <= 100 && !isList(query);
  const found = useColleagues(query, asks);
  // Whom an earlier text has found are none for this one: Enter would choose them.
  const answers = asks && !found.isPlaceholderData && typed.toLowerCase().startsWith(query.toLowerCase());
  const known = answers && found.data !== undefined ? found.data : [];
  const all = optionsOf(typed, known.filter(({ id }) => id !== except?.id), (address) => t("members.invite", { address }));
  const own = except?.address?.toLowerCase();
  const takes = ({ subject }: Option) => subject.kind !== "email" || !(colleaguesOnly || subject.email?.toLowerCase() === own);
  const options = typed === "" ? [] : all.filter(takes);
  // Nobody is chosen for who has gone on: the one who may be meant is proposed.
  const meant = gone && options.length === 1 ? options.find(({ subject }) => subject.kind === "person") : undefined;
  const open = options.length > 0 && !closed && meant === undefined;
  const active = Math.min(at, options.length - 1);
  const type = (now: string) => {
    onText(now);
    setAt(0);
    setClosed(false);
  };
  const choose = (option: Option | undefined) => {
    if (option === undefined) return;
    type("");
    onChoose({ subject: option.subject, name: option.name });
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
      else if (typed !== "") onAddresses?.(text);
    } else if ((event.key === "," || event.key === ";") && onAddresses !== undefined && looksLikeAddress(typed)) {
      event.preventDefault();
      onAddresses(text);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      setClosed(true);
    }
  };
  const onPaste = (event: ClipboardEvent<HTMLInputElement>) => {
    const pasted = event.clipboardData.getData("text/plain");
    const { selectionStart, selectionEnd } = event.currentTarget;
    // One name or address goes where one writes; an input would join the lines of a list.
    if (onAddresses === undefined || !isList(pasted)) return;
    event.preventDefault();
    onAddresses([text.slice(0, selectionStart ?? 0).trim(), pasted, text.slice(selectionEnd ?? text.length).trim()].join(" "));
  };
  const left = useLeft(() => {
    setGone(true);
    if (onAddresses === undefined || !namesAddresses(typed)) return;
    const colleague = options.find(({ email }) => email?.toLowerCase() === typed.toLowerCase());
    if (colleague === undefined) onAddresses(text);
    else choose(colleague);
  });
  const idle = asks && query === typed && found.isSuccess && !found.isFetching && !found.isPlaceholderData;
  return (
    <div ref={box} className={s.who}>
      <Field label={label ?? t("members.who")} hint={hint ?? t("members.whoHint")} error={error}>
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
            value={text}
            onChange={(event) => {
              type(event.target.value);
            }}
            onKeyDown={onKey}
            onPaste={onPaste}
            onBlur={left}
            onFocus={() => {
              setGone(false);
              // Who was nobody a moment ago may have signed in since.
              if (asks && found.data?.length === 0) void found.refetch();
            }}
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
      <p className={meant === undefined ? "small muted" : undefined} role="status">
        {idle && options.length === 0 && (known.length > 0 ? except?.why : colleaguesOnly ? t("members.nobodyYet") : t("members.nobody"))}
        {open && t("members.count", { count: options.length })}
        {meant !== undefined && t("members.meant", { name: meant.detail === "" ? meant.name : `${meant.name} (${meant.detail})` })}
      </p>
      {meant !== undefined && (
        <div>
          <button
            type="button"
            className="btn"
            onClick={() => {
              choose(meant);
              box.current?.querySelector("input")?.focus(); // the button goes away
            }}
          >
            {t("members.take", { name: meant.name })}
          </button>
        </div>
      )}
      {asks && found.isError && <ErrorNotice error={found.error} />}
    </div>
  );
}

/**
 * Says that the focus has left a field; when a pointer took it away, once that pointer has clicked: what the page then makes of
 * the field would move the button from under it, which would not be pressed.
 */
function useLeft(onLeft: () => void): (event: FocusEvent) => void {
  const pressed = useRef(false);
  const awaited = useRef(false);
  const leave = useEffectEvent(onLeft);
  useEffect(() => {
    const listening = new AbortController();
    const on = (target: EventTarget, names: string[], act: () => void, capture: boolean) => {
      for (const name of names) target.addEventListener(name, act, { capture, signal: listening.signal });
    };
    on(document, ["pointerdown"], () => { pressed.current = true; }, true);
    on(document, ["click", "pointercancel", "keydown"], () => { pressed.current = false; }, true);
    on(window, ["click", "pointercancel"], () => {
      if (awaited.current) leave();
      awaited.current = false;
    }, false);
    return () => {
      listening.abort();
    };
  }, []);
  return ({ currentTarget }) => {
    if (document.activeElement === currentTarget) return; // another window has it, for a while
    if (pressed.current) awaited.current = true;
    else onLeft();
  };
}

function optionsOf(text: string, colleagues: readonly { id: string; name: string; email?: string; unit?: string }[], invite: (address: string) => string): Option[] {
  const options: Option[] = colleagues.map((c) => ({
    subject: { kind: "person", id: c.id },
    name: c.name === "" ? (c.email ?? "") : c.name,
    detail: [c.unit, c.email].filter((word) => word !== undefined && word !== "").join(" · "),
    ...(c.email === undefined ? {} : { email: c.email }),
  }));
  if (looksLikeAddress(text)) options.push({ subject: { kind: "email", email: text }, name: text, detail: invite(text) });
  return options;
}
