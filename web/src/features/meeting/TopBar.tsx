import { Lock, Users } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "../../ui";
import { durationOf } from "../../ui/time";
import { useView } from "./context";
import s from "./screen.module.css";

export function TopBar() {
  const { t } = useTranslation();
  const room = useView((view) => view.joined.room);
  const count = useView((view) => view.people.length);
  const locked = useView((view) => view.said.locked);
  return (
    <header className={s.top}>
      <h1 className={s.roomName}>
        <bdi>{room.name}</bdi>
      </h1>
      <Clock />
      {locked && (
        <span className={s.chip} title={t("hosting.locked")}>
          <Lock className={s.chipIcon} aria-hidden="true" />
          <span className={s.wide}>{t("hosting.locked")}</span>
        </span>
      )}
      <span className="grow" />
      {count > 0 && (
        <span className={s.chip}>
          <Users className={s.chipIcon} aria-hidden="true" />
          <span aria-hidden="true" className={s.narrow}>
            {count}
          </span>
          <span className={s.wide}>{t("call.people", { count })}</span>
        </span>
      )}
      <CopyButton url={room.url} className={s.topButton} />
    </header>
  );
}

function Clock() {
  const { t } = useTranslation();
  const startedAt = useView((view) => view.startedAt);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  if (startedAt === undefined) return null;
  const time = durationOf(now - startedAt);
  return (
    <span className={`${s.chip} time`}>
      <span aria-hidden="true">{time}</span>
      <span className="visually-hidden">{t("call.duration", { time })}</span>
    </span>
  );
}
