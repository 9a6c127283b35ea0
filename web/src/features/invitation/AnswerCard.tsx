import { useMutation } from "@tanstack/react-query";
import { Check, CircleHelp, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NewAnswer } from "../../api/invitations";
import type { Occurrence, Said } from "../../api/meetings";
import { currentLanguage } from "../../i18n";
import { ErrorNotice, Field, Notice } from "../../ui";
import { whenInSentence } from "../../ui/when";
import { answerTo, standing } from "./answers";
import { DateChoice } from "./DateChoice";
import s from "./invitation.module.css";

interface AnswerCardProps {
  said: Said;
  /** As whom one answers, where one is not signed in. */
  who?: string;
  /** The dates of a series, which are answered one by one or all at once; none of a meeting with one date. */
  dates: readonly Occurrence[];
  timeZone: string;
  answer: (what: NewAnswer) => Promise<unknown>;
}

const maxComment = 2000;

/** Whether one comes: to all dates or to one, with a word for those who organize it. The last answer counts. */
export function AnswerCard({ said, who, dates, timeZone, answer }: AnswerCardProps) {
  const { t } = useTranslation();
  const [about, setAbout] = useState("");
  const given = answerTo(said, about);
  const [typed, setTyped] = useState<string>(); // and not sent yet: it stays when one thinks of another date
  const comment = typed ?? given.comment;
  const save = useMutation({
    mutationFn: answer,
    onSuccess: () => {
      setTyped(undefined);
    },
  });
  const of = (occurrence: string | undefined) => dates.find((date) => date.id === occurrence);
  const say = (word: NewAnswer["answer"]) => {
    if (save.isPending) return;
    save.mutate({ answer: word, ...(about === "" ? {} : { occurrence: about }), ...(comment.trim() === "" ? {} : { comment: comment.trim() }) });
  };
  return (
    <section className={`card ${s.answer ?? ""}`} aria-labelledby="answer">
      <div>
        <h2 id="answer">{t("invitation.title")}</h2>
        {who !== undefined && (
          <p>
            <bdi>{t("invitation.as", { name: who })}</bdi>
          </p>
        )}
        <Standing said={said} dates={dates} />
      </div>
      {dates.length > 0 && (
        <DateChoice
          dates={dates}
          timeZone={timeZone}
          about={about}
          onChoose={(now) => {
            setAbout(now);
            save.reset();
          }}
        />
      )}
      <Field label={t("invitation.comment")} hint={t("invitation.commentHint")}>
        {(wiring) => (
          <textarea
            {...wiring}
            className={`field ${s.comment ?? ""}`}
            rows={2}
            maxLength={maxComment}
            value={comment}
            onChange={(event) => {
              setTyped(event.target.value);
            }}
          />
        )}
      </Field>
      <div className={s.words}>
        {words.map(({ word, key, Icon }) => (
          <button
            key={word}
            type="button"
            className="btn"
            aria-pressed={given.answer === word}
            aria-disabled={save.isPending || undefined}
            onClick={() => {
              say(word);
            }}
          >
            <Icon className="ico" aria-hidden="true" />
            <span>{t(`invitation.${key}`)}</span>
          </button>
        ))}
      </div>
      <div role="status">{save.isSuccess && <Noted said={save.variables} date={of(save.variables.occurrence)} timeZone={timeZone} />}</div>
      {save.isError && <ErrorNotice error={save.error} />}
    </section>
  );
}

const words = [
  { word: "accepted", key: "accept", Icon: Check },
  { word: "tentative", key: "maybe", Icon: CircleHelp },
  { word: "declined", key: "decline", Icon: X },
] as const;

function Standing({ said, dates }: { said: Said; dates: readonly Occurrence[] }) {
  const { t } = useTranslation();
  const { answer, otherwise } = standing(said, dates);
  const none = answer === "needs-action";
  const every = none && otherwise > 0 && otherwise === dates.length;
  return (
    <p className="muted">
      {every && t("invitation.everyDate")}
      {none && !every && otherwise > 0 && t("invitation.someDates", { count: otherwise })}
      {!(none && otherwise > 0) && t(`invitation.standing.${answer}`)}
      {!none && otherwise > 0 && ` ${t("invitation.otherwise", { count: otherwise })}`}
      {(!none || otherwise > 0) && ` ${t("invitation.changeMind")}`}
    </p>
  );
}

function Noted({ said, date, timeZone }: { said: NewAnswer; date: Occurrence | undefined; timeZone: string }) {
  const { t } = useTranslation();
  const name = ({ start, end }: Occurrence) => whenInSentence(start, end, currentLanguage(), timeZone);
  return (
    <Notice>
      <p>
        {t(`invitation.noted.${said.answer}`)} {date !== undefined && t("invitation.notedFor", { date: name(date) })}
      </p>
    </Notice>
  );
}
