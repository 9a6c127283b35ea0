import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Announcer } from "./Announcer";
import { Banners } from "./Banners";
import { ChatPanel } from "./ChatPanel";
import { leads } from "../../call/rights";
import { useCall, useView } from "./context";
import { DevicesDialog } from "./DevicesDialog";
import { Dock } from "./Dock";
import { Floating } from "./Floating";
import { PeoplePanel } from "./PeoplePanel";
import s from "./screen.module.css";
import { ShortcutsDialog } from "./ShortcutsDialog";
import { Sound } from "./Sound";
import { Stage } from "./Stage";
import { TopBar } from "./TopBar";
import { useShortcuts } from "./useShortcuts";
import { useWakeLock } from "./useWakeLock";

export type PanelName = "chat" | "people";
type DialogName = "devices" | "shortcuts";

export function CallScreen() {
  const { t } = useTranslation();
  const { panel, show, toggle, close } = usePanel();
  const [dialog, setDialog] = useState<DialogName>();
  const [reacting, setReacting] = useState(false);
  const [looked, setLooked] = useState(0);
  const hosts = useView((view) => leads(view.said.role));
  const showWaiting = () => {
    if (!hosts) return;
    show("people");
    setLooked(looked + 1);
  };
  const main = useRef<HTMLElement>(null);
  useEffect(() => main.current?.focus(), []);
  useWakeLock();
  useShortcuts({
    togglePanel: toggle,
    showWaiting,
    openReactions: () => {
      setReacting(true);
    },
    openList: () => {
      setDialog("shortcuts");
    },
  });
  return (
    <div className={s.screen} data-panel={panel !== undefined}>
      <TopBar />
      <main className={s.main} ref={main} tabIndex={-1} aria-label={t("call.stage")}>
        <Banners panel={panel} showWaiting={showWaiting} />
        <Stage />
        <Floating />
      </main>
      {panel === "chat" && <ChatPanel onClose={close} />}
      {panel === "people" && <PeoplePanel onClose={close} looked={looked} />}
      <Dock panel={panel} togglePanel={toggle} openDialog={setDialog} reacting={reacting} setReacting={setReacting} />
      {dialog === "devices" && <DevicesDialog onClose={() => { setDialog(undefined); }} />}
      {dialog === "shortcuts" && <ShortcutsDialog onClose={() => { setDialog(undefined); }} />}
      <Sound />
      <Announcer />
    </div>
  );
}

/** One panel at a time; when it closes, the focus returns to the button that stands for it. */
function usePanel() {
  const call = useCall();
  const [panel, setPanel] = useState<PanelName>();
  useEffect(() => {
    call.watchChat(panel === "chat");
  }, [call, panel]);
  const close = useCallback(() => {
    setPanel((open) => {
      document.getElementById(`dock-${open ?? ""}`)?.focus();
      return undefined;
    });
  }, []);
  const toggle = useCallback(
    (name: PanelName) => {
      if (panel === name) close();
      else setPanel(name);
    },
    [panel, close],
  );
  return { panel, show: setPanel, toggle, close };
}
