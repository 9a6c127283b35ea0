import { useQueryClient } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { asApiError } from "../../../api/error";
import { endLiveRoom, enterLiveRoom, removeLivePerson, type LivePerson, type LiveRoom } from "../../../api/live";
import { currentLanguage } from "../../../i18n";
import { Busy, useTitle } from "../../../ui";
import { clockOf, since } from "../../../ui/time";
import s from "../admin.module.css";
import { useAbove } from "../reads";
import { Refusal } from "../Refusal";
import { mayChange } from "../rights";
import { holds, type AdminRole, type Appointment } from "../roles";
import { Quality } from "./LiveList";
import { liveKeys, useLivePeople, useLiveRoom } from "./reads";
import { WithReason } from "./WithReason";

/** Auditors count, and read no names. */
const named: readonly AdminRole[] = ["platform-admin", "org-admin", "support"];

/** One meeting that runs: how it stands, who is in it, and what can be done to it. */
export function LiveRoomPage({ id, appointments }: { id: string; appointments: readonly Appointment[] }) {
  const { t } = useTranslation();
  const path = `/admin/live/${id}`;
  const room = useLiveRoom(id);
  const [ended, setEnded] = useState(false);
  const people = useLivePeople(id, room.isSuccess && !ended && holds(appointments, named));
  const above = useAbove(room.data?.organization.id, room.isSuccess);
  useTitle(room.data?.name ?? t("admin.live.name"));
  const back = <Link href="/admin/live">{t("admin.live.all")}</Link>;
  const over = ended || (room.isError && asApiError(room.error).status === 404);
  if (over || room.isError) {
    return (
      <>
        {back}
        <h1>{room.data === undefined ? t("admin.live.name") : <bdi>{room.data.name}</bdi>}</h1>
        {over ? <p role="status">{t("admin.live.over")}</p> : <Refusal error={room.error} path={path} />}
      </>
    );
  }
  if (room.isPending) return <Busy label={t("common.loading")} />;
  const chain = above.data?.map((one) => one.id) ?? [];
  const may = mayChange(appointments, [room.data.organization.id, ...chain]);
  return (
    <>
      <div className={s.part}>
        {back}
        <h1>
          <bdi>{room.data.name}</bdi>
        </h1>
      </div>
      <Facts room={room.data} />
      {"connections" in room.data && <Connections connections={room.data.connections} />}
      {may && (
        <Acts
          room={room.data}
          path={path}
          onEnded={() => {
            setEnded(true);
          }}
        />
      )}
      <section className={s.part}>
        <h2>{t("admin.live.who")}</h2>
        {people.isSuccess && <p className="small muted">{t("admin.live.read")}</p>}
        {people.isPending && !holds(appointments, named) && <p className="muted">{t("admin.live.unnamed")}</p>}
        {people.isError && (asApiError(people.error).code === "forbidden" ? <p className="muted">{t("admin.live.unnamed")}</p> : <Refusal error={people.error} path={path} />)}
        {people.data?.length === 0 && <p>{t("admin.live.empty")}</p>}
        <ul className="card rows" hidden={!people.isSuccess || people.data.length === 0}>
          {people.data?.map((person) => (
            <PersonRow key={person.participant} room={room.data} person={person} may={may} path={path} />
          ))}
        </ul>
      </section>
    </>
  );
}

function Facts({ room }: { room: LiveRoom }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  return (
    <dl className={`card ${s.facts ?? ""}`}>
      <dt>{t("admin.live.organization")}</dt>
      <dd>
        <Link href={`/admin/organizations/${room.organization.id}`}>
          <bdi>{room.organization.name}</bdi>
        </Link>
      </dd>
      <dt>{t("admin.live.since")}</dt>
      <dd>
        {clockOf(room.since, language)} ({since(room.since, language)})
      </dd>
      <dt>{t("admin.live.people")}</dt>
      <dd>{room.people}</dd>
      <dt>{t("admin.live.waiting")}</dt>
      <dd>{room.waiting}</dd>
      <dt>{t("admin.live.door")}</dt>
      <dd>
        {t(`admin.live.entry.${room.entry}`)}
        {room.locked && `, ${t("admin.live.locked")}`}
      </dd>
      <dt>{t("admin.live.quality")}</dt>
      <dd>
        <Quality room={room} />
      </dd>
      <dt>{t("admin.live.node")}</dt>
      <dd>{room.node ?? t("admin.live.unknown")}</dd>
    </dl>
  );
}

function Acts({ room, path, onEnded }: { room: LiveRoom; path: string; onEnded: () => void }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  return (
    <div className={s.acts}>
      <WithReason
        act={t("admin.live.enter")}
        lead={t("admin.live.enterLead")}
        path={path}
        says={{ removed: t("admin.live.removedByHost"), blocked: t("admin.live.removedByHost") }}
        run={(reason) => enterLiveRoom(room.id, reason)}
        onDone={({ slug }) => {
          go(`/${slug}`);
        }}
      />
      <WithReason act={t("admin.live.end")} lead={t("admin.live.endLead")} danger path={path} run={(reason) => endLiveRoom(room.id, reason)} onDone={onEnded} />
    </div>
  );
}

const qualities = ["excellent", "good", "poor", "lost", "unknown"] as const;

/** How many have which connection, as the media server judges them. */
function Connections({ connections }: { connections: LiveRoom["connections"] }) {
  const { t } = useTranslation();
  return (
    <section className={s.part} aria-labelledby="live-connections">
      <h2 id="live-connections">{t("admin.live.connections.name")}</h2>
      <p className="small muted">{t("admin.live.connections.lead")}</p>
      <dl className={`card ${s.facts ?? ""}`}>
        {qualities.map((quality) => (
          <Fragment key={quality}>
            <dt>{t(`admin.live.connections.${quality}`)}</dt>
            <dd>{connections[quality]}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

function PersonRow({ room, person, may, path }: { room: LiveRoom; person: LivePerson; may: boolean; path: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { administrator } = person;
  return (
    <li>
      <div>
        <bdi>{person.name}</bdi>
        <div className="small muted">
          {[person.organization, t(`admin.live.kinds.${person.kind}`), t(`admin.live.roles.${person.role}`)].filter((one) => one !== undefined && one !== "").join(" · ")}
        </div>
        <div className="small muted">{t("admin.live.sinceClock", { time: clockOf(person.since, currentLanguage()) })}</div>
        {administrator !== undefined && (
          <span className={`tag ${s.state ?? ""}`} data-tone="warn">
            {t(`admin.roles.${administrator}`)}
          </span>
        )}
        {person.connection === "interrupted" && <div className="small">{t("admin.live.lost")}</div>}
      </div>
      {may && (
        <WithReason
          act={t("admin.live.remove")}
          whole={t("admin.live.removeOf", { name: person.name })}
          lead={t("admin.live.removeLead")}
          danger
          path={path}
          says={{ "participant-not-found": t("admin.live.left") }}
          run={(reason) => removeLivePerson(room.id, person.participant, reason)}
          onDone={() => void queries.invalidateQueries({ queryKey: liveKeys.people(room.id) })}
        />
      )}
    </li>
  );
}
