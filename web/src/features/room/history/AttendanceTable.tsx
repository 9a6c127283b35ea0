import { useTranslation } from "react-i18next";
import type { Attendee } from "../../../api/history";
import { currentLanguage } from "../../../i18n";
import { clockSince, lengthOf } from "../../../ui/time";
import s from "./history.module.css";

/** A row for each person; on a narrow screen each becomes a card whose lines name themselves. */
export function AttendanceTable({ participants, start, labelledBy }: { participants: Attendee[]; start: string; labelledBy: string }) {
  const { t } = useTranslation();
  const columns = ["name", "organization", "identity", "role", "came", "left", "time"] as const;
  return (
    <table className={`card ${s.table ?? ""}`} aria-labelledby={labelledBy}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {t(`history.column.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {participants.map((person, i) => (
          <Row key={i} person={person} start={start} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ person, start }: { person: Attendee; start: string }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const at = (iso: string) => clockSince(iso, start, language);
  return (
    <tr>
      <th scope="row">
        <bdi>{person.name}</bdi> {person.kind === "guest" && <span className="tag">{t("lobby.kind.guest")}</span>}
        {person.email !== undefined && <div className="small muted">{person.email}</div>}
      </th>
      <td data-label={t("history.column.organization")}>{person.organization === "" ? "–" : <bdi>{person.organization}</bdi>}</td>
      <td data-label={t("history.column.identity")}>
        {t(`lobby.who.${person.assurance}`)}
        {person.door !== undefined && <div className="small muted">{t(`history.door.${person.door}`)}</div>}
      </td>
      <td data-label={t("history.column.role")}>{t(`history.role.${person.role}`)}</td>
      <td data-label={t("history.column.came")} className="time">
        {at(person.firstJoinedAt)}
      </td>
      <td data-label={t("history.column.left")} className="time">
        {person.lastLeftAt === undefined ? <span className="tag">{t("history.present")}</span> : at(person.lastLeftAt)}
      </td>
      <td data-label={t("history.column.time")} className="time">
        {lengthOf(person.seconds, language)}
        {person.intervals.length > 1 && (
          <ul className={`small muted ${s.stays ?? ""}`} aria-label={t("history.stays")}>
            {person.intervals.map((stay) => (
              <li key={stay.joinedAt}>
                {at(stay.joinedAt)}–{stay.leftAt === undefined ? "" : at(stay.leftAt)}
              </li>
            ))}
          </ul>
        )}
      </td>
    </tr>
  );
}
