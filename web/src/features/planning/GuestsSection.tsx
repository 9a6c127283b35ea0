import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Answer, Invitee, Meeting } from "../../api/meetings";
import { guestOf } from "./draft";
import { PersonalLinkDialog } from "./PersonalLink";
import s from "./planning.module.css";

const answers = ["accepted", "declined", "tentative", "needs-action"] as const satisfies Answer[];
const answerOf = ({ rsvp = "needs-action" }: Invitee): Answer => rsvp;

/** Who is invited and what they answered; each can be given a link of their own. */
export function GuestsSection({ meeting, live }: { meeting: Meeting; live: boolean }) {
  const { t } = useTranslation();
  const [linking, setLinking] = useState<Invitee>();
  const invitees = meeting.invitees ?? [];
  const counts = answers
    .map((answer) => ({ answer, count: invitees.filter((one) => answerOf(one) === answer).length }))
    .filter(({ count }) => count > 0);
  return (
    <section className={s.section} aria-labelledby="meeting-guests">
      <h2 id="meeting-guests">{t("planning.invitees")}</h2>
      {invitees.length === 0 && <p className="muted">{t("planning.nobodyInvited")}</p>}
      {invitees.length > 1 && <p className="muted">{counts.map(({ answer, count }) => t("planning.answered", { answer: t(`planning.answers.${answer}`), count })).join(" · ")}</p>}
      {invitees.length > 0 && (
        <ul className={`card ${s.list ?? ""}`}>
          {invitees.map((invitee) => (
            <GuestRow
              key={invitee.id}
              invitee={invitee}
              {...(live && {
                link: () => {
                  setLinking(invitee);
                },
              })}
            />
          ))}
        </ul>
      )}
      {linking !== undefined && (
        <PersonalLinkDialog
          meeting={meeting}
          invitee={linking}
          onClose={() => {
            setLinking(undefined);
          }}
        />
      )}
    </section>
  );
}

function GuestRow({ invitee, link }: { invitee: Invitee; link?: () => void }) {
  const { t } = useTranslation();
  const { name, role } = guestOf(invitee);
  const { email } = invitee;
  return (
    <li className={s.item}>
      <div className={s.what}>
        <bdi>{name}</bdi> {role !== "presenter" && <span className="tag">{t(`planning.roles.${role}`)}</span>}
        <div className="small muted">{[t(`planning.answers.${answerOf(invitee)}`), ...(email === undefined || email === name ? [] : [email])].join(" · ")}</div>
      </div>
      {link !== undefined && (
        <button type="button" className="btn quiet" aria-label={t("planning.personalLinkOf", { name })} onClick={link}>
          {t("planning.personalLink")}
        </button>
      )}
    </li>
  );
}
