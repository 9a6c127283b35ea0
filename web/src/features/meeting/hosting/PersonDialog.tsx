import { useTranslation } from "react-i18next";
import { askToUnmute, lowerHands, mute, permit, spotlight, type Ability, type Participant, type Source } from "../../../api/hosting";
import { useParticipants } from "../../../api/queries";
import { leads, mayActOn } from "../../../call/rights";
import { forbiddenTo, type Rules } from "../../../call/rules";
import type { Person } from "../../../call/people";
import { AbilityChecks, Dialog, ErrorNotice } from "../../../ui";
import { useKeptFocus } from "../../lobby";
import { useView } from "../context";
import s from "./hosting.module.css";
import { RemoveSection } from "./RemoveSection";
import { RenameForm } from "./RenameForm";
import { RoleSection } from "./RoleSection";
import { useAct } from "./useAct";
import { useBriefly } from "./useBriefly";

/** All that a host may do with one person; it shows how things stand as the server says them. */
export function PersonDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation();
  const role = useView((view) => view.said.role);
  const slug = useView((view) => view.joined.room.slug);
  const acts = useView((view) => view.acts);
  const participants = useParticipants(slug, acts);
  const known = participants.data?.find((participant) => participant.id === person.id);
  const rules = useRules(person, known);
  const may = !person.mine && mayActOn(role, person.role);
  return (
    <Dialog title={t("hosting.manage", { name: person.name })} onClose={onClose}>
      <NowSection person={person} may={may} micOff={rules !== undefined && forbiddenTo(rules, person.role).includes("microphone")} />
      {may && participants.isError && <ErrorNotice error={participants.error} />}
      {may && rules !== undefined && <AbilitySection person={person} rules={rules} />}
      {may && role === "owner" && <RoleSection person={person} mayKeep={known?.kind === "person"} />}
      {may && known?.kind === "guest" && <RenameForm key={person.name} person={person} />}
      {may && <RemoveSection person={person} />}
    </Dialog>
  );
}

/** What was decided about this person; what is forbidden to all does not bind who hosts. */
function useRules(person: Person, known: Participant | undefined): Rules | undefined {
  const all = useView((view) => view.said.rules.all);
  if (known === undefined) return undefined;
  const { forbidden: own, allowed = [] } = known;
  return { own, allowed, all: leads(person.role) ? [] : all };
}

function NowSection({ person, may, micOff }: { person: Person; may: boolean; micOff: boolean }) {
  const { t } = useTranslation();
  const act = useAct();
  // The words go with the answer, which turns the microphone on or allows it, and when it is forbidden meanwhile.
  const [asked, sayAsked] = useBriefly<true>(`${String(person.micOn)} ${String(micOff)}`);
  const handUp = useView((view) => view.said.hands.some((hand) => hand.participant === person.id));
  // What is stopped takes its button with it.
  const { head: nowRef, acted } = useKeptFocus<HTMLElement>([person.micOn, person.cameraOn, person.screen !== undefined, handUp].filter(Boolean).length);
  const stop = (source: Source) => () => {
    acted();
    act.mutate((slug) => mute(slug, person.id, source));
  };
  const ask = () => {
    act.mutate((slug) => askToUnmute(slug, person.id), {
      onSuccess: () => {
        sayAsked(true);
      },
    });
  };
  return (
    <section ref={nowRef} className={s.section} tabIndex={-1} aria-label={t("hosting.now")}>
      <div className={s.toolButtons}>
        {may && person.micOn && <Button onClick={stop("microphone")}>{t("hosting.stop.microphone")}</Button>}
        {may && !person.micOn && <Button onClick={ask}>{t("hosting.ask")}</Button>}
        {may && person.cameraOn && <Button onClick={stop("camera")}>{t("hosting.stop.camera")}</Button>}
        {may && person.screen !== undefined && <Button onClick={stop("screen")}>{t("hosting.stop.screen")}</Button>}
        {handUp && (
          <Button
            onClick={() => {
              acted();
              act.mutate((slug) => lowerHands(slug, [person.id]));
            }}
          >
            {t("hosting.lowerHand")}
          </Button>
        )}
        <ForwardButton person={person} act={act} />
      </div>
      <p role="status" className="small muted">
        {asked && t("hosting.askSent")}
      </p>
      {act.isError && <ErrorNotice error={act.error} />}
    </section>
  );
}

const mostForward = 9;

function ForwardButton({ person, act }: { person: Person; act: ReturnType<typeof useAct> }) {
  const { t } = useTranslation();
  const people = useView((view) => view.people);
  const said = useView((view) => view.said.spotlight);
  // Who has left makes room for somebody else.
  const forward = said.filter((id) => people.some((one) => one.id === id));
  const on = forward.includes(person.id);
  if (!on && forward.length >= mostForward) return <p className="small muted">{t("hosting.forwardFull", { count: mostForward })}</p>;
  const next = on ? forward.filter((id) => id !== person.id) : [...forward, person.id];
  return (
    <Button
      onClick={() => {
        act.mutate((slug) => spotlight(slug, next));
      }}
    >
      {on ? t("hosting.forwardOff") : t("hosting.forwardOn")}
    </Button>
  );
}

function Button({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <button type="button" className="btn" onClick={onClick}>
      {children}
    </button>
  );
}

function AbilitySection({ person, rules }: { person: Person; rules: Rules }) {
  const { t } = useTranslation();
  const act = useAct();
  const byTheRule = rules.all.filter((ability) => !rules.own.includes(ability));
  const alone = byTheRule.filter((ability) => rules.allowed.includes(ability));
  const noteOf = (ability: Ability) => t(alone.includes(ability) ? "hosting.offForOthers" : "hosting.offForAll");
  return (
    <section className={s.section}>
      <AbilityChecks
        legend={t("hosting.may", { name: person.name })}
        forbidden={forbiddenTo(rules, person.role)}
        notes={Object.fromEntries(byTheRule.map((ability) => [ability, noteOf(ability)]))}
        onChange={(ability, yes) => {
          // Whose own permission is taken back is bound by the rule for all again, and free when it goes.
          const change = yes ? true : alone.includes(ability) ? null : false;
          act.mutate((slug) => permit(slug, person.id, { [ability]: change }));
        }}
      />
      {act.isError && <ErrorNotice error={act.error} />}
    </section>
  );
}
