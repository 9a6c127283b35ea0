import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { planMeeting } from "../../api/planning";
import { useMe } from "../../api/queries";
import { randomId } from "../../api/rooms";
import { currentLanguage } from "../../i18n";
import { Busy, useTitle } from "../../ui";
import { newDraft } from "./draft";
import { MeetingEditor } from "./MeetingEditor";
import { meetingOf } from "./request";
import { SignedInOnly } from "./SignedInOnly";

export function NewMeetingPage() {
  const { t } = useTranslation();
  const me = useMe();
  useTitle(t("planning.newTitle"));
  return (
    <div className="page">
      <h1>{t("planning.newTitle")}</h1>
      {me.isPending && <Busy label={t("common.loading")} />}
      {me.data !== undefined && (me.data.kind === "person" ? <Planning /> : <SignedInOnly path="/meetings/new" />)}
    </div>
  );
}

function Planning() {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [initial] = useState(() => newDraft(new Date()));
  const tried = useRef({ text: "", key: "" });
  return (
    <MeetingEditor
      initial={initial}
      moves={() => true}
      label={t("planning.plan")}
      write={(draft) => {
        const meeting = meetingOf(draft, currentLanguage());
        const text = JSON.stringify(meeting);
        // The same said again is the same try; another draft is another meeting.
        if (tried.current.text !== text) tried.current = { text, key: randomId() };
        return planMeeting(meeting, tried.current.key);
      }}
      onSaved={({ meeting }, saved) => {
        go(`/meetings/${meeting.id}`, { state: { saved } });
      }}
    />
  );
}
