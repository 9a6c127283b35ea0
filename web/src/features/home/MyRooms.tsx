import { Settings } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useRooms } from "../../api/queries";
import { type ListedRoom } from "../../api/types";
import { currentLanguage } from "../../i18n";
import { CopyButton, ErrorNotice } from "../../ui";
import { since } from "../../ui/time";
import s from "./home.module.css";

export function MyRooms() {
  const { t } = useTranslation();
  const [archived, setArchived] = useState(false);
  const rooms = useRooms(archived, true);
  const items = rooms.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={`card ${s.rooms}`} aria-labelledby="my-rooms" aria-busy={rooms.isPending}>
      <div className={s.head}>
        <h2 id="my-rooms">{archived ? t("home.archivedRooms") : t("home.rooms")}</h2>
        <button
          type="button"
          className="btn quiet"
          onClick={() => {
            setArchived(!archived);
          }}
        >
          {archived ? t("home.activeRooms") : t("home.archivedRooms")}
        </button>
      </div>
      {rooms.isPending && [1, 2, 3].map((n) => <div key={n} className={s.wait} />)}
      {rooms.isError && (
        <div className={s.empty}>
          <ErrorNotice
            error={rooms.error}
            actions={
              <button type="button" className="btn" onClick={() => void rooms.refetch()}>
                {t("common.retry")}
              </button>
            }
          />
        </div>
      )}
      {rooms.isSuccess && items.length === 0 && (
        <p className={`muted ${s.empty}`}>{archived ? t("home.archivedEmpty") : t("home.roomsEmpty")}</p>
      )}
      <ul>
        {items.map((room) => (
          <RoomRow key={room.slug} room={room} />
        ))}
      </ul>
      {rooms.hasNextPage && (
        <div className={s.foot}>
          <button type="button" className="btn" disabled={rooms.isFetchingNextPage} onClick={() => void rooms.fetchNextPage()}>
            {t("home.more")}
          </button>
        </div>
      )}
    </section>
  );
}

function RoomRow({ room }: { room: ListedRoom }) {
  const { t } = useTranslation();
  const { name } = room;
  const used = room.lastUsedAt === undefined ? t("home.neverUsed") : since(room.lastUsedAt, currentLanguage());
  return (
    <li className={s.room}>
      <Link className={s.name} href={room.archivedAt === undefined ? `/${room.slug}` : `/rooms/${room.slug}`}>
        <bdi>{name}</bdi>
      </Link>
      <div className={s.facts}>
        <span className="tag">{t(`room.entries.${room.entry}`)}</span>
        <span className="muted small">
          <span className="visually-hidden">{t("home.roomUsed")} </span>
          {used}
        </span>
      </div>
      <div className={s.acts}>
        {room.archivedAt === undefined && <CopyButton className="btn quiet" url={room.url} of={name} />}
        <Link className="btn quiet" href={`/rooms/${room.slug}`} aria-label={t("home.settingsOf", { name })}>
          <Settings className="ico" aria-hidden="true" />
          <span>{t("home.settings")}</span>
        </Link>
      </div>
    </li>
  );
}
