import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import s from "./ui.module.css";

interface NoticeProps {
  tone?: "info" | "warn" | "danger";
  title?: string;
  /** Said at once to those who listen; leave it out for what stood there from the start. */
  live?: boolean;
  children?: ReactNode;
  actions?: ReactNode;
}

const icons = { info: Info, warn: TriangleAlert, danger: CircleAlert };

/** What happened, what was kept, what to do next. */
export function Notice({ tone = "info", title, live = false, children, actions }: NoticeProps) {
  const Icon = icons[tone];
  return (
    <div className={s.notice} data-tone={tone} role={live ? (tone === "info" ? "status" : "alert") : undefined}>
      <Icon className="ico" aria-hidden="true" />
      <div className={s.noticeBody}>
        {title !== undefined && <strong>{title}</strong>}
        {children !== undefined && <div>{children}</div>}
        {actions !== undefined && <div className={s.actions}>{actions}</div>}
      </div>
    </div>
  );
}
