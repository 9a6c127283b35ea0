import { useTranslation } from "react-i18next";
import { Notice } from "../../ui";

/** Somebody else was first: whose changes count is for the reader to say. */
export function Conflict({ keep, take }: { keep: () => void; take: () => void }) {
  const { t } = useTranslation();
  return (
    <Notice
      tone="warn"
      live
      title={t("planning.conflictTitle")}
      actions={
        <>
          <button type="button" className="btn primary" onClick={keep}>
            {t("room.keepMine")}
          </button>
          <button type="button" className="btn" onClick={take}>
            {t("room.takeTheirs")}
          </button>
        </>
      }
    >
      <p>{t("planning.conflict")}</p>
    </Notice>
  );
}
