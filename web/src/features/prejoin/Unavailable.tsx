import { useEffect, useEffectEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "../../api/error";
import { backoff } from "../../call/backoff";
import { Notice, useErrorText, useTitle } from "../../ui";

/** Tries again by itself, at the pace that the server asked for, and lets the person try at once. */
export function Unavailable({ error, retry }: { error: ApiError; retry: () => void }) {
  const { t } = useTranslation();
  const text = useErrorText();
  const attempt = useAttempt(error);
  useTitle(t("prejoin.unavailableTitle"));
  return (
    <div className="page">
      <h1>{t("prejoin.unavailableTitle")}</h1>
      <Notice
        tone="warn"
        actions={
          <button type="button" className="btn primary" onClick={retry}>
            {t("prejoin.retryNow")}
          </button>
        }
      >
        <p>{error.code === "media-unavailable" ? t("prejoin.unavailable") : text(error.code)}</p>
        <Countdown key={attempt} attempt={attempt} retryAfter={error.retryAfter} retry={retry} />
      </Notice>
    </div>
  );
}

const firstAttempt = 2;

// Each failure is a new error object, and one try more.
function useAttempt(error: ApiError): number {
  const [last, setLast] = useState({ error, attempt: firstAttempt });
  if (last.error !== error) setLast({ error, attempt: last.attempt + 1 });
  return last.attempt;
}

function Countdown({ attempt, retryAfter, retry }: { attempt: number; retryAfter: number | undefined; retry: () => void }) {
  const { t } = useTranslation();
  const [until] = useState(() => Date.now() + backoff(attempt, retryAfter, Math.random));
  const [now, setNow] = useState(() => Date.now());
  const again = useEffectEvent(retry);
  useEffect(() => {
    const timer = setTimeout(() => { again(); }, Math.max(0, until - Date.now()));
    const clock = setInterval(() => {
      setNow(Date.now());
    }, 500);
    const online = () => { again(); };
    window.addEventListener("online", online);
    return () => {
      clearTimeout(timer);
      clearInterval(clock);
      window.removeEventListener("online", online);
    };
  }, [until]);
  return <p className="muted time">{t("prejoin.retryIn", { count: Math.max(0, Math.ceil((until - now) / 1000)) })}</p>;
}
