import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError, type ApiError } from "../../api/error";
import type { InvitedTo } from "../../api/invitations";
import { takeInvitationLink, type InvitationLink } from "../../browser/invitationLink";
import { currentLanguage } from "../../i18n";
import { Busy, Notice, useErrorText, useTitle, useTurn } from "../../ui";
import { dateOf } from "../../ui/time";
import { plannedInWords, repeatsInWords, repeatsOf } from "../planning/inWords";
import { AnswerCard } from "./AnswerCard";
import { answerTo, nextTurn, openAt, stateOf } from "./answers";
import { DateLines } from "./DateLines";
import s from "./invitation.module.css";
import { useAnswer, useInvitation } from "./useInvitation";

/** /invitation#i=<token>&m=<meeting>: what one is invited to, and whether one comes. Opening it changes nothing. */
export function InvitationPage() {
  const link = useLink();
  return link.token === "" ? <NoInvitation kind="unknown" /> : <Invitation key={`${link.token} ${link.meeting ?? ""}`} link={link} />;
}

/** Another link that is opened in this tab changes the part after # alone: no page is loaded for it. */
function useLink(): InvitationLink {
  const [link, setLink] = useState(takeInvitationLink);
  useEffect(() => {
    const changed = () => {
      setLink(takeInvitationLink());
    };
    window.addEventListener("hashchange", changed);
    return () => {
      window.removeEventListener("hashchange", changed);
    };
  }, []);
  return link;
}

function Invitation({ link }: { link: InvitationLink }) {
  const { t } = useTranslation();
  const invitation = useInvitation(link);
  if (invitation.data !== undefined) return <Invited link={link} to={invitation.data} />;
  if (invitation.isError) {
    const failure = asApiError(invitation.error);
    return failure.passing ? <Away failure={failure} retry={() => void invitation.refetch()} /> : <NoInvitation kind={kindOf(failure)} />;
  }
  return (
    <div className="page">
      <Busy label={t("common.loading")} />
    </div>
  );
}

type Kind = "unknown" | "revoked" | "stricken";

function kindOf({ code }: ApiError): Kind {
  if (code === "link-revoked") return "revoked";
  return code === "not-invited" ? "stricken" : "unknown";
}

function NoInvitation({ kind }: { kind: Kind }) {
  const { t } = useTranslation();
  const titles = { unknown: t("invitation.unknownTitle"), revoked: t("invitation.revokedTitle"), stricken: t("invitation.strickenTitle") };
  const texts = { unknown: t("invitation.unknown"), revoked: t("invitation.revoked"), stricken: t("invitation.stricken") };
  useTitle(titles[kind]);
  return (
    <div className="page">
      <h1>{titles[kind]}</h1>
      <Notice tone="warn">
        <p>{texts[kind]}</p>
      </Notice>
    </div>
  );
}

function Away({ failure, retry }: { failure: ApiError; retry: () => void }) {
  const { t } = useTranslation();
  const text = useErrorText();
  useTitle(t("invitation.unavailableTitle"));
  return (
    <div className="page">
      <h1>{t("invitation.unavailableTitle")}</h1>
      <Notice
        tone="warn"
        live
        actions={
          <button type="button" className="btn primary" onClick={retry}>
            {t("common.retry")}
          </button>
        }
      >
        <p>{text(failure.code)}</p>
      </Notice>
    </div>
  );
}

function Invited({ link, to }: { link: InvitationLink; to: InvitedTo }) {
  const { t } = useTranslation();
  const answer = useAnswer(link, to);
  useTitle(to.title);
  const state = stateOf(to);
  const [first] = to.dates;
  const language = currentLanguage();
  return (
    <div className="page">
      <div className={s.head}>
        {to.invitee.name !== undefined && (
          <p className="muted">
            <bdi>{t("invitation.hello", { name: to.invitee.name })}</bdi>
          </p>
        )}
        <h1>
          <bdi>{to.title}</bdi>
        </h1>
        <p>{first === undefined ? plannedInWords(to, language, t) : <DateLines start={first.start} end={first.end} timeZone={to.timeZone} />}</p>
        {to.rules !== undefined && <p>{repeatsInWords(repeatsOf(to.rules, to.start), to.start, language, t)}</p>}
        {to.organizer !== undefined && (
          <p className="muted">
            {t("invitation.organizedBy", { name: to.organizer })}
            {to.onBehalfOf !== undefined && ` ${t("invitation.onBehalfOf", { office: to.onBehalfOf })}`}
          </p>
        )}
      </div>
      {state === "cancelled" && <Past title={t("invitation.cancelledTitle")} text={t("invitation.cancelled")} />}
      {state === "over" && <Past title={t("invitation.overTitle")} text={t("invitation.over")} />}
      {to.description !== undefined && <p className={s.text}>{to.description}</p>}
      {state === "open" && (
        <>
          <Where to={to} token={link.token} />
          <AnswerCard
            said={to.invitee}
            who={nameOf(to)}
            dates={to.recurs ? to.dates : []}
            timeZone={to.timeZone}
            answer={answer}
          />
          {to.recurs && <Dates to={to} />}
        </>
      )}
    </div>
  );
}

/** As whom one answers: a name with its address tells two people of one name apart, and a mail that was passed on. */
function nameOf({ invitee: { name, email } }: InvitedTo): string {
  if (name === undefined || name === email) return email ?? "";
  return email === undefined ? name : `${name} (${email})`;
}

function Past({ title, text }: { title: string; text: string }) {
  return (
    <Notice tone="warn" title={title}>
      <p>{text}</p>
    </Notice>
  );
}

/** The way in, while the room is open; before, when it opens. */
function Where({ to, token }: { to: InvitedTo; token: string }) {
  const { t } = useTranslation();
  const [now, setNow] = useState(() => Date.now());
  useTurn(nextTurn(to.dates, now), () => {
    setNow(Date.now());
  });
  const open = openAt(to.dates, now) !== undefined;
  const next = to.dates.find(({ opens }) => Date.parse(opens) > now);
  return (
    <section className={`card ${s.where ?? ""}`} aria-labelledby="where">
      <div className={s.place}>
        <h2 id="where">{t("invitation.where")}</h2>
        <p>{t("invitation.online")}</p>
        {!open && next !== undefined && <p className="small muted">{t("invitation.opensAt", { time: dateOf(next.opens, currentLanguage()) })}</p>}
      </div>
      <a className={open ? "btn primary" : "btn"} href={`/${to.slug}#i=${token}`}>
        {t(open ? "invitation.join" : "invitation.room")}
      </a>
    </section>
  );
}

const shown = 5;

function Dates({ to }: { to: InvitedTo }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const list = all ? to.dates : to.dates.slice(0, shown);
  return (
    <section className={s.section} aria-labelledby="invited-dates">
      <h2 id="invited-dates">{t("invitation.dates")}</h2>
      <ul className="card rows">
        {list.map((date) => {
          const said = answerTo(to.invitee, date.id);
          return (
            <li key={date.id}>
              <div>
                <DateLines start={date.start} end={date.end} timeZone={to.timeZone} />
                {date.title !== to.title && (
                  <div>
                    <bdi>{date.title}</bdi>
                  </div>
                )}
              </div>
              {date.moved === true && <span className="tag">{t("invitation.moved")}</span>}
              {said.answer !== "needs-action" && <span className="tag">{t(`invitation.own.${said.answer}`)}</span>}
            </li>
          );
        })}
      </ul>
      {!all && to.dates.length > shown && (
        <button
          type="button"
          className="btn"
          onClick={() => {
            setAll(true);
          }}
        >
          {t("invitation.allDates", { count: to.dates.length })}
        </button>
      )}
      {to.more === true && <p className="muted">{t("invitation.moreDates")}</p>}
    </section>
  );
}
