import { Keyboard, Link, Maximize, MonitorUp, SlidersHorizontal, Smile } from "lucide-react";
import { useTranslation } from "react-i18next";
import { canShareScreen } from "../../call/media/devices";
import { copyText, type MenuEntry } from "../../ui";
import { useCall, useView } from "./context";
import { useForbidden } from "./hosting/useForbidden";
import { toggleFullscreen } from "./fullscreen";

interface MoreOptions {
  narrow: boolean;
  openDialog: (name: "devices" | "shortcuts") => void;
  openReactions: () => void;
}

/** What the dock has no room for. */
export function useMoreEntries({ narrow, openDialog, openReactions }: MoreOptions): MenuEntry[] {
  const { t } = useTranslation();
  const call = useCall();
  const { screenOn } = useView((view) => view.own);
  const screenOff = useForbidden("screen");
  const reactionsOff = useForbidden("reactions");
  const url = useView((view) => view.joined.room.url);
  const icon = "ico";
  const entries: (MenuEntry | false)[] = [
    narrow && {
      key: "react",
      label: t("call.react"),
      refused: reactionsOff,
      icon: <Smile className={icon} aria-hidden="true" />,
      onSelect: openReactions,
    },
    narrow &&
      canShareScreen() && {
        key: "screen",
        label: screenOn ? t("call.screenOff") : t("call.screenOn"),
        refused: screenOff,
        icon: <MonitorUp className={icon} aria-hidden="true" />,
        onSelect: () => void call.turn("screen", !screenOn),
      },
    {
      key: "devices",
      label: t("call.devices"),
      icon: <SlidersHorizontal className={icon} aria-hidden="true" />,
      onSelect: () => {
        openDialog("devices");
      },
    },
    {
      key: "link",
      label: t("common.copyLink"),
      icon: <Link className={icon} aria-hidden="true" />,
      onSelect: () => void copyText(url).catch(() => undefined),
    },
    document.fullscreenEnabled && {
      key: "fullscreen",
      label: t("call.fullscreen"),
      icon: <Maximize className={icon} aria-hidden="true" />,
      onSelect: toggleFullscreen,
    },
    {
      key: "shortcuts",
      label: t("call.shortcuts"),
      icon: <Keyboard className={icon} aria-hidden="true" />,
      onSelect: () => {
        openDialog("shortcuts");
      },
    },
  ];
  return entries.filter((entry) => entry !== false);
}
