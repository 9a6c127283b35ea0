import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Deputy } from "../../api/meetings";
import { Field } from "../../ui";
import { WhoField, type Chosen } from "../people";
import { endOfDay, isDay, lastDayBefore } from "./days";
import { isOver } from "./draft";
import type { FieldsProps } from "./MeetingForm";
import s from "./planning.module.css";

const most = 20;

/** Who stands in for the organizer, for good or up to a last day. */
export function DeputyFields({ draft: { deputies, typedDeputy }, organizer, wrong, edit }: FieldsProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const [found] = useState(deputies);
  const [now] = useState(() => Date.now());
  const goOn = () => requestAnimationFrame(() => box.current?.querySelector<HTMLElement>("[role=combobox]")?.focus());
  const add = ({ subject: { id = "" }, name }: Chosen) => {
    if (!deputies.some(({ user }) => user === id)) edit({ deputies: [...deputies, { user: id, name }] });
  };
  return (
    <div ref={box} className={s.guests} role="group" aria-labelledby="meeting-deputies">
      <h3 id="meeting-deputies">{t("planning.deputies")}</h3>
      <p className="muted">{t("planning.deputiesLead")}</p>
      {deputies.length < most && (
        <WhoField
          label={t("planning.deputyWho")}
          hint={t("planning.deputyWhoHint")}
          error={typedDeputy !== "" && wrong.typedDeputy === true ? t("planning.wrong.typedDeputy") : undefined}
          except={{ id: organizer, why: t("planning.organizesIt") }}
          colleaguesOnly
          text={typedDeputy}
          onText={(text) => {
            edit({ typedDeputy: text });
          }}
          onChoose={add}
        />
      )}
      {wrong.deputies === true && (
        <p role="alert" className={s.refused}>
          {t("planning.wrong.deputies")}
        </p>
      )}
      {deputies.length > 0 && (
        <ul>
          {deputies.map((deputy) => (
            <DeputyRow
              key={deputy.user}
              deputy={deputy}
              over={isOver(deputy, found, now)}
              onChange={(changed) => {
                edit({ deputies: deputies.map((one) => (one === deputy ? changed : one)) });
              }}
              onRemove={() => {
                edit({ deputies: deputies.filter((one) => one !== deputy) });
                goOn();
              }}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

function DeputyRow({ deputy, over, onChange, onRemove }: { deputy: Deputy; over: boolean; onChange: (now: Deputy) => void; onRemove: () => void }) {
  const { t } = useTranslation();
  const { user, name = "", until } = deputy;
  return (
    <li className={s.guest}>
      <bdi className={s.guestName}>{name}</bdi>
      <Field label={t("planning.deputyUntil")} error={over ? t("planning.wrong.deputyUntil") : undefined}>
        {(wiring) => (
          <input
            {...wiring}
            type="date"
            className="field"
            aria-label={t("planning.deputyUntilOf", { name })}
            value={until === undefined ? "" : lastDayBefore(until)}
            onChange={({ target: { value } }) => {
              onChange({ user, name, ...(isDay(value) ? { until: endOfDay(value) } : {}) });
            }}
          />
        )}
      </Field>
      <button type="button" className="btn quiet" aria-label={t("planning.uninviteOf", { name })} onClick={onRemove}>
        {t("planning.uninvite")}
      </button>
    </li>
  );
}
