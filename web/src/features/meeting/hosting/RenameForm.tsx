import { useState } from "react";
import { useTranslation } from "react-i18next";
import { rename } from "../../../api/hosting";
import type { Person } from "../../../call/people";
import { ErrorNotice, Field } from "../../../ui";
import s from "./hosting.module.css";
import { useAct } from "./useAct";

const longest = 64;

/** A guest gave their name themselves: a host may correct it. */
export function RenameForm({ person }: { person: Person }) {
  const { t } = useTranslation();
  const act = useAct();
  const [name, setName] = useState(person.name);
  const [wrong, setWrong] = useState(false);
  return (
    <form
      className={s.section}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const given = name.trim();
        const fits = given !== "" && [...given].length <= longest;
        setWrong(!fits);
        if (fits) act.mutate((slug) => rename(slug, person.id, given));
      }}
    >
      <Field label={t("hosting.rename")} error={wrong ? t("hosting.renameWrong") : undefined}>
        {(wiring) => (
          <input
            {...wiring}
            className="field"
            value={name}
            onChange={(event) => {
              setName(event.target.value);
              setWrong(false);
            }}
          />
        )}
      </Field>
      <div className={s.toolButtons}>
        <button type="submit" className="btn">
          {t("common.save")}
        </button>
      </div>
      {act.isError && <ErrorNotice error={act.error} />}
    </form>
  );
}
