import { startTransition, useCallback, useEffect, useState, type ComponentType, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../api/error";
import { useMe, useRoom } from "../../api/queries";
import type { Waiting as Place } from "../../api/lobby";
import type { Joined, Room } from "../../api/types";
import { isFramed, keepsSignIn } from "../../browser/frame";
import { pocketLink } from "../../browser/personalLink";
import type { Wishes } from "../../call/ports";
import { Busy } from "../../ui";
import { Abroad } from "./Abroad";
import { Closed } from "./Closed";
import { Invited } from "./Invited";
import { Meeting } from "./lazyMeeting";
import { Prejoin } from "./Prejoin";
import { Unavailable } from "./Unavailable";

interface Entered {
  joined: Joined;
  wishes: Wishes;
  guestName: string | undefined;
}

/** A place in the lobby that a host gave instead of the call. */
export interface SentBack {
  waiting: Place;
  guestName: string | undefined;
}

interface EntranceProps {
  slug: string;
  shell: ComponentType<{ children: ReactNode }>;
}

/** /{slug}: the door, getting ready, and the call, at one address. */
export function RoomEntrance(props: EntranceProps) {
  const [abroad] = useState(() => isFramed() && !keepsSignIn());
  return abroad ? <Abroad slug={props.slug} /> : <Entrance {...props} />;
}

function Entrance({ slug, shell: Shell }: EntranceProps) {
  const { t } = useTranslation();
  const [entered, setEntered] = useState<Entered>();
  const [sentBack, setSentBack] = useState<SentBack>();
  const room = useRoom(slug);
  useEffect(() => {
    pocketLink(slug);
  }, [slug]);
  const me = useMe();
  // A transition keeps this page until the call's code is there, which it mostly is. A fallback in between, even of one
  // frame, React would hold for 300 ms: so much later would the first picture be.
  const enter = useCallback((next: Entered) => {
    startTransition(() => {
      setSentBack(undefined);
      setEntered(next);
    });
  }, []);
  const back = useCallback(() => {
    setEntered(undefined);
    setSentBack(undefined);
    void room.refetch();
    void me.refetch();
  }, [room, me]);

  if (entered !== undefined) {
    return (
      <Meeting
        {...entered}
        onBack={back}
        onWait={(waiting) => {
          setEntered(undefined);
          setSentBack({ waiting, guestName: entered.guestName });
        }}
      />
    );
  }
  const failure = room.error ?? me.error;
  return (
    <Shell>
      <Invited slug={slug}>
        {failure !== null && asApiError(failure).passing ? (
          <Unavailable
            error={asApiError(failure)}
            retry={() => {
              void room.refetch();
              void me.refetch();
            }}
          />
        ) : failure !== null ? (
          <Closed code={asApiError(failure).code} slug={slug} />
        ) : room.data === undefined || me.data === undefined ? (
          <Waiting label={t("common.loading")} />
        ) : sentBack === undefined && !letsTry(room.data.room) ? (
          <Closed code={room.data.room.door.code ?? room.data.room.door.state} slug={slug} room={room.data.room} retry={() => void room.refetch()} />
        ) : (
          <Prejoin room={room.data.room} me={me.data} sentBack={sentBack} onEnter={enter} onDoorChanged={back} />
        )}
      </Invited>
    </Shell>
  );
}

// Behind some doors one waits, and some open later; a word of a later server is tried, too: joining says what it means.
function letsTry({ door }: Room): boolean {
  return (door.state !== "refused" || door.code === "not-open-yet") && door.state !== "sign-in-required";
}

function Waiting({ label }: { label: string }) {
  return (
    <div className="page">
      <Busy label={label} />
    </div>
  );
}
