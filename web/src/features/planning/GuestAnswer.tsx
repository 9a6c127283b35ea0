import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Invitee, Meeting, Occurrence, Proposal } from "../../api/meetings";
import { declineProposal } from "../../api/planning";
import { keys } from "../../api/queries";
import { currentLanguage } from "../../i18n";
import { Breakable, ErrorNotice } from "../../ui";
import { dateOf } from "../../ui/time";
import { ownZone, whenInWords, zoneName } from "../../ui/when";
import { asUtc, minutesOf } from "./days";
import s from "./planning.module.css";

interface GuestAnswerProps {
  invitee: Invitee;
  name: string;
  meeting: Meeting;
  /** The dates to come. */
  dates: readonly Occurrence[];
}

/** What somebody invited answered, to the meeting and to single dates, and when they would rather have it. */
export function GuestAnswer({ invitee, name, meeting, dates }: GuestAnswerProps) {
  const { t } = useTranslation();
  const { email, rsvp = "needs-action", answeredAt, comment, answers = [], proposals = [] } = invitee;
  const words = [t(`invitation.answers.${rsvp}`), ...(answeredAt === undefined ? [] : [dateOf(answeredAt, currentLanguage())]), ...(email === undefined || email === name ? [] : [email])];
  const dateIn = (id: string | undefined) => {
    const date = dates.find((one) => one.id === id);
    return date === undefined ? undefined : whenInWords(date.start, date.end, currentLanguage(), meeting.timeZone);
  };
  return (
    <>
      <div className="small muted">
        <Breakable text={words.join(" · ")} />
      </div>
      {comment !== undefined && <Words text={comment} />}
      {answers.map((answer) => {
        const date = dateIn(answer.occurrence);
        if (date === undefined) return null;
        return (
          <div key={answer.occurrence} className="small">
            {t("invitation.byDate", { date, answer: t(`invitation.answers.${answer.rsvp}`) })}
            {answer.comment !== undefined && <Words text={answer.comment} />}
          </div>
        );
      })}
      {proposals.map((proposal) => (
        <ProposalLine key={proposal.occurrence ?? ""} proposal={proposal} of={dateIn(proposal.occurrence)} invitee={invitee} name={name} meeting={meeting} />
      ))}
    </>
  );
}

function Words({ text }: { text: string }) {
  return (
    <p className={`small ${s.text ?? ""}`}>
      <q>
        <bdi>{text}</bdi>
      </q>
    </p>
  );
}

interface ProposalLineProps extends Omit<GuestAnswerProps, "dates"> {
  proposal: Proposal;
  of: string | undefined;
}

/** The host takes it by changing the meeting; then it goes by itself. */
function ProposalLine({ proposal, of, invitee, name, meeting }: ProposalLineProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const decline = useMutation({
    mutationFn: () => declineProposal(meeting.id, invitee.id ?? "", proposal.occurrence),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.invitees(meeting.id) }),
  });
  const from = asUtc(proposal.start);
  const until = new Date(from.getTime() + minutesOf(proposal.duration) * 60_000);
  const local = whenInWords(from.toISOString(), until.toISOString(), currentLanguage(), "UTC");
  const time = meeting.timeZone === ownZone() ? local : t("invitation.inZone", { time: local, zone: zoneName(meeting.timeZone) });
  return (
    <div className={s.proposal}>
      <span className="small">{of === undefined ? t("invitation.proposal", { time }) : t("invitation.proposalOf", { date: of, time })}</span>
      {proposal.comment !== undefined && <Words text={proposal.comment} />}
      <button
        type="button"
        className="btn"
        aria-label={t("invitation.declineProposalOf", { name })}
        onClick={() => {
          if (!decline.isPending) decline.mutate();
        }}
      >
        {t("invitation.declineProposal")}
      </button>
      {decline.isError && <ErrorNotice error={decline.error} />}
    </div>
  );
}
