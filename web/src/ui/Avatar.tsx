import { initialsOf } from "../call/people";
import s from "./ui.module.css";

export function Avatar({ name }: { name: string }) {
  return (
    <span className={s.avatar} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}
