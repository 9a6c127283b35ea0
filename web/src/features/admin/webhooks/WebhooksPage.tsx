import type { SectionProps } from "../sections";
import { HookList } from "./HookList";
import { HookPage } from "./HookPage";
import { NewHookPage } from "./NewHookPage";

/** Webhooks: all that one sees, a new one, and one of them with what was sent to it. */
export function WebhooksPage({ appointments, rest }: SectionProps) {
  const [id = ""] = rest.split("/");
  if (id === "") return <HookList appointments={appointments} />;
  if (id === "new") return <NewHookPage />;
  return <HookPage key={id} id={id} appointments={appointments} />;
}
