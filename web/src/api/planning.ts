import { answered, client, data } from "./client";
import { versioned, type Invitee, type InviteeRole, type MeetingPatch, type NewMeeting, type Overrides, type Scope, type Trial, type VersionedMeeting } from "./meetings";

/** What the pages of planning ask for, beside what all others read of meetings. */

export const inviteeRoles: readonly InviteeRole[] = ["moderator", "presenter", "member"];

const at = (id: string) => ({ path: { id } });
const seen = (etag: string) => ({ header: { "If-Match": etag } });
const mergePatch = { headers: { "Content-Type": "application/merge-patch+json" } };
const about = (overrides: Overrides | undefined) => (overrides === undefined ? {} : { overrides });

/** Which meeting would be changed; which date of it, alone or with all that follow. */
export interface Changing {
  meeting?: string;
  occurrence?: string;
  scope?: Scope;
}

/** What planning it would refuse or warn of, its next dates, and what becomes of dates that were changed one by one. */
export function tryMeeting(meeting: NewMeeting, changing: Changing, signal?: AbortSignal): Promise<Trial> {
  return data(client.POST("/meetings/validate", { params: { query: changing }, body: meeting, signal }));
}

/** key is the same for each try to plan one meeting: what came through is not planned twice. */
export function planMeeting(meeting: NewMeeting, key: string): Promise<VersionedMeeting> {
  return versioned(client.POST("/meetings", { params: { header: { "Idempotency-Key": key } }, body: meeting }));
}

export function changeMeeting(id: string, etag: string, change: MeetingPatch, overrides?: Overrides): Promise<VersionedMeeting> {
  return versioned(
    client.PATCH("/meetings/{id}", { params: { ...at(id), ...seen(etag), query: about(overrides) }, body: change, ...mergePatch }),
  );
}

export async function cancelMeeting(id: string, etag: string): Promise<void> {
  await answered(client.DELETE("/meetings/{id}", { params: { ...at(id), ...seen(etag) } }));
}

export interface DateChange {
  occurrence: string;
  scope: Scope;
  change: MeetingPatch;
  overrides?: Overrides;
}

/** Answers the meeting that the date is of now: another one, when the dates that follow change with it. */
export function changeDate(id: string, etag: string, { occurrence, scope, change, overrides }: DateChange): Promise<VersionedMeeting> {
  return versioned(
    client.PATCH("/meetings/{id}/occurrences/{occurrence}", {
      params: { path: { id, occurrence }, ...seen(etag), query: { scope, ...about(overrides) } },
      body: change,
      ...mergePatch,
    }),
  );
}

export function cancelDate(id: string, etag: string, occurrence: string, scope: Scope): Promise<VersionedMeeting> {
  return versioned(
    client.DELETE("/meetings/{id}/occurrences/{occurrence}", { params: { path: { id, occurrence }, ...seen(etag), query: { scope } } }),
  );
}

/** A cancelled date takes place again, as the series says. */
export function restoreDate(id: string, etag: string, occurrence: string): Promise<VersionedMeeting> {
  return versioned(
    client.PATCH("/meetings/{id}/occurrences/{occurrence}", { params: { path: { id, occurrence }, ...seen(etag) }, body: { cancelled: false }, ...mergePatch }),
  );
}

/** The rooms in which one may plan meetings. */
export async function listOwnRooms(signal?: AbortSignal): Promise<{ slug: string; name: string }[]> {
  const { items } = await data(client.GET("/rooms", { params: { query: { pageSize: 200 } }, signal }));
  return items.filter(({ lastingRole }) => lastingRole === "owner");
}

/** Who is invited and what they answer, which changes nothing of the version of the meeting. */
export async function listInvitees(id: string, signal?: AbortSignal): Promise<Invitee[]> {
  return (await data(client.GET("/meetings/{id}/invitees", { params: at(id), signal }))).items;
}

/** To take another time, one changes the meeting. */
export async function declineProposal(id: string, invitee: string, occurrence: string | undefined): Promise<void> {
  const query = occurrence === undefined ? {} : { occurrence };
  await answered(client.DELETE("/meetings/{id}/invitees/{invitee}/proposal", { params: { path: { id, invitee }, query } }));
}

export async function makePersonalLink(id: string, invitee: string): Promise<string> {
  const { url = "" } = await data(client.POST("/meetings/{id}/invitees/{invitee}/links", { params: { path: { id, invitee } } }));
  return url; // left out of a repeated answer alone, and no key is sent
}

/** The link that somebody was given ends; whoever came in by it leaves. */
export async function revokePersonalLink(id: string, invitee: string): Promise<void> {
  await answered(client.DELETE("/meetings/{id}/invitees/{invitee}/links", { params: { path: { id, invitee } } }));
}

/** Where a browser gets it as a file for any calendar. */
export const calendarHref = (id: string): string => `/api/v1/meetings/${id}?format=ics`;

/** The secret address of one's own calendar, told this once; the one before ends. */
export async function makeFeed(): Promise<string> {
  return (await data(client.POST("/me/feed"))).url;
}

export interface FeedAddress {
  since: string;
  /** To the hour; none while no program has read it. */
  readAt?: string | undefined;
}

/** The address that one's calendar has; null while it has none. */
export async function feedAddress(signal?: AbortSignal): Promise<FeedAddress | null> {
  const { createdAt, lastReadAt } = await data(client.GET("/me/feed", { signal }));
  return createdAt === undefined ? null : { since: createdAt, readAt: lastReadAt };
}

export async function endFeed(): Promise<void> {
  await answered(client.DELETE("/me/feed"));
}
