import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Invitee, Meeting } from "../../api/meetings";
import { makePersonalLink, revokePersonalLink } from "../../api/planning";
import { keys } from "../../api/queries";
import { CopyButton, Dialog, ErrorNotice } from "../../ui";
import { guestOf } from "./draft";
import s from "./planning.module.css";

/** Makes somebody a link of their own, which the server tells once and keeps nowhere, or ends the one they have. */
export function PersonalLinkDialog({ meeting, invitee, onClose }: { meeting: Meeting; invitee: Invitee; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { id = "" } = invitee;
  const renewed = () => void queries.invalidateQueries({ queryKey: keys.meeting(meeting.id), exact: true }); // a new version of it
  const make = useMutation({ mutationFn: () => makePersonalLink(meeting.id, id), onSuccess: renewed });
  const revoke = useMutation({ mutationFn: () => revokePersonalLink(meeting.id, id), onSuccess: renewed });
  const busy = make.isPending || revoke.isPending;
  const done = make.isSuccess || revoke.isSuccess;
  const acts = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (done) acts.current?.querySelector("button")?.focus(); // the button that one was on is gone
  }, [done]);
  return (
    <Dialog title={t("planning.personalLinkOf", { name: guestOf(invitee).name })} onClose={onClose}>
      <p>{t("planning.personalLinkLead")}</p>
      <div role="status" className={done ? s.dialog : "visually-hidden"}>
        {make.isSuccess && (
          <>
            <p>{t("planning.copyLinkLead")}</p>
            <p className={s.shownUrl}>{make.data}</p>
          </>
        )}
        {revoke.isSuccess && <p>{t("planning.revoked")}</p>}
      </div>
      {(make.isError || revoke.isError) && <ErrorNotice error={make.error ?? revoke.error} />}
      {!done && <p className="small muted">{t("planning.makeLinkHint")}</p>}
      <div ref={acts} className={s.acts}>
        {make.isSuccess && <CopyButton url={make.data} className="btn primary" />}
        {!done && (
          <>
            <button type="button" className="btn primary" aria-disabled={busy} onClick={() => { if (!busy) make.mutate(); }}>
              {t("planning.makeLink")}
            </button>
            <button type="button" className="btn danger" aria-disabled={busy} onClick={() => { if (!busy) revoke.mutate(); }}>
              {t("planning.revokeLink")}
            </button>
          </>
        )}
        {done && (
          <button type="button" className="btn" onClick={onClose}>
            {t("common.close")}
          </button>
        )}
      </div>
    </Dialog>
  );
}
