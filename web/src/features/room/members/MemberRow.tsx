import { useTranslation } from "react-i18next";
import type { Member } from "../../../api/members";
import { currentLanguage } from "../../../i18n";
import { dayOf } from "../../../ui/time";
import s from "./members.module.css";
import { ended } from "./terms";

interface MemberRowProps {
  member: Member;
  /** Absent: the reader may only read. */
  acts?: { edit: () => void; remove: () => void; renew: () => void };
}

export function MemberRow({ member, acts }: MemberRowProps) {
  const { t } = useTranslation();
  const name = member.name === "" ? t("members.gone") : member.name;
  return (
    <li>
      <div>
        <div>
          <bdi>{name}</bdi> <span className="tag">{t(`call.role.${member.role}`)}</span>
          {member.kind !== "person" && <span className="small muted"> {t(`members.kinds.${member.kind}`)}</span>}
        </div>
        <Details member={member} />
      </div>
      {acts !== undefined && (
        <div className={s.acts}>
          {member.pending === true && (
            <button type="button" className="btn" aria-label={t("members.renewOf", { name })} onClick={acts.renew}>
              {t("members.renew")}
            </button>
          )}
          <button type="button" className="btn" aria-label={t("members.editOf", { name })} onClick={acts.edit}>
            {t("members.edit")}
          </button>
          <button type="button" className="btn danger" aria-label={t("members.removeOf", { name })} onClick={acts.remove}>
            {t("members.remove")}
          </button>
        </div>
      )}
    </li>
  );
}

function Details({ member }: { member: Member }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const lines: string[] = [];
  if (member.email !== undefined && member.email !== member.name) lines.push(member.email);
  const from = member.notBefore === undefined ? undefined : dayOf(member.notBefore, language);
  // The last day is the one before the moment at which the role ends.
  const until = member.notAfter === undefined ? undefined : dayOf(new Date(Date.parse(member.notAfter) - 1).toISOString(), language);
  if (ended(member.notAfter)) lines.push(t("members.over", { until: until ?? "" }));
  else if (from !== undefined && until !== undefined) lines.push(t("members.between", { from, until }));
  else if (until !== undefined) lines.push(t("members.untilDay", { until }));
  else if (from !== undefined) lines.push(t("members.fromDay", { from }));
  if (member.pending === true) {
    const open = member.invitedUntil;
    lines.push(open === undefined ? t("members.pendingWithoutLink") : t("members.pending", { date: dayOf(open, language) }));
  }
  return lines.map((line) => (
    <div key={line} className="small muted">
      {line}
    </div>
  ));
}
