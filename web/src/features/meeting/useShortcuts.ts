import { useEffect, useEffectEvent } from "react";
import { actionOf, type Action } from "../../call/shortcuts";
import type { PanelName } from "./CallScreen";
import { useCall } from "./context";
import { toggleFullscreen } from "./fullscreen";

interface Handlers {
  togglePanel: (name: PanelName) => void;
  openReactions: () => void;
  showWaiting: () => void;
  openList: () => void;
}

export function useShortcuts({ togglePanel, openReactions, showWaiting, openList }: Handlers): void {
  const call = useCall();
  const act = useEffectEvent((action: Action) => {
    const { own } = call.view.get();
    const acts: Record<Action, () => void> = {
      mic: () => void call.turn("mic", !own.micOn),
      camera: () => void call.turn("camera", !own.cameraOn),
      talk: () => void call.turn("mic", true),
      hand: () => void call.raise(!call.handUp),
      chat: () => { togglePanel("chat"); },
      people: () => { togglePanel("people"); },
      waiting: showWaiting,
      react: () => {
        if (call.isOff("reactions")) call.explain("reactions");
        else openReactions();
      },
      fullscreen: toggleFullscreen,
      toolbar: () => document.querySelector<HTMLElement>("#dock button:not(:disabled)")?.focus(),
      list: openList,
    };
    acts[action]();
  });
  useEffect(() => {
    let talking = false;
    const down = (event: KeyboardEvent) => {
      const action = actionOf(event);
      if (action === undefined || document.querySelector("dialog[open]") !== null) return;
      if (action === "talk") {
        if (event.repeat || writes(event.target) || call.view.get().own.micOn) return;
        talking = true;
      }
      event.preventDefault();
      if (!event.repeat) act(action);
    };
    const quiet = () => {
      if (talking) void call.turn("mic", false);
      talking = false;
    };
    const up = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "v") quiet();
    };
    window.addEventListener("keydown", down);
    window.addEventListener("keyup", up);
    window.addEventListener("blur", quiet);
    return () => {
      window.removeEventListener("keydown", down);
      window.removeEventListener("keyup", up);
      window.removeEventListener("blur", quiet);
    };
  }, [call]);
}

function writes(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [role=menu]") !== null;
}
