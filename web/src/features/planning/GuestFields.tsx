import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { inviteeRoles } from "../../api/planning";
import { useMe } from "../../api/queries";
import { currentLanguage } from "../../i18n";
import { Breakable } from "../../ui";
import { regional } from "../../ui/time";
import { WhoField, type Chosen } from "../people";
import { isRole, keyOf, type Draft, type Guest } from "./draft";
import { givenName, taking, withGuests, withoutAddress } from "./guests";
import type { FieldsProps } from "./MeetingForm";
import s from "./planning.module.css";

/** Who is invited, and as what. */
export function GuestFields({ draft, organizer, address, wrong, edit }: FieldsProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const [twice, setTwice] = useState(0);
  const [tried, setTried] = useState(false); // what stands in the field was to be taken
  const { guests, typed } = draft;
  const me = useMe().data?.person;
  const own = me?.id === organizer ? (me.email ?? "") : "";
  const [self, setSelf] = useState(false); // who organizes it was named by their address
  const put = (change: Partial<Draft>) => {
    const named = change.guests ?? guests;
    const others = withoutAddress(named, own);
    setSelf(others.length < named.length);
    edit({ ...change, guests: others });
  };
  const add = ({ subject, name }: Chosen) => {
    const who = subject.kind === "email" ? { email: subject.email ?? name } : { user: subject.id ?? "" };
    const now = withGuests(guests, [{ who, name, role: "presenter", required: true }]);
    setTwice(now.twice);
    put({ guests: now.guests });
  };
  const take = (text: string) => {
    const taken = taking(guests, text);
    setTwice(taken.twice);
    setTried(true);
    put(taken.change);
  };
  const replace = (guest: Guest, now: Guest[]) => {
    setTwice(0);
    edit({ guests: guests.flatMap((one) => (one === guest ? now : [one])) });
  };
  return (
    <div ref={box} className={s.guests}>
      <p className="muted">{t("planning.peopleLead")}</p>
      <WhoField
        except={{ id: organizer, address, why: t("planning.organizesIt") }}
        text={typed}
        hint={t("planning.whoHint")}
        error={typed !== "" && (tried || wrong.typed === true) ? t("planning.wrong.typed", { entries: listed(taking(guests, typed).unread) }) : undefined}
        onText={(text) => {
          setTried(false);
          setTwice(0);
          if (text !== "") setSelf(false);
          edit({ typed: text });
        }}
        onChoose={add}
        onAddresses={take}
      />
      <p role="status" className={guests.length === 0 ? "visually-hidden" : "small muted"}>
        {guests.length > 0 && t("planning.invited", { count: guests.length })}
        {twice > 0 && ` · ${t("planning.invitedTwice", { count: twice })}`}
      </p>
      {self && (
        <p role="status" className="small muted">
          {t("planning.organizesIt")}
        </p>
      )}
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
              // The row goes away: the focus goes where the next name is typed.
              requestAnimationFrame(() => box.current?.querySelector<HTMLElement>("[role=combobox]")?.focus());
            }}
          />
        ))}
      </ul>}
    </div>
  );
}

const named = 5; // entries that a refusal names

function listed(entries: readonly string[]): string {
  const names = entries.slice(0, named).map((entry) => (currentLanguage() === "fr" ? `«\u00a0${entry}\u00a0»` : `“${entry}”`));
  return new Intl.ListFormat(regional(currentLanguage())).format(entries.length > named ? [...names, "…"] : names);
}

const longestName = 120;

function GuestRow({ guest, onChange, onRemove }: { guest: Guest; onChange: (now: Guest) => void; onRemove: () => void }) {
  const { t } = useTranslation();
  const { who, name, role } = guest;
  return (
    <li className={s.guest}>
      <bdi className={"email" in who ? s.guestAddress : s.guestName}>
        <Breakable text={"email" in who ? who.email : name} />
      </bdi>
      {"email" in who && (
        <input
          className="field"
          aria-label={t("planning.nameOf", { address: who.email })}
          placeholder={t("planning.guestName")}
          autoComplete="off"
          maxLength={longestName}
          value={givenName(guest)}
          onChange={({ target: { value } }) => {
            onChange({ ...guest, name: value === "" ? who.email : value });
          }}
        />
      )}
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
