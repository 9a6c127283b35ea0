import { Hand, MicOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { matches, type Person } from "../../call/people";
import { Avatar } from "../../ui";
import { useView } from "./context";
import { Panel } from "./Panel";
import s from "./panel.module.css";
import { useStanding } from "./useStanding";

const worthSearching = 8;

export function PeoplePanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const people = useView((view) => view.people);
  const said = useView((view) => view.said.hands);
  const [search, setSearch] = useState("");
  const first = useRef<HTMLDivElement>(null);
  useEffect(() => first.current?.focus(), []);
  const hands = said.flatMap((hand) => people.find((person) => person.id === hand.participant) ?? []);
  const found = people.filter((person) => matches(person, search));
  return (
    <Panel title={t("call.peoplePanel")} onClose={onClose}>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={first} className={s.scroll} role="region" aria-label={t("call.peoplePanel")} tabIndex={0}>
        {hands.length > 0 && (
          <section className={s.hands}>
            <h3>{t("call.hands")}</h3>
            <ol>
              {hands.map((person, i) => (
                <PersonRow key={person.id} person={person} hand={i + 1} />
              ))}
            </ol>
          </section>
        )}
        <h3 className={s.sub}>{t("call.inRoom")}</h3>
        {people.length > worthSearching && (
          <div className={s.search}>
            <input
              type="search"
              className="field"
              aria-label={t("call.searchPeople")}
              placeholder={t("call.searchPeople")}
              value={search}
              onChange={(event) => {
                setSearch(event.target.value);
              }}
            />
          </div>
        )}
        <ul>
          {found.map((person) => (
            <PersonRow key={person.id} person={person} />
          ))}
        </ul>
        {found.length === 0 && <p className={`muted ${s.empty}`}>{t("call.noMatch")}</p>}
      </div>
    </Panel>
  );
}

function PersonRow({ person, hand }: { person: Person; hand?: number }) {
  const { t } = useTranslation();
  const standing = useStanding();
  const leads = person.role === "owner" || person.role === "moderator";
  return (
    <li className={s.person}>
      <Avatar name={person.name} />
      <div className={s.who}>
        <div>
          <bdi>{person.mine ? t("call.you", { name: person.name }) : person.name}</bdi>
        </div>
        <div className="small muted">
          {standing(person)}
          {leads && ` · ${t(`call.role.${person.role === "owner" ? "owner" : "moderator"}`)}`}
          {person.speaking && ` · ${t("call.speaking")}`}
        </div>
      </div>
      {hand !== undefined && (
        <span className="tag">
          <Hand className={s.tagIcon} aria-hidden="true" />
          <span className="visually-hidden">{t("call.handUp")}</span> {t("call.handOrder", { n: hand })}
        </span>
      )}
      {hand === undefined && !person.micOn && (
        <span title={t("call.muted")}>
          <MicOff className="ico" aria-hidden="true" />
          <span className="visually-hidden">{t("call.muted")}</span>
        </span>
      )}
    </li>
  );
}
