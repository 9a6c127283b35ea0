import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { remove } from "../../../api/hosting";
import { sendBack } from "../../../api/lobby";
import type { Person } from "../../../call/people";
import { Confirm, ErrorNotice } from "../../../ui";
import s from "./hosting.module.css";
import { useAct } from "./useAct";
import { useLastingRole } from "./useLastingRole";

/** Out of the call: to wait, which a host's yes undoes; or removed for the whole meeting, which is asked for twice. Blocking
 * outlasts the meeting, and so must the role. */
export function RemoveSection({ person }: { person: Person }) {
  const { t } = useTranslation();
  const hint = useId();
  const act = useAct();
  const [asking, setAsking] = useState<"remove" | "block">();
  const back = useAct();
  const { name } = person;
  const lasting = useLastingRole();
  const ways = lasting === "owner" || lasting === "moderator" ? (["remove", "block"] as const) : (["remove"] as const);
  return (
    <section className={s.section}>
      <div className={s.toolButtons}>
        <button
          type="button"
          className="btn"
          aria-describedby={hint}
          onClick={() => {
            back.mutate((slug) => sendBack(slug, person.id));
          }}
        >
          {t("lobby.back")}
        </button>
      </div>
      <p id={hint} className="small muted">
        {t("lobby.backLead")}
      </p>
      {back.isError && <ErrorNotice error={back.error} />}
      <div className={s.toolButtons}>
        {ways.map((how) => (
          <button
            key={how}
            type="button"
            className="btn danger"
            onClick={() => {
              act.reset();
              setAsking(how);
            }}
          >
            {t(`hosting.out.${how}`)}
          </button>
        ))}
      </div>
      {asking !== undefined && (
        <Confirm
          title={t(`hosting.outAsk.${asking}`, { name })}
          lead={t(`hosting.outLead.${asking}`)}
          confirm={t(`hosting.out.${asking}`)}
          busy={act.isPending}
          error={act.error ?? undefined}
          onConfirm={() => {
            act.mutate((slug) => remove(slug, person.id, asking === "block"), {
              onSuccess: () => {
                setAsking(undefined);
              },
            });
          }}
          onClose={() => {
            setAsking(undefined);
          }}
        />
      )}
    </section>
  );
}
