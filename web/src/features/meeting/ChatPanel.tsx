import { Send } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCall, useView } from "./context";
import { useForbidden } from "./hosting/useForbidden";
import { Lines } from "./Lines";
import { Panel } from "./Panel";
import s from "./panel.module.css";

const longest = 2000;

export function ChatPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const messages = useView((view) => view.said.messages);
  const unsent = useView((view) => view.unsent);
  return (
    <Panel title={t("call.chat")} onClose={onClose}>
      {messages.length + unsent.length === 0 ? (
        <p className={`muted ${s.empty}`}>{t("call.chatEmpty")}</p>
      ) : (
        <Lines messages={messages} unsent={unsent} />
      )}
      <Compose />
    </Panel>
  );
}

function Compose() {
  const { t } = useTranslation();
  const call = useCall();
  const [text, setText] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const refused = useForbidden("chat");
  const why = useId();
  const tooLong = [...text.trim()].length > longest;
  const send = () => {
    if (text.trim() === "" || tooLong || refused !== undefined) return;
    call.say(text.trim());
    setText("");
    field.current?.focus();
  };
  return (
    <form
      className={s.compose}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        className={`field ${s.write}`}
        rows={2}
        aria-label={t("call.write")}
        placeholder={t("call.write")}
        aria-invalid={tooLong || undefined}
        readOnly={refused !== undefined}
        aria-describedby={refused === undefined ? undefined : why}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button type="submit" className="btn primary" aria-disabled={refused !== undefined || undefined} aria-label={t("call.send")} title={t("call.send")}>
        <Send className="ico" aria-hidden="true" />
      </button>
      {refused !== undefined && (
        <p id={why} className={`small muted ${s.refused ?? ""}`}>
          {refused}
        </p>
      )}
      {tooLong && (
        <p className={`small ${s.tooLong ?? ""}`} role="alert">
          {t("call.tooLong")}
        </p>
      )}
    </form>
  );
}
