import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { makePersonalLink, type Invitee, type Meeting } from "../../api/meetings";
import { keys } from "../../api/queries";
import { CopyButton, ErrorNotice, Notice } from "../../ui";
import { guestOf } from "./draft";
import s from "./planning.module.css";

/** Who is invited and what they answered; each can be given a link of their own. */
export function GuestsSection({ meeting, live }: { meeting: Meeting; live: boolean }) {
  const { t } = useTranslation();
  const title = useRef<HTMLHeadingElement>(null);
  const [shown, setShown] = useState<{ name: string; url: string }>();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: async (invitee: Invitee) => ({ name: guestOf(invitee).name, url: await makePersonalLink(meeting.id, invitee.id ?? "") }),
    onSuccess: (made) => {
      setShown(made);
      void queries.invalidateQueries({ queryKey: keys.meeting(meeting.id), exact: true }); // a link makes a new version of it
    },
  });
  const invitees = meeting.invitees ?? [];
  return (
    <section className={s.section} aria-labelledby="meeting-guests">
      <h2 id="meeting-guests" ref={title} tabIndex={-1}>
        {t("planning.invitees")}
      </h2>
      {invitees.length === 0 && <p className="muted">{t("planning.nobodyInvited")}</p>}
      {shown !== undefined && (
        <ShownLink
          {...shown}
          onDone={() => {
            setShown(undefined);
            title.current?.focus();
          }}
        />
      )}
      {make.isError && <ErrorNotice error={make.error} />}
      {invitees.length > 0 && (
        <ul className={`card ${s.list ?? ""}`}>
          {invitees.map((invitee) => (
            <GuestRow
              key={invitee.id}
              invitee={invitee}
              {...(live && {
                link: () => {
                  if (!make.isPending) make.mutate(invitee);
                },
              })}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function GuestRow({ invitee, link }: { invitee: Invitee; link?: () => void }) {
  const { t } = useTranslation();
  const { name, role } = guestOf(invitee);
  const { email, rsvp = "needs-action" } = invitee;
  return (
    <li className={s.item}>
      <div className={s.what}>
        <bdi>{name}</bdi> <span className="tag">{t(`planning.roles.${role}`)}</span>
        <div className="small muted">{[t(`planning.answers.${rsvp}`), ...(email === undefined || email === name ? [] : [email])].join(" · ")}</div>
      </div>
      {link !== undefined && (
        <button type="button" className="btn" aria-label={t("planning.personalLinkOf", { name })} onClick={link}>
          {t("planning.personalLink")}
        </button>
      )}
    </li>
  );
}

/** The link, which the server tells once and keeps nowhere. */
function ShownLink({ name, url, onDone }: { name: string; url: string; onDone: () => void }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.focus();
  }, [url]);
  return (
    <div ref={box} tabIndex={-1} className={s.wide}>
      <Notice
        live
        title={t("planning.personalLinkTitle", { name })}
        actions={
          <>
            <CopyButton url={url} className="btn primary" />
            <button type="button" className="btn" onClick={onDone}>
              {t("planning.linkDone")}
            </button>
          </>
        }
      >
        <p>{t("planning.personalLinkLead")}</p>
        <p className={s.shownUrl}>{url}</p>
      </Notice>
    </div>
  );
}
