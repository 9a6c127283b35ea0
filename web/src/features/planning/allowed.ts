import { abilities } from "../../api/hosting";
import type { Assurance, Entry } from "../../api/types";
import { isAllowed, listOf, lockOf, ruleOf, type Rules, type SettingName } from "../policy";
import { isEntry, type Draft, type Wrong } from "./draft";

/** A draft that nobody has said anything of begins with what policies say. */
export function begun(draft: Draft, rules: Rules): Draft {
  if (rules === undefined) return draft;
  const of = (name: SettingName) => ruleOf(rules, name)?.value;
  const entry = of("entry");
  const assurance = of("minAssurance");
  const seats = Number(of("maxParticipants") ?? 0);
  const forbidden = listOf(of("forbidden"));
  return {
    ...draft,
    ...(typeof entry === "string" && isEntry(entry) ? { entry } : {}),
    ...(typeof assurance === "string" ? { assurance: assurance as Assurance } : {}),
    maxParticipants: seats > 0 ? String(seats) : "",
    opensWithHost: of("opensWithHost") === true,
    muteOnEntry: of("muteOnEntry") === true,
    forbidden: abilities.filter((ability) => forbidden.includes(ability)),
    begun: true,
  };
}

/** What counts for a meeting in a room that exists: who makes rooms is still what counts for oneself. */
export function inRoom(mine: Rules, ofRoom: Rules): Rules {
  if (ofRoom === undefined) return mine;
  return [...(mine ?? []).filter(({ name }) => !ofRoom.some((one) => one.name === name)), ...ofRoom];
}

/** What a meeting promises and policies do not allow; what it promised before, it keeps. */
export function beyond(draft: Draft, before: Draft, isNew: boolean, rules: Rules): Wrong {
  const own = draft.mode === "dedicated";
  const said = (name: keyof Draft) => isNew || draft[name] !== before[name];
  const seats = Number(draft.maxParticipants.trim());
  const wrong: Wrong = {};
  if (said("entry") && !isAllowed(lockOf(rules, "entry"), draft.entry)) wrong.entry = "locked";
  if (said("minutes") && !isAllowed(lockOf(rules, "maxMinutes"), draft.minutes)) wrong.duration = "locked";
  // Left open, these are as the policy says.
  if (own && said("assurance") && draft.assurance !== "unknown" && !isAllowed(lockOf(rules, "minAssurance"), draft.assurance)) wrong.assurance = "locked";
  if (own && said("maxParticipants") && seats > 0 && !isAllowed(lockOf(rules, "maxParticipants"), seats)) wrong.maxParticipants = "locked";
  return wrong;
}

/** What a choice shows: what was chosen, or what a policy makes of it. */
export const entryShown = (draft: Draft, rules: Rules): Entry => {
  const bound = lockOf(rules, "entry")?.bound;
  return isAllowed(lockOf(rules, "entry"), draft.entry) || typeof bound !== "string" || !isEntry(bound) ? draft.entry : bound;
};

export const assuranceShown = (draft: Draft, rules: Rules): Assurance => {
  const lock = lockOf(rules, "minAssurance");
  return isAllowed(lock, draft.assurance) ? draft.assurance : (String(lock?.bound) as Assurance);
};

/** Whether a policy lets somebody of an assurance make a room, alone or with a meeting. */
export function makesRooms(rules: Rules, assurance: Assurance): boolean {
  const who = ruleOf(rules, "roomCreation")?.value;
  if (who === "agents") return assurance === "agent" || assurance === "agent-mfa";
  if (who === "agents-mfa") return assurance === "agent-mfa";
  return who !== "software" && who !== "nobody";
}
