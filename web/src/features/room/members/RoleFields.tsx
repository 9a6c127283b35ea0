import { useTranslation } from "react-i18next";
import type { MemberSubject } from "../../../api/members";
import type { Role } from "../../../api/types";
import { Field, SelectField } from "../../../ui";
import s from "./members.module.css";
import type { Term } from "./terms";

interface RoleFieldsProps {
  kind: MemberSubject["kind"];
  role: Role;
  term: Term;
  wrong: boolean;
  onRole: (role: Role) => void;
  onTerm: (term: Term) => void;
}

/** Which role, and for how long. */
export function RoleFields({ kind, role, term, wrong, onRole, onTerm }: RoleFieldsProps) {
  const { t } = useTranslation();
  const roles: Role[] = kind === "organization" ? ["moderator", "member"] : ["owner", "moderator", "member"];
  return (
    <div className={s.fields}>
      <SelectField
        label={t("members.role")}
        hint={t(`members.roleHints.${role}`)}
        options={roles.map((value) => ({ value, label: t(`call.role.${value}`) }))}
        value={role}
        onChoose={onRole}
      />
      <Field label={t("members.from")} hint={t("members.fromHint")}>
        {(wiring) => (
          <input
            {...wiring}
            type="date"
            className="field"
            value={term.from}
            onChange={(event) => {
              onTerm({ ...term, from: event.target.value });
            }}
          />
        )}
      </Field>
      <Field label={t("members.until")} hint={t("members.untilHint")} error={wrong ? t("members.untilWrong") : undefined}>
        {(wiring) => (
          <input
            {...wiring}
            type="date"
            className="field"
            value={term.until}
            onChange={(event) => {
              onTerm({ ...term, until: event.target.value });
            }}
          />
        )}
      </Field>
    </div>
  );
}
