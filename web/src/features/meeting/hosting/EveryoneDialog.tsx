import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { abilities, permitAll, type Ability } from "../../../api/hosting";
import { keys, useRoomAnew } from "../../../api/queries";
import { allowForGood } from "../../../api/rooms";
import { AbilityChecks, Dialog, ErrorNotice } from "../../../ui";
import { useStricter } from "../../lobby";
import { listOf as wordsIn, lockOf, useLockText, useRoomRules } from "../../policy";
import { useView } from "../context";
import s from "./hosting.module.css";
import { listOf } from "./ToldList";
import { useAct } from "./useAct";

/** What those who do not host may do in the meeting that runs. With the tick of an owner it is the room's own setting that changes. */
export function EveryoneDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const queries = useQueryClient();
  const slug = useView((view) => view.joined.room.slug);
  const forbidden = useView((view) => view.said.rules.all);
  const room = useRoomAnew(slug).data?.room;
  const [forGood, setForGood] = useState(false);
  const setting = room?.forbidden ?? forbidden;
  const different = abilities.filter((ability) => setting.includes(ability) !== forbidden.includes(ability));
  const tightened = useView((view) => view.said.tightened).find(({ setting }) => setting === "forbidden");
  const lock = lockOf(useRoomRules(slug), "forbidden");
  const lockText = useLockText();
  const stricter = useStricter();
  // For good the room may allow what only this meeting may not; what is locked, nobody here allows.
  const bound = [...wordsIn(lock?.bound), ...(forGood ? [] : wordsIn(tightened?.value))];
  const locked = abilities.filter((ability) => bound.includes(ability));
  const why = [lock === undefined ? "" : lockText(lock), tightened === undefined ? "" : `${t("lobby.became", { what: stricter(tightened) })}`];
  const change = (ability: Ability, allowed: boolean) => {
    if (!forGood) act.mutate(() => permitAll(slug, { [ability]: allowed }));
    else act.mutate(() => settle(slug, ability, allowed), { onSettled: () => queries.invalidateQueries({ queryKey: keys.room(slug) }) });
  };
  return (
    <Dialog title={t("hosting.everyone")} onClose={onClose}>
      <AbilityChecks
        legend={t("hosting.everyoneMay")}
        hint={[...why, t(forGood ? "hosting.everyoneHint" : "hosting.everyoneNow")].filter((one) => one !== "").join(" ")}
        forbidden={abilities.filter((ability) => forbidden.includes(ability) || locked.includes(ability))}
        locked={locked}
        onChange={change}
      />
      {room?.lastingRole === "owner" && (
        <div>
          <label className={s.keep}>
            <input
              type="checkbox"
              checked={forGood}
              aria-describedby="for-good"
              onChange={(event) => {
                setForGood(event.target.checked);
              }}
            />
            {t("hosting.forGood")}
          </label>
          <p id="for-good" className="small muted">
            {t("hosting.forGoodHint")}
          </p>
        </div>
      )}
      <p role="status" className="small muted">
        {different.length > 0 && t("hosting.nextDiffers", { what: listOf(different, t) })}
      </p>
      {act.isError && <ErrorNotice error={act.error} />}
    </Dialog>
  );
}

/** A change of the setting holds for the meeting too. Where the setting says so already, what was decided for the meeting goes. */
async function settle(slug: string, ability: Ability, allowed: boolean): Promise<void> {
  if (!(await allowForGood(slug, ability, allowed))) await permitAll(slug, { [ability]: null });
}
