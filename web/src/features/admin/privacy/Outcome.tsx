import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Erasure, Receipt } from "../../../api/privacy";
import { keep } from "../../../browser/keep";
import { Busy, Notice } from "../../../ui";
import { Counts } from "./Counts";
import { onDay } from "./said";

/** How an erasure stands that was asked for, and its receipt. */
export function Outcome({ erasure }: { erasure: Erasure }) {
  const { t } = useTranslation();
  if (erasure.receipt === undefined) return <Busy label={t("admin.privacy.receipt.running")} />;
  return <Done receipt={erasure.receipt} />;
}

function Done({ receipt }: { receipt: Receipt }) {
  const { t } = useTranslation();
  const { rooms, meetings, archived, cancelled } = receipt.handed;
  return (
    <>
      <p role="status">{t("admin.privacy.receipt.done", { date: onDay(receipt.doneAt) })}</p>
      {receipt.kinds.some((one) => one.held > 0) && (
        <Notice tone="warn">
          <p>{t("admin.privacy.receipt.partly")}</p>
        </Notice>
      )}
      {rooms + meetings + archived + cancelled > 0 && <p>{t("admin.privacy.receipt.handed", { rooms, meetings, archived, cancelled })}</p>}
      <Counts counts={receipt.kinds} />
      <p>{t("admin.privacy.receipt.keep")}</p>
      <div>
        <button
          type="button"
          className="btn"
          onClick={() => {
            keep({ name: `receipt-${receipt.erasure}.json`, content: new Blob([`${JSON.stringify(receipt, null, 2)}\n`], { type: "application/json" }) });
          }}
        >
          <Download className="ico" aria-hidden="true" />
          {t("admin.privacy.receipt.download")}
        </button>
      </div>
    </>
  );
}
