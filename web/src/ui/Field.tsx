import { useId, type ReactNode } from "react";
import s from "./ui.module.css";

interface Wiring {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}
interface FieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  children: (wiring: Wiring) => ReactNode;
}

/** A label, what helps to fill the field, and what is wrong with it, all tied together for assistive technology. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={s.labelled}>
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": error === undefined ? undefined : true })}
      {hint !== undefined && (
        <span id={`${id}-hint`} className="small muted">
          {hint}
        </span>
      )}
      {error !== undefined && (
        <span id={`${id}-error`} className={s.error} role="alert">
          {error}
        </span>
      )}
    </div>
  );
}
