import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../api/error";
import { ErrorNotice, Notice } from "../../ui";
import { asksElevation, elevateHref } from "./elevation";

interface RefusalProps {
  error: unknown;
  /** Where one comes back to after a fresh sign-in: a page of the console. */
  path: string;
  /** What a code means here, where the usual sentence says less. */
  says?: Partial<Record<string, string>>;
  /** Reads again what somebody else has changed or taken away. */
  onReread?: (() => void) | undefined;
  actions?: ReactNode;
}

/** Why an act of administration did not happen, and the way on: a fresh sign-in, or what stands there now. */
export function Refusal({ error, path, says = {}, onReread, actions }: RefusalProps) {
  const { t } = useTranslation();
  const { code, status } = asApiError(error);
  if (asksElevation(error)) {
    const confirm = (
      <a className="btn primary" href={elevateHref(path)}>
        {t("admin.elevate")}
      </a>
    );
    return <ErrorNotice error={error} actions={confirm} />;
  }
  const here = says[code] ?? (code === "forbidden" ? t("admin.forbidden") : undefined);
  const reread = (code === "version-changed" || status === 404) && onReread !== undefined && (
    <button type="button" className="btn" onClick={onReread}>
      {t("admin.reread")}
    </button>
  );
  const ways = actions ?? (reread || undefined);
  if (here === undefined) return <ErrorNotice error={error} actions={ways} />;
  return (
    <Notice tone="danger" live actions={ways}>
      <p>{here}</p>
    </Notice>
  );
}
