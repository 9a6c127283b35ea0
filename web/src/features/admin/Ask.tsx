import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../ui";
import s from "./admin.module.css";
import { Refusal } from "./Refusal";

interface AskProps {
  title: string;
  /** The word for the act. */
  act: string;
  danger?: boolean;
  busy: boolean;
  error?: unknown;
  path: string;
  says?: Partial<Record<string, string>>;
  onReread?: () => void;
  onAct: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Asks for what an act needs, or whether it is meant, and says why it did not happen. */
export function Ask({ title, act, danger = false, busy, error, path, says, onReread, onAct, onClose, children }: AskProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className={s.part}
        onSubmit={(event) => {
          event.preventDefault();
          onAct();
        }}
      >
        {children}
        {error !== undefined && error !== null && <Refusal error={error} path={path} says={says ?? {}} onReread={onReread} />}
        <div className={s.acts}>
          <button type="submit" className={danger ? "btn danger" : "btn primary"} disabled={busy}>
            {act}
          </button>
          <button type="button" className="btn" onClick={onClose}>
            {t("common.cancel")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
