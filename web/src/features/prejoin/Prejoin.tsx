import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError, type ApiError } from "../../api/error";
import { joinRoom } from "../../api/rooms";
import type { Joined, Me, Room } from "../../api/types";
import { recall, remember } from "../../browser/storage";
import { Preview } from "../../call/media/preview";
import type { Wishes } from "../../call/ports";
import { ErrorNotice, useTitle } from "../../ui";
import { DeviceChoice } from "./DeviceChoice";
import { JoinCard } from "./JoinCard";
import { warmMeeting } from "./lazyMeeting";
import { Picture } from "./Picture";
import s from "./prejoin.module.css";
import { Troubles } from "./Troubles";
import { Unavailable } from "./Unavailable";

interface PrejoinProps {
  room: Room;
  me: Me;
  onEnter: (entered: { joined: Joined; wishes: Wishes; guestName: string | undefined }) => void;
  onDoorChanged: () => void;
}

// The door may have changed since the page was read: then it is read again, and says so itself.
const doorCodes = new Set(["sign-in-required", "members-only", "assurance-too-low", "room-archived", "room-not-found"]);

export function Prejoin({ room, me, onEnter, onDoorChanged }: PrejoinProps) {
  const { t } = useTranslation();
  const preview = usePreview();
  const [down, setDown] = useState<ApiError>();
  const guest = me.kind !== "person";
  useTitle(room.name ?? t("prejoin.title"));
  const join = useMutation({
    mutationFn: (name: string | undefined) => joinRoom(room.slug, name),
    onSuccess: (joined, guestName) => {
      if (guestName !== undefined) remember("name", guestName);
      onEnter({ joined, wishes: preview.handOver(), guestName });
    },
    onError: (error) => {
      const refusal = asApiError(error);
      setDown(refusal.passing ? refusal : undefined);
      if (doorCodes.has(refusal.code)) onDoorChanged();
    },
  });
  if (down !== undefined) {
    return (
      <Unavailable
        error={down}
        retry={() => {
          if (!join.isPending) join.mutate(join.variables);
        }}
      />
    );
  }
  return (
    <div className={s.page}>
      <div className={s.left}>
        <Picture preview={preview} />
        <div className={s.tuning}>
          <Troubles preview={preview} />
          <DeviceChoice preview={preview} />
        </div>
      </div>
      <JoinCard
        room={room}
        me={me}
        busy={join.isPending || join.isSuccess}
        initialName={guest ? (recall("name") ?? me.name ?? "") : ""}
        onJoin={(name) => {
          if (!join.isPending) join.mutate(guest ? name : undefined);
        }}
      >
        {join.isError && <ErrorNotice error={join.error} />}
      </JoinCard>
    </div>
  );
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
