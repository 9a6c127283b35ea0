import type { SelectHTMLAttributes } from "react";
import { useTranslation } from "react-i18next";
import type { Device, DeviceList } from "../call/media/devices";

interface DeviceSelectProps extends SelectHTMLAttributes<HTMLSelectElement> {
  kind: keyof DeviceList;
  devices: readonly Device[];
  value: string | undefined;
  onChoose: (id: string) => void;
}

const unnamed = { mic: "devices.unnamedMic", camera: "devices.unnamedCamera", speaker: "devices.unnamedSpeaker" } as const;

/** Devices by the names that the browser gives once it may, else by number. */
export function DeviceSelect({ kind, devices, value, onChoose, ...wiring }: DeviceSelectProps) {
  const { t } = useTranslation();
  const known = devices.some((device) => device.id === value);
  return (
    <select
      {...wiring}
      className="field"
      disabled={devices.length === 0}
      value={known ? value : ""}
      onChange={(event) => {
        onChoose(event.target.value);
      }}
    >
      {!known && <option value="">{t("devices.default")}</option>}
      {devices.map((device, i) => (
        <option key={device.id} value={device.id}>
          {device.label || t(unnamed[kind], { n: i + 1 })}
        </option>
      ))}
    </select>
  );
}
