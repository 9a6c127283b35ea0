import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { abilities } from "../../api/hosting";
import { listOwnRooms } from "../../api/planning";
import { keys } from "../../api/queries";
import { AbilityChecks, Busy, ErrorNotice, Field } from "../../ui";
import { AssuranceField, PasscodeField } from "./AccessFields";
import { mostPeople } from "./draft";
import type { FieldsProps } from "./MeetingForm";
import s from "./planning.module.css";

const modes = ["dedicated", "existing", "personal"] as const;

/** In which room, and what holds there. */
export function RoomFields(fields: FieldsProps) {
  const { draft, edit } = fields;
  const { t } = useTranslation();
  return (
    <>
      <fieldset className={s.choices}>
        <legend className={s.legend}>{t("planning.room")}</legend>
        {modes.map((mode) => (
          <label key={mode} className={s.choice}>
            <input
              type="radio"
              name="room-mode"
              value={mode}
              checked={draft.mode === mode}
              aria-describedby={`room-mode-${mode}`}
              onChange={() => {
                edit({ mode });
              }}
            />
            <span>{t(`planning.modes.${mode}`)}</span>
            <span id={`room-mode-${mode}`} className={`small muted ${s.under ?? ""}`}>
              {t(`planning.modeHints.${mode}`)}
            </span>
          </label>
        ))}
      </fieldset>
      {draft.mode === "existing" && <WhichRoom {...fields} />}
      {draft.mode === "dedicated" && <OwnRules {...fields} />}
    </>
  );
}

function WhichRoom({ draft, wrong, edit }: FieldsProps) {
  const { t } = useTranslation();
  const rooms = useQuery({ queryKey: keys.ownRooms, queryFn: ({ signal }) => listOwnRooms(signal) });
  if (rooms.isPending) return <Busy label={t("common.loading")} />;
  if (rooms.isError) return <ErrorNotice error={rooms.error} />;
  const missing = draft.slug !== "" && !rooms.data.some(({ slug }) => slug === draft.slug);
  if (rooms.data.length === 0 && !missing) return <p className={wrong.room === true ? s.refused : "muted"}>{t("planning.noRooms")}</p>;
  return (
    <Field label={t("planning.whichRoom")} error={wrong.room && t("planning.wrong.room")}>
      {(wiring) => (
        <select {...wiring} className="field" value={draft.slug} onChange={(event) => { edit({ slug: event.target.value }); }}>
          <option value="">{t("planning.chooseRoom")}</option>
          {missing && <option value={draft.slug}>{draft.slug}</option>}
          {rooms.data.map(({ slug, name }) => (
            <option key={slug} value={slug}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** What a room of the meeting's own takes from it; any other room has its own settings. */
function OwnRules(fields: FieldsProps) {
  const { draft, wrong, edit } = fields;
  const { t } = useTranslation();
  return (
    <>
      <PasscodeField {...fields} />
      <AssuranceField {...fields} />
      <div>
        <label className={s.choice}>
          <input
            type="checkbox"
            checked={draft.opensWithHost}
            aria-describedby="meeting-with-host"
            onChange={(event) => {
              edit({ opensWithHost: event.target.checked });
            }}
          />
          <span>{t("room.opensWithHost")}</span>
          <span id="meeting-with-host" className={`small muted ${s.under ?? ""}`}>
            {t("room.opensWithHostHint")}
          </span>
        </label>
      </div>
      <Field
        label={t("room.maxParticipants")}
        hint={t("room.noLimitHint")}
        error={wrong.maxParticipants && t("room.wholeWrong", { most: mostPeople })}
      >
        {(wiring) => (
          <input
            {...wiring}
            className={`field ${s.number ?? ""}`}
            inputMode="numeric"
            autoComplete="off"
            value={draft.maxParticipants}
            onChange={(event) => {
              edit({ maxParticipants: event.target.value });
            }}
          />
        )}
      </Field>
      <AbilityChecks
        legend={t("hosting.everyoneMay")}
        forbidden={draft.forbidden}
        onChange={(ability, allowed) => {
          edit({ forbidden: abilities.filter((one) => (one === ability ? !allowed : draft.forbidden.includes(one))) });
        }}
      />
    </>
  );
}
