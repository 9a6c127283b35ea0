import { keepPreviousData, QueryClient, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { linkTo } from "../browser/personalLink";
import { ApiError } from "./error";
import { getAttendance, listSessions } from "./history";
import { listBlocks, listParticipants } from "./hosting";
import { listMembers, searchPeople } from "./members";
import { getAgenda, getMeeting, listDates } from "./meetings";
import { getRoom, listRooms } from "./rooms";
import { getConfig, getMe, listSignIns } from "./session";

export const keys = {
  config: ["config"],
  me: ["me"],
  signIns: ["sign-ins"],
  rooms: ["rooms"],
  ownRooms: ["rooms", "own"],
  room: (slug: string) => ["room", slug],
  participants: (slug: string) => ["participants", slug],
  blocks: (slug: string) => ["blocks", slug],
  sessions: (slug: string) => ["sessions", slug],
  attendance: (slug: string, sid: string) => ["attendance", slug, sid],
  roomPolicy: (slug: string) => ["policy", "room", slug],
  myPolicy: ["policy", "me"],
  meetingPolicy: (id: string) => ["policy", "meeting", id],
  policy: ({ organization = "", unit = "", room = "" }: { organization?: string; unit?: string; room?: string }) => ["policy", "of", organization, unit, room],
  templates: (organization: string) => ["policy", "templates", organization],
  template: (id: string) => ["policy", "template", id],
  members: (slug: string) => ["members", slug],
  people: (query: string) => ["people", query],
  usage: (query: object) => ["usage", query],
  agenda: ["agenda"],
  meetings: ["meetings"],
  feed: ["feed"],
  meeting: (id: string) => ["meetings", id],
  dates: (id: string) => ["meetings", id, "dates"],
  invitees: (id: string) => ["meetings", id, "invitees"],
  /** With what else the agenda has at the time, and so a part of it. */
  trial: (text: string) => ["agenda", "trial", text],
} as const;

const retries = 1; // pages that wait for a server say so and pace themselves

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        // A refusal stays a refusal; what may pass is asked again.
        retry: (count, error) => count < retries && error instanceof ApiError && error.passing,
        retryDelay: 400,
      },
    },
  });
}

export const useConfig = () => useQuery({ queryKey: keys.config, queryFn: getConfig, staleTime: Infinity });
export const useMe = () => useQuery({ queryKey: keys.me, queryFn: getMe });
export const useSignIns = (enabled: boolean) => useQuery({ queryKey: keys.signIns, queryFn: listSignIns, enabled });

export const useRoom = (slug: string) =>
  useQuery({ queryKey: keys.room(slug), queryFn: ({ signal }) => getRoom(slug, signal, linkTo(slug)) });

/** The room as it is when it is opened to be changed: what was read before may be a version of before one's own last act. */
export const useRoomAnew = (slug: string) =>
  useQuery({ queryKey: keys.room(slug), queryFn: ({ signal }) => getRoom(slug, signal), staleTime: 0 });

/** acts: how many acts of hosts were heard of; each makes an older list old. */
export const useParticipants = (slug: string, acts: number) =>
  useQuery({
    queryKey: [...keys.participants(slug), acts],
    queryFn: ({ signal }) => listParticipants(slug, signal),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

export const useBlocks = (slug: string) =>
  useQuery({ queryKey: keys.blocks(slug), queryFn: ({ signal }) => listBlocks(slug, signal) });

export const useMembers = (slug: string) =>
  useInfiniteQuery({
    queryKey: keys.members(slug),
    queryFn: ({ pageParam, signal }) => listMembers(slug, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? null,
  });

/** Asked anew each time: a colleague is found from their first sign-in on. */
export const useColleagues = (query: string, enabled: boolean) =>
  useQuery({ queryKey: keys.people(query), queryFn: ({ signal }) => searchPeople(query, signal), enabled, placeholderData: keepPreviousData, staleTime: 0 });

export const useSessions = (slug: string) =>
  useInfiniteQuery({
    queryKey: keys.sessions(slug),
    queryFn: ({ pageParam, signal }) => listSessions(slug, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? null,
  });

export const useAttendance = (slug: string, sid: string) =>
  useQuery({ queryKey: keys.attendance(slug, sid), queryFn: ({ signal }) => getAttendance(slug, sid, signal) });

export const useRooms = (archived: boolean, enabled: boolean) =>
  useInfiniteQuery({
    queryKey: [...keys.rooms, { archived }],
    queryFn: ({ pageParam, signal }) => listRooms({ archived, ...(pageParam ? { cursor: pageParam } : {}) }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? null,
    enabled,
  });

/** The page that shows it says when it is read again. */
export const useAgenda = ({ from, to }: { from: Date; to: Date }) =>
  useQuery({
    queryKey: [...keys.agenda, from.getTime(), to.getTime()],
    queryFn: ({ signal }) => getAgenda(from, to, signal),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
    staleTime: 0,
  });

export const useMeeting = (id: string) =>
  useQuery({ queryKey: keys.meeting(id), queryFn: ({ signal }) => getMeeting(id, signal), staleTime: 0 });

/** The dates of a meeting that are not over, with those that were cancelled. */
export const useDates = (id: string) =>
  useQuery({ queryKey: keys.dates(id), queryFn: ({ signal }) => listDates(id, new Date(), signal), staleTime: 0 });
