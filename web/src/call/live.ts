import type { Tightened } from "../api/hosting";
import type { CallState, Role } from "../api/types";
import { noRules, readRules, ruledAlone, ruledForAll, type Rules } from "./rules";
import { timeOf, type Hand, type Message, type Signal } from "./signal";

/**
 * What the server has said: hands, lines and what hosts decided. `me` is who it is said to. `base` is complete up to `seq` (null before the first reading of the
 * state); `ahead` holds signals that came with others missing before them. What people see is base and ahead together,
 * so that a gap delays nothing, and any order of the same signals ends in the same view.
 */
export interface Live {
  me: string;
  seq: number | null;
  base: Said;
  ahead: readonly Signal[];
  view: Said;
}

export interface Said {
  hands: readonly Hand[];
  messages: readonly Message[];
  /** One's own, as it is now. */
  role: Role;
  locked: boolean;
  /** Whom everybody sees large, by participant id. */
  spotlight: readonly string[];
  rules: Rules;
  /** When the meeting ends by itself, in ms. */
  endsAt: number | undefined;
  /** What became stricter by who came. */
  tightened: readonly Tightened[];
}

export function silent(me: string, role: Role): Live {
  const nothing: Said = { hands: [], messages: [], role, locked: false, spotlight: [], rules: noRules, endsAt: undefined, tightened: [] };
  return { me, seq: null, base: nothing, ahead: [], view: nothing };
}

/** After joining anew one is somebody else to the server: what it said stays, the state is due. */
export function joinedAs(live: Live, me: string, role: Role): Live {
  const { view, ...rest } = unsure(live);
  const said = { ...view, role };
  return { ...rest, me, base: said, view: said };
}

/** Whether signals are missing, so that the state must be read. */
export function hasGap(live: Live): boolean {
  return live.seq === null || live.ahead.length > 0;
}

export function hear(live: Live, signal: Signal): Live {
  if (signal.seq === 0) return live;
  if (live.seq !== null && signal.seq <= live.seq) return live;
  if (live.ahead.some((other) => other.seq === signal.seq)) return live;
  return settle({ ...live, ahead: [...live.ahead, signal].sort((a, b) => a.seq - b.seq) });
}

/** Takes over a reading of the state. Lines that it no longer carries stay: they were said to this person. */
export function read(live: Live, state: CallState): Live {
  if (live.seq !== null && state.seq < live.seq) return live; // an older answer that came late
  return settle({
    ...live,
    seq: state.seq,
    base: { hands: inOrder(state.hands), messages: merge(live.view.messages, state.messages), ...decided(live.view, state) },
    ahead: live.ahead.filter((signal) => signal.seq > state.seq),
  });
}

function decided(before: Said, state: CallState): Omit<Said, "hands" | "messages"> {
  const { role = before.role, locked = false, spotlight = [], forbiddenToMe = [], allowedToMe = [], forbiddenForAll = [], tightened = [] } = state;
  return { role, locked, spotlight, rules: readRules({ forbiddenToMe, allowedToMe, forbiddenForAll }), endsAt: timeOf(state.endsAt), tightened };
}

/** After a connection was lost nobody knows what was missed: the state is due, what is known stays. */
export function unsure(live: Live): Live {
  return { ...live, seq: null, base: live.view, ahead: [] };
}

function settle(live: Live): Live {
  let { seq, base } = live;
  const ahead = [...live.ahead];
  while (seq !== null && ahead[0]?.seq === seq + 1) {
    base = apply(base, ahead[0], live.me);
    seq += 1;
    ahead.shift();
  }
  const { me } = live;
  return { me, seq, base, ahead, view: ahead.reduce((said, signal) => apply(said, signal, me), base) };
}

function apply(said: Said, signal: Signal, me: string): Said {
  switch (signal.type) {
    case "message":
      return { ...said, messages: merge(said.messages, [signal.data]) };
    case "hand": {
      const { participant, name, raised, raisedAt } = signal.data;
      const others = said.hands.filter((hand) => hand.participant !== participant);
      return { ...said, hands: raised && raisedAt ? inOrder([...others, { participant, name, raisedAt }]) : others };
    }
    case "renamed": {
      const { participant, name } = signal.data;
      return { ...said, hands: said.hands.map((hand) => (hand.participant === participant ? { ...hand, name } : hand)) };
    }
    case "lock":
      return { ...said, locked: signal.data.locked };
    case "spotlight":
      return { ...said, spotlight: signal.data.participants };
    case "limits":
      return { ...said, endsAt: signal.data.endsAt };
    case "tightened":
      return { ...said, tightened: signal.data.tightened };
    case "role":
      return signal.data.participant === me ? { ...said, role: signal.data.role } : said;
    case "restrictions": {
      const { participant, forbidden, allowed } = signal.data;
      if (participant === null) return { ...said, rules: ruledForAll(said.rules, forbidden) };
      return participant === me ? { ...said, rules: ruledAlone(said.rules, forbidden, allowed) } : said;
    }
    default:
      return said;
  }
}

function inOrder(hands: readonly Hand[]): Hand[] {
  return [...hands].sort(
    (a, b) => Date.parse(a.raisedAt) - Date.parse(b.raisedAt) || a.participant.localeCompare(b.participant),
  );
}

function merge(messages: readonly Message[], more: readonly Message[]): readonly Message[] {
  const known = new Set(messages.map((message) => message.id));
  const fresh = more.filter((message) => !known.has(message.id));
  if (fresh.length === 0) return messages;
  return [...messages, ...fresh].sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.id.localeCompare(b.id));
}
