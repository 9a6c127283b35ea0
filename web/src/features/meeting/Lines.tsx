import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { piecesOf } from "../../call/links";
import type { Unsent } from "../../call/outbox";
import type { Message } from "../../call/signal";
import { currentLanguage } from "../../i18n";
import { useErrorText } from "../../ui";
import { clockOf } from "../../ui/time";
import { useCall } from "./context";
import s from "./panel.module.css";

/** The lines, oldest first. It follows the newest while one is at the end, and leaves alone who reads back. */
export function Lines({ messages, unsent }: { messages: readonly Message[]; unsent: readonly Unsent[] }) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const toEnd = () => list.current?.scrollTo({ top: list.current.scrollHeight });
  useEffect(() => {
    if (atEnd) toEnd();
  }, [messages, unsent, atEnd]);
  return (
    <>
      {/* A region that scrolls must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={list} className={s.scroll} role="region" aria-label={t("call.chat")} tabIndex={0} onScroll={(event) => {
        const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
        setAtEnd(scrollHeight - scrollTop - clientHeight < 40);
      }}>
        <ol className={s.lines}>
          {messages.map((message) => (
            <Line key={message.id} message={message} />
          ))}
          {unsent.map((line) => (
            <UnsentLine key={`unsent-${String(line.key)}`} line={line} />
          ))}
        </ol>
      </div>
      {!atEnd && (
        <button type="button" className={`btn ${s.toEnd ?? ""}`} onClick={toEnd}>
          {t("call.newMessages")}
        </button>
      )}
    </>
  );
}

function Line({ message }: { message: Message }) {
  const { t } = useTranslation();
  const mine = useCall().isMine(message.participant);
  return (
    <li className={s.line} data-mine={mine}>
      <div className={s.by}>
        <strong>
          <bdi>{mine ? t("call.you", { name: message.name }) : message.name}</bdi>
        </strong>
        <time className="small muted time" dateTime={message.at}>
          {clockOf(message.at, currentLanguage())}
        </time>
      </div>
      <p className={s.text} dir="auto">
        <Linked text={message.text} />
      </p>
    </li>
  );
}

function Linked({ text }: { text: string }) {
  return piecesOf(text).map((piece, i) =>
    "href" in piece ? (
      <a key={i} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
        {piece.text}
      </a>
    ) : (
      piece.text
    ),
  );
}

function UnsentLine({ line }: { line: Unsent }) {
  const { t } = useTranslation();
  const text = useErrorText();
  const call = useCall();
  return (
    <li className={s.line} data-mine="true">
      <p className={s.text} dir="auto">
        {line.text}
      </p>
      {line.failed === undefined ? (
        <span className="small muted">{t("call.sending")}</span>
      ) : (
        <div className={s.failed} role="alert">
          <span className="small">
            {t("call.notSent")} · {text(line.failed)}
          </span>
          <button
            type="button"
            className="btn"
            onClick={() => {
              call.sayAgain(line.key);
            }}
          >
            {t("call.sendAgain")}
          </button>
        </div>
      )}
    </li>
  );
}
