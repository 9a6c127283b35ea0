import s from "./ui.module.css";

/** Progress in place; it shows only when the wait gets longer than 300 ms. */
export function Busy({ label }: { label: string }) {
  return (
    <span className={s.busy} role="status">
      <span className={s.wheel} aria-hidden="true" />
      {label}
    </span>
  );
}
