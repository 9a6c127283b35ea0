import type { CallState } from "../api/types";
import type { Hand, Message, Signal } from "./signal";

/**
 * What the server has said: hands and lines. `base` is complete up to `seq` (null before the first reading of the
 * state); `ahead` holds signals that came with others missing before them. What people see is base and ahead together,
 * so that a gap delays nothing, and any order of the same signals ends in the same view.
 */
export interface Live {
  seq: number | null;
  base: Said;
  ahead: readonly Signal[];
  view: Said;
}

export interface Said {
  hands: readonly Hand[];
  messages: readonly Message[];
}

const nothing: Said = { hands: [], messages: [] };

export const silent: Live = { seq: null, base: nothing, ahead: [], view: nothing };

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
    base: { hands: inOrder(state.hands), messages: merge(live.view.messages, state.messages) },
    ahead: live.ahead.filter((signal) => signal.seq > state.seq),
  });
}

/** After a connection was lost nobody knows what was missed: the state is due, what is known stays. */
export function unsure(live: Live): Live {
  return { ...live, seq: null, base: live.view, ahead: [] };
}

function settle(live: Live): Live {
  let { seq, base } = live;
  const ahead = [...live.ahead];
  while (seq !== null && ahead[0]?.seq === seq + 1) {
    base = apply(base, ahead[0]);
    seq += 1;
    ahead.shift();
  }
  return { seq, base, ahead, view: ahead.reduce(apply, base) };
}

function apply(said: Said, signal: Signal): Said {
  switch (signal.type) {
    case "message":
      return { ...said, messages: merge(said.messages, [signal.data]) };
    case "hand": {
      const { participant, name, raised, raisedAt } = signal.data;
      const others = said.hands.filter((hand) => hand.participant !== participant);
      return { ...said, hands: raised && raisedAt ? inOrder([...others, { participant, name, raisedAt }]) : others };
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
