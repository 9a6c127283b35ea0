import { useTranslation } from "react-i18next";
import s from "../admin.module.css";
import { isOver, type Standing } from "./standing";

export function StandingBadge({ standing }: { standing: Standing }) {
  const { t } = useTranslation();
  return (
    <span className={`tag ${s.state ?? ""}`} data-tone={standing === "valid" ? undefined : isOver(standing) ? "danger" : "warn"}>
      {t(`admin.apps.states.${standing}`)}
    </span>
  );
}
