import { useTranslation } from "react-i18next";
import type { Hook } from "../../../api/software";
import s from "../admin.module.css";

const tones = { active: undefined, pending: "warn", disabled: "danger" } as const;

export function HookBadge({ state }: { state: Hook["state"] }) {
  const { t } = useTranslation();
  return (
    <span className={`tag ${s.state ?? ""}`} data-tone={tones[state]}>
      {t(`admin.webhooks.states.${state}`)}
    </span>
  );
}
