import type { rooms as french } from "../../fr/admin/rooms";
import type { Words } from "../../words";

export const rooms: Words<typeof french> = {
  name: "Rooms",
  lead: "The rooms of an organization and who owns them, last used first. That you read this is written in the audit trail.",
  organization: "Organization",
  choose: "Type the first letters of its name, then choose it.",
  search: "Name or code",
  which: "Show",
  shown: { open: "Open rooms", ownerless: "Rooms without an owner", archived: "Archived rooms" },
  anyUnit: "All units",
  anyTemplate: "All templates",
  none: "This organization has no room.",
  noneFound: "No room matches.",
  room: "Room",
  owner: "Owner",
  unit: "Unit",
  template: "Template",
  used: "Last used",
  meeting: "Meeting now",
  never: "never",
  archived: "archived on {{date}}",
  dedicated: "made for one meeting",
  byMeeting: "Whoever organizes the meeting",
  noOwner: "Nobody",
  nobody: "Nobody: to be handed over",
};
