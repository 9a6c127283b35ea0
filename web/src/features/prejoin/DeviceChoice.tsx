import { useTranslation } from "react-i18next";
import { canChooseSpeaker, type DeviceKind } from "../../call/media/devices";
import type { Preview } from "../../call/media/preview";
import { DeviceSelect, Field, LevelMeter, useStore } from "../../ui";
import s from "./prejoin.module.css";

export function DeviceChoice({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  const view = useStore(preview.view, (whole) => whole);
  const choose = (kind: DeviceKind) => (id: string) => void preview.choose(kind, id);
  return (
    <div className={s.devices}>
      <div className={s.form}>
        <Field label={t("prejoin.mic")}>
          {(wiring) => (
            <DeviceSelect {...wiring} kind="mic" devices={view.devices.mic} value={view.mic.deviceId} onChoose={choose("mic")} />
          )}
        </Field>
        {view.mic.track !== undefined && (
          <LevelMeter track={view.mic.track} label={t("prejoin.level")} hint={t("prejoin.levelHint")} />
        )}
      </div>
      <Field label={t("prejoin.camera")}>
        {(wiring) => (
          <DeviceSelect
            {...wiring}
            kind="camera"
            devices={view.devices.camera}
            value={view.camera.deviceId}
            onChoose={choose("camera")}
          />
        )}
      </Field>
      {canChooseSpeaker() && view.devices.speaker.length > 1 && (
        <Field label={t("devices.speaker")}>
          {(wiring) => (
            <DeviceSelect
              {...wiring}
              kind="speaker"
              devices={view.devices.speaker}
              value={view.speakerId}
              onChoose={(id) => {
                preview.chooseSpeaker(id);
              }}
            />
          )}
        </Field>
      )}
    </div>
  );
}
