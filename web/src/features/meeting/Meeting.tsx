import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import type { Waiting } from "../../api/lobby";
import { keys } from "../../api/queries";
import * as rooms from "../../api/rooms";
import type { Joined } from "../../api/types";
import { broughtTo } from "../../browser/personalLink";
import { Call } from "../../call/call";
import { LiveKitMedia } from "../../call/media/livekit";
import type { CallApi, Wishes } from "../../call/ports";
import { useTitle } from "../../ui";
import { useTranslation } from "react-i18next";
import { CallContext, useView } from "./context";
import { CallScreen } from "./CallScreen";
import { Over } from "./Over";

interface MeetingProps {
  joined: Joined;
  wishes: Wishes;
  guestName: string | undefined;
  onBack: () => void;
  /** A host sent this person back to the lobby. */
  onWait: (waiting: Waiting) => void;
}

export function Meeting({ joined, wishes, guestName, onBack, onWait }: MeetingProps) {
  const [call] = useState(
    () => new Call(apiOf(joined.room.slug, guestName), (events) => new LiveKitMedia(events, wishes), joined),
  );
  const { t } = useTranslation();
  const queries = useQueryClient();
  useTitle(t("call.title", { name: joined.room.name }));
  useLife(call);
  useEffect(() => () => void queries.invalidateQueries({ queryKey: keys.rooms }), [queries]);
  return (
    <CallContext value={call}>
      <Screen onBack={onBack} onWait={onWait} />
    </CallContext>
  );
}

function Screen({ onBack, onWait }: Pick<MeetingProps, "onBack" | "onWait">) {
  const phase = useView((view) => view.phase);
  const waiting = useView((view) => view.waiting);
  const wait = useEffectEvent(onWait);
  useEffect(() => {
    if (waiting !== undefined) wait(waiting);
  }, [waiting]);
  if (phase.name !== "over") return <CallScreen />;
  const { reason, code } = phase;
  return reason === "waiting" ? null : <Over reason={reason} code={code} onBack={onBack} />;
}

function apiOf(slug: string, guestName: string | undefined): CallApi {
  return {
    join: () => rooms.joinRoom(slug, guestName, broughtTo(slug)),
    state: (participant) => rooms.callState(slug, participant),
    say: (participant, text) => rooms.say(slug, participant, text),
    raise: (participant, raised) => rooms.raise(slug, participant, raised),
    agreeToUnmute: (participant, request) => rooms.agreeToUnmute(slug, participant, request),
    react: (participant, reaction) => rooms.react(slug, participant, reaction),
    leave: (participant) => rooms.leave(slug, participant),
    leaveNow: (participant) => {
      rooms.leaveNow(slug, participant);
    },
  };
}

const mounts = new WeakMap<Call, number>();

// Strict mode mounts twice: the call starts with the mount that lasts and is left when none follows.
function useLife(call: Call): void {
  useEffect(() => {
    const mount = (mounts.get(call) ?? 0) + 1;
    mounts.set(call, mount);
    const isLast = () => mounts.get(call) === mount;
    queueMicrotask(() => {
      if (isLast()) call.start();
    });
    const goodbye = () => {
      call.leaveNow();
    };
    // A page that comes back from the browser's cache has lost its call.
    const returned = (event: PageTransitionEvent) => {
      if (event.persisted) location.reload();
    };
    const online = () => {
      call.retryNow();
    };
    window.addEventListener("pagehide", goodbye);
    window.addEventListener("pageshow", returned);
    window.addEventListener("online", online);
    return () => {
      window.removeEventListener("pagehide", goodbye);
      window.removeEventListener("pageshow", returned);
      window.removeEventListener("online", online);
      queueMicrotask(() => {
        if (isLast() && call.view.get().phase.name !== "over") void call.leave();
      });
    };
  }, [call]);
}
