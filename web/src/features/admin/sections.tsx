import { Activity, AppWindow, Building2, ChartColumn, DoorOpen, Scale, ScrollText, ShieldUser, Users, Video, Webhook, type LucideIcon } from "lucide-react";
import { lazy, type ComponentType } from "react";
import { alsoSpeak } from "../../i18n";
import { answerers, everyRole, type AdminRole, type Appointment } from "./roles";

/** What the page of a section is told: who reads it, and what follows the section in the address. */
export interface SectionProps {
  appointments: readonly Appointment[];
  rest: string;
}

/** A section of the console. `name` is the object of its words in `admin`, with its own name in it. */
export interface Section {
  path: string;
  name: "live" | "rooms" | "usage" | "organizations" | "people" | "policies" | "apps" | "webhooks" | "audit" | "privacy" | "health";
  icon: LucideIcon;
  needs: readonly AdminRole[];
  /** Only for those who hold such a role for the whole platform. */
  everywhere?: boolean;
  page: ComponentType<SectionProps>;
}

/** In the order of the navigation. Each page is a chunk of its own. */
export const sections: readonly Section[] = [
  { path: "usage", name: "usage", icon: ChartColumn, needs: everyRole, page: lazy(() => import("./usage").then((m) => ({ default: m.UsagePage }))) },
  { path: "live", name: "live", icon: Video, needs: everyRole, page: lazy(() => import("./live").then((m) => ({ default: m.LivePage }))) },
  {
    path: "organizations",
    name: "organizations",
    icon: Building2,
    needs: everyRole,
    page: lazy(() => import("./organizations").then((m) => ({ default: m.OrganizationsPage }))),
  },
  { path: "rooms", name: "rooms", icon: DoorOpen, needs: everyRole, page: lazy(() => import("./rooms").then((m) => ({ default: m.RoomsPage }))) },
  { path: "people", name: "people", icon: Users, needs: everyRole, page: lazy(() => import("./people").then((m) => ({ default: m.PeoplePage }))) },
  {
    path: "policies",
    name: "policies",
    icon: Scale,
    needs: everyRole,
    page: lazy(() => Promise.all([import("./policies"), alsoSpeak("policy")]).then(([m]) => ({ default: m.PoliciesPage }))),
  },
  { path: "apps", name: "apps", icon: AppWindow, needs: everyRole, page: lazy(() => import("./apps").then((m) => ({ default: m.AppsPage }))) },
  { path: "webhooks", name: "webhooks", icon: Webhook, needs: everyRole, page: lazy(() => import("./webhooks").then((m) => ({ default: m.WebhooksPage }))) },
  { path: "audit", name: "audit", icon: ScrollText, needs: answerers, page: lazy(() => import("./audit").then((m) => ({ default: m.AuditPage }))) },
  { path: "privacy", name: "privacy", icon: ShieldUser, needs: answerers, page: lazy(() => import("./privacy").then((m) => ({ default: m.PrivacyPage }))) },
  {
    path: "health",
    name: "health",
    icon: Activity,
    needs: ["platform-admin", "support"],
    everywhere: true,
    page: lazy(() => import("./health").then((m) => ({ default: m.HealthPage }))),
  },
];
