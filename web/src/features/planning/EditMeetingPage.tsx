import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { getMeeting, type Overrides, type VersionedMeeting } from "../../api/meetings";
import { changeMeeting } from "../../api/planning";
import { useMe, useMeeting } from "../../api/queries";
import { Busy, useTitle } from "../../ui";
import { Conflict } from "./Conflict";
import { draftOf, type Draft } from "./draft";
import { leads } from "./leads";
import { MeetingEditor } from "./MeetingEditor";
import s from "./planning.module.css";
import { changeOf, movesDates } from "./request";
import { Failed } from "./SignedInOnly";

export function EditMeetingPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const meeting = useMeeting(id);
  const me = useMe().data;
  useTitle(t("planning.editTitle"));
  return (
    <div className="page">
      <h1>{t("planning.editTitle")}</h1>
      {(meeting.isPending || me === undefined) && <Busy label={t("common.loading")} />}
      {meeting.isError && <Failed error={meeting.error} path={`/meetings/${id}/edit`} retry={() => void meeting.refetch()} />}
      {meeting.data !== undefined && me !== undefined && (leads(meeting.data.meeting, me) ? <Editing current={meeting.data} /> : <NotMine id={id} />)}
    </div>
  );
}

export function NotMine({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="muted">{t("errors.forbidden")}</p>
      <div className={s.acts}>
        <Link className="btn" href={`/meetings/${id}`}>
          {t("planning.page")}
        </Link>
      </div>
    </>
  );
}

/** What is written is a change of the version that was read, which stays while somebody else writes. */
function Editing({ current }: { current: VersionedMeeting }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [base, setBase] = useState(current);
  const latest = useRef(current);
  const [round, setRound] = useState(0);
  const reread = (then: (now: VersionedMeeting) => void) => {
    getMeeting(base.meeting.id).then(then, () => undefined);
  };
  const write = (draft: Draft, overrides?: Overrides) => {
    const change = changeOf(base.meeting, draft, latest.current.meeting);
    return Object.keys(change).length === 0 ? Promise.resolve(base) : changeMeeting(base.meeting.id, latest.current.etag, change, overrides);
  };
  return (
    <MeetingEditor
      key={round}
      id={base.meeting.id}
      organizer={base.meeting.organizer?.user}
      initial={draftOf(base.meeting)}
      moves={(draft) => movesDates(changeOf(base.meeting, draft))}
      label={t("common.save")}
      write={write}
      onSaved={({ meeting }, saved) => {
        go(`/meetings/${meeting.id}`, { state: { saved } });
      }}
      conflict={(again) => (
        <Conflict
          keep={() => {
            // The change stays one of what was read first: it says nothing of what somebody else has changed.
            reread((now) => {
              latest.current = now;
              again();
            });
          }}
          take={() => {
            reread((now) => {
              setBase(now);
              latest.current = now;
              setRound(round + 1);
            });
          }}
        />
      )}
    />
  );
}
