import { useState } from "react";
import { useTranslation } from "react-i18next";
import { remove } from "../../../api/hosting";
import type { Person } from "../../../call/people";
import { Confirm } from "../../../ui";
import s from "./hosting.module.css";
import { useAct } from "./useAct";

/** A removal holds for the whole meeting: it is asked for twice. */
export function RemoveSection({ person }: { person: Person }) {
  const { t } = useTranslation();
  const act = useAct();
  const [asking, setAsking] = useState<"remove" | "block">();
  const { name } = person;
  return (
    <section className={s.section}>
      <div className={s.toolButtons}>
        {(["remove", "block"] as const).map((how) => (
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
