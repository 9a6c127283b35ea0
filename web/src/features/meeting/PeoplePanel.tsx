import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { mute } from "../../api/hosting";
import { matches } from "../../call/people";
import { leads } from "../../call/rights";
import { ErrorNotice } from "../../ui";
import { useView } from "./context";
import { AccessDialog } from "./hosting/AccessDialog";
import { EveryoneDialog } from "./hosting/EveryoneDialog";
import { EndDialog, HostTools } from "./hosting/HostTools";
import { PersonDialog } from "./hosting/PersonDialog";
import { useAct } from "./hosting/useAct";
import { WaitingAbove } from "./hosting/WaitingAbove";
import { RefuseDialog, WaitingSection, type Refusing } from "./hosting/WaitingSection";
import { Panel } from "./Panel";
import s from "./panel.module.css";
import { PersonRow, type RowActs } from "./PersonRow";

const worthSearching = 8;

/** looked: grows each time that somebody asks to see who waits. */
export function PeoplePanel({ onClose, looked = 0 }: { onClose: () => void; looked?: number }) {
  const { t } = useTranslation();
  const people = useView((view) => view.people);
  const said = useView((view) => view.said.hands);
  const [search, setSearch] = useState("");
  const first = useRef<HTMLDivElement>(null);
  const [broughtBack, setBroughtBack] = useState(0);
  useEffect(() => {
    if (looked === 0) first.current?.focus();
  }, [looked]);
  const hands = said.flatMap((hand) => people.find((person) => person.id === hand.participant) ?? []);
  const found = people.filter((person) => matches(person, search));
  const hosts = useView((view) => leads(view.said.role));
  const [open, setOpen] = useState<Opened>();
  const act = useAct();
  const acts: RowActs | undefined = hosts
    ? {
        mute: (person) => { act.mutate((slug) => mute(slug, person.id, "microphone")); },
        manage: (person) => { setOpen({ person: person.id }); },
      }
    : undefined;
  const close = useCallback(() => {
    setOpen(undefined);
    // Who was managed may be gone, and the button with them.
    queueMicrotask(() => {
      if (document.activeElement === document.body) first.current?.focus();
    });
  }, []);
  return (
    <>
    <Panel title={t("call.peoplePanel")} onClose={onClose}>
      {hosts && <WaitingAbove list={first} onSee={() => { setBroughtBack(broughtBack + 1); }} />}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={first} className={s.scroll} role="region" aria-label={t("call.peoplePanel")} tabIndex={0}>
        {hosts && <WaitingSection looked={looked + broughtBack} openRefuse={(refusing) => { setOpen({ refusing }); }} />}
        {hosts && (
          <HostTools
            openEveryone={() => { setOpen("everyone"); }}
            openAccess={() => { setOpen("access"); }}
            openEnd={() => { setOpen("end"); }}
          />
        )}
        {act.isError && (
          <div className={s.panelError}>
            <ErrorNotice error={act.error} />
          </div>
        )}
        {hands.length > 0 && (
          <section className={s.hands}>
            <h3>{t("call.hands")}</h3>
            <ol>
              {hands.map((person, i) => (
                <PersonRow key={person.id} person={person} hand={i + 1} acts={acts} />
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
            <PersonRow key={person.id} person={person} acts={acts} />
          ))}
        </ul>
        {found.length === 0 && <p className={`muted ${s.empty}`}>{t("call.noMatch")}</p>}
      </div>
    </Panel>
    {hosts && <Opening open={open} onClose={close} />}
    </>
  );
}

type Opened = { person: string } | { refusing: Refusing } | "everyone" | "access" | "end" | undefined;

// Beside the panel, not in it: its Escape is the dialog's own.
function Opening({ open, onClose }: { open: Opened; onClose: () => void }) {
  const people = useView((view) => view.people);
  if (open === undefined) return null;
  if (open === "everyone") return <EveryoneDialog onClose={onClose} />;
  if (open === "access") return <AccessDialog onClose={onClose} />;
  if (open === "end") return <EndDialog onClose={onClose} />;
  if ("refusing" in open) return <RefuseDialog refusing={open.refusing} onClose={onClose} />;
  const person = people.find(({ id }) => id === open.person);
  return person === undefined ? <Gone onGone={onClose} /> : <PersonDialog person={person} onClose={onClose} />;
}

/** Whom the dialog was about has left the meeting. */
function Gone({ onGone }: { onGone: () => void }) {
  useEffect(onGone, [onGone]);
  return null;
}
