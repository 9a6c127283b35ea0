import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../api/error";
import { keys } from "../../api/queries";
import { askForCode, confirmCode } from "../../api/session";
import { currentLanguage } from "../../i18n";
import { Field, useErrorText } from "../../ui";
import s from "./prejoin.module.css";

type Step = { name: "offer" } | { name: "address" } | { name: "code"; email: string } | { name: "done"; email: string };

interface ProveEmailProps {
  /** The address that was proved before, in this browser. */
  proved: string | undefined;
  /** The room asks for it: the form is there at once. */
  asked?: boolean;
  onProved: () => void;
}

/** Lets a guest prove an e-mail address by a code, so that hosts see it. Quiet where nobody has to. */
export function ProveEmail({ proved, asked = false, onProved }: ProveEmailProps) {
  const { t } = useTranslation();
  const [taken, setStep] = useState<Step>({ name: "offer" });
  const step: Step = asked && taken.name === "offer" && proved === undefined ? { name: "address" } : taken;
  const queries = useQueryClient();
  const status = useRef<HTMLParagraphElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const before = useRef(step.name);
  useEffect(() => {
    // The form that had the focus is gone.
    if (step.name === "done") status.current?.focus();
    if (step.name === "offer" && before.current !== "offer") opener.current?.focus();
    before.current = step.name;
  }, [step.name]);
  const done = step.name === "done" ? step.email : step.name === "offer" ? proved : undefined;
  return (
    <div className={s.form}>
      <p role="status" ref={status} tabIndex={-1} className={done === undefined && step.name !== "code" ? "visually-hidden" : undefined}>
        {done !== undefined && t("lobby.prove.done", { email: done })}
        {step.name === "code" && t("lobby.prove.sent", { email: step.email })}
      </p>
      {step.name === "offer" && done === undefined && (
        <div>
          <button type="button" ref={opener} className="btn" onClick={() => { setStep({ name: "address" }); }}>
            {t("lobby.prove.open")}
          </button>
        </div>
      )}
      {step.name === "address" && (
        <AddressForm
          onSent={(email) => { setStep({ name: "code", email }); }}
          asked={asked}
          onCancel={() => { setStep({ name: "offer" }); }}
        />
      )}
      {step.name === "code" && (
        <CodeForm
          onConfirmed={(email) => {
            setStep({ name: "done", email });
            void queries.invalidateQueries({ queryKey: keys.me });
            onProved();
          }}
          onAgain={() => { setStep({ name: "address" }); }}
        />
      )}
    </div>
  );
}

/** A line to fill in and to send. It takes the focus: it came because of a click. */
function useLine(send: (line: string) => Promise<void>, fits: (line: string) => boolean, misfit: string) {
  const errorText = useErrorText();
  const input = useRef<HTMLInputElement>(null);
  const [line, setLine] = useState("");
  const [unfit, setUnfit] = useState(false);
  const sending = useMutation({ mutationFn: send });
  useEffect(() => input.current?.focus(), []);
  const submit = (event: React.SubmitEvent) => {
    event.preventDefault();
    const trimmed = line.trim();
    setUnfit(!fits(trimmed));
    if (fits(trimmed) && !sending.isPending) sending.mutate(trimmed);
    else if (!fits(trimmed)) input.current?.focus();
  };
  const failed = sending.isError ? asApiError(sending.error) : undefined;
  const refusedField = failed?.code === "invalid-request";
  return {
    input,
    line,
    submit,
    busy: sending.isPending,
    error: unfit || refusedField ? misfit : failed === undefined ? undefined : errorText(failed.code),
    change: (text: string) => {
      setLine(text);
      setUnfit(false);
      if (sending.isError) sending.reset();
    },
  };
}

function AddressForm({ asked, onSent, onCancel }: { asked: boolean; onSent: (email: string) => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const form = useLine(
    async (email) => {
      await askForCode(email, currentLanguage());
      onSent(email);
    },
    (email) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email),
    t("lobby.prove.notAnAddress"),
  );
  return (
    <form className={s.form} noValidate onSubmit={form.submit}>
      <Field label={t("lobby.prove.email")} hint={t(asked ? "lobby.prove.leadAsked" : "lobby.prove.lead")} error={form.error}>
        {(wiring) => (
          <input
            {...wiring}
            ref={form.input}
            className="field"
            type="email"
            autoComplete="email"
            maxLength={254}
            value={form.line}
            onChange={(event) => { form.change(event.target.value); }}
          />
        )}
      </Field>
      <div className={s.acts}>
        <button type="submit" className="btn" aria-disabled={form.busy || undefined}>
          {form.busy ? t("lobby.prove.sending") : t("lobby.prove.send")}
        </button>
        {!asked && (
          <button type="button" className="btn" onClick={onCancel}>
            {t("lobby.prove.cancel")}
          </button>
        )}
      </div>
    </form>
  );
}

function CodeForm({ onConfirmed, onAgain }: { onConfirmed: (email: string) => void; onAgain: () => void }) {
  const { t } = useTranslation();
  const form = useLine(
    async (code) => {
      const email = await confirmCode(code.replaceAll(/\s/g, ""));
      onConfirmed(email);
    },
    (code) => /^\d{6}$/.test(code.replaceAll(/\s/g, "")),
    t("lobby.prove.notACode"),
  );
  return (
    <form className={s.form} noValidate onSubmit={form.submit}>
      <Field label={t("lobby.prove.code")} hint={t("lobby.prove.codeHint")} error={form.error}>
        {(wiring) => (
          <input
            {...wiring}
            ref={form.input}
            className="field"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={16}
            value={form.line}
            onChange={(event) => { form.change(event.target.value); }}
          />
        )}
      </Field>
      <div className={s.acts}>
        <button type="submit" className="btn" aria-disabled={form.busy || undefined}>
          {form.busy ? t("lobby.prove.confirming") : t("lobby.prove.confirm")}
        </button>
        <button type="button" className="btn" onClick={onAgain}>
          {t("lobby.prove.again")}
        </button>
      </div>
    </form>
  );
}
