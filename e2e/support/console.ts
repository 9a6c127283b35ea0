import { join } from "node:path";

import type { Browser } from "@playwright/test";

import { Platform } from "./platform.ts";
import { run } from "./program.ts";
import { test as base, expect } from "./test.ts";
import { type DemoPerson, type Site, Visitor } from "./visitor.ts";
import { catalogues, type Words } from "./words.ts";
import { Witness } from "./witness.ts";

export const roles = ["platform-admin", "org-admin", "auditor", "support"] as const;
export type Role = (typeof roles)[number];

/** Who holds which role: the org-admin for their own organization, the others for the platform. */
export const holders: Record<Role, DemoPerson> = {
  "platform-admin": "Paul Girard",
  "org-admin": "Jeanne Morel",
  auditor: "Claire Vasseur",
  support: "Amine Kader",
};

/** Who administers nothing. */
export const others = ["Louise Petit", "Samira Dufour"] as const satisfies readonly DemoPerson[];

export interface Known {
  id: string;
  organization: { id: string; name: string };
}

/** A platform of its own, since administering changes it for everybody, with somebody in each role. */
export class Administered implements Site {
  private constructor(private readonly platform: Platform, readonly people: ReadonlyMap<string, Known>) {}

  static async start(browser: Browser): Promise<Administered> {
    const platform = await Platform.start();
    const people = new Map<string, Known>();
    const administered = new Administered(platform, people);
    const admin = await arrived(browser, administered, holders["platform-admin"]);
    const code = await administered.claimCode();
    expect((await admin.context.request.post(`${platform.url}/api/v1/admin/claim`, { data: { code }, headers: { Origin: platform.url } })).ok()).toBe(true);
    people.set(holders["platform-admin"], await whois(admin));
    for (const person of [holders["org-admin"], holders.auditor, holders.support, ...others]) {
      const somebody = await arrived(browser, administered, person);
      people.set(person, await whois(somebody));
      await somebody.context.close();
    }
    for (const role of ["org-admin", "auditor", "support"] as const) {
      const { id, organization } = administered.who(holders[role]);
      const body = { person: id, role, ...(role === "org-admin" && { organization: organization.id }) };
      const given = await admin.context.request.put(`${platform.url}/api/v1/appointments`, { data: body, headers: { Origin: platform.url } });
      expect(given.ok(), await given.text()).toBe(true);
    }
    await admin.context.close();
    return administered;
  }

  get url(): string {
    return this.platform.url;
  }

  get hosts(): string[] {
    return this.platform.hosts;
  }

  said(): string {
    return this.platform.said();
  }

  stop(): Promise<void> {
    return this.platform.stop();
  }

  who(person: DemoPerson): Known {
    const known = this.people.get(person);
    if (known === undefined) throw new Error(`${person} has never signed in here`);
    return known;
  }

  /** A code that the server prints for whoever administers it first. */
  async claimCode(): Promise<string> {
    const { data } = this.platform;
    const printed = await run(["admin", "claim", "-o", "json"], { PARVIS_DATA: data, PARVIS_DATABASE_URL: `sqlite:${join(data, "parvis.db")}` });
    return (JSON.parse(printed) as { code: string }).code;
  }
}

async function arrived(browser: Browser, at: Site, person: DemoPerson): Promise<Visitor> {
  const context = await browser.newContext({ locale: "fr-FR" });
  const visitor = new Visitor(context, await context.newPage(), await Witness.in(context), at, catalogues.fr);
  await visitor.open();
  await visitor.signIn(person);
  return visitor;
}

async function whois({ context, site }: Visitor): Promise<Known> {
  const me = (await (await context.request.get(`${site.url}/api/v1/me`)).json()) as { person: { id: string }; organization: Known["organization"] };
  return { id: me.person.id, organization: me.organization };
}

/** A page of the console: where it is, and the heading by which one knows that it is there. */
export interface ConsolePage {
  path: string;
  heading: (words: Words) => string;
  /** Who sees it, where that is not everybody who sees the section. */
  seenBy?: readonly Role[];
}

export interface Section {
  path: string;
  name: (words: Words) => string;
  seenBy: readonly Role[];
  /** All that is reached by an address. */
  pages: (at: Administered) => ConsolePage[];
}

const answerers: readonly Role[] = ["platform-admin", "org-admin", "auditor"];
const everywhere: readonly Role[] = ["platform-admin", "auditor", "support"];

/** In the order of the console. A new section is one more row here, and is walked through by every role that sees it. */
export const sections: readonly Section[] = [
  {
    path: "usage",
    name: ({ admin }) => admin.usage.name,
    seenBy: roles,
    pages: () => [{ path: "usage", heading: ({ admin }) => admin.usage.name }],
  },
  {
    path: "live",
    name: ({ admin }) => admin.live.name,
    seenBy: roles,
    pages: () => [{ path: "live", heading: ({ admin }) => admin.live.name }],
  },
  {
    path: "organizations",
    name: ({ admin }) => admin.organizations.name,
    seenBy: roles,
    pages: (at) => {
      const { id, name } = at.who(holders["org-admin"]).organization;
      return [
        { path: "organizations", heading: ({ admin }) => admin.organizations.name },
        { path: "organizations/new", heading: ({ admin }) => admin.organizations.new, seenBy: ["platform-admin", "org-admin"] },
        { path: "organizations/administrators", heading: ({ admin }) => admin.appointments.platform, seenBy: everywhere },
        ...["", "/rules", "/units", "/offices", "/administrators"].map((part) => ({ path: `organizations/${id}${part}`, heading: () => name })),
      ];
    },
  },
  {
    path: "rooms",
    name: ({ admin }) => admin.rooms.name,
    seenBy: roles,
    pages: (at) => [
      { path: "rooms", heading: ({ admin }) => admin.rooms.name },
      { path: `rooms/${at.who(holders["org-admin"]).organization.id}`, heading: ({ admin }) => admin.rooms.name },
    ],
  },
  {
    path: "people",
    name: ({ admin }) => admin.people.name,
    seenBy: roles,
    pages: (at) => {
      const { id } = at.who(holders.support);
      return [
        { path: "people", heading: ({ admin }) => admin.people.name },
        { path: "people/import", heading: ({ admin }) => admin.people.import.title, seenBy: ["platform-admin", "org-admin"] },
        { path: `people/${id}`, heading: () => holders.support },
        { path: `people/${id}/merge`, heading: ({ admin }) => admin.people.mergeOf.replace("{{name}}", holders.support), seenBy: ["platform-admin", "org-admin"] },
      ];
    },
  },
  {
    path: "policies",
    name: ({ admin }) => admin.policies.name,
    seenBy: roles,
    pages: (at) => {
      const { id, name } = at.who(holders["org-admin"]).organization;
      return [
        { path: "policies", heading: ({ admin }) => admin.policies.name },
        { path: `policies/${id}`, heading: () => name },
      ];
    },
  },
  {
    path: "apps",
    name: ({ admin }) => admin.apps.name,
    seenBy: roles,
    pages: () => [
      { path: "apps", heading: ({ admin }) => admin.apps.name },
      { path: "apps/new", heading: ({ admin }) => admin.apps.new, seenBy: ["platform-admin", "org-admin"] },
    ],
  },
  {
    path: "webhooks",
    name: ({ admin }) => admin.webhooks.name,
    seenBy: roles,
    pages: () => [
      { path: "webhooks", heading: ({ admin }) => admin.webhooks.name },
      { path: "webhooks/new", heading: ({ admin }) => admin.webhooks.new, seenBy: ["platform-admin", "org-admin"] },
    ],
  },
  {
    path: "audit",
    name: ({ admin }) => admin.audit.name,
    seenBy: answerers,
    pages: () => [{ path: "audit", heading: ({ admin }) => admin.audit.name }],
  },
  {
    path: "privacy",
    name: ({ admin }) => admin.privacy.name,
    seenBy: answerers,
    pages: (at) => [
      { path: "privacy/people", heading: ({ admin }) => admin.privacy.parts.people },
      { path: `privacy/people/${at.who(others[0]).id}`, heading: () => others[0], seenBy: ["platform-admin", "auditor"] },
      { path: "privacy/holds", heading: ({ admin }) => admin.privacy.parts.holds },
      { path: "privacy/retention", heading: ({ admin }) => admin.privacy.parts.retention, seenBy: ["platform-admin", "auditor"] },
      { path: "privacy/register", heading: ({ admin }) => admin.privacy.register.title, seenBy: ["platform-admin", "auditor"] },
    ],
  },
  {
    path: "health",
    name: ({ admin }) => admin.health.name,
    seenBy: ["platform-admin", "support"],
    pages: () => [{ path: "health", heading: ({ admin }) => admin.health.name }],
  },
];

/** The pages of the console that somebody in a role sees. */
export const pagesOf = (role: Role, at: Administered): ConsolePage[] =>
  sections.filter(({ seenBy }) => seenBy.includes(role)).flatMap(({ pages }) => pages(at).filter(({ seenBy }) => seenBy?.includes(role) ?? true));

export const test = base.extend<object, { administered: Administered }>({
  administered: [
    async ({ browser }, use) => {
      const administered = await Administered.start(browser);
      await use(administered);
      await administered.stop();
    },
    { scope: "worker", timeout: 300_000 }, // seven sign-ins in a browser
  ],
});

export { expect };
