import { useMutation } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError, type ApiError } from "../../api/error";
import { isWaiting } from "../../api/lobby";
import { joinRoom } from "../../api/rooms";
import type { Joined, Me, Room } from "../../api/types";
import { bringPasscode, broughtTo, forgetLink } from "../../browser/personalLink";
import { recall, remember } from "../../browser/storage";
import { Preview } from "../../call/media/preview";
import type { Wishes } from "../../call/ports";
import type { Outcome } from "../../call/waiting";
import { ErrorNotice, Notice, useTitle } from "../../ui";
import { DeviceChoice } from "./DeviceChoice";
import { EarlyCard } from "./EarlyCard";
import { JoinCard } from "./JoinCard";
import { warmMeeting } from "./lazyMeeting";
import { isEarly, OpensLater } from "./OpensLater";
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

/** Who said before the meeting opens that they go in then, and as whom. */
interface Ready {
  name: string | undefined;
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
const doorCodes = new Set(["not-open-yet", "meeting-over", "sign-in-required", "members-only", "assurance-too-low", "room-archived", "room-not-found"]);

export function Prejoin({ room, me, sentBack, onEnter, onDoorChanged }: PrejoinProps) {
  const { t } = useTranslation();
  const preview = usePreview();
  const [down, setDown] = useState<ApiError>();
  const [beside, setBeside] = useState<Beside>(
    sentBack === undefined ? { name: "door", left: false, again: false } : { name: "waiting", ...sentBack },
  );
  const [ready, setReady] = useState<Ready>();
  const guest = me.kind !== "person";
  useTitle(beside.name === "waiting" ? t("lobby.pageTitle") : (room.name ?? t("prejoin.title")));
  const why = useId();
  const muted = room.entersMuted === true;
  useEffect(() => {
    if (muted) preview.hush();
  }, [muted, preview]);
  const enter = (joined: Joined, guestName: string | undefined) => {
    if (joined.entersMuted) preview.hush(); // it may have been said since the page was read
    onEnter({ joined, wishes: preview.handOver(), guestName });
  };
  const refused = (refusal: ApiError) => {
    if (isTurnedAway(refusal.code)) setBeside(awayFor(refusal.code, refusal.retryAfter));
    else setDown(refusal.passing ? refusal : undefined);
    if (doorCodes.has(refusal.code)) onDoorChanged();
  };
  const join = useMutation({
    mutationFn: (name: string | undefined) => joinRoom(room.slug, name, broughtTo(room.slug)),
    onSuccess: (answer, guestName) => {
      if (guestName !== undefined) remember("name", guestName);
      setDown(undefined);
      if (isWaiting(answer)) setBeside({ name: "waiting", waiting: answer, guestName });
      else enter(answer, guestName);
    },
    onError: (error) => {
      setReady(undefined);
      refused(asApiError(error));
    },
  });
  const early = isEarly(room);
  const entered = useRef<Ready>(undefined); // React may run an effect twice
  const opened = useEffectEvent(() => {
    if (ready === undefined || entered.current === ready || room.door.state === "passcode") return;
    entered.current = ready;
    join.mutate(ready.name);
  });
  useEffect(() => {
    if (!early) opened();
  }, [early]);
  if (ready !== undefined && !early && room.door.state === "passcode") setReady(undefined); // they have to give it first
  const unlinked = useToldOnce(room);
  const failed = join.isError ? asApiError(join.error).code : undefined;
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
        <Picture preview={preview} muted={muted ? why : undefined} />
        {muted && (
          <p id={why} className="muted">
            {t("prejoin.entersMuted")}
          </p>
        )}
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
      {beside.name === "door" && early && ready !== undefined && (
        <EarlyCard room={room} onChange={onDoorChanged} onCancel={() => { setReady(undefined); }} />
      )}
      {beside.name === "door" && !(early && ready !== undefined) && (
        <JoinCard
          room={room}
          me={me}
          busy={join.isPending || join.isSuccess}
          initialName={guest ? (room.invited ?? recall("name") ?? me.name ?? "") : ""}
          knocks={isKnocked(room)}
          takesFocus={beside.again}
          early={early}
          passcode={
            room.door.state === "passcode" || isAboutPasscode(failed)
              ? { wrong: isAboutPasscode(failed) ? t(`errors.${failed}`) : undefined }
              : undefined
          }
          onJoin={(name, passcode) => {
            bringPasscode(room.slug, passcode);
            if (early) setReady({ name: guest ? name : undefined });
            else if (!join.isPending) join.mutate(guest ? name : undefined);
          }}
        >
          {unlinked && <Notice live tone="warn" title={t("prejoin.linkUnknown")} />}
          {early && <OpensLater room={room} ready={false} onChange={onDoorChanged} />}
          {room.door.state === "email" && <Notice title={t("prejoin.emailAsked")} />}
          {beside.left && <Notice live title={t("lobby.left")} />}
          {join.isError && !isAboutPasscode(failed) && !early && <ErrorNotice error={join.error} />}
        </JoinCard>
      )}
    </div>
  );
}

/** Whether the server said that the personal link of this tab is not known. The link is forgotten; that it was said stays. */
function useToldOnce(room: Room): boolean {
  const said = room.notice === "link-unknown";
  const [told, setTold] = useState(said);
  if (said && !told) setTold(true);
  useEffect(() => {
    if (told) forgetLink(room.slug);
  }, [told, room.slug]);
  return told;
}

function isAboutPasscode(code: string | undefined): code is "passcode-required" | "passcode-wrong" {
  return code === "passcode-required" || code === "passcode-wrong";
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
