import { useTranslation } from "react-i18next";
import type { DeviceKind, DeviceTrouble } from "../../call/media/devices";
import type { Preview } from "../../call/media/preview";
import { Notice, useStore } from "../../ui";

/** What keeps a device from working and how to get it back; joining without it stays possible. */
export function Troubles({ preview }: { preview: Preview }) {
  const mic = useStore(preview.view, (view) => view.mic.trouble);
  const camera = useStore(preview.view, (view) => view.camera.trouble);
  if (mic !== undefined && mic === camera) return <Trouble kinds={["mic", "camera"]} trouble={mic} preview={preview} />;
  return (
    <>
      {mic !== undefined && <Trouble kinds={["mic"]} trouble={mic} preview={preview} />}
      {camera !== undefined && <Trouble kinds={["camera"]} trouble={camera} preview={preview} />}
    </>
  );
}

function Trouble({ kinds, trouble, preview }: { kinds: DeviceKind[]; trouble: DeviceTrouble; preview: Preview }) {
  const { t } = useTranslation();
  const device = kinds.map((kind) => t(`devices.${kind}`)).join(", ");
  const retry = async () => {
    for (const kind of kinds) await preview.turn(kind, true);
  };
  return (
    <Notice
      tone="warn"
      live
      title={t(`devices.title.${trouble}`, { device })}
      actions={
        trouble !== "insecure" && (
          <button type="button" className="btn" onClick={() => void retry()}>
            {t("common.retry")}
          </button>
        )
      }
    >
      <p>{t(`devices.help.${trouble}`)}</p>
    </Notice>
  );
}
