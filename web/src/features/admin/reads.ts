import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getOrganization, getPerson, listHolders, listOrganizations, listPeople, listUnits, type Organization, type OrganizationState } from "../../api/administration";
import { asApiError } from "../../api/error";
import { getAccount, getHook, listAccounts, listDeliveries, listHooks, type DeliveryState } from "../../api/software";

/** What the console has read. Whoever acts reads first, so all is asked anew. */
export const adminKeys = {
  organizations: ["admin", "organizations"],
  organization: (id: string) => ["admin", "organizations", id],
  units: (id: string) => ["admin", "units", id],
  offices: (id: string) => ["admin", "offices", id],
  ownerless: (id: string) => ["admin", "ownerless", id],
  holders: (organization: string | undefined) => ["admin", "holders", organization ?? ""],
  people: ["admin", "people"],
  person: (id: string) => ["admin", "people", "of", id],
  merge: (id: string, into: string) => ["admin", "merge", id, into],
  accounts: ["admin", "accounts"],
  account: (id: string) => ["admin", "accounts", "of", id],
  hooks: ["admin", "hooks"],
  hook: (id: string) => ["admin", "hooks", "of", id],
  deliveries: (id: string) => ["admin", "deliveries", id],
} as const;

const anew = { staleTime: 0 } as const;

export const useOrganizations = (q: string, state: OrganizationState | undefined) =>
  useInfiniteQuery({
    queryKey: [...adminKeys.organizations, "list", q, state ?? ""],
    queryFn: ({ pageParam, signal }) =>
      listOrganizations({ ...(q === "" ? {} : { q }), ...(state === undefined ? {} : { state }), ...(pageParam === "" ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? null,
    placeholderData: keepPreviousData,
    ...anew,
  });

export const useOrganization = (id: string) =>
  useQuery({ queryKey: adminKeys.organization(id), queryFn: ({ signal }) => getOrganization(id, signal), ...anew });

/** The organizations above one, the nearest first, as far as the reader sees: each names the next. */
export const useAbove = (parent: string | undefined, enabled = true) =>
  useQuery({
    queryKey: [...adminKeys.organizations, "above", parent ?? ""],
    queryFn: ({ signal }) => above(parent, signal),
    enabled,
    ...anew,
  });

async function above(parent: string | undefined, signal: AbortSignal): Promise<Organization[]> {
  const found: Organization[] = [];
  for (let id = parent; id !== undefined && !found.some((one) => one.id === id); ) {
    let next: Organization;
    try {
      next = (await getOrganization(id, signal)).organization;
    } catch (error) {
      if (asApiError(error).status === 404) break;
      throw error;
    }
    found.push(next);
    id = next.parent;
  }
  return found;
}

export const useUnits = (id: string) => useQuery({ queryKey: adminKeys.units(id), queryFn: ({ signal }) => listUnits(id, signal), ...anew });

export const useHolders = (organization: string | undefined) =>
  useQuery({ queryKey: adminKeys.holders(organization), queryFn: ({ signal }) => listHolders(organization, signal), ...anew });

export const usePeople = (q: string) =>
  useInfiniteQuery({
    queryKey: [...adminKeys.people, "list", q],
    queryFn: ({ pageParam, signal }) => listPeople({ ...(q === "" ? {} : { q }), ...(pageParam === "" ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? null,
    placeholderData: keepPreviousData,
    ...anew,
  });

export const usePerson = (id: string) => useQuery({ queryKey: adminKeys.person(id), queryFn: ({ signal }) => getPerson(id, signal), ...anew });

/** Those within reach; of one organization where it is named. */
export const useAccounts = (organization: string | undefined) =>
  useInfiniteQuery({
    queryKey: [...adminKeys.accounts, "list", organization ?? ""],
    queryFn: ({ pageParam, signal }) =>
      listAccounts({ ...(organization === undefined ? {} : { organization }), ...(pageParam === "" ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? null,
    placeholderData: keepPreviousData,
    ...anew,
  });

export const useAccount = (id: string) => useQuery({ queryKey: adminKeys.account(id), queryFn: ({ signal }) => getAccount(id, signal), ...anew });

export const useHooks = (organization: string | undefined) =>
  useInfiniteQuery({
    queryKey: [...adminKeys.hooks, "list", organization ?? ""],
    queryFn: ({ pageParam, signal }) =>
      listHooks({ ...(organization === undefined ? {} : { organization }), ...(pageParam === "" ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? null,
    placeholderData: keepPreviousData,
    ...anew,
  });

export const useHook = (id: string) => useQuery({ queryKey: adminKeys.hook(id), queryFn: ({ signal }) => getHook(id, signal), ...anew });

export const useDeliveries = (id: string, state: DeliveryState | undefined) =>
  useInfiniteQuery({
    queryKey: [...adminKeys.deliveries(id), state ?? ""],
    queryFn: ({ pageParam, signal }) => listDeliveries(id, { ...(state === undefined ? {} : { state }), ...(pageParam === "" ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? null,
    placeholderData: keepPreviousData,
    ...anew,
  });
