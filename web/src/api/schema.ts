// The wire contract of /api/v1 in the shape that openapi-typescript gives, written by hand until api/openapi.yaml is
// there (`npm run generate`). Only types.ts and client.ts import this file.

interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code: string;
  errors?: { location: string; message: string }[];
  requestId?: string;
}

type Assurance = "unknown" | "phone" | "email" | "agent" | "agent-mfa";
type Role = "owner" | "moderator" | "member";
type Entry = "hosts" | "members" | "organization" | "signed-in" | "everyone";

interface Door {
  state: "open" | "sign-in-required" | "refused";
  code?: string;
}

interface Room {
  slug: string;
  url: string;
  door: Door;
  name?: string;
  description?: string;
  language?: string;
  tags?: string[];
  entry?: Entry;
  minAssurance?: Assurance;
  role?: Role;
  createdAt?: string;
  updatedAt?: string;
  lastUsedAt?: string;
  archivedAt?: string;
}

export interface components {
  schemas: {
    Problem: Problem;
    Config: { name: string; url: string; version: string; languages: string[]; providers: { name: string; label: string }[] };
    Me: {
      kind: "anonymous" | "person" | "guest" | "service";
      name?: string;
      person?: { id: string; givenName: string; familyName: string; email: string };
      organization?: { id: string; name: string };
      assurance: Assurance;
      signInId?: string;
    };
    SignIn: {
      id: string;
      current: boolean;
      createdAt: string;
      lastSeenAt: string;
      expiresAt: string;
      userAgent: string;
      network: string;
    };
    Room: Room;
    RoomCreate: { name: string; description?: string; language?: string; tags?: string[]; entry?: Entry };
    RoomPatch: {
      name?: string;
      description?: string;
      language?: string;
      tags?: string[];
      entry?: Entry;
      archived?: boolean;
    };
    Joined: {
      room: { slug: string; name: string; language: string; url: string };
      role: Role;
      participant: { id: string; name: string; assurance: Assurance; organization: string };
      livekit: { url: string; token: string; expiresAt: string };
    };
    Message: { id: string; participant: string; name: string; text: string; at: string };
    Hand: { participant: string; name: string; raisedAt: string };
    CallState: { seq: number; hands: Hand[]; messages: Message[] };
  };
}

type Hand = components["schemas"]["Hand"];
type Message = components["schemas"]["Message"];
type Schemas = components["schemas"];

interface Json<T> {
  headers: Record<string, unknown>;
  content: { "application/json": T };
}
interface Empty {
  headers: Record<string, unknown>;
  content?: never;
}
interface Failure {
  headers: Record<string, unknown>;
  content: { "application/problem+json": Problem };
}
interface Answers<Status extends number, T> {
  responses: Record<Status, T> & { default: Failure };
}
interface InRoom {
  path: { slug: string };
}
interface Body<T, Type extends string = "application/json"> {
  requestBody: { content: Record<Type, T> };
}
interface Parameters<T> {
  parameters: T;
}

export interface paths {
  "/api/v1/config": { get: Answers<200, Json<Schemas["Config"]>> };
  "/api/v1/me": { get: Answers<200, Json<Schemas["Me"]>> };
  "/api/v1/sign-ins": {
    get: Answers<200, Json<{ items: Schemas["SignIn"][] }>>;
    delete: Answers<204, Empty>;
  };
  "/api/v1/sign-ins/{id}": {
    delete: Answers<204, Empty> & Parameters<{ path: { id: string } }>;
  };
  "/api/v1/rooms": {
    get: Answers<200, Json<{ items: Room[]; next?: string }>> &
      Parameters<{ query?: { pageSize?: number; cursor?: string; archived?: boolean } }>;
    post: Answers<201, Json<Room>> &
      Body<Schemas["RoomCreate"]> &
      Parameters<{ header?: { "Idempotency-Key"?: string } }>;
  };
  "/api/v1/rooms/{slug}": {
    get: Answers<200, Json<Room>> & Parameters<InRoom>;
    patch: Answers<200, Json<Room>> &
      Body<Schemas["RoomPatch"], "application/merge-patch+json"> &
      Parameters<InRoom & { header: { "If-Match": string } }>;
    delete: Answers<204, Empty> & Parameters<InRoom & { header: { "If-Match": string } }>;
  };
  "/api/v1/rooms/{slug}/join": {
    post: Answers<200, Json<Schemas["Joined"]>> & Body<{ name?: string }> & Parameters<InRoom>;
  };
  "/api/v1/rooms/{slug}/messages": {
    post: Answers<201, Json<{ id: string; at: string; seq: number }>> &
      Body<{ participant: string; text: string }> &
      Parameters<InRoom>;
  };
  "/api/v1/rooms/{slug}/hand": {
    post: Answers<204, Empty> & Body<{ participant: string; raised: boolean }> & Parameters<InRoom>;
  };
  "/api/v1/rooms/{slug}/reactions": {
    post: Answers<204, Empty> & Body<{ participant: string; reaction: string }> & Parameters<InRoom>;
  };
  "/api/v1/rooms/{slug}/leave": {
    post: Answers<204, Empty> & Body<{ participant: string }> & Parameters<InRoom>;
  };
  "/api/v1/rooms/{slug}/state": {
    get: Answers<200, Json<Schemas["CallState"]>> & Parameters<InRoom & { query: { participant: string } }>;
  };
}
