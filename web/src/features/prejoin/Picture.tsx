import { Mic, MicOff, Video, VideoOff } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Preview } from "../../call/media/preview";
import { useStore } from "../../ui";
import s from "./prejoin.module.css";

/** One's own picture, mirrored, with the two switches that matter. `muted` names what says why the microphone stays closed for now. */
export function Picture({ preview, muted }: { preview: Preview; muted: string | undefined }) {
  const { t } = useTranslation();
  const mic = useStore(preview.view, (view) => view.mic);
  const camera = useStore(preview.view, (view) => view.camera);
  const opening = mic.opening || camera.opening;
  return (
    <div className={s.picture}>
      {camera.track !== undefined ? (
        <OwnVideo track={camera.track} label={t("prejoin.preview")} />
      ) : (
        <p className={s.hint}>{opening ? t("prejoin.cameraWaiting") : t("prejoin.cameraOff")}</p>
      )}
      <div className={s.controls}>
        <button
          type="button"
          className={s.toggle}
          data-on={mic.on && mic.trouble === undefined}
          aria-disabled={muted !== undefined}
          aria-describedby={muted}
          onClick={() => {
            if (muted === undefined) void preview.turn("mic", !mic.on || mic.trouble !== undefined);
          }}
        >
          {mic.on && mic.trouble === undefined ? <Mic className="ico" aria-hidden="true" /> : <MicOff className="ico" aria-hidden="true" />}
          <span className="visually-hidden">
            {mic.on && mic.trouble === undefined ? t("prejoin.turnMicOff") : t("prejoin.turnMicOn")}
          </span>
          <span aria-hidden="true">{t("prejoin.mic")}</span>
        </button>
        <button
          type="button"
          className={s.toggle}
          data-on={camera.on && camera.trouble === undefined}
          onClick={() => void preview.turn("camera", !camera.on || camera.trouble !== undefined)}
        >
          {camera.on && camera.trouble === undefined ? (
            <Video className="ico" aria-hidden="true" />
          ) : (
            <VideoOff className="ico" aria-hidden="true" />
          )}
          <span className="visually-hidden">
            {camera.on && camera.trouble === undefined ? t("prejoin.turnCameraOff") : t("prejoin.turnCameraOn")}
          </span>
          <span aria-hidden="true">{t("prejoin.camera")}</span>
        </button>
      </div>
    </div>
  );
}

function OwnVideo({ track, label }: { track: MediaStreamTrack; label: string }) {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = ref.current;
    if (video === null) return;
    video.srcObject = new MediaStream([track]);
    return () => {
      video.srcObject = null;
    };
  }, [track]);
  return <video ref={ref} autoPlay playsInline muted aria-label={label} />;
}
