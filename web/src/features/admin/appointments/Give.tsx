import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { giveRole } from "../../../api/administration";
import { SelectField } from "../../../ui";
import s from "../admin.module.css";
import { Ask } from "../Ask";
import { openPeople, type Found } from "../find";
import { FindField } from "../FindField";
import type { AdminRole } from "../roles";

const ofAll: readonly AdminRole[] = ["platform-admin", "auditor", "support"];
const ofOne: readonly AdminRole[] = ["org-admin", "auditor", "support"];

/** Gives a role to somebody of one's reach: the role, who, and then whether it is meant. */
export function Give({ organization, path }: { organization: string | undefined; path: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const roles = organization === undefined ? ofAll : ofOne;
  const [role, setRole] = useState<AdminRole>(organization === undefined ? "platform-admin" : "org-admin");
  const [who, setWho] = useState<Found>();
  const give = useMutation({
    mutationFn: (person: string) => giveRole({ person, role, ...(organization === undefined ? {} : { organization }) }),
    onSuccess: () => {
      setWho(undefined);
      return queries.invalidateQueries({ queryKey: ["admin"] });
    },
  });
  return (
    <section className={`card ${s.form ?? ""}`}>
      <h2>{t("admin.appointments.give")}</h2>
      <SelectField
        label={t("admin.appointments.role")}
        hint={t(`admin.appointments.roleMeans.${role}`)}
        options={roles.map((value) => ({ value, label: t(`admin.roles.${value}`) }))}
        value={role}
        onChoose={setRole}
      />
      <FindField
        label={t("admin.appointments.who")}
        hint={t("admin.appointments.whoHint")}
        finder={openPeople}
        path={path}
        chosen={undefined}
        onChoose={setWho}
      />
      {who !== undefined && (
        <Ask
          title={t("admin.appointments.giveOf", { role: t(`admin.roles.${role}`), name: who.name })}
          act={t("admin.appointments.give")}
          busy={give.isPending}
          error={give.error}
          path={path}
          says={{ conflict: t("admin.appointments.closed") }}
          onAct={() => {
            give.mutate(who.id);
          }}
          onClose={() => {
            setWho(undefined);
            give.reset();
          }}
        >
          <p>{t(`admin.appointments.roleMeans.${role}`)}</p>
        </Ask>
      )}
    </section>
  );
}
