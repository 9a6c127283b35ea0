import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Room } from "../../api/types";
import { OpensLater } from "./OpensLater";
import s from "./prejoin.module.css";

/** Who goes in by themselves when the meeting opens reads that here, and may think better of it. */
export function EarlyCard({ room, onChange, onCancel }: { room: Room; onChange: () => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <section className={`card ${s.side}`}>
      <div className={s.title}>
        {room.name !== undefined && <p className="muted">{t("prejoin.early.title")}</p>}
        <h1 ref={title} tabIndex={-1}>
          {room.name === undefined ? t("prejoin.early.title") : <bdi>{room.name}</bdi>}
        </h1>
      </div>
      <OpensLater room={room} ready onChange={onChange} />
      <div className={s.acts}>
        <button type="button" className="btn" onClick={onCancel}>
          {t("prejoin.early.unset")}
        </button>
      </div>
    </section>
  );
}
