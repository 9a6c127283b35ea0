import { useTranslation } from "react-i18next";
import type { FieldsProps } from "./MeetingForm";
import s from "./planning.module.css";

/** Whether the organizer hears by mail of what those invited answer. */
export function AnswerMails({ draft: { tellAnswers }, edit }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <div>
      <label className={s.choice}>
        <input
          type="checkbox"
          checked={tellAnswers}
          aria-describedby="meeting-tell-answers"
          onChange={(event) => {
            edit({ tellAnswers: event.target.checked });
          }}
        />
        <span>{t("planning.tellAnswers")}</span>
        <span id="meeting-tell-answers" className={`small muted ${s.under ?? ""}`}>
          {t("planning.tellAnswersHint")}
        </span>
      </label>
    </div>
  );
}
