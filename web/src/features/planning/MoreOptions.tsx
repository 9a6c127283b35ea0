import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../../api/queries";
import { HoursFields } from "./AccessFields";
import { AnswerMails } from "./AnswerMails";
import { DeputyFields } from "./DeputyFields";
import { isFurther, isUsual } from "./draft";
import type { FieldsProps } from "./MeetingForm";
import s from "./planning.module.css";
import { ReminderFields } from "./ReminderFields";
import { RoomFields, SharedRoom } from "./RoomFields";

/** What most meetings need nobody to think of. It stands open where it says something unusual or something wrong. */
export function MoreOptions(fields: FieldsProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(() => !isUsual(fields.draft));
  const mine = useMe().data?.person?.id === fields.organizer;
  const shown = open || isFurther(fields.wrong);
  return (
    <details
      className={`card ${s.more ?? ""}`}
      open={shown}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary className={s.summary}>
        <ChevronRight className="ico" aria-hidden="true" />
        <span>
          <span className={s.summaryTitle}>{t("planning.more")}</span>
          <span className="small muted">{t("planning.moreHint")}</span>
        </span>
      </summary>
      <div className={s.part}>
        <HoursFields {...fields} />
        <ReminderFields {...fields} />
        <AnswerMails {...fields} />
        {fields.shared === true ? <SharedRoom {...fields} /> : <RoomFields {...fields} />}
        {mine ? <DeputyFields {...fields} /> : <p className="muted">{t("planning.deputiesOfOrganizer")}</p>}
      </div>
    </details>
  );
}
