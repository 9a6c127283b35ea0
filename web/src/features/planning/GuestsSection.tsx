import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { makePersonalLink, type Invitee, type Meeting, type Occurrence } from "../../api/meetings";
import { keys } from "../../api/queries";
import { CopyButton, ErrorNotice, Notice } from "../../ui";
import { guestOf } from "./draft";
import { GuestAnswer } from "./GuestAnswer";
import s from "./planning.module.css";

/** Who is invited and what they answered; each can be given a link of their own. */
export function GuestsSection({ meeting, dates, live }: { meeting: Meeting; dates: readonly Occurrence[]; live: boolean }) {
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
      {invitees.length > 0 && <Summary invitees={invitees} />}
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
              meeting={meeting}
              dates={dates}
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

const counted = ["accepted", "tentative", "declined", "needs-action"] as const;

/** How many come, at a glance. */
function Summary({ invitees }: { invitees: readonly Invitee[] }) {
  const { t } = useTranslation();
  const words = counted.flatMap((answer) => {
    const count = invitees.filter(({ rsvp = "needs-action" }) => rsvp === answer).length;
    return count === 0 ? [] : [t(`invitation.summary.${answer}`, { count })];
  });
  return <p className="muted">{words.join(" · ")}</p>;
}

function GuestRow({ invitee, meeting, dates, link }: { invitee: Invitee; meeting: Meeting; dates: readonly Occurrence[]; link?: () => void }) {
  const { t } = useTranslation();
  const { name, role } = guestOf(invitee);
  return (
    <li className={s.item}>
      <div className={s.what}>
        <bdi>{name}</bdi> <span className="tag">{t(`planning.roles.${role}`)}</span>
        <GuestAnswer invitee={invitee} name={name} meeting={meeting} dates={dates} />
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
