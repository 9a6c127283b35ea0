import { useMutation } from "@tanstack/react-query";
import { Check, CircleHelp, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NewAnswer } from "../../api/invitations";
import type { Occurrence, Said } from "../../api/meetings";
import { currentLanguage } from "../../i18n";
import { ErrorNotice, Field, Notice } from "../../ui";
import { whenInWords } from "../../ui/when";
import { answerTo } from "./answers";
import s from "./invitation.module.css";

interface AnswerCardProps {
  said: Said;
  /** The dates of a series, which are answered one by one or all at once; none of a meeting with one date. */
  dates: readonly Occurrence[];
  timeZone: string;
  answer: (what: NewAnswer) => Promise<unknown>;
}

const maxComment = 2000;

/** Whether one comes: to all dates or to one, with a word for those who organize it. The last answer counts. */
export function AnswerCard({ said, dates, timeZone, answer }: AnswerCardProps) {
  const { t } = useTranslation();
  const [about, setAbout] = useState("");
  const given = answerTo(said, about);
  const [comments, setComments] = useState<Record<string, string>>({});
  const comment = comments[about] ?? given.comment;
  const save = useMutation({ mutationFn: answer });
  const name = (date: Occurrence) => whenInWords(date.start, date.end, currentLanguage(), timeZone);
  const of = (occurrence: string | undefined) => dates.find((date) => date.id === occurrence);
  const say = (word: NewAnswer["answer"]) => {
    if (save.isPending) return;
    save.mutate({ answer: word, ...(about === "" ? {} : { occurrence: about }), ...(comment.trim() === "" ? {} : { comment: comment.trim() }) });
  };
  return (
    <section className={`card ${s.answer ?? ""}`} aria-labelledby="answer">
      <div>
        <h2 id="answer">{t("invitation.title")}</h2>
        <p className="muted">
          {t(`invitation.standing.${said.rsvp ?? "needs-action"}`)} {said.rsvp !== undefined && said.rsvp !== "needs-action" && t("invitation.changeMind")}
        </p>
      </div>
      {dates.length > 0 && (
        <Field label={t("invitation.about")} hint={t("invitation.aboutHint")}>
          {(wiring) => (
            <select
              {...wiring}
              className="field"
              value={about}
              onChange={(event) => {
                setAbout(event.target.value);
                save.reset();
              }}
            >
              <option value="">{t("invitation.all")}</option>
              {dates.map((date) => (
                <option key={date.id} value={date.id}>
                  {name(date)}
                </option>
              ))}
            </select>
          )}
        </Field>
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
              setComments({ ...comments, [about]: event.target.value });
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
      <div role="status">{save.isSuccess && <Noted said={save.variables} date={of(save.variables.occurrence)} name={name} />}</div>
      {save.isError && <ErrorNotice error={save.error} />}
    </section>
  );
}

const words = [
  { word: "accepted", key: "accept", Icon: Check },
  { word: "tentative", key: "maybe", Icon: CircleHelp },
  { word: "declined", key: "decline", Icon: X },
] as const;

function Noted({ said, date, name }: { said: NewAnswer; date: Occurrence | undefined; name: (date: Occurrence) => string }) {
  const { t } = useTranslation();
  return (
    <Notice>
      <p>
        {t(`invitation.noted.${said.answer}`)} {date !== undefined && t("invitation.notedFor", { date: name(date) })}
      </p>
    </Notice>
  );
}
