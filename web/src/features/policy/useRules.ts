import { useQuery } from "@tanstack/react-query";
import { getMyPolicy, getRoomPolicy } from "../../api/policies";
import { keys } from "../../api/queries";
import { alsoSpeak } from "../../i18n";
import type { Rules } from "./rules";

// The words come with the rules: without rules nothing is said of them.
async function withWords<T>(rules: Promise<T>): Promise<T> {
  const [read] = await Promise.all([rules, alsoSpeak("policy")]);
  return read;
}

/** How the rules of a room are read, for a page that says when they cannot be. Without a room nothing is. */
export const useRoomPolicy = (slug: string) =>
  useQuery({ queryKey: keys.roomPolicy(slug), queryFn: ({ signal }) => withWords(getRoomPolicy(slug, signal)), staleTime: 0, enabled: slug !== "" });

/** What counts in a room. A page never waits for it. */
export const useRoomRules = (slug: string): Rules => useRoomPolicy(slug).data;

/** What counts for new rooms of mine. A page never waits for it. */
export function useMyRules(): Rules {
  return useQuery({ queryKey: keys.myPolicy, queryFn: ({ signal }) => withWords(getMyPolicy(signal)), staleTime: 0 }).data;
}
