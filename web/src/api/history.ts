import { data, client } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type SessionRecord = Schemas["SessionRecord"];
export type Attendance = Schemas["Attendance"];
export type Attendee = Schemas["Attendee"];
export type AttendanceAct = Schemas["AttendanceAct"];

export function listSessions(slug: string, cursor: string, signal?: AbortSignal) {
  return data(
    client.GET("/rooms/{slug}/sessions", { params: { path: { slug }, query: { pageSize: 20, ...(cursor === "" ? {} : { cursor }) } }, signal }),
  );
}

export type MeetingSession = Schemas["MeetingSession"];

/** The sessions of a meeting, the latest first, each with its date. */
export function listMeetingSessions(id: string, cursor: string, signal?: AbortSignal) {
  return data(client.GET("/meetings/{id}/sessions", { params: { path: { id }, query: { pageSize: 50, ...(cursor === "" ? {} : { cursor }) } }, signal }));
}

/** As JSON: the other form is for files. */
export function getAttendance(slug: string, sid: string, signal?: AbortSignal): Promise<Attendance> {
  return data<unknown>(client.GET("/rooms/{slug}/sessions/{sid}/attendance", { params: { path: { slug, sid } }, signal })) as Promise<Attendance>;
}

/** Where a browser gets the list as a file. Its own language names the columns. */
export function attendanceHref(slug: string, sid: string, format: "csv" | "json"): string {
  return `/api/v1/rooms/${slug}/sessions/${sid}/attendance?format=${format}`;
}

export function attendanceFile(slug: string, session: SessionRecord, format: "csv" | "json"): string {
  return `attendance-${slug}-${session.startedAt.slice(0, 10)}.${format}`;
}

export function isSessionId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
