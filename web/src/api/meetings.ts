import { answered, client, data } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type AgendaEntry = Schemas["AgendaEntry"];
export type Meeting = Schemas["Meeting"];
export type NewMeeting = Schemas["NewMeeting"];
export type Recurrence = Schemas["Recurrence"];
export type Occurrence = Schemas["Occurrence"];
type DatesPage = Schemas["OccurrenceList"];
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
/** A date that differs from its series, and what becomes of it for each of Overrides when the series is moved. */
export type ChangedDate = Schemas["ChangedDate"];
export type DateFate = Schemas["DateFate"];
/** What becomes of dates that differ from a series that is moved. */
export type Overrides = "keep" | "shift" | "drop";
export type Scope = "this" | "thisAndFollowing";
/** A merge patch: what is left out stays. */
export type MeetingPatch = Partial<NewMeeting>;

/** A meeting together with the version that a change must name. */
export interface VersionedMeeting {
  meeting: Meeting;
  etag: string;
}

export async function versioned(request: Parameters<typeof answered<Meeting>>[0]): Promise<VersionedMeeting> {
  const { data: meeting, response } = await answered(request);
  return { meeting, etag: response.headers.get("ETag") ?? "" };
}

const at = (id: string) => ({ path: { id } });

export async function getAgenda(from: Date, to: Date, signal?: AbortSignal): Promise<AgendaEntry[]> {
  const query = { from: from.toISOString(), to: to.toISOString() };
  return (await data(client.GET("/agenda", { params: { query }, signal }))).items;
}

/** One by its title, however far ahead: each meeting once, with its next date. more: others have it in their title too. */
export function searchAgenda(title: string, from: Date, to: Date, signal?: AbortSignal): Promise<{ items: AgendaEntry[]; more?: boolean }> {
  const query = { title, from: from.toISOString(), to: to.toISOString() };
  return data(client.GET("/agenda", { params: { query }, signal }));
}

/** Whether anything of mine takes place after a moment. */
export async function anyMeetingAfter(moment: Date, signal?: AbortSignal): Promise<boolean> {
  const query = { from: moment.toISOString(), status: "confirmed", pageSize: 1 } as const;
  return (await data(client.GET("/meetings", { params: { query }, signal }))).items.length > 0;
}

export function getMeeting(id: string, signal?: AbortSignal): Promise<VersionedMeeting> {
  // The document has the forms for calendars as well; without an Accept that asks for them it is this one.
  return versioned(client.GET("/meetings/{id}", { params: at(id), signal }) as Parameters<typeof answered<Meeting>>[0]);
}

/** All of them, with those that were cancelled: a page shows a series whole, however many answers that takes. */
export async function listDates(id: string, from: Date, signal?: AbortSignal): Promise<Occurrence[]> {
  const all: Occurrence[] = [];
  for (let cursor: string | undefined = ""; cursor !== undefined; ) {
    const query = { from: from.toISOString(), cancelled: true, pageSize: 200, ...(cursor ? { cursor } : {}) };
    const page: DatesPage = await data(client.GET("/meetings/{id}/occurrences", { params: { ...at(id), query }, signal }));
    all.push(...page.items);
    cursor = page.next;
  }
  return all;
}

export function isMeetingId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** The name of a date of a meeting: when it was to begin, on the clocks of the meeting. */
export function isDateId(text: string): boolean {
  return /^\d{8}T\d{6}$/.test(text);
}
