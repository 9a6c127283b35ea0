import type { SectionProps } from "../sections";
import { AccountPage } from "./AccountPage";
import { AppList } from "./AppList";
import { NewAccountPage } from "./NewAccountPage";

/** Service accounts: all that one sees, a new one, and one of them. */
export function AppsPage({ appointments, rest }: SectionProps) {
  const [id = ""] = rest.split("/");
  if (id === "") return <AppList appointments={appointments} />;
  if (id === "new") return <NewAccountPage appointments={appointments} />;
  return <AccountPage key={id} id={id} appointments={appointments} />;
}
