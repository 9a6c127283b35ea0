import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { LiveRoom } from "../../../api/live";
import { currentLanguage } from "../../../i18n";
import { Busy, SearchField, useSettled, useTitle } from "../../../ui";
import { since } from "../../../ui/time";
import s from "../admin.module.css";
import { organizations, type Found } from "../find";
import { FindField } from "../FindField";
import { More } from "../More";
import { Refusal } from "../Refusal";
import { useLiveRooms } from "./reads";

/** The meetings that run, the latest begun first, without names. */
export function LiveList() {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const [organization, setOrganization] = useState<Found>();
  const rooms = useLiveRooms(useSettled(query.trim()), organization?.id);
  const found = rooms.data?.pages.flatMap((page) => page.items) ?? [];
  useTitle(t("admin.live.name"));
  return (
    <>
      <div>
        <h1>{t("admin.live.name")}</h1>
        <p className="muted">{t("admin.live.lead")}</p>
      </div>
      <div className={s.filters}>
        <SearchField label={t("admin.live.search")} value={query} onType={setQuery} />
        <FindField label={t("admin.live.organization")} finder={organizations} path="/admin/live" chosen={organization} onChoose={setOrganization} />
      </div>
      {rooms.isPending && <Busy label={t("common.loading")} />}
      {rooms.isError && <Refusal error={rooms.error} path="/admin/live" />}
      {rooms.isSuccess && found.length === 0 && <p className="muted">{t(query.trim() === "" && organization === undefined ? "admin.live.none" : "admin.live.noneFound")}</p>}
      {found.length > 0 && (
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
        <div className={`card ${s.scroll ?? ""}`} role="region" aria-label={t("admin.live.name")} tabIndex={0}>
          <table className={s.table}>
            <thead>
              <tr>
                <th scope="col">{t("admin.live.room")}</th>
                <th scope="col">{t("admin.live.since")}</th>
                <th scope="col" className={s.number}>
                  {t("admin.live.people")}
                </th>
                <th scope="col" className={s.number}>
                  {t("admin.live.waiting")}
                </th>
                <th scope="col">{t("admin.live.door")}</th>
                <th scope="col">{t("admin.live.quality")}</th>
              </tr>
            </thead>
            <tbody>
              {found.map((room) => (
                <Row key={room.session} room={room} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More of={rooms} />
    </>
  );
}

function Row({ room }: { room: LiveRoom }) {
  const { t } = useTranslation();
  return (
    <tr>
      <th scope="row">
        <Link href={`/admin/live/${room.id}`}>
          <bdi>{room.name}</bdi>
        </Link>
        <div className="small muted">
          <bdi>{room.organization.name}</bdi>
        </div>
      </th>
      <td>
        <time dateTime={room.since}>{since(room.since, currentLanguage())}</time>
      </td>
      <td className={s.number}>{room.people}</td>
      <td className={s.number}>{room.waiting}</td>
      <td>
        {t(`admin.live.entry.${room.entry}`)}
        {room.locked && <div className="small">{t("admin.live.locked")}</div>}
      </td>
      <td>
        <Quality room={room} />
      </td>
    </tr>
  );
}

/** What the server knows of the connections, in a word. */
export function Quality({ room }: { room: LiveRoom }) {
  const { t } = useTranslation();
  const { quality, interrupted, connections } = room;
  if (quality === "good" || quality === "unknown") return t(`admin.live.qualities.${quality}`);
  return (
    <span className={`tag ${s.state ?? ""}`} data-tone="warn">
      {quality === "poor" ? t("admin.live.poor", { n: connections.poor + connections.lost }) : t("admin.live.interrupted", { n: interrupted })}
    </span>
  );
}
