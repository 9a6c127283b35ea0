import { Ellipsis, Hand, MessageSquare, Mic, MicOff, MonitorUp, PhoneOff, Smile, Users, Video, VideoOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { canShareScreen } from "../../call/media/devices";
import type { CallView } from "../../call/call";
import { Menu } from "../../ui";
import type { PanelName } from "./CallScreen";
import { useCall, useView } from "./context";
import s from "./dock.module.css";
import { DockButton } from "./DockButton";
import { ReactionMenu } from "./ReactionMenu";
import { useWaiting } from "./hosting/useWaiting";
import { useForbidden } from "./hosting/useForbidden";
import { useMoreEntries } from "./useMoreEntries";
import { useNarrow } from "./useNarrow";

interface DockProps {
  panel: PanelName | undefined;
  togglePanel: (name: PanelName) => void;
  openDialog: (name: "devices" | "shortcuts") => void;
  reacting: boolean;
  setReacting: (open: boolean) => void;
}

const handUp = (view: CallView) => view.said.hands.some((hand) => hand.participant === view.joined.participant.id);

export function Dock({ panel, togglePanel, openDialog, reacting, setReacting }: DockProps) {
  const { t } = useTranslation();
  const call = useCall();
  const narrow = useNarrow();
  const raised = useView(handUp);
  const unread = useView((view) => view.unread);
  const hands = useView((view) => view.said.hands.length);
  const waiting = useWaiting().items.length;
  const peopleLabel = usePeopleLabel(waiting, hands);
  const reactionsOff = useForbidden("reactions");
  const more = useMoreEntries({ narrow, openDialog, openReactions: () => { setReacting(true); } });
  return (
    <nav className={s.dock} aria-label={t("call.controls")} id="dock">
      <Switches />
      {!narrow && <ScreenButton />}
      <DockButton
        icon={<Hand className="ico" aria-hidden="true" />}
        short={t("call.short.hand")}
        label={raised ? t("call.handLower") : t("call.handRaise")}
        look={raised ? "active" : undefined}
        onClick={() => void call.raise(!raised)}
      />
      {(!narrow || reacting) && (
        <ReactionMenu
          open={reacting}
          onOpenChange={(open) => {
            if (open && reactionsOff !== undefined) {
              call.explain("reactions");
              return;
            }
            setReacting(open);
            // On a phone its button goes with it: the focus goes to where it was opened from.
            if (!open && narrow) queueMicrotask(() => document.getElementById("dock-more")?.focus());
          }}
          button={(wiring) => (
            <DockButton icon={<Smile className="ico" aria-hidden="true" />} short={t("call.short.react")} label={t("call.react")} refused={reactionsOff} {...wiring} />
          )}
        />
      )}
      <span className={s.gap} />
      <DockButton
        id="dock-chat"
        icon={<MessageSquare className="ico" aria-hidden="true" />}
        short={t("call.short.chat")}
        label={unread > 0 ? t("call.chatUnread", { count: unread }) : t("call.chat")}
        badge={unread}
        look={panel === "chat" ? "active" : undefined}
        aria-expanded={panel === "chat"}
        onClick={() => { togglePanel("chat"); }}
      />
      <DockButton
        id="dock-people"
        icon={<Users className="ico" aria-hidden="true" />}
        short={t("call.short.people")}
        label={peopleLabel}
        badge={waiting > 0 ? waiting : hands}
        calls={waiting > 0}
        look={panel === "people" ? "active" : undefined}
        aria-expanded={panel === "people"}
        onClick={() => { togglePanel("people"); }}
      />
      <Menu
        label={t("call.more")}
        side="above"
        align={narrow ? "end" : "center"}
        entries={more}
        button={(wiring) => (
          <DockButton
            id="dock-more"
            icon={<Ellipsis className="ico" aria-hidden="true" />}
            short={t("call.short.more")}
            label={t("call.more")}
            {...wiring}
          />
        )}
      />
      <span className={s.gap} />
      <DockButton
        icon={<PhoneOff className="ico" aria-hidden="true" />}
        short={t("call.short.leave")}
        label={t("call.leave")}
        look="leave"
        onClick={() => void call.leave()}
      />
    </nav>
  );
}

function usePeopleLabel(waiting: number, hands: number): string {
  const { t } = useTranslation();
  if (waiting === 0) return hands > 0 ? t("call.peopleHands", { count: hands }) : t("call.peoplePanel");
  const waits = t("lobby.peopleWaiting", { count: waiting });
  return hands === 0 ? waits : `${waits}, ${t("lobby.handsToo", { count: hands })}`;
}

function Switches() {
  const { t } = useTranslation();
  const call = useCall();
  const { micOn, cameraOn } = useView((view) => view.own);
  const micOff = useForbidden("microphone");
  const cameraOff = useForbidden("camera");
  return (
    <>
      <DockButton
        icon={micOn ? <Mic className="ico" aria-hidden="true" /> : <MicOff className="ico" aria-hidden="true" />}
        short={t("call.short.mic")}
        label={micOn ? t("call.micOff") : t("call.micOn")}
        look={micOn ? undefined : "off"}
        refused={micOff}
        onClick={() => void call.turn("mic", !micOn)}
      />
      <DockButton
        icon={cameraOn ? <Video className="ico" aria-hidden="true" /> : <VideoOff className="ico" aria-hidden="true" />}
        short={t("call.short.camera")}
        label={cameraOn ? t("call.cameraOff") : t("call.cameraOn")}
        look={cameraOn ? undefined : "off"}
        refused={cameraOff}
        onClick={() => void call.turn("camera", !cameraOn)}
      />
    </>
  );
}

function ScreenButton() {
  const { t } = useTranslation();
  const call = useCall();
  const { screenOn } = useView((view) => view.own);
  const refused = useForbidden("screen");
  if (!canShareScreen()) return null;
  return (
    <DockButton
      icon={<MonitorUp className="ico" aria-hidden="true" />}
      short={t("call.short.screen")}
      label={screenOn ? t("call.screenOff") : t("call.screenOn")}
      look={screenOn ? "active" : undefined}
      refused={refused}
      onClick={() => void call.turn("screen", !screenOn)}
    />
  );
}
