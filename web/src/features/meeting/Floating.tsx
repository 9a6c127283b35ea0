import { useTranslation } from "react-i18next";
import { useView } from "./context";
import { reactionIcons } from "./reactionIcons";
import s from "./floating.module.css";

/** Reactions rise over the picture and go. They are announced as text elsewhere. */
export function Floating() {
  const { t } = useTranslation();
  const floating = useView((view) => view.floating);
  return (
    <div className={s.air} aria-hidden="true" data-testid="reactions">
      {floating.map(({ key, lane, name, reaction }) => {
        const Icon = reactionIcons[reaction];
        return (
          <span key={key} className={s.one} data-lane={lane}>
            <Icon className="ico" aria-hidden="true" />
            <span>{t("call.reactionBy", { name, reaction: t(`call.reactions.${reaction}`) })}</span>
          </span>
        );
      })}
    </div>
  );
}
