import { X } from "lucide-react";
import { useId, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import s from "./panel.module.css";

/** A side panel; on a phone it covers the picture. Escape closes it. */
export function Panel({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    // Escape is heard from whatever has the focus inside.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <aside
      className={s.panel}
      aria-labelledby={id}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <div className={s.head}>
        <h2 id={id}>{title}</h2>
        <button type="button" className="btn quiet" aria-label={t("common.close")} title={t("common.close")} onClick={onClose}>
          <X className="ico" aria-hidden="true" />
        </button>
      </div>
      {children}
    </aside>
  );
}
