import { VideoTrack } from "@livekit/components-react";
import { Hand, MicOff, Pin } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { initialsOf, shadeOf, type Person } from "../../call/people";
import { useView } from "./context";
import s from "./stage.module.css";
import { useStanding } from "./useStanding";

/** Somebody's picture, or their initials, with who they are and how sure we are of it. */
export const Tile = memo(function Tile({ person, small = false }: { person: Person; small?: boolean }) {
  const { t } = useTranslation();
  const standing = useStanding();
  const handUp = useView((view) => view.said.hands.some((hand) => hand.participant === person.id));
  const forward = useView((view) => view.said.spotlight.includes(person.id));
  return (
    <div
      className={s.tile}
      data-participant={person.id}
      data-speaking={person.speaking}
      data-small={small}
      data-mine={person.mine}
    >
      {person.camera !== undefined ? (
        <VideoTrack key={person.camera.publication.trackSid} trackRef={person.camera} className={s.video} />
      ) : (
        <span className={s.initials} data-shade={shadeOf(person.id)} aria-hidden="true">
          {initialsOf(person.name)}
        </span>
      )}
      {handUp && (
        <span className={s.hand}>
          <Hand className="ico" aria-hidden="true" />
          <span className="visually-hidden">{t("call.handUp")}</span>
        </span>
      )}
      <div className={s.plate}>
        {!person.micOn && (
          <>
            <MicOff className={s.plateIcon} aria-hidden="true" />
            <span className="visually-hidden">{t("call.muted")}</span>
          </>
        )}
        {forward && (
          <>
            <Pin className={s.plateMark} aria-hidden="true" />
            <span className="visually-hidden">{t("hosting.forward")}</span>
          </>
        )}
        <span className={s.plateName}>
          <bdi>{person.mine ? t("call.you", { name: person.name }) : person.name}</bdi>
        </span>
        <span className={s.standing}>{standing(person)}</span>
        {person.speaking && <span className="visually-hidden">{t("call.speaking")}</span>}
      </div>
    </div>
  );
});
