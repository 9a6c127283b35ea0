import { X } from "lucide-react";
import { useEffect, useId, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ErrorNotice } from "./ErrorNotice";
import s from "./ui.module.css";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/**
 * A modal on the browser's own <dialog>, which makes the page behind inert and handles Escape. (react-aria is not used:
 * it writes <style> elements, which the content security policy refuses.) Mount it to open it; when it goes, the focus
 * returns to where it was.
 */
export function Dialog({ title, onClose, children }: DialogProps) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    const dialog = ref.current;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={s.dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        // That of a dialog opened from within this one comes by here as well.
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
    >
      <div className={s.dialogHead}>
        <h2 id={id}>{title}</h2>
        <button type="button" className="btn quiet" aria-label={t("common.close")} title={t("common.close")} onClick={onClose}>
          <X className="ico" aria-hidden="true" />
        </button>
      </div>
      <div className={s.dialogBody}>{children}</div>
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  lead: string;
  confirm: string;
  /** What goes back, where the word for that would be taken for the act. */
  dismiss?: string;
  busy: boolean;
  /** Why it did not happen, when it did not. */
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before what cannot be undone with one more click. */
export function Confirm({ title, lead, confirm, dismiss, busy, error, onConfirm, onClose }: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{lead}</p>
      {error !== undefined && <ErrorNotice error={error} />}
      <div className={s.actions}>
        <button type="button" className="btn danger" disabled={busy} onClick={onConfirm}>
          {confirm}
        </button>
        <button type="button" className="btn" onClick={onClose}>
          {dismiss ?? t("common.cancel")}
        </button>
      </div>
    </Dialog>
  );
}
