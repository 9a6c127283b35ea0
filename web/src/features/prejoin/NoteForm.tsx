import { useState } from "react";
import { useTranslation } from "react-i18next";
import { longestNote } from "../../api/lobby";
import type { WaitingView } from "../../call/waiting";
import { Field, useErrorText } from "../../ui";
import s from "./prejoin.module.css";

/** A line to the hosts. It may be written anew: they see the last. */
export function NoteForm({ note, onSend }: { note: WaitingView["note"]; onSend: (text: string) => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [text, setText] = useState(note.text);
  const [tooLong, setTooLong] = useState(false);
  const { state } = note;
  const failed = typeof state === "object" ? errorText(state.failed) : undefined;
  const send = (event: React.SubmitEvent) => {
    event.preventDefault();
    const line = text.trim();
    const fits = [...line].length <= longestNote;
    setTooLong(!fits);
    if (fits && line !== note.text.trim() && state !== "sending") onSend(line);
    else if (fits && typeof state === "object") onSend(line);
  };
  return (
    <form className={s.form} noValidate onSubmit={send}>
      <Field
        label={t("lobby.note")}
        hint={t("lobby.noteHint", { count: longestNote })}
        error={tooLong ? t("lobby.noteTooLong", { count: longestNote }) : failed}
      >
        {(wiring) => (
          <textarea
            {...wiring}
            className={`field ${s.note}`}
            rows={2}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setTooLong(false);
            }}
          />
        )}
      </Field>
      <div className={s.acts}>
        <button type="submit" className="btn" aria-disabled={state === "sending" || undefined}>
          {state === "sending" ? t("lobby.noteSending") : t("lobby.noteSend")}
        </button>
        <span role="status" className="muted">
          {state === "sent" && text.trim() === note.text && t("lobby.noteSent")}
        </span>
      </div>
    </form>
  );
}
