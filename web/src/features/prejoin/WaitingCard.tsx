import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { isReason, leaveLobby, writeNote, type Waiting } from "../../api/lobby";
import { useConfig } from "../../api/queries";
import { joinRoom } from "../../api/rooms";
import { signInHref } from "../../api/session";
import { listenTo, roomStream } from "../../api/stream";
import type { Me, Room } from "../../api/types";
import { broughtTo } from "../../browser/personalLink";
import { WaitingRoom, type Outcome } from "../../call/waiting";
import { currentLanguage } from "../../i18n";
import { Busy, useStore } from "../../ui";
import { clockOf } from "../../ui/time";
import { claim } from "./claim";
import { NoteForm } from "./NoteForm";
import { ProveEmail } from "./ProveEmail";
import s from "./prejoin.module.css";

interface WaitingCardProps {
  room: Room;
  me: Me;
  waiting: Waiting;
  guestName: string | undefined;
  onEnd: (outcome: Outcome) => void;
}

/** What one waits for, that one's place is kept, and a line to who decides. The way in opens by itself. */
export function WaitingCard({ room, me, waiting, guestName, onEnd }: WaitingCardProps) {
  const { t } = useTranslation();
  const config = useConfig();
  const place = usePlace(room.slug, waiting, guestName, onEnd);
  const { ticket, admitted, lost, note } = useStore(place.view, (view) => view);
  const asked = ticket.reason === "email";
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const time = clockOf(ticket.since, currentLanguage());
  return (
    <section className={`card ${s.side}`}>
      <div className={s.title}>
        {room.name !== undefined && (
          <p className="muted">
            <bdi>{room.name}</bdi>
          </p>
        )}
        <h1 ref={title} tabIndex={-1}>
          {t("lobby.title")}
        </h1>
        <p className="muted">{t("lobby.as", { name: ticket.name, time })}</p>
      </div>
      <div role="status" className={s.news}>
        {admitted ? <Busy label={t("lobby.admitted")} /> : <p>{t(`lobby.why.${isReason(ticket.reason) ? ticket.reason : "lobby"}`)}</p>}
        {lost && <p className={s.lost}>{t("lobby.lost")}</p>}
      </div>
      {!asked && (
        <NoteForm
          note={note}
          onSend={(text) => {
            void place.write(text);
          }}
        />
      )}
      {me.kind !== "person" && (asked || config.data?.emailProof === true) && (
        <ProveEmail
          asked={asked}
          proved={me.email}
          onProved={() => {
            place.renew();
          }}
        />
      )}
      <div className={s.acts}>
        <button
          type="button"
          className="btn"
          onClick={() => {
            place.leave();
          }}
        >
          {t("lobby.leave")}
        </button>
      </div>
      {me.kind !== "person" && (
        <div className={s.account}>
          <p className="muted">{t("prejoin.haveAccount")}</p>
          <a className="btn" href={signInHref(`/${room.slug}`)}>
            {t("prejoin.signInInstead")}
          </a>
        </div>
      )}
    </section>
  );
}

function usePlace(slug: string, waiting: Waiting, guestName: string | undefined, onEnd: (outcome: Outcome) => void): WaitingRoom {
  const [stream] = useState(() => roomStream(slug));
  const [place] = useState(
    () =>
      new WaitingRoom(
        {
          join: () => joinRoom(slug, guestName, broughtTo(slug)),
          note: (ticket, text) => writeNote(slug, ticket, text),
          leave: (ticket) => leaveLobby(slug, ticket),
          claim,
        },
        {
          view: stream.view,
          reopen: () => { stream.reopen(); },
          tell: (event) => { stream.tell(event); },
        },
        waiting,
      ),
  );
  useEffect(() => {
    const stop = listenTo(stream);
    place.start();
    return () => {
      place.stop();
      stop();
    };
  }, [stream, place]);
  const outcome = useStore(place.view, (view) => view.outcome);
  const end = useEffectEvent(onEnd);
  useEffect(() => {
    if (outcome !== undefined) end(outcome);
  }, [outcome]);
  return place;
}
