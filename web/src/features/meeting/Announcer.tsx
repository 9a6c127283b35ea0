import type { TFunction } from "i18next";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Notice } from "../../call/notices";
import { reactions } from "../../call/signal";
import { useCall } from "./context";

const pause = 500;
const fewEnough = 3;

/** Says politely what others see happen. What comes within half a second is said together, a crowd as a number. */
export function Announcer() {
  const { t } = useTranslation();
  const call = useCall();
  const [text, setText] = useState("");
  useEffect(() => {
    let waiting: Notice[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = call.onNotice((notice) => {
      waiting.push(notice);
      timer ??= setTimeout(() => {
        timer = undefined;
        setText(spoken(waiting, t));
        waiting = [];
      }, pause);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [call, t]);
  return (
    <div className="visually-hidden" role="log" aria-live="polite" aria-atomic="true" data-testid="announcer">
      {text}
    </div>
  );
}

export function spoken(notices: readonly Notice[], t: TFunction): string {
  const joined = notices.flatMap((notice) => (notice.type === "joined" ? notice.names : []));
  const left = notices.flatMap((notice) => (notice.type === "left" ? notice.names : []));
  const sentences = [
    ...crowd(joined, (name) => t("call.announceJoined", { name }), (count) => t("call.announceJoinedMany", { count })),
    ...crowd(left, (name) => t("call.announceLeft", { name }), (count) => t("call.announceLeftMany", { count })),
    ...notices.flatMap((notice) => sentence(notice, t) ?? []),
  ];
  return [...new Set(sentences)].join(". ");
}

function crowd(names: string[], one: (name: string) => string, many: (count: number) => string): string[] {
  return names.length > fewEnough ? [many(names.length)] : names.map(one);
}

function sentence(notice: Notice, t: TFunction): string | undefined {
  switch (notice.type) {
    case "screen":
      return t("call.announceScreen", { name: notice.names[0] ?? "" });
    case "hand":
      return t("call.announceHand", { name: notice.name });
    case "message":
      return t("call.announceMessage", { name: notice.name, text: notice.text });
    case "reaction": {
      const known = reactions.find((reaction) => reaction === notice.reaction);
      return known && t("call.reactionBy", { name: notice.name, reaction: t(`call.reactions.${known}`) });
    }
    case "reconnecting":
      return t("call.announceReconnecting");
    case "reconnected":
      return t("call.announceReconnected");
    default:
      return undefined;
  }
}
