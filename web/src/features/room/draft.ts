import { abilities, type Ability } from "../../api/hosting";
import type { Assurance, Entry, Language, Room, RoomPatch } from "../../api/types";
import { limitsChange, limitsDraftOf, wrongLimits, type LimitsDraft, type WrongLimits } from "./limits";

/** The settings as one edits them: tags are one line of text. */
export interface Draft extends LimitsDraft {
  name: string;
  description: string;
  language: Language;
  tags: string;
  entry: Entry;
  minAssurance: Assurance;
  /** What those who do not host may not do, in the order of the list. */
  forbidden: readonly Ability[];
}

export type Wrong = Partial<Record<"name" | "description" | "tags", true>> & WrongLimits;

export function draftOf(room: Room): Draft {
  return {
    name: room.name ?? "",
    description: room.description ?? "",
    language: room.language ?? "fr",
    tags: (room.tags ?? []).join(", "),
    entry: room.entry ?? "signed-in",
    minAssurance: room.minAssurance ?? "unknown",
    forbidden: abilities.filter((ability) => room.forbidden?.includes(ability)),
    ...limitsDraftOf(room),
  };
}

export function tagsOf(text: string): string[] {
  return [...new Set(text.split(",").map((tag) => tag.trim()))].filter((tag) => tag !== "");
}

const characters = (text: string) => [...text].length;

/** The server's bounds, told before it has to. */
export function wrongIn(draft: Draft): Wrong {
  const tags = tagsOf(draft.tags);
  return {
    ...(draft.name.trim() === "" || characters(draft.name.trim()) > 120 ? { name: true } : {}),
    ...(characters(draft.description) > 2000 ? { description: true } : {}),
    ...(tags.length > 10 || tags.some((tag) => characters(tag) > 40) ? { tags: true } : {}),
    ...wrongLimits(draft),
  };
}

/** What differs from what was read, and nothing else: somebody else's change of another field stays. */
export function changeOf(room: Room, draft: Draft): RoomPatch {
  const before = draftOf(room);
  const tags = tagsOf(draft.tags);
  return {
    ...(draft.name.trim() === before.name ? {} : { name: draft.name.trim() }),
    ...(draft.description === before.description ? {} : { description: draft.description }),
    ...(draft.language === before.language ? {} : { language: draft.language }),
    ...(tags.join("\n") === (room.tags ?? []).join("\n") ? {} : { tags }),
    ...(draft.entry === before.entry ? {} : { entry: draft.entry }),
    ...(draft.minAssurance === before.minAssurance ? {} : { minAssurance: draft.minAssurance }),
    ...(draft.forbidden.join() === before.forbidden.join() ? {} : { forbidden: [...draft.forbidden] }),
    ...limitsChange(before, draft),
  };
}
