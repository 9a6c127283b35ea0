import { useEffect, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import s from "./hosting.module.css";
import { useWaiting } from "./useWaiting";
import { waitingId } from "./WaitingSection";

/** Says that somebody waits to whoever scrolled on in `list`, at whose head they stand: on a phone it covers the notes of the call. */
export function WaitingAbove({ list, onSee }: { list: RefObject<HTMLElement | null>; onSee: () => void }) {
  const { t } = useTranslation();
  const { items } = useWaiting();
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    const scrolled = list.current;
    if (scrolled === null) return;
    const look = () => { setPassed(isAbove(scrolled)); };
    // Who comes moves the others, without a scroll in some browsers.
    const frame = requestAnimationFrame(look);
    scrolled.addEventListener("scroll", look, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      scrolled.removeEventListener("scroll", look);
    };
  }, [list, items]);
  if (!passed || items.length === 0) return null;
  return (
    <div className={s.above}>
      <p>{items.length === 1 ? t("lobby.knocked", { name: items[0]?.name ?? "" }) : t("lobby.heading", { count: items.length })}</p>
      <button type="button" className="btn quiet" onClick={onSee}>
        {t("lobby.see")}
      </button>
    </div>
  );
}

function isAbove(list: HTMLElement): boolean {
  const section = document.getElementById(waitingId);
  return section !== null && section.getBoundingClientRect().bottom < list.getBoundingClientRect().top;
}
