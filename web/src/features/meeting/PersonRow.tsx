import { Ellipsis, Hand, Mic, MicOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Person } from "../../call/people";
import { mayActOn } from "../../call/rights";
import { Avatar } from "../../ui";
import { useKeptFocus } from "../lobby";
import { useView } from "./context";
import s from "./panel.module.css";
import { useStanding } from "./useStanding";

/** What a host can do from the list itself; the rest is one step away, behind manage. */
export interface RowActs {
  mute: (person: Person) => void;
  manage: (person: Person) => void;
}

interface PersonRowProps {
  person: Person;
  /** The place among the raised hands, from 1. */
  hand?: number;
  acts: RowActs | undefined;
}

export function PersonRow({ person, hand, acts }: PersonRowProps) {
  const { t } = useTranslation();
  const standing = useStanding();
  const leads = person.role === "owner" || person.role === "moderator";
  return (
    <li className={s.person}>
      <Avatar name={person.name} />
      <div className={s.who}>
        <div>
          <bdi>{person.mine ? t("call.you", { name: person.name }) : person.name}</bdi>
        </div>
        <div className="small muted">
          {standing(person)}
          {leads && ` · ${t(`call.role.${person.role === "owner" ? "owner" : "moderator"}`)}`}
          {person.administrator !== "" && ` · ${t("call.administrator")}`}
          {person.speaking && ` · ${t("call.speaking")}`}
        </div>
      </div>
      {hand !== undefined && (
        <span className="tag">
          <Hand className={s.tagIcon} aria-hidden="true" />
          <span className="visually-hidden">{t("call.handUp")}</span> {t("call.handOrder", { n: hand })}
        </span>
      )}
      {hand === undefined && !person.micOn && (
        <span title={t("call.muted")}>
          <MicOff className="ico" aria-hidden="true" />
          <span className="visually-hidden">{t("call.muted")}</span>
        </span>
      )}
      {acts !== undefined && <Acts person={person} acts={acts} muting={hand === undefined} />}
    </li>
  );
}

function Acts({ person, acts, muting }: { person: Person; acts: RowActs; muting: boolean }) {
  const { t } = useTranslation();
  const role = useView((view) => view.said.role);
  const mute = t("hosting.muteOne", { name: person.name });
  const manage = t("hosting.manage", { name: person.name });
  // The button that mutes goes with the microphone.
  const { head: manageRef, acted } = useKeptFocus<HTMLButtonElement>(Number(person.micOn));
  return (
    <span className={s.rowActs}>
      {muting && person.micOn && !person.mine && mayActOn(role, person.role) && (
        <button type="button" className="btn quiet" aria-label={mute} title={mute} onClick={() => { acted(); acts.mute(person); }}>
          <Mic className="ico" aria-hidden="true" />
        </button>
      )}
      <button ref={manageRef} type="button" className="btn quiet" aria-haspopup="dialog" aria-label={manage} title={manage} onClick={() => { acts.manage(person); }}>
        <Ellipsis className="ico" aria-hidden="true" />
      </button>
    </span>
  );
}
