import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Rules } from "../policy";
import { Field } from "../../ui";
import { EntryField } from "./AccessFields";
import type { Draft, Wrong } from "./draft";
import { GuestFields } from "./GuestFields";
import { MoreOptions } from "./MoreOptions";
import s from "./planning.module.css";
import { RepeatFields } from "./RepeatFields";
import { WhenFields } from "./WhenFields";

export interface FieldsProps {
  draft: Draft;
  /** The account of who organizes the meeting, and is not invited to it. */
  organizer: string;
  /** Their address, where the reader knows it. */
  address?: string | undefined;
  wrong: Wrong;
  /** What counts for rooms of one's own. */
  rules: Rules;
  /** Other dates of the series take place in the same room, which is not theirs alone to choose. */
  shared?: boolean;
  edit: (change: Partial<Draft>) => void;
}

interface MeetingFormProps extends FieldsProps {
  onSubmit: () => void;
  /** What stands between the fields and the button: dates, warnings, refusals. */
  children: ReactNode;
}

/** All that one says of a meeting; who shows it decides what becomes of the draft. */
export function MeetingForm({ onSubmit, children, ...fields }: MeetingFormProps) {
  const { t } = useTranslation();
  return (
    <form
      className={s.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <section className={`card ${s.part ?? ""}`}>
        <TextFields {...fields} />
      </section>
      <section className={`card ${s.part ?? ""}`} aria-labelledby="meeting-when">
        <h2 id="meeting-when">{t("planning.when")}</h2>
        <WhenFields {...fields} />
        <RepeatFields {...fields} />
      </section>
      <section className={`card ${s.part ?? ""}`} aria-labelledby="meeting-people">
        <h2 id="meeting-people">{t("planning.people")}</h2>
        <GuestFields {...fields} />
        <EntryField {...fields} />
      </section>
      <MoreOptions {...fields} />
      {children}
    </form>
  );
}

function TextFields({ draft, wrong, edit }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Field label={t("planning.title")} error={wrong.title && t(draft.title.trim() === "" ? "planning.wrong.titleEmpty" : "planning.wrong.title")}>
        {(wiring) => (
          <input
            {...wiring}
            className="field"
            autoComplete="off"
            value={draft.title}
            onChange={(event) => {
              edit({ title: event.target.value });
            }}
          />
        )}
      </Field>
      <Field label={t("planning.description")} hint={t("planning.descriptionHint")} error={wrong.description && t("planning.wrong.description")}>
        {(wiring) => (
          <textarea
            {...wiring}
            className={`field ${s.area ?? ""}`}
            rows={3}
            value={draft.description}
            onChange={(event) => {
              edit({ description: event.target.value });
            }}
          />
        )}
      </Field>
    </>
  );
}
