import { useTranslation } from "react-i18next";
import { abilities, type Ability } from "../../../api/hosting";
import { forbidForAll } from "../../../api/rooms";
import { AbilityChecks, Dialog, ErrorNotice } from "../../../ui";
import { useView } from "../context";
import { useAct } from "./useAct";
import { useLastingRole } from "./useLastingRole";

/** What those who do not host may do. It is a setting of the room, also for later meetings, so only its owners change it. */
export function EveryoneDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const forbidden = useView((view) => view.said.rules.all);
  const owner = useLastingRole() === "owner";
  const change = (ability: Ability, allowed: boolean) => {
    act.mutate((slug) => forbidForAll(slug, abilities.filter((one) => (one === ability ? !allowed : forbidden.includes(one)))));
  };
  return (
    <Dialog title={t("hosting.everyone")} onClose={onClose}>
      <AbilityChecks
        legend={t("hosting.everyoneMay")}
        hint={owner ? t("hosting.everyoneHint") : t("hosting.everyoneOwner")}
        forbidden={forbidden}
        disabled={!owner}
        onChange={change}
      />
      {act.isError && <ErrorNotice error={act.error} />}
    </Dialog>
  );
}
