import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Knock } from "../../api/lobby";
import { myStream } from "../../api/stream";
import { ErrorNotice } from "../../ui";
import { Knocker } from "./Knocker";
import s from "./lobby.module.css";
import { useDecide, type Decide } from "./useDecide";
import { useKeptFocus } from "./useKeptFocus";
import { SoundSetting } from "./SoundSetting";
import { useLobby } from "./useLobby";
import { useNews } from "./useNews";

/** For hosts who are not in the call: who waits in their rooms, with a sound for each newcomer. Nothing is shown when nobody does. */
export function WaitingInRooms({ person }: { person: string }) {
  const { t } = useTranslation();
  const [stream] = useState(() => myStream(person));
  const lobby = useLobby(stream);
  const decide = useDecide(stream);
  const rooms = Object.entries(lobby?.state.rooms ?? {}).filter(([, { items }]) => items.length > 0);
  const count = rooms.reduce((sum, [, { items }]) => sum + items.length, 0);
  const spoken = useNews(rooms.flatMap(([, { items }]) => items));
  const { head, acted } = useKeptFocus<HTMLParagraphElement>(count);
  return (
    <>
      <p ref={head} tabIndex={-1} role="status" className="visually-hidden">
        {spoken.length === 1 ? t("lobby.knocked", { name: spoken[0]?.name ?? "" }) : count > 0 && t("lobby.knockedMany", { count })}
      </p>
      {(count > 0 || decide.isError) && (
        <section className={`card ${s.home}`} aria-labelledby="waiting-in-rooms">
          <h2 id="waiting-in-rooms">{t("lobby.headingIn")}</h2>
          {rooms.map(([slug, { name, items }]) => (
            <RoomOfWaiting key={slug} slug={slug} name={name === "" ? slug : name} items={items} decide={decide} acted={acted} />
          ))}
          <SoundSetting />
          {decide.isError && <ErrorNotice error={decide.error} />}
        </section>
      )}
    </>
  );
}

interface RoomOfWaitingProps {
  slug: string;
  name: string;
  items: readonly Knock[];
  decide: Decide;
  acted: () => void;
}

function RoomOfWaiting({ slug, name, items, decide, acted }: RoomOfWaitingProps) {
  const { t } = useTranslation();
  return (
    <div className={s.ofRoom}>
      <div className={s.roomHead}>
        <h3>
          <bdi>{name}</bdi>
        </h3>
        <Link className="btn" href={`/${slug}`} aria-label={t("lobby.join", { name })}>
          {t("lobby.joinShort")}
        </Link>
      </div>
      <ul aria-label={t("lobby.heading", { count: items.length })}>
        {items.map((knock) => (
          <li key={knock.id} className={s.row}>
            <Knocker knock={knock} />
            <div className={s.acts}>
              {(["admit", "refuse"] as const).map((how) => (
                <button
                  key={how}
                  type="button"
                  className="btn"
                  aria-label={t(`lobby.${how}One`, { name: knock.name })}
                  onClick={() => {
                    acted();
                    decide.mutate({ slug, how, chosen: { tickets: [knock.id] } });
                  }}
                >
                  {t(`lobby.${how}`)}
                </button>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
