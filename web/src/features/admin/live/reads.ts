import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getLiveRoom, listLivePeople, listLiveRooms } from "../../../api/live";

/** How often what runs is read anew, in ms: the earlier answer stays until the next is there. */
const refresh = 5_000;

export const liveKeys = {
  all: ["admin", "live"],
  room: (id: string) => ["admin", "live", "room", id],
  people: (id: string) => ["admin", "live", "people", id],
} as const;

const again = { staleTime: 0, refetchInterval: refresh } as const;

export const useLiveRooms = (q: string, organization: string | undefined) =>
  useInfiniteQuery({
    queryKey: [...liveKeys.all, "list", q, organization ?? ""],
    queryFn: ({ pageParam, signal }) =>
      listLiveRooms(
        { ...(q === "" ? {} : { q }), ...(organization === undefined ? {} : { organization }), ...(pageParam === "" ? {} : { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? null,
    placeholderData: keepPreviousData,
    ...again,
  });

export const useLiveRoom = (id: string) => useQuery({ queryKey: liveKeys.room(id), queryFn: ({ signal }) => getLiveRoom(id, signal), ...again });

export const useLivePeople = (id: string, enabled: boolean) =>
  useQuery({ queryKey: liveKeys.people(id), queryFn: ({ signal }) => listLivePeople(id, signal), enabled, ...again });
