import type { SectionProps } from "../sections";
import { MergePage } from "./MergePage";
import { PeopleList } from "./PeopleList";
import { PersonPage } from "./PersonPage";

/** The people whom one administers: all, one of them, and two accounts that become one. */
export function PeoplePage({ appointments, rest }: SectionProps) {
  const [id = "", part = "", into = ""] = rest.split("/");
  if (id === "") return <PeopleList appointments={appointments} />;
  if (part === "merge") return <MergePage key={`${id}/${into}`} id={id} into={into} />;
  return <PersonPage key={id} id={id} appointments={appointments} />;
}
