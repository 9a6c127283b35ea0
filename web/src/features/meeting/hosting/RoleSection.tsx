import { useState } from "react";
import { useTranslation } from "react-i18next";
import { setRole } from "../../../api/hosting";
import type { Person } from "../../../call/people";
import { ErrorNotice } from "../../../ui";
import s from "./hosting.module.css";
import { useAct } from "./useAct";

const roles = ["moderator", "member"] as const;

/** Hosting is given and taken for the meeting, or for good. A guest's ends with the meeting. */
export function RoleSection({ person, mayKeep }: { person: Person; mayKeep: boolean }) {
  const { t } = useTranslation();
  const act = useAct();
  const [keep, setKeep] = useState(false);
  return (
    <section className={s.section}>
      <h3>{t("hosting.roleTitle")}</h3>
      {mayKeep && (
        <label className={s.keep}>
          <input
            type="checkbox"
            checked={keep}
            onChange={(event) => {
              setKeep(event.target.checked);
            }}
          />
          {t("hosting.keep")}
        </label>
      )}
      <div className={s.toolButtons}>
        {roles
          .filter((role) => role !== person.role)
          .map((role) => (
            <button
              key={role}
              type="button"
              className="btn"
              onClick={() => {
                act.mutate((slug) => setRole(slug, person.id, role, keep && mayKeep));
              }}
            >
              {t(`hosting.make.${role}`)}
            </button>
          ))}
      </div>
      {act.isError && <ErrorNotice error={act.error} />}
    </section>
  );
}
