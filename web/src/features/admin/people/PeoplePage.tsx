import type { SectionProps } from "../sections";
import { Confirmed, ImportPage } from "./ImportPage";
import { MergePage } from "./MergePage";
import { PeopleList } from "./PeopleList";
import { PersonPage } from "./PersonPage";

/** The people whom one administers: all, one of them, two accounts that become one, and those of a file. */
export function PeoplePage({ appointments, rest }: SectionProps) {
  const [id = "", part = "", into = ""] = rest.split("/");
  if (id === "") return <PeopleList appointments={appointments} />;
  if (id === "import") return part === "confirmed" ? <Confirmed /> : <ImportPage />;
  if (part === "merge") return <MergePage key={`${id}/${into}`} id={id} into={into} />;
  return <PersonPage key={id} id={id} appointments={appointments} />;
}
