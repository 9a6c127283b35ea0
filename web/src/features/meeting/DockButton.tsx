import type { ButtonHTMLAttributes, ReactNode } from "react";
import s from "./dock.module.css";

interface DockButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: ReactNode;
  /** The word under the icon, where there is room. */
  short: string;
  label: string;
  badge?: number;
  /** Why it is off: its description, for the name is the label's. It stays in reach, so that everybody can find out. */
  refused?: string | undefined;
  /** The number asks for an act of this person. */
  calls?: boolean;
  look?: "off" | "active" | "leave" | undefined;
}

export function DockButton({ icon, short, label, badge = 0, calls = false, look, refused, ...rest }: DockButtonProps) {
  return (
    <button type="button" className={s.key} data-look={look} aria-label={label} title={refused ?? label} aria-disabled={refused !== undefined || undefined} {...rest}>
      {icon}
      {/* The label begins with what is to be seen, word and number, so that who speaks to the machine can name it. */}
      <span className={s.word} aria-hidden="true">
        {short}
      </span>{" "}
      {badge > 0 && (
        <span className={s.badge} data-calls={calls || undefined} aria-hidden="true">
          {badge > 99 ? "99+" : badge}
        </span>
      )}
    </button>
  );
}
