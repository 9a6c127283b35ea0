import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { remember } from "../../browser/storage";
import { canChooseSpeaker, listDevices, onDeviceChange, type DeviceList } from "../../call/media/devices";
import { DeviceSelect, Dialog, Field, LevelMeter } from "../../ui";
import { leads } from "../../call/rights";
import { useCall, useView } from "./context";
import { SoundSetting } from "../lobby";

const none: DeviceList = { mic: [], camera: [], speaker: [] };

/** Other devices during the call; they change at once, for everybody to see and hear. */
export function DevicesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const call = useCall();
  const hosts = useView((view) => leads(view.said.role));
  const devices = useDevices();
  const [chosen, setChosen] = useState<Partial<Record<keyof DeviceList, string>>>({});
  const kinds = [
    ["mic", t("prejoin.mic")],
    ["camera", t("prejoin.camera")],
    ...(canChooseSpeaker() ? [["speaker", t("devices.speaker")] as const] : []),
  ] as const;
  return (
    <Dialog title={t("call.devices")} onClose={onClose}>
      {kinds.map(([kind, label]) => (
        <Field key={kind} label={label}>
          {(wiring) => (
            <DeviceSelect
              {...wiring}
              kind={kind}
              devices={devices[kind]}
              value={chosen[kind] ?? call.chosen(kind)}
              onChoose={(id) => {
                setChosen({ ...chosen, [kind]: id });
                remember(kind, id);
                void call.choose(kind, id);
              }}
            />
          )}
        </Field>
      ))}
      <OwnLevel />
      {hosts && <SoundSetting />}
    </Dialog>
  );
}

function OwnLevel() {
  const { t } = useTranslation();
  const micOn = useView((view) => view.own.micOn);
  const call = useCall();
  const track = micOn ? call.micTrack() : undefined;
  if (track === undefined) return <p className="muted">{t("prejoin.micOff")}</p>;
  return <LevelMeter key={track.id} track={track} label={t("prejoin.level")} hint={t("prejoin.levelHint")} />;
}

function useDevices(): DeviceList {
  const [devices, setDevices] = useState(none);
  useEffect(() => {
    let over = false;
    const read = () => {
      listDevices().then(
        (list) => {
          if (!over) setDevices(list);
        },
        () => undefined,
      );
    };
    read();
    const stop = onDeviceChange(read);
    return () => {
      over = true;
      stop();
    };
  }, []);
  return devices;
}
