import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Invitee, Meeting, Occurrence } from "../../api/meetings";
import { listInvitees } from "../../api/planning";
import { keys } from "../../api/queries";
import { Breakable } from "../../ui";
import { AnswerCounts } from "./AnswerCounts";
import { guestOf } from "./draft";
import { GuestAnswer } from "./GuestAnswer";
import { PersonalLinkDialog } from "./PersonalLink";
import s from "./planning.module.css";

const pause = 3000; // ms between two looks at the answers, of a tab that is looked at; no stream tells them

/**
 * Those invited, with what they answer meanwhile. The meeting itself is not read again by itself: what one is about to change
 * stays the version that one has seen.
 */
function useInvitees({ id, invitees = [] }: Meeting, awaited: boolean): readonly Invitee[] {
  return useQuery({
    queryKey: keys.invitees(id), queryFn: ({ signal }) => listInvitees(id, signal), initialData: invitees, staleTime: 0, refetchInterval: awaited && pause,
  }).data;
}

/** Who is invited and what they answered; each can be given a link of their own. */
export function GuestsSection({ meeting, dates, live }: { meeting: Meeting; dates: readonly Occurrence[]; live: boolean }) {
  const { t } = useTranslation();
  const [linking, setLinking] = useState<Invitee>();
  const invitees = useInvitees(meeting, live && dates.length > 0);
  return (
    <section className={s.section} aria-labelledby="meeting-guests">
      <h2 id="meeting-guests">{t("planning.invitees")}</h2>
      {invitees.length === 0 && <p className="muted">{t("planning.nobodyInvited")}</p>}
      {invitees.length > 1 && <AnswerCounts meeting={meeting} invitees={invitees} dates={dates} />}
      {invitees.length > 0 && (
        <ul className="card rows">
          {invitees.map((invitee) => (
            <GuestRow
              key={invitee.id}
              invitee={invitee}
              meeting={meeting}
              dates={dates}
              {...(live && invitee.user === undefined && {
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

function GuestRow({ invitee, meeting, dates, link }: { invitee: Invitee; meeting: Meeting; dates: readonly Occurrence[]; link?: () => void }) {
  const { t } = useTranslation();
  const { name, role } = guestOf(invitee);
  return (
    <li>
      <div>
        <bdi>
          <Breakable text={name} />
        </bdi>{" "}
        {role !== "presenter" && <span className="tag">{t(`planning.roles.${role}`)}</span>}
        <GuestAnswer invitee={invitee} name={name} meeting={meeting} dates={dates} />
        {invitee.delivery === "refused" && <div className={`small ${s.undelivered ?? ""}`}>{t("planning.undelivered")}</div>}
      </div>
      {link !== undefined && (
        <button type="button" className="btn quiet" aria-label={t("planning.personalLinkOf", { name })} onClick={link}>
          {t("planning.personalLink")}
        </button>
      )}
    </li>
  );
}
