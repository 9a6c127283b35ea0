import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { previewErasure, type Preview } from "../../../api/privacy";
import { Busy, Notice } from "../../../ui";
import s from "../admin.module.css";
import { Refusal } from "../Refusal";
import { Counts } from "./Counts";
import { EraseForm } from "./EraseForm";
import { previewKey } from "./keys";
import { Outcome } from "./Outcome";

const pause = 3000; // between two looks at an erasure that runs, which takes seconds

interface ErasurePartProps {
  id: string;
  name: string;
  organization: string | undefined;
  may: boolean;
}

/** What an erasure would do and what stands against it, or how one that was asked for stands. */
export function ErasurePart({ id, name, organization, may }: ErasurePartProps) {
  const { t } = useTranslation();
  const preview = useQuery({
    queryKey: previewKey(id),
    queryFn: ({ signal }) => previewErasure(id, signal),
    staleTime: 0,
    refetchInterval: ({ state }) => state.data?.erasure?.state === "running" && pause,
  });
  return (
    <section className={s.part}>
      <h3 id="privacy-erasure">{t("admin.privacy.erase.title")}</h3>
      {preview.isPending && <Busy label={t("common.loading")} />}
      {preview.isError && <Refusal error={preview.error} path={`/admin/privacy/people/${id}`} />}
      {preview.data?.erasure !== undefined && <Outcome erasure={preview.data.erasure} />}
      {preview.data !== undefined && preview.data.erasure === undefined && (
        <>
          <p className="muted">{t("admin.privacy.erase.lead")}</p>
          <Counts counts={preview.data.kinds} />
          {preview.data.rooms + preview.data.meetings > 0 && (
            <p>{t("admin.privacy.erase.led", { rooms: preview.data.rooms, meetings: preview.data.meetings })}</p>
          )}
          <Against preview={preview.data} />
          {may && preview.data.holds.length === 0 && !preview.data.lastAdministrator && (
            <EraseForm id={id} name={name} organization={organization} leads={preview.data.rooms + preview.data.meetings > 0} />
          )}
        </>
      )}
    </section>
  );
}

function Against({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  return (
    <>
      {preview.holds.length > 0 && (
        <Notice
          tone="warn"
          actions={
            <Link className="btn" href="/admin/privacy/holds">
              {t("admin.privacy.erase.seeHolds")}
            </Link>
          }
        >
          <p>{t("admin.privacy.erase.isHeld")}</p>
        </Notice>
      )}
      {preview.lastAdministrator && (
        <Notice tone="warn">
          <p>{t("admin.privacy.erase.isLast")}</p>
        </Notice>
      )}
    </>
  );
}
