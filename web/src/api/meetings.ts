import { answered, client, data } from "./client";
import type { NewAnswer } from "./invitations";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type AgendaEntry = Schemas["AgendaEntry"];
export type Meeting = Schemas["Meeting"];
export type NewMeeting = Schemas["NewMeeting"];
export type Recurrence = Schemas["Recurrence"];
export type Occurrence = Schemas["Occurrence"];
export type OccurrenceChange = Schemas["OccurrenceChange"];
export type Invitee = Schemas["NewInvitee"];
export type InviteeRole = NonNullable<Invitee["role"]>;
export type Deputy = Schemas["Deputy"];
export type VenueMode = NonNullable<Schemas["Venue"]["mode"]>;
export type Answer = NonNullable<Invitee["rsvp"]>;
/** What somebody invited says: to the whole meeting, to single dates, and when they would rather have it. */
export type Said = Schemas["InviteeAnswer"];
export type Proposal = Schemas["Proposal"];
export type Warning = Schemas["Warning"];
export type Trial = Schemas["Trial"];
/** What becomes of dates that differ from a series that is moved. */
export type Overrides = "keep" | "shift" | "drop";
export type Scope = "this" | "thisAndFollowing";
/** A merge patch: what is left out stays. */
export type MeetingPatch = Partial<NewMeeting>;

export const inviteeRoles: readonly InviteeRole[] = ["moderator", "presenter", "member"];

/** A meeting together with the version that a change must name. */
export interface VersionedMeeting {
  meeting: Meeting;
  etag: string;
}

async function versioned(request: Parameters<typeof answered<Meeting>>[0]): Promise<VersionedMeeting> {
  const { data: meeting, response } = await answered(request);
  return { meeting, etag: response.headers.get("ETag") ?? "" };
}

const at = (id: string) => ({ path: { id } });
const seen = (etag: string) => ({ header: { "If-Match": etag } });
const mergePatch = { headers: { "Content-Type": "application/merge-patch+json" } };
const about = (overrides: Overrides | undefined) => (overrides === undefined ? {} : { overrides });

export async function getAgenda(from: Date, to: Date, signal?: AbortSignal): Promise<AgendaEntry[]> {
  const query = { from: from.toISOString(), to: to.toISOString() };
  return (await data(client.GET("/agenda", { params: { query }, signal }))).items;
}

export function getMeeting(id: string, signal?: AbortSignal): Promise<VersionedMeeting> {
  // The document has the forms for calendars as well; without an Accept that asks for them it is this one.
  return versioned(client.GET("/meetings/{id}", { params: at(id), signal }) as Parameters<typeof answered<Meeting>>[0]);
}

/** What planning it would refuse or warn of, and its next dates. */
export function tryMeeting(meeting: NewMeeting, signal?: AbortSignal): Promise<Trial> {
  return data(client.POST("/meetings/validate", { body: meeting, signal }));
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

export async function listDates(id: string, from: Date, signal?: AbortSignal): Promise<Occurrence[]> {
  return (await data(client.GET("/meetings/{id}/occurrences", { params: { ...at(id), query: { from: from.toISOString() } }, signal }))).items;
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

/** The rooms in which one may plan meetings. */
export async function listOwnRooms(signal?: AbortSignal): Promise<{ slug: string; name: string }[]> {
  const { items } = await data(client.GET("/rooms", { params: { query: { pageSize: 200 } }, signal }));
  return items.filter(({ lastingRole }) => lastingRole === "owner");
}

export function answerMeeting(id: string, answer: NewAnswer): Promise<Said> {
  return data(client.PUT("/meetings/{id}/answer", { params: at(id), body: answer }));
}

/** To take another time, one changes the meeting. */
export async function declineProposal(id: string, invitee: string, occurrence: string | undefined): Promise<void> {
  const query = occurrence === undefined ? {} : { occurrence };
  await answered(client.DELETE("/meetings/{id}/invitees/{invitee}/proposal", { params: { path: { id, invitee }, query } }));
}

export async function makePersonalLink(id: string, invitee: string): Promise<string> {
  return (await data(client.POST("/meetings/{id}/invitees/{invitee}/links", { params: { path: { id, invitee } } }))).url;
}

/** Where a browser gets it as a file for any calendar. */
export const calendarHref = (id: string): string => `/api/v1/meetings/${id}?format=ics`;

/** The link that somebody was given ends; whoever came in by it leaves. */
export async function revokePersonalLink(id: string, invitee: string): Promise<void> {
  await answered(client.DELETE("/meetings/{id}/invitees/{invitee}/links", { params: { path: { id, invitee } } }));
}

/** The secret address of one's own calendar, told this once; the one before ends. */
export async function makeFeed(): Promise<string> {
  return (await data(client.POST("/me/feed"))).url;
}

export async function endFeed(): Promise<void> {
  await answered(client.DELETE("/me/feed"));
}

export function isMeetingId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
