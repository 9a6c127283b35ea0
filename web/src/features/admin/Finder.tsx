import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Busy, Field, useSettled } from "../../ui";
import s from "./admin.module.css";
import { Refusal } from "./Refusal";

export interface Found {
  id: string;
  name: string;
  detail: string[];
}

interface FinderProps {
  label: string;
  hint: string;
  path: string;
  /** What is searched, for the memory of what was found. */
  of: string;
  find: (query: string, signal: AbortSignal) => Promise<Found[]>;
  /** Who is not meant, by id. */
  except?: readonly string[];
  onChoose: (found: Found) => void;
}

const least = 2; // letters to search by

/** Finds one of those whom one administers, and chooses them. */
export function Finder({ label, hint, path, of, find, except = [], onChoose }: FinderProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const query = useSettled(text.trim());
  const enabled = query.length >= least;
  const search = useQuery({
    queryKey: ["admin", "find", of, query],
    queryFn: ({ signal }) => find(query, signal),
    enabled,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const found = enabled ? search.data?.filter(({ id }) => !except.includes(id)) : undefined;
  return (
    <div className={s.part}>
      <Field label={label} hint={hint}>
        {(wiring) => (
          <input
            className="field"
            type="search"
            maxLength={100}
            autoComplete="off"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
            }}
            {...wiring}
          />
        )}
      </Field>
      {enabled && search.isPending && <Busy label={t("common.loading")} />}
      {enabled && search.isError && <Refusal error={search.error} path={path} />}
      <p className="muted" role="status">
        {found?.length === 0 && t("admin.nothingFound")}
      </p>
      <ul className="card rows" hidden={(found?.length ?? 0) === 0}>
        {found?.map((one) => (
          <li key={one.id}>
            <div>
              <strong>
                <bdi>{one.name}</bdi>
              </strong>
              {one.detail.map((line) => (
                <div key={line} className="small muted">
                  {line}
                </div>
              ))}
            </div>
            <button
              type="button"
              className="btn"
              aria-label={t("admin.chooseOf", { name: one.name })}
              onClick={() => {
                onChoose(one);
              }}
            >
              {t("admin.choose")}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
