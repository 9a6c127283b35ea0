import { useTranslation } from "react-i18next";
import { useRoomAnew } from "../../../api/queries";
import { Busy, Dialog, ErrorNotice } from "../../../ui";
import { RoomForm } from "../../room";
import { useView } from "../context";

/** Who gets into the room and how long it stays open: settings of the room, which its owners change and other hosts read. */
export function AccessDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const room = useRoomAnew(useView((view) => view.joined.room.slug));
  const owner = room.data?.room.lastingRole === "owner";
  return (
    <Dialog title={t("room.limits")} onClose={onClose}>
      {!room.isFetchedAfterMount && <Busy label={t("common.loading")} />}
      {room.isError && <ErrorNotice error={room.error} />}
      {room.isFetchedAfterMount && room.data !== undefined && (
        <>
          <p className="small muted">{t(owner ? "hosting.everyoneHint" : "hosting.everyoneOwner")}</p>
          <RoomForm current={room.data} mayChange={owner} accessOnly />
        </>
      )}
    </Dialog>
  );
}
