import { X } from "lucide-react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Ability } from "../../../api/hosting";
import type { Told } from "../../../call/tellings";
import { currentLanguage } from "../../../i18n";
import { Notice } from "../../../ui";
import { useStricter } from "../../lobby";
import { useCall, useView } from "../context";
import s from "./hosting.module.css";

/** What hosts did to this person or to the room, and what they ask. Always there, so that it is heard when it changes. */
export function ToldList() {
  const { t } = useTranslation();
  const call = useCall();
  const told = useView((view) => view.told);
  const stricter = useStricter();
  return (
    <div className={s.told} role="log" aria-live="polite" aria-label={t("hosting.told")}>
      <Asked />
      {told.map((telling) => (
        <div key={telling.key} className={s.telling}>
          <p>{sentenceOf(telling, t, stricter)}</p>
          <button
            type="button"
            className="btn quiet"
            aria-label={t("common.close")}
            title={t("common.close")}
            onClick={() => {
              call.forgetTold(telling.key);
            }}
          >
            <X className="ico" aria-hidden="true" />
          </button>
        </div>
      ))}
    </div>
  );
}

function Asked() {
  const { t } = useTranslation();
  const call = useCall();
  const asked = useView((view) => view.asked);
  if (asked === undefined) return null;
  return (
    <Notice
      title={asked === "" ? t("hosting.asked") : t("hosting.askedBy", { name: asked })}
      actions={
        <>
          <button type="button" className="btn primary" onClick={() => void call.answerAsked(true)}>
            {t("call.micOn")}
          </button>
          <button type="button" className="btn" onClick={() => void call.answerAsked(false)}>
            {t("hosting.notNow")}
          </button>
        </>
      }
    />
  );
}

export function sentenceOf(told: Told, t: TFunction, stricter: ReturnType<typeof useStricter> = ({ setting }) => setting): string {
  switch (told.type) {
    case "muted":
      return told.by === "" ? t(`hosting.muted.${told.source}`) : t(`hosting.mutedBy.${told.source}`, { name: told.by });
    case "lock": {
      const what = told.locked ? "locked" : "unlocked";
      return told.by === "" ? t(`hosting.lock.${what}`) : t(`hosting.lockBy.${what}`, { name: told.by });
    }
    case "role":
      return told.by === "" ? t(`hosting.role.${told.role}`) : t(`hosting.roleBy.${told.role}`, { name: told.by });
    case "forbidden":
    case "allowed": {
      const what = listOf(told.abilities, t);
      return told.by === "" ? t(`hosting.${told.type}`, { what }) : t(`hosting.${told.type}By`, { name: told.by, what });
    }
    case "administrator":
      return t(told.everywhere ? "hosting.administrator.everywhere" : "hosting.administrator.here", { name: told.name });
    case "tightened":
      return t("lobby.became", { what: told.what.map(stricter).join(" ; ") });
    case "off":
      return t("hosting.off", { what: listOf(told.abilities, t) });
  }
}

export function listOf(abilities: readonly Ability[], t: TFunction): string {
  return new Intl.ListFormat(currentLanguage()).format(abilities.map((ability) => t(`hosting.the.${ability}`)));
}
