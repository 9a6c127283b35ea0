import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../api/error";
import { abilities } from "../../api/hosting";
import { getRoom, type Versioned } from "../../api/rooms";
import { languageNames, languages } from "../../i18n";
import { AbilityChecks, ErrorNotice, Field, Notice, SelectField } from "../../ui";
import { isAllowed, isSettingName, listOf, lockOf, ruleOf, useLockText, useRefusal, useRoomRules, DecidedAbove, StricterNow } from "../policy";
import { AccessFields, AccessSection, Refused, type FieldsProps } from "./AccessFields";
import { changeOf, draftOf, wrongIn, type Draft, type Wrong } from "./draft";
import s from "./room.module.css";
import { useChange } from "./useChange";

interface RoomFormProps {
  current: Versioned;
  mayChange: boolean;
  /** Access and limits alone, for a dialog that has its own frame and title. */
  accessOnly?: boolean;
}

/** The settings as a draft over the version that was read; a conflict keeps the draft and asks what to do. */
export function RoomForm({ current, mayChange, accessOnly = false }: RoomFormProps) {
  const { t } = useTranslation();
  const [base, setBase] = useState(current);
  const [draft, setDraft] = useState(() => draftOf(current.room));
  const [wrong, setWrong] = useState<Wrong>({});
  const [saved, setSaved] = useState(false);
  const [beyond, setBeyond] = useState<readonly string[]>([]);
  const rules = useRoomRules(current.room.slug);
  const begin = (now: Versioned) => {
    setBase(now);
    setDraft(draftOf(now.room));
  };
  const save = useChange(base.room.slug, (now) => {
    begin(now);
    setSaved(true);
  });
  const locked = save.isError && asApiError(save.error).code === "policy-locked";
  const edit = (change: Partial<Draft>) => {
    setDraft({ ...draft, ...change });
    setSaved(false);
    setWrong({});
    setBeyond([]);
    if (locked) save.reset();
  };
  const write = (etag: string) => {
    const mistakes = wrongIn(draft);
    setWrong(mistakes);
    const change = changeOf(base.room, draft);
    const looser = Object.entries(change).filter(([name, value]) => isSettingName(name) && !isAllowed(ruleOf(rules, name), value));
    setBeyond(looser.map(([name]) => name));
    if (Object.keys(mistakes).length > 0 || looser.length > 0) return;
    if (Object.keys(change).length === 0) setSaved(true);
    else save.mutate({ etag, change });
  };
  const conflict = save.isError && asApiError(save.error).code === "version-changed";
  const refused = locked ? asApiError(save.error).fields.map(({ location }) => location.replace(/^body\./, "")) : beyond;
  const reread = (then: (now: Versioned) => void) => {
    getRoom(base.room.slug).then((now) => {
      save.reset();
      then(now);
    }, () => undefined);
  };
  const Shown = accessOnly ? AccessFields : Fields;
  return (
    <form
      className={accessOnly ? s.bare : `card ${s.form}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        write(base.etag);
      }}
    >
      <StricterNow rules={rules} />
      {!accessOnly && <DecidedAbove rules={rules} />}
      <Shown draft={draft} wrong={wrong} rules={rules} refused={refused} disabled={!mayChange} edit={edit} />
      {conflict && (
        <Notice
          tone="warn"
          live
          title={t("room.conflictTitle")}
          actions={
            <>
              <button
                type="button"
                className="btn primary"
                onClick={() => {
                  reread((now) => {
                    write(now.etag);
                  });
                }}
              >
                {t("room.keepMine")}
              </button>
              <button
                type="button"
                className="btn"
                onClick={() => {
                  reread(begin);
                }}
              >
                {t("room.takeTheirs")}
              </button>
            </>
          }
        >
          <p>{t("room.conflict")}</p>
        </Notice>
      )}
      {save.isError && !conflict && <ErrorNotice error={save.error} />}
      {mayChange && (
        <div className={s.acts}>
          <button type="submit" className="btn primary" aria-disabled={save.isPending}>
            {save.isPending ? t("room.saving") : t("common.save")}
          </button>
          <span role="status" className="muted">
            {saved && t("room.saved")}
          </span>
        </div>
      )}
    </form>
  );
}

function Fields(fields: FieldsProps) {
  const { draft, wrong, rules, refused, disabled, edit } = fields;
  const { t } = useTranslation();
  const lockText = useLockText();
  const refusal = useRefusal(rules);
  const lock = lockOf(rules, "forbidden");
  const locked = abilities.filter((ability) => listOf(lock?.bound).includes(ability));
  const forbidden = abilities.filter((ability) => locked.includes(ability) || draft.forbidden.includes(ability));
  return (
    <>
      <Field label={t("room.name")} error={wrong.name && t("room.nameWrong")}>
        {(wiring) => (
          <input
            {...wiring}
            className="field"
            disabled={disabled}
            value={draft.name}
            onChange={(event) => {
              edit({ name: event.target.value });
            }}
          />
        )}
      </Field>
      <Field label={t("room.description")} hint={t("room.descriptionHint")} error={wrong.description && t("room.descriptionWrong")}>
        {(wiring) => (
          <textarea
            {...wiring}
            className={`field ${s.area}`}
            rows={3}
            disabled={disabled}
            value={draft.description}
            onChange={(event) => {
              edit({ description: event.target.value });
            }}
          />
        )}
      </Field>
      <SelectField
        label={t("room.language")}
        disabled={disabled}
        options={languages.map((value) => ({ value, label: languageNames[value], lang: value }))}
        value={draft.language}
        onChoose={(language) => {
          edit({ language });
        }}
      />
      <Field label={t("room.tags")} hint={t("room.tagsHint")} error={wrong.tags && t("room.tagsWrong")}>
        {(wiring) => (
          <input
            {...wiring}
            className="field"
            disabled={disabled}
            value={draft.tags}
            onChange={(event) => {
              edit({ tags: event.target.value });
            }}
          />
        )}
      </Field>
      <AccessSection {...fields} />
      <AbilityChecks
        legend={t("hosting.everyoneMay")}
        hint={lock === undefined ? t("room.forbiddenHint") : `${lockText(lock)} ${t("room.forbiddenHint")}`}
        forbidden={forbidden}
        disabled={disabled}
        locked={locked}
        onChange={(ability, allowed) => {
          edit({ forbidden: abilities.filter((one) => (one === ability ? !allowed : forbidden.includes(one))) });
        }}
      />
      <Refused text={refused.includes("forbidden") ? refusal("forbidden") : undefined} />
    </>
  );
}
