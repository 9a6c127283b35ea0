import { answered, client, data } from "./client";
import type { Role } from "./types";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Member = Schemas["Member"];
export type GivenMember = Schemas["GivenMember"];
export type Colleague = Schemas["Colleague"];
export type MemberSubject = Schemas["MemberSubject"];

/** What is asked for somebody; dates are moments, left out for at once and for good. */
export interface Wanted {
  subject: MemberSubject;
  role: Role;
  notBefore?: string;
  notAfter?: string;
  renewInvitation?: boolean;
}

const at = (slug: string) => ({ path: { slug } });

export function listMembers(slug: string, cursor: string, signal?: AbortSignal) {
  return data(
    client.GET("/rooms/{slug}/members", { params: { ...at(slug), query: { pageSize: 100, ...(cursor === "" ? {} : { cursor }) } }, signal }),
  );
}

export function putMember(slug: string, wanted: Wanted): Promise<GivenMember> {
  return data(client.PUT("/rooms/{slug}/members", { params: at(slug), body: wanted }));
}

export async function removeMember(slug: string, id: string): Promise<void> {
  await answered(client.DELETE("/rooms/{slug}/members/{id}", { params: { path: { slug, id } } }));
}

/** Takes up an invitation: once. */
export async function claim(slug: string, token: string): Promise<void> {
  await answered(client.POST("/rooms/{slug}/claim", { params: at(slug), body: { token } }));
}

export async function searchPeople(query: string, signal?: AbortSignal): Promise<Colleague[]> {
  return (await data(client.GET("/people", { params: { query: { q: query } }, signal }))).items;
}

/** The subject by which a member was given the role. */
export function subjectOf(member: Member): MemberSubject {
  return member.kind === "email" ? { kind: "email", email: member.subject } : { kind: member.kind, id: member.subject };
}
