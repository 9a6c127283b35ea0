import { useTranslation } from "react-i18next";
import type { Room } from "../../api/types";
import { currentLanguage } from "../../i18n";
import { Notice } from "../../ui";
import { clockOf, namedDayOf } from "../../ui/time";
import { useOpening } from "./useOpening";

interface OpensLaterProps {
  room: Room;
  /** This person goes in without another click. */
  ready: boolean;
  onChange: () => void;
}

/** When a meeting opens, said anew when that changes; the page goes on by itself. */
export function OpensLater({ room, ready, onChange }: OpensLaterProps) {
  const { t } = useTranslation();
  const { opensAt } = room.door;
  useOpening(room.slug, opensAt, onChange);
  const language = currentLanguage();
  return (
    <div role="status">
      <Notice
        title={
          opensAt === undefined
            ? t("prejoin.early.moment")
            : t("prejoin.early.opens", { day: namedDayOf(opensAt, language), time: clockOf(opensAt, language) })
        }
      >
        <p>{t(ready ? "prejoin.early.set" : "prejoin.early.lead")}</p>
      </Notice>
    </div>
  );
}

/** Whether the door opens later, which one may wait for. */
export function isEarly({ door }: Room): boolean {
  return door.state === "refused" && door.code === "not-open-yet";
}
