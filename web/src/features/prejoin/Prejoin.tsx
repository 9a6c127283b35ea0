import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError, type ApiError } from "../../api/error";
import { isWaiting } from "../../api/lobby";
import { joinRoom } from "../../api/rooms";
import type { Joined, Me, Room } from "../../api/types";
import { recall, remember } from "../../browser/storage";
import { Preview } from "../../call/media/preview";
import type { Wishes } from "../../call/ports";
import type { Outcome } from "../../call/waiting";
import { ErrorNotice, Notice, useTitle } from "../../ui";
import { DeviceChoice } from "./DeviceChoice";
import { JoinCard } from "./JoinCard";
import { warmMeeting } from "./lazyMeeting";
import { Picture } from "./Picture";
import s from "./prejoin.module.css";
import type { SentBack } from "./RoomEntrance";
import { Troubles } from "./Troubles";
import { isTurnedAway, TurnedAway } from "./TurnedAway";
import { Unavailable } from "./Unavailable";
import { WaitingCard } from "./WaitingCard";

interface PrejoinProps {
  room: Room;
  me: Me;
  sentBack: SentBack | undefined;
  onEnter: (entered: { joined: Joined; wishes: Wishes; guestName: string | undefined }) => void;
  onDoorChanged: () => void;
}

/** What stands beside the picture: the way in, the wait for a host, or why there is no way in for now. */
type Beside = { name: "door"; left: boolean; again: boolean } | ({ name: "waiting" } & SentBack) | Away;
interface Away {
  name: "away";
  code: string;
  at: number;
  notBefore: number | undefined;
}

// The door may have changed since the page was read: then it is read again, and says so itself.
const doorCodes = new Set(["sign-in-required", "members-only", "assurance-too-low", "room-archived", "room-not-found"]);

export function Prejoin({ room, me, sentBack, onEnter, onDoorChanged }: PrejoinProps) {
  const { t } = useTranslation();
  const preview = usePreview();
  const [down, setDown] = useState<ApiError>();
  const [beside, setBeside] = useState<Beside>(
    sentBack === undefined ? { name: "door", left: false, again: false } : { name: "waiting", ...sentBack },
  );
  const guest = me.kind !== "person";
  useTitle(beside.name === "waiting" ? t("lobby.pageTitle") : (room.name ?? t("prejoin.title")));
  const enter = (joined: Joined, guestName: string | undefined) => {
    onEnter({ joined, wishes: preview.handOver(), guestName });
  };
  const refused = (refusal: ApiError) => {
    if (isTurnedAway(refusal.code)) setBeside(awayFor(refusal.code, refusal.retryAfter));
    else setDown(refusal.passing ? refusal : undefined);
    if (doorCodes.has(refusal.code)) onDoorChanged();
  };
  const join = useMutation({
    mutationFn: (name: string | undefined) => joinRoom(room.slug, name),
    onSuccess: (answer, guestName) => {
      if (guestName !== undefined) remember("name", guestName);
      setDown(undefined);
      if (isWaiting(answer)) setBeside({ name: "waiting", waiting: answer, guestName });
      else enter(answer, guestName);
    },
    onError: (error) => {
      refused(asApiError(error));
    },
  });
  const ended = (outcome: Outcome, guestName: string | undefined) => {
    if (outcome.type === "joined") {
      enter(outcome.joined, guestName);
      return;
    }
    join.reset();
    const away = outcome.type === "refused" || outcome.type === "elsewhere";
    setBeside(away ? awayFor(outcome.type) : { name: "door", left: outcome.type === "left", again: true });
    if (outcome.type === "door") refused(outcome.error);
  };
  const again = () => {
    if (!join.isPending) join.mutate(join.variables ?? (guest ? (recall("name") ?? undefined) : undefined));
  };
  if (down !== undefined) return <Unavailable error={down} retry={again} />;
  return (
    <div className={s.page}>
      <div className={s.left}>
        <Picture preview={preview} />
        <div className={s.tuning}>
          <Troubles preview={preview} />
          <DeviceChoice preview={preview} />
        </div>
      </div>
      {beside.name === "waiting" && (
        <WaitingCard
          room={room}
          me={me}
          waiting={beside.waiting}
          guestName={beside.guestName}
          onEnd={(outcome) => {
            ended(outcome, beside.guestName);
          }}
        />
      )}
      {beside.name === "away" && <TurnedAway key={beside.at} code={beside.code} notBefore={beside.notBefore} busy={join.isPending} onAgain={again} />}
      {beside.name === "door" && (
        <JoinCard
          room={room}
          me={me}
          busy={join.isPending || join.isSuccess}
          initialName={guest ? (recall("name") ?? me.name ?? "") : ""}
          knocks={isKnocked(room)}
          takesFocus={beside.again}
          onJoin={(name) => {
            if (!join.isPending) join.mutate(guest ? name : undefined);
          }}
        >
          {room.door.state === "email" && <Notice title={t("prejoin.emailAsked")} />}
          {beside.left && <Notice live title={t("lobby.left")} />}
          {join.isError && <ErrorNotice error={join.error} />}
        </JoinCard>
      )}
    </div>
  );
}

function awayFor(code: string, retryAfter?: number): Away {
  const at = Date.now();
  return { name: "away", code, at, notBefore: retryAfter === undefined ? undefined : at + retryAfter * 1000 };
}

// The door says so where the server knows before somebody knocks.
function isKnocked({ door }: Room): boolean {
  return door.state === "lobby";
}

function usePreview(): Preview {
  const [preview] = useState(() => new PreviewHolder());
  useEffect(() => {
    preview.mount();
    warmMeeting();
    return () => {
      preview.unmount();
    };
  }, [preview]);
  return preview.current;
}

// React may run an effect twice (strict mode, hidden pages): devices are opened by the mount that lasts.
class PreviewHolder {
  readonly current = new Preview({ recall, remember });
  private mounts = 0;

  mount(): void {
    const mount = ++this.mounts;
    queueMicrotask(() => {
      if (mount === this.mounts) void this.current.start();
    });
  }

  unmount(): void {
    const mount = ++this.mounts;
    queueMicrotask(() => {
      if (mount === this.mounts) this.current.stop();
    });
  }
}
