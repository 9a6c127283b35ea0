import type { ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { reactions } from "../../call/signal";
import { Menu } from "../../ui";
import { useCall } from "./context";
import s from "./dock.module.css";
import { reactionIcons } from "./reactionIcons";

type ReactionMenuProps = Pick<ComponentProps<typeof Menu>, "button" | "open" | "onOpenChange">;

/** Stays open: people react several times in a row. */
export function ReactionMenu(props: ReactionMenuProps) {
  const { t } = useTranslation();
  const call = useCall();
  return (
    <Menu
      {...props}
      label={t("call.react")}
      side="above"
      align="center"
      keepOpen
      className={s.reactions}
      entries={reactions.map((reaction) => {
        const Icon = reactionIcons[reaction];
        return {
          key: reaction,
          label: t(`call.reactions.${reaction}`),
          icon: <Icon className="ico" aria-hidden="true" />,
          onSelect: () => void call.react(reaction),
        };
      })}
    />
  );
}
