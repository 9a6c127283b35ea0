import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Notice } from "../../ui";

/** What the next page says of what was saved on the one before. */
export interface Saved {
  mails: string[];
  /** What was made, where that is more than a meeting saved. */
  words?: string;
}

const savedIn = (state: unknown): Saved | undefined =>
  typeof state === "object" && state !== null && "saved" in state ? (state.saved as Saved) : undefined;

export function SavedNotice() {
  const { t } = useTranslation();
  const [saved] = useState(() => savedIn(history.state));
  useEffect(() => {
    if (savedIn(history.state) !== undefined) history.replaceState(null, "", location.href); // said once
  }, []);
  if (saved === undefined) return null;
  return (
    <Notice live>
      <p>{[saved.words ?? t("planning.saved"), ...saved.mails].join(" ")}</p>
    </Notice>
  );
}
