import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { inviteeRoles } from "../../api/planning";
import { WhoField, type Chosen } from "../people";
import { isRole, keyOf, type Guest } from "./draft";
import type { FieldsProps } from "./MeetingForm";
import s from "./planning.module.css";

/** Who is invited, and as what. */
export function GuestFields({ draft, wrong, edit }: FieldsProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const [added, setAdded] = useState(0);
  const { guests } = draft;
  // The field that one was in begins anew, or the row goes away: the focus stays where the next name is typed.
  const goOn = () => requestAnimationFrame(() => box.current?.querySelector<HTMLElement>("[role=combobox]")?.focus());
  const add = ({ subject, name }: Chosen) => {
    const guest: Guest = { who: subject.kind === "email" ? { email: subject.email ?? name } : { user: subject.id ?? "" }, name, role: "presenter", required: true };
    if (!guests.some((one) => keyOf(one) === keyOf(guest))) edit({ guests: [...guests, guest] });
    setAdded(added + 1);
    goOn();
  };
  const replace = (guest: Guest, now: Guest[]) => {
    edit({ guests: guests.flatMap((one) => (one === guest ? now : [one])) });
  };
  return (
    <div ref={box} className={s.guests}>
      <p className="muted">{t("planning.peopleLead")}</p>
      <WhoField key={added} onChoose={add} />
      <p role="status" className={guests.length === 0 ? "visually-hidden" : "small muted"}>
        {guests.length > 0 && t("planning.invited", { count: guests.length })}
      </p>
      {wrong.invitees === true && (
        <p role="alert" className={s.refused}>
          {t("planning.wrong.invitees")}
        </p>
      )}
      {guests.length > 0 && <ul>
        {guests.map((guest) => (
          <GuestRow
            key={keyOf(guest)}
            guest={guest}
            onChange={(now) => {
              replace(guest, [now]);
            }}
            onRemove={() => {
              replace(guest, []);
              goOn();
            }}
          />
        ))}
      </ul>}
    </div>
  );
}

function GuestRow({ guest, onChange, onRemove }: { guest: Guest; onChange: (now: Guest) => void; onRemove: () => void }) {
  const { t } = useTranslation();
  const { name, role } = guest;
  return (
    <li className={s.guest}>
      <bdi className={s.guestName}>{name}</bdi>
      <select
        className="field"
        aria-label={t("planning.roleOf", { name })}
        value={role}
        onChange={(event) => {
          if (isRole(event.target.value)) onChange({ ...guest, role: event.target.value });
        }}
      >
        {inviteeRoles.map((one) => (
          <option key={one} value={one}>
            {t(`planning.roles.${one}`)}
          </option>
        ))}
      </select>
      <button type="button" className="btn quiet" aria-label={t("planning.uninviteOf", { name })} onClick={onRemove}>
        {t("planning.uninvite")}
      </button>
    </li>
  );
}
