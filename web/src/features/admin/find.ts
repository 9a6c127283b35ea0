import { listOrganizations, listPeople, type PeopleQuery, type Person } from "../../api/administration";

/** One that was found, or chosen. */
export interface Found {
  id: string;
  name: string;
  /** What tells two of the same name apart. */
  detail?: string | undefined;
  organization?: string | undefined;
}

/** One kind of thing that is found by what is typed. */
export interface Finder {
  key: string;
  find: (q: string, signal: AbortSignal) => Promise<Found[]>;
}

const most = 8; // of a list that is read at a glance: who has more before them types more

function peopleBy(key: string, narrowed: PeopleQuery = {}): Finder {
  return { key, find: async (q, signal) => (await listPeople({ ...narrowed, q, pageSize: most }, signal)).items.map(foundPerson) };
}

const foundPerson = ({ id, name, email, organization }: Person): Found => ({
  id,
  name,
  detail: email === undefined ? organization.name : `${email}, ${organization.name}`,
  organization: organization.id,
});

/** People whom one administers, whatever became of their accounts. */
export const people = peopleBy("people");

/** Those whose accounts are open. */
export const openPeople = peopleBy("open people", { deactivated: "false" });

/** Those of one organization whose accounts are open. */
export const colleagues = (organization: string) => peopleBy(`colleagues of ${organization}`, { deactivated: "false", organization });

export const organizations: Finder = {
  key: "organizations",
  find: async (q, signal) => (await listOrganizations({ q, pageSize: most }, signal)).items.map(({ id, name, siret }) => ({ id, name, detail: siret })),
};
