import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { AuditEntry } from "../../../api/audit";
import { shortId } from "../shortId";
import { actions, type Action } from "./actions";

const acts = new Set<string>(actions);
const isAction = (action: string): action is Action => acts.has(action);

/** "kind:id" as a person reads it; a kind of a later server as it is written. */
function named(t: TFunction, under: "kind" | "subject", reference: string): string {
  const [kind = "", ...rest] = reference.split(":");
  const id = shortId(rest.join(":"));
  return t(`admin.audit.${under}.${kind}` as "admin.audit.kind.person", { id, defaultValue: reference });
}

/** What a row of the trail says, in the words of the reader. */
export function useReading() {
  const { t } = useTranslation();
  return {
    /** The act as a sentence. One of a later server is said by its name. */
    act: ({ action, data }: AuditEntry): string => {
      const moderated = action === "room.moderated" && typeof data.act === "string" ? data.act : undefined;
      if (moderated !== undefined) return t(`admin.audit.moderated.${moderated}` as "admin.audit.moderated.lock", { defaultValue: t("admin.audit.acts.room.moderated") });
      return isAction(action) ? t(`admin.audit.acts.${action}`) : action;
    },
    /** Who acted: by name where it can be read. */
    who: ({ actor, name, erased }: AuditEntry): string => {
      if (name !== undefined && name !== "") return name;
      return erased === true && actor.startsWith("person:") ? t("admin.audit.erased") : named(t, "kind", actor);
    },
    /** On what. */
    on: (subject: string): string => named(t, "subject", subject),
    /** How many times, where a row stands for several. */
    count: ({ data }: AuditEntry): number | undefined => (typeof data.count === "number" && data.count > 1 ? data.count : undefined),
  };
}
