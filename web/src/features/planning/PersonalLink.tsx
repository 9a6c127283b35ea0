import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Invitee, Meeting } from "../../api/meetings";
import { makePersonalLink, revokePersonalLink } from "../../api/planning";
import { keys } from "../../api/queries";
import { Confirm, CopyButton, Dialog, ErrorNotice } from "../../ui";
import { guestOf } from "./draft";
import s from "./planning.module.css";

/**
 * Makes somebody a link of their own, which the server tells once, or ends the one they have. The one they have may be in a
 * mail that they read: it ends only after a question.
 */
export function PersonalLinkDialog({ meeting, invitee, onClose }: { meeting: Meeting; invitee: Invitee; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { id = "", hasLink = false } = invitee;
  const [asking, setAsking] = useState<"replace" | "revoke">();
  const renewed = () => {
    setAsking(undefined);
    void queries.invalidateQueries({ queryKey: keys.meeting(meeting.id), exact: true }); // a new version of it
    void queries.invalidateQueries({ queryKey: keys.invitees(meeting.id) });
  };
  const make = useMutation({ mutationFn: () => makePersonalLink(meeting.id, id), onSuccess: renewed });
  const revoke = useMutation({ mutationFn: () => revokePersonalLink(meeting.id, id), onSuccess: renewed });
  const busy = make.isPending || revoke.isPending;
  const done = make.isSuccess || revoke.isSuccess;
  const ask = (what: "replace" | "revoke") => {
    make.reset();
    revoke.reset();
    setAsking(what);
  };
  const acts = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (done) acts.current?.querySelector("button")?.focus(); // the button that one was on is gone
  }, [done]);
  return (
    <Dialog title={t("planning.personalLinkOf", { name: guestOf(invitee).name })} onClose={onClose}>
      <div role="status" className={done ? s.dialog : "visually-hidden"}>
        {make.isSuccess && (
          <>
            <p>{t("planning.copyLinkLead")}</p>
            <p className={s.shownUrl}>{make.data}</p>
          </>
        )}
        {revoke.isSuccess && <p>{t("planning.revoked")}</p>}
      </div>
      {!done && (
        <>
          <p>{hasLink ? t("planning.hasLink") : t("planning.hasNoLink")}</p>
          {!hasLink && <p className="small muted">{t("planning.makeLinkHint")}</p>}
        </>
      )}
      {!revoke.isSuccess && <p className="small muted">{t("planning.personalLinkLead")}</p>}
      {make.isError && asking === undefined && <ErrorNotice error={make.error} />}
      <div ref={acts} className={s.acts}>
        {make.isSuccess && <CopyButton url={make.data} className="btn primary" />}
        {!done && !hasLink && (
          <button type="button" className="btn primary" aria-disabled={busy} onClick={() => { if (!busy) make.mutate(); }}>
            {t("planning.makeLink")}
          </button>
        )}
        {!done && hasLink && (
          <>
            <button type="button" className="btn" onClick={() => { ask("replace"); }}>
              {t("planning.replaceLink")}
            </button>
            <button type="button" className="btn danger" onClick={() => { ask("revoke"); }}>
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
      {asking !== undefined && (
        <Confirm
          title={t(`planning.${asking}LinkAsk`)}
          lead={t(`planning.${asking}LinkLead`)}
          confirm={t(`planning.${asking}Link`)}
          dismiss={t("planning.keepLink")}
          busy={busy}
          error={make.error ?? revoke.error ?? undefined}
          onConfirm={() => {
            if (asking === "replace") make.mutate();
            else revoke.mutate();
          }}
          onClose={() => {
            setAsking(undefined);
          }}
        />
      )}
    </Dialog>
  );
}
