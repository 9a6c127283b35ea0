import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../api/error";
import { Notice } from "./Notice";
import { useErrorText } from "./useErrorText";

/** A refusal in the person's words, with the reference that an administrator can look up. */
export function ErrorNotice({ error, actions, title }: { error: unknown; actions?: ReactNode; title?: string }) {
  const { t } = useTranslation();
  const text = useErrorText();
  const { code, requestId } = asApiError(error);
  const forAdministrators = requestId !== undefined && (code === "internal" || code === "unavailable");
  return (
    <Notice tone="danger" live title={title} actions={actions}>
      <p>{text(code)}</p>
      {forAdministrators && <p className="small muted">{t("common.requestId", { id: requestId })}</p>}
    </Notice>
  );
}
