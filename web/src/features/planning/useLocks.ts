import { useQuery } from "@tanstack/react-query";
import { getMeetingPolicy, type EffectiveSetting, type MeetingSetting } from "../../api/policies";
import { keys } from "../../api/queries";
import { alsoSpeak } from "../../i18n";
import { same } from "../policy";

export interface Lock {
  name: string;
  kind: EffectiveSetting["kind"];
  value: unknown;
  by: string;
}

/** Of what sort a setting is, and where a lock of it binds nobody. */
const kinds: Readonly<Record<string, { kind: EffectiveSetting["kind"]; loosest: unknown }>> = {
  entry: { kind: "choice", loosest: "everyone" },
  guests: { kind: "choice", loosest: "allowed" },
  minAssurance: { kind: "choice", loosest: "unknown" },
  opensWithHost: { kind: "switch", loosest: false },
  muteOnEntry: { kind: "switch", loosest: false },
  forbidden: { kind: "forbidden", loosest: [] },
  maxParticipants: { kind: "limit", loosest: 0 },
  maxMinutes: { kind: "limit", loosest: 0 },
  chatKeeping: { kind: "choice", loosest: "session" },
  recording: { kind: "choice", loosest: "allowed" },
  transcription: { kind: "choice", loosest: "allowed" },
};

function lockOf({ name, value, locked, bound, lockedBy }: MeetingSetting): Lock[] {
  const of = kinds[name];
  if (of === undefined || !locked || !same(value, bound) || same(bound, of.loosest)) return [];
  return [{ name, kind: of.kind, value, by: lockedBy ?? "platform" }];
}

async function locksOf(id: string, signal: AbortSignal): Promise<Lock[]> {
  const [rules] = await Promise.all([getMeetingPolicy(id, signal), alsoSpeak("policy")]);
  return rules.flatMap(lockOf);
}

/** What of a meeting is as somebody locked it. A page never waits for it. */
export const useLocks = (id: string): readonly Lock[] =>
  useQuery({ queryKey: keys.meetingPolicy(id), queryFn: ({ signal }) => locksOf(id, signal), staleTime: 0 }).data ?? [];
