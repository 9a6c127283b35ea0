import type { ButtonHTMLAttributes, ReactNode } from "react";
import s from "./dock.module.css";

interface DockButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: ReactNode;
  /** The word under the icon, where there is room. */
  short: string;
  label: string;
  badge?: number;
  look?: "off" | "active" | "leave" | undefined;
}

export function DockButton({ icon, short, label, badge = 0, look, ...rest }: DockButtonProps) {
  return (
    <button type="button" className={s.key} data-look={look} aria-label={label} title={label} {...rest}>
      {icon}
      {/* The label begins with what is to be seen, word and number, so that who speaks to the machine can name it. */}
      <span className={s.word} aria-hidden="true">
        {short}
      </span>{" "}
      {badge > 0 && (
        <span className={s.badge} aria-hidden="true">
          {badge > 99 ? "99+" : badge}
        </span>
      )}
    </button>
  );
}
