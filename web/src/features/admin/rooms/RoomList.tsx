import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { listTemplates } from "../../../api/policies";
import { listRoomsOf, type OrgRoom, type OrgRoomQuery } from "../../../api/rooms-of-organization";
import { currentLanguage } from "../../../i18n";
import { Busy, named, SearchField, SelectField, useSettled } from "../../../ui";
import { dayOf } from "../../../ui/time";
import s from "../admin.module.css";
import { More } from "../More";
import { useUnits } from "../reads";
import { Refusal } from "../Refusal";

const shown = ["open", "ownerless", "archived"] as const;
type Shown = (typeof shown)[number];

const asked: Record<Shown, OrgRoomQuery> = { open: {}, ownerless: { ownerless: true }, archived: { archived: true } };

function useRoomsOf(organization: string, query: OrgRoomQuery) {
  return useInfiniteQuery({
    queryKey: ["admin", "rooms", organization, query],
    queryFn: ({ pageParam, signal }) => listRoomsOf(organization, { ...query, ...(pageParam === "" ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? null,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

/** The rooms of one organization, last used first, narrowed by what is typed and chosen. */
export function RoomList({ organization, path, may }: { organization: string; path: string; may: boolean }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [which, setWhich] = useState<Shown>("open");
  const [template, setTemplate] = useState("");
  const [unit, setUnit] = useState("");
  const q = useSettled(typed.trim());
  const units = useUnits(organization).data ?? [];
  const templates = useQuery({ queryKey: ["admin", "rooms", organization, "templates"], queryFn: ({ signal }) => listTemplates(organization, signal) }).data ?? [];
  const rooms = useRoomsOf(organization, { ...asked[which], ...(q !== "" && { q }), ...(template !== "" && { template }), ...(unit !== "" && { unit }) });
  const found = rooms.data?.pages.flatMap((page) => page.items) ?? [];
  const narrowed = q !== "" || template !== "" || unit !== "" || which !== "open";
  return (
    <>
      <div className={s.filters}>
        <SearchField label={t("admin.rooms.search")} value={typed} onType={setTyped} />
        <SelectField label={t("admin.rooms.which")} options={shown.map((value) => ({ value, label: t(`admin.rooms.shown.${value}`) }))} value={which} onChoose={setWhich} />
        {units.length > 0 && <SelectField label={t("admin.rooms.unit")} any={t("admin.rooms.anyUnit")} options={named(units)} value={unit} onChoose={setUnit} />}
        {templates.length > 0 && <SelectField label={t("admin.rooms.template")} any={t("admin.rooms.anyTemplate")} options={named(templates)} value={template} onChoose={setTemplate} />}
      </div>
      {rooms.isPending && <Busy label={t("common.loading")} />}
      {rooms.isError && <Refusal error={rooms.error} path={path} />}
      <p className={rooms.isSuccess && found.length === 0 ? "muted" : "visually-hidden"} role="status">
        {rooms.isSuccess && found.length === 0 && t(narrowed ? "admin.rooms.noneFound" : "admin.rooms.none")}
      </p>
      {found.length > 0 && (
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
        <div className={`card ${s.scroll ?? ""}`} role="region" aria-label={t("admin.rooms.name")} tabIndex={0}>
          <table className={s.table}>
            <thead>
              <tr>
                <th scope="col">{t("admin.rooms.room")}</th>
                <th scope="col">{t("admin.rooms.owner")}</th>
                <th scope="col">{t("admin.rooms.unit")}</th>
                <th scope="col">{t("admin.rooms.template")}</th>
                <th scope="col">{t("admin.rooms.used")}</th>
              </tr>
            </thead>
            <tbody>
              {found.map((room) => (
                <Row key={room.id} room={room} organization={organization} may={may} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More of={rooms} />
    </>
  );
}

function Row({ room, organization, may }: { room: OrgRoom; organization: string; may: boolean }) {
  const { t } = useTranslation();
  return (
    <tr>
      <th scope="row">
        <Link href={`/admin/policies/rooms/${room.slug}`}>
          <bdi>{room.name}</bdi>
        </Link>
        <div className="small muted">{room.slug}</div>
        {room.dedicated === true && <div className="small muted">{t("admin.rooms.dedicated")}</div>}
        {may && (
          <div className="small">
            <Link href={`/admin/privacy/holds/${room.slug}`} aria-label={t("admin.rooms.holdOf", { name: room.name })}>
              {t("admin.rooms.hold")}
            </Link>
          </div>
        )}
      </th>
      <td>
        <Owner room={room} organization={organization} />
      </td>
      <td>
        {room.unit !== undefined && <bdi>{room.unit.name}</bdi>}
        {room.unitByOffice === true && <div className="small muted">{t("admin.rooms.unitByOffice")}</div>}
      </td>
      <td>
        {room.template !== undefined && (
          <Link href={`/admin/policies/${organization}/templates/${room.template.id}`}>
            <bdi>{room.template.name}</bdi>
          </Link>
        )}
      </td>
      <td>
        {room.meeting ? (
          <Link href={`/admin/live/${room.id}`}>{t("admin.rooms.meeting")}</Link>
        ) : room.lastUsedAt === undefined ? (
          t("admin.rooms.never")
        ) : (
          <time dateTime={room.lastUsedAt}>{dayOf(room.lastUsedAt, currentLanguage())}</time>
        )}
        {room.archivedAt !== undefined && <div className="small muted">{t("admin.rooms.archived", { date: dayOf(room.archivedAt, currentLanguage()) })}</div>}
      </td>
    </tr>
  );
}

/** Whose a room is; one of nobody leads to where it is handed over. */
function Owner({ room, organization }: { room: OrgRoom; organization: string }) {
  return (
    <>
      {room.office !== undefined && (
        <div>
          <bdi>{room.office.name}</bdi>
        </div>
      )}
      {room.owners.map((one) => (
        <div key={one.id} className={room.office === undefined ? undefined : "small muted"}>
          {one.kind === "person" ? (
            <Link href={`/admin/people/${one.id}`}>
              <bdi>{one.name}</bdi>
            </Link>
          ) : (
            <bdi>{one.name}</bdi>
          )}
        </div>
      ))}
      {room.owners.length === 0 && <Nobody room={room} organization={organization} />}
    </>
  );
}

/** A room of a meeting is led by who organizes it, and an archived one is handed over once it is restored. */
function Nobody({ room, organization }: { room: OrgRoom; organization: string }) {
  const { t } = useTranslation();
  if (room.dedicated === true) return t("admin.rooms.byMeeting");
  if (room.archivedAt !== undefined) return t("admin.rooms.noOwner");
  return <Link href={`/admin/organizations/${organization}/offices`}>{t("admin.rooms.nobody")}</Link>;
}
