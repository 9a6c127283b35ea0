import { useTranslation } from "react-i18next";
import type { Knock } from "../../api/lobby";
import { assurances } from "../../api/types";
import { currentLanguage } from "../../i18n";
import { clockOf } from "../../ui/time";
import s from "./lobby.module.css";
import { useStricter } from "./useStricter";

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
      {knock.tightens !== undefined && knock.tightens.length > 0 && <Consequence knock={knock} tightens={knock.tightens} />}
      {knock.note !== undefined && knock.note !== "" && (
        <p className={s.note}>
          <span className="visually-hidden">{t("lobby.noteOf")} </span>
          <bdi>{knock.note}</bdi>
        </p>
      )}
    </div>
  );
}

/** What letting them in does to the meeting, which whoever decides has to know. */
function Consequence({ knock, tightens }: { knock: Knock; tightens: NonNullable<Knock["tightens"]> }) {
  const { t } = useTranslation();
  const stricter = useStricter();
  return (
    <div className="small">
      <p>{t("lobby.consequence", { name: knock.name })}</p>
      <ul>
        {tightens.map((what) => (
          <li key={what.setting}>{stricter(what)}</li>
        ))}
      </ul>
    </div>
  );
}

const kinds = ["guest", "phone", "person", "service"] as const;
const reasons = ["removed", "returned", "host"] as const;
