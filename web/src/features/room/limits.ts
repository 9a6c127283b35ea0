import type { Limits } from "../../api/types";

/** Limits as one edits them: empty is no limit. `linkExpiresAt` is a local time, as the browser's field writes it. */
export interface LimitsDraft {
  opensWithHost: boolean;
  muteOnEntry: boolean;
  maxParticipants: string;
  maxMinutes: string;
  closeEmptyAfter: string;
  linkExpiresAt: string;
  /** Never empty: names are kept for some time, and not for ever. */
  attendanceDays: string;
}

export const bounds = { maxParticipants: 1000, maxMinutes: 1440, closeEmptyAfter: 1440 } as const;
export const mostDays = 3650;
export type Bounded = keyof typeof bounds;
const bounded = Object.keys(bounds) as Bounded[];

// What a room is made with: a server of before this setting leaves it out.
const usualDays = 90;

export type WrongLimits = Partial<Record<Bounded | "linkExpiresAt" | "attendanceDays", true>>;

export function limitsDraftOf(limits: Partial<Limits>): LimitsDraft {
  const written = (n: number | undefined) => (n === undefined || n === 0 ? "" : String(n));
  return {
    opensWithHost: limits.opensWithHost ?? false,
    muteOnEntry: limits.muteOnEntry ?? false,
    maxParticipants: written(limits.maxParticipants),
    maxMinutes: written(limits.maxMinutes),
    closeEmptyAfter: written(limits.closeEmptyAfter),
    linkExpiresAt: limits.linkExpiresAt == null ? "" : localOf(limits.linkExpiresAt),
    attendanceDays: String(limits.attendanceDays ?? usualDays),
  };
}

export function wrongLimits(draft: LimitsDraft): WrongLimits {
  const wrong: WrongLimits = {};
  for (const name of bounded) {
    if (!isWithin(draft[name].trim(), bounds[name])) wrong[name] = true;
  }
  const days = draft.attendanceDays.trim();
  if (!/^\d+$/.test(days) || Number(days) < 1 || Number(days) > mostDays) wrong.attendanceDays = true;
  if (draft.linkExpiresAt !== "" && Number.isNaN(Date.parse(draft.linkExpiresAt))) wrong.linkExpiresAt = true;
  return wrong;
}

// Nothing is no limit; to say so with a nought would be to give one.
function isWithin(text: string, most: number): boolean {
  return text === "" || (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most);
}

/** Whether the link would end at once: a host may mean it. */
export function isPast({ linkExpiresAt }: LimitsDraft, now = Date.now()): boolean {
  return linkExpiresAt !== "" && Date.parse(linkExpiresAt) <= now;
}

/** What differs, as the server takes it. What is written the same way is the same: seconds that the field does not show stay. */
export function limitsChange(before: LimitsDraft, draft: LimitsDraft): Partial<Limits> {
  const change: Partial<Limits> = {};
  if (draft.opensWithHost !== before.opensWithHost) change.opensWithHost = draft.opensWithHost;
  if (draft.muteOnEntry !== before.muteOnEntry) change.muteOnEntry = draft.muteOnEntry;
  for (const name of bounded) {
    if (Number(draft[name]) !== Number(before[name])) change[name] = Number(draft[name]);
  }
  if (Number(draft.attendanceDays) !== Number(before.attendanceDays)) change.attendanceDays = Number(draft.attendanceDays);
  if (draft.linkExpiresAt !== before.linkExpiresAt) {
    change.linkExpiresAt = draft.linkExpiresAt === "" ? null : new Date(draft.linkExpiresAt).toISOString();
  }
  return change;
}

// The field knows no time zone: it shows and takes the reader's own.
function localOf(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "";
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
