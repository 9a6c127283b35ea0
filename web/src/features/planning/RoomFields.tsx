import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { abilities } from "../../api/hosting";
import { listOwnRooms } from "../../api/planning";
import { keys, useMe } from "../../api/queries";
import { leavesNoChoice, listOf, lockOf, ruleOf, useLockText, useRefusal, useRuleWords } from "../policy";
import { AbilityChecks, Busy, ErrorNotice, Field } from "../../ui";
import { AssuranceField, PasscodeField } from "./AccessFields";
import { makesRooms } from "./allowed";
import { mostPeople } from "./draft";
import type { FieldsProps } from "./MeetingForm";
import s from "./planning.module.css";

const modes = ["dedicated", "existing", "personal"] as const;

/** In which room, and what holds there. */
export function RoomFields(fields: FieldsProps) {
  const { draft, wrong, rules, edit } = fields;
  const { t } = useTranslation();
  const words = useRuleWords();
  const makers = ruleOf(rules, "roomCreation");
  const makes = makesRooms(rules, useMe().data?.assurance ?? "unknown");
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
              disabled={mode === "dedicated" && !makes}
              aria-describedby={`room-mode-${mode}`}
              onChange={() => {
                edit({ mode });
              }}
            />
            <span>{t(`planning.modes.${mode}`)}</span>
            <span id={`room-mode-${mode}`} className={`small muted ${s.under ?? ""}`}>
              {mode === "dedicated" && !makes && makers !== undefined
                ? `${t("policy.creationRefused", { who: words.value(makers, makers.value) })} ${words.why(makers)}`
                : t(`planning.modeHints.${mode}`)}
            </span>
          </label>
        ))}
        {wrong.room === "locked" && (
          <p className={s.refused} role="alert">
            {t("errors.policy-locked")}
          </p>
        )}
      </fieldset>
      {draft.mode === "existing" && <WhichRoom {...fields} />}
      {draft.mode === "dedicated" && <OwnRules {...fields} />}
    </>
  );
}

/** Of dates whose room is that of others too: what each meeting says of its own dates. */
export function SharedRoom(fields: FieldsProps) {
  const { t } = useTranslation();
  return (
    <div className={s.guests} role="group" aria-labelledby="meeting-shared-room">
      <h3 id="meeting-shared-room">{t("planning.room")}</h3>
      <p className="muted">{t("planning.sharedRoom")}</p>
      {fields.draft.mode === "dedicated" && (
        <>
          <PasscodeField {...fields} />
          <AssuranceField {...fields} />
        </>
      )}
    </div>
  );
}

function Switch({ name, draft, rules, edit }: FieldsProps & { name: "opensWithHost" | "muteOnEntry" }) {
  const { t } = useTranslation();
  const lockText = useLockText();
  const lock = lockOf(rules, name);
  const hint = t(`room.${name}Hint`);
  return (
    <div>
      <label className={s.choice}>
        <input
          type="checkbox"
          checked={draft[name] || leavesNoChoice(lock)}
          disabled={leavesNoChoice(lock)}
          aria-describedby={`meeting-${name}`}
          onChange={(event) => {
            edit({ [name]: event.target.checked });
          }}
        />
        <span>{t(`room.${name}`)}</span>
        <span id={`meeting-${name}`} className={`small muted ${s.under ?? ""}`}>
          {lock === undefined ? hint : `${lockText(lock)} ${hint}`}
        </span>
      </label>
    </div>
  );
}

function WhichRoom({ draft, wrong, edit }: FieldsProps) {
  const { t } = useTranslation();
  const rooms = useQuery({ queryKey: keys.ownRooms, queryFn: ({ signal }) => listOwnRooms(signal) });
  if (rooms.isPending) return <Busy label={t("common.loading")} />;
  if (rooms.isError) return <ErrorNotice error={rooms.error} />;
  const missing = draft.slug !== "" && !rooms.data.some(({ slug }) => slug === draft.slug);
  if (rooms.data.length === 0 && !missing) return <p className={wrong.room !== undefined ? s.refused : "muted"}>{t("planning.noRooms")}</p>;
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
  const { draft, wrong, rules, edit } = fields;
  const { t } = useTranslation();
  const lockText = useLockText();
  const refusal = useRefusal(rules);
  const seats = lockOf(rules, "maxParticipants");
  const forbidding = lockOf(rules, "forbidden");
  const locked = abilities.filter((ability) => listOf(forbidding?.bound).includes(ability));
  const forbidden = abilities.filter((ability) => locked.includes(ability) || draft.forbidden.includes(ability));
  return (
    <>
      <PasscodeField {...fields} />
      <AssuranceField {...fields} />
      <Switch {...fields} name="opensWithHost" />
      <Switch {...fields} name="muteOnEntry" />
      <Field
        label={t("room.maxParticipants")}
        hint={seats === undefined ? t("room.noLimitHint") : lockText(seats)}
        error={wrong.maxParticipants && (wrong.maxParticipants === "locked" ? refusal("maxParticipants") : t("room.wholeWrong", { most: mostPeople }))}
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
        hint={forbidding && lockText(forbidding)}
        forbidden={forbidden}
        locked={locked}
        onChange={(ability, allowed) => {
          edit({ forbidden: abilities.filter((one) => (one === ability ? !allowed : forbidden.includes(one))) });
        }}
      />
    </>
  );
}
