import { useTranslation } from "react-i18next";
import { abilities } from "../../../api/hosting";
import type { AttendanceAct } from "../../../api/history";
import { currentLanguage } from "../../../i18n";

// Acts about somebody; of some a host may also do the same to everybody.
const aboutSomebody = [
  "mute",
  "stop-camera",
  "stop-screen",
  "ask-to-unmute",
  "remove",
  "block",
  "unblock",
  "return-to-lobby",
  "rename",
  "admit",
  "refuse",
] as const;
const aboutAll = ["mute-all", "unmute-accepted", "lock", "unlock", "end", "spotlight", "lower-hands", "administrator-entered"] as const;

/** An act in words. A server of a later version may know others: those are told by their own name. */
export function useActWords(): (act: AttendanceAct) => string {
  const { t } = useTranslation();
  return (act) => {
    const { actor, target = "" } = act;
    if (act.act === "end" && act.actorKind === "system") return t("history.endedByItself");
    const some = aboutSomebody.find((one) => one === act.act);
    if (some !== undefined && target !== "") return t(`history.act.${some}`, { actor, target });
    const all = aboutAll.find((one) => one === act.act);
    if (all !== undefined) return t(`history.act.${all}`, { actor });
    if (act.act === "role" && act.role !== undefined) {
      const role = (["owner", "moderator", "member"] as const).find((one) => one === act.role) ?? "member";
      return t(`history.actRole.${role}`, { actor, target });
    }
    if (act.act.startsWith("permissions") && act.forbidden != null) return permissions(act, act.forbidden);
    return t("history.actOther", { actor, act: target === "" ? act.act : `${act.act} (${target})` });
  };

  // What was changed is told where the server noted it; of acts before that, what held afterwards.
  function permissions(act: AttendanceAct, forbidden: string[]): string {
    const { forbade, permitted } = act;
    return forbade == null || permitted == null ? held(act, forbidden) : changed(act, forbade, permitted);
  }

  function changed({ actor, target, allowed = [] }: AttendanceAct, forbade: string[], permitted: string[]): string {
    const taken = listOf(forbade);
    const alone = listOf(permitted.filter((one) => allowed.includes(one)));
    const again = listOf(permitted.filter((one) => !allowed.includes(one)));
    if (target === undefined) {
      return [
        ...(taken === "" ? [] : [t("history.forbiddenAll", { actor, what: taken })]),
        ...(again === "" ? [] : [t("history.allowedAllAgain", { actor, what: again })]),
      ].join(". ");
    }
    const said = [
      ...(taken === "" ? [] : [t("history.forbidden", { actor, target, what: taken })]),
      ...(alone === "" ? [] : [t("history.allowedAlone", { actor, target, what: alone })]),
      ...(again === "" ? [] : [t("history.allowedAgain", { actor, target, what: again })]),
    ];
    return said.length === 0 ? t("history.undecided", { actor, target }) : said.join(". ");
  }

  function held({ actor, target, allowed }: AttendanceAct, forbidden: string[]): string {
    const what = listOf(forbidden);
    if (target === undefined) return what === "" ? t("history.allowedAll", { actor }) : t("history.forbiddenAll", { actor, what });
    const alone = listOf(allowed ?? []);
    const said = [
      ...(what === "" ? [] : [t("history.forbidden", { actor, target, what })]),
      ...(alone === "" ? [] : [t("history.allowedAlone", { actor, target, what: alone })]),
    ];
    return said.length === 0 ? t("history.undecided", { actor, target }) : said.join(". ");
  }

  function listOf(these: string[]): string {
    return new Intl.ListFormat(currentLanguage(), { type: "conjunction" }).format(
      abilities.filter((one) => these.includes(one)).map((one) => t(`hosting.the.${one}`)),
    );
  }
}
