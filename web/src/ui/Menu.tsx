import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import s from "./ui.module.css";

export interface MenuEntry {
  key: string;
  label: string;
  icon?: ReactNode;
  /** Why it is off; it can still be found and read. */
  refused?: string | undefined;
  onSelect: () => void;
}

interface MenuProps {
  /** What opens it; gets the wiring of a menu button. */
  button: (wiring: {
    "aria-haspopup": "menu";
    "aria-expanded": boolean;
    "aria-controls": string;
    onClick: () => void;
  }) => ReactNode;
  label: string;
  entries: readonly MenuEntry[];
  side?: "above" | "below";
  align?: "start" | "center" | "end";
  /** For acts that one does several times in a row. */
  keepOpen?: boolean;
  className?: string | undefined;
  /** Opened from elsewhere (a keyboard shortcut). */
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/** A menu button after the ARIA pattern: arrows move, Escape and Tab close, the focus returns to the button. */
export function Menu({ button, label, entries, side = "below", align = "end", keepOpen = false, className, ...control }: MenuProps) {
  const [ownOpen, setOwnOpen] = useState(false);
  const open = control.open ?? ownOpen;
  const setOpen = control.onOpenChange ?? setOwnOpen;
  const id = useId();
  const host = useRef<HTMLDivElement>(null);
  const items = () => [...(host.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];

  useEffect(() => {
    if (!open) return;
    items()[0]?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Node && !host.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => {
      document.removeEventListener("pointerdown", outside);
    };
  }, [open, setOpen]);

  const close = () => {
    setOpen(false);
    host.current?.querySelector<HTMLElement>("[aria-haspopup=menu]")?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const list = items();
    const at = list.findIndex((item) => item === document.activeElement);
    const to: Record<string, number> = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: -1 };
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") {
      close();
    } else if (to[event.key] !== undefined) {
      event.preventDefault();
      list.at((to[event.key] as number) % list.length)?.focus();
    }
  };

  return (
    <div className={s.menuHost} ref={host}>
      {button({
        "aria-haspopup": "menu",
        "aria-expanded": open,
        "aria-controls": id,
        onClick: () => {
          setOpen(!open);
        },
      })}
      {open && (
        <div
          id={id}
          role="menu"
          tabIndex={-1}
          aria-label={label}
          className={`${s.menu} ${className ?? ""}`}
          data-side={side}
          data-align={align}
          onKeyDown={onKeyDown}
        >
          {entries.map((entry) => (
            <button
              key={entry.key}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className={s.menuItem}
              aria-disabled={entry.refused !== undefined || undefined}
              onClick={() => {
                if (entry.refused !== undefined) return;
                if (!keepOpen) close();
                entry.onSelect();
              }}
            >
              {entry.icon}
              <span>
                {entry.label}
                {entry.refused !== undefined && <span className={`small ${s.refused ?? ""}`}>{entry.refused}</span>}
              </span>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
