import { useTranslation } from "react-i18next";
import type { Knock } from "../../api/lobby";
import { assurances } from "../../api/types";
import { currentLanguage } from "../../i18n";
import { clockOf } from "../../ui/time";
import s from "./lobby.module.css";

/** Who waits, and how sure that is, in words: a host decides by it. Where no heading says what they want, `asks` does. */
export function Knocker({ knock, asks = false }: { knock: Knock; asks?: boolean }) {
  const { t } = useTranslation();
  const assurance = assurances.find((one) => one === knock.assurance) ?? "unknown";
  const kind = kinds.find((one) => one === knock.kind);
  const reason = reasons.find((one) => one === knock.reason);
  const standing = knock.organization !== "" ? knock.organization : kind === undefined ? "" : t(`lobby.kind.${kind}`);
  const facts = [standing, t(`lobby.who.${assurance}`), knock.email ?? ""].filter((fact) => fact !== "");
  return (
    <div className={s.knocker}>
      <div>
        <bdi className={s.name}>{asks ? t("lobby.knocked", { name: knock.name }) : knock.name}</bdi>{" "}
        <span className="small muted time">{t("lobby.since", { time: clockOf(knock.since, currentLanguage()) })}</span>
      </div>
      <div className="small muted">{facts.join(" · ")}</div>
      {knock.invited !== undefined && knock.invited !== "" && (
        <div className="small">
          {t("lobby.invitedAs")} <bdi>{knock.invited}</bdi>
        </div>
      )}
      {reason !== undefined && <span className="tag">{t(`lobby.reason.${reason}`)}</span>}
      {knock.note !== undefined && knock.note !== "" && (
        <p className={s.note}>
          <span className="visually-hidden">{t("lobby.noteOf")} </span>
          <bdi>{knock.note}</bdi>
        </p>
      )}
    </div>
  );
}

const kinds = ["guest", "phone", "person", "service"] as const;
const reasons = ["removed", "returned", "host"] as const;
