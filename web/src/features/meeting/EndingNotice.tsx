import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Notice } from "../../ui";
import { useView } from "./context";

const minute = 60_000;
const warned = 5 * minute;

/** Says five minutes before that the meeting ends by itself, and again in the last minute. */
export function EndingNotice() {
  const endsAt = useView((view) => view.said.endsAt);
  return endsAt === undefined ? null : <Ending key={endsAt} endsAt={endsAt} />;
}

function Ending({ endsAt }: { endsAt: number }) {
  const { t } = useTranslation();
  const [now, setNow] = useState(() => Date.now());
  const [closed, setClosed] = useState<"early" | "late">();
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 5000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  const left = endsAt - now;
  const last = left <= minute;
  if (left > warned || (closed !== undefined && (closed === "late" || !last))) return null;
  return (
    // What is said aloud is what it says as it comes, and as the last minute begins: not each minute.
    <Notice
      key={last ? "last" : "first"}
      tone="warn"
      live
      title={last ? t("lobby.endingSoon") : t("lobby.ending", { count: Math.ceil(left / minute) })}
      actions={
        <button
          type="button"
          className="btn"
          onClick={() => {
            setClosed(last ? "late" : "early");
          }}
        >
          {t("common.close")}
        </button>
      }
    >
      <p>{t("lobby.endingLead")}</p>
    </Notice>
  );
}
