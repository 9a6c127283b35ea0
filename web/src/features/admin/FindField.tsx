import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { SearchField, useSettled } from "../../ui";
import s from "./admin.module.css";
import type { Finder, Found } from "./find";
import { Refusal } from "./Refusal";

interface FindFieldProps {
  label: string;
  hint?: string;
  finder: Finder;
  /** The page of the console that it stands on. */
  path: string;
  /** Keeps out what may not be chosen. */
  suits?: (one: Found) => boolean;
  chosen: Found | undefined;
  onChoose: (one: Found | undefined) => void;
}

/** Finds something by its name, and keeps what was chosen until it is taken away. */
export function FindField({ label, hint, finder, path, suits = () => true, chosen, onChoose }: FindFieldProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const pressed = useRef(false);
  // The button that was pressed is gone: the focus goes to what stands in its place.
  useEffect(() => {
    if (!pressed.current) return;
    pressed.current = false;
    box.current?.querySelector<HTMLElement>("button, input")?.focus();
  });
  const choose = (one: Found | undefined) => {
    pressed.current = true;
    setText("");
    onChoose(one);
  };
  const q = useSettled(text.trim());
  const found = useQuery({
    queryKey: ["admin", "find-field", finder.key, q],
    queryFn: ({ signal }) => finder.find(q, signal),
    enabled: q !== "" && chosen === undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  if (chosen !== undefined) {
    return (
      <div ref={box} className={s.chosen}>
        <span>{label}</span>
        <div>
          <strong>
            <bdi>{chosen.name}</bdi>
          </strong>{" "}
          <button
            type="button"
            className="btn quiet"
            aria-label={t("admin.find.otherThan", { name: chosen.name })}
            onClick={() => {
              choose(undefined);
            }}
          >
            {t("admin.find.other")}
          </button>
        </div>
      </div>
    );
  }
  const list = q === "" ? [] : (found.data ?? []).filter(suits);
  return (
    <div ref={box} className={s.find}>
      <SearchField label={label} hint={hint} value={text} onType={setText} />
      {found.isError && <Refusal error={found.error} path={path} />}
      <p className={list.length > 0 || q === "" || !found.isSuccess ? "visually-hidden" : "small muted"} role="status">
        {q !== "" && found.isSuccess && (list.length === 0 ? t("admin.find.none") : t("admin.find.some", { n: list.length }))}
      </p>
      <ul className="card" hidden={list.length === 0}>
        {list.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              className="btn quiet wide"
              onClick={() => {
                choose(one);
              }}
            >
              <span>
                <bdi>{one.name}</bdi>
                {one.detail !== undefined && <span className="small muted"> {one.detail}</span>}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
