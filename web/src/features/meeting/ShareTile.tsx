import { VideoTrack } from "@livekit/components-react";
import { Maximize2, MonitorUp } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Share } from "../../call/layout/stage";
import { useCall } from "./context";
import s from "./stage.module.css";

interface ShareTileProps {
  share: Share;
  large?: boolean;
  onEnlarge?: () => void;
}

/** A shared screen, whole: nothing of it is cropped. One's own is a notice. */
export function ShareTile({ share: { person, mine }, large = false, onEnlarge }: ShareTileProps) {
  const { t } = useTranslation();
  const call = useCall();
  return (
    <div className={large ? `${s.tile} ${s.large ?? ""}` : s.tile} data-screen={person.id} data-small={!large}>
      {mine ? (
        <div className={s.ownScreen}>
          <MonitorUp className="ico" aria-hidden="true" />
          <span>{t("call.yourScreen")}</span>
          {large && (
            <button type="button" className="btn" onClick={() => void call.turn("screen", false)}>
              {t("call.screenOff")}
            </button>
          )}
        </div>
      ) : (
        person.screen !== undefined && (
          <VideoTrack key={person.screen.publication.trackSid} trackRef={person.screen} className={s.screenVideo} />
        )
      )}
      {!mine && (
        <div className={s.plate}>
          <span className={s.plateName}>
            <bdi>{t("call.screenOf", { name: person.name })}</bdi>
          </span>
        </div>
      )}
      {onEnlarge !== undefined && (
        <button type="button" className={s.enlarge} aria-label={t("call.enlarge", { name: person.name })} onClick={onEnlarge}>
          <Maximize2 className="ico" aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
