import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { erase, type Heir, type NewErasure } from "../../../api/privacy";
import { Field } from "../../../ui";
import s from "../admin.module.css";
import { Ask } from "../Ask";
import { colleagues, type Found } from "../find";
import { FindField } from "../FindField";
import { adminKeys } from "../reads";
import { previewKey } from "./keys";
import p from "./privacy.module.css";

const heirs = ["successor", "deputies", "archive"] as const;
const mostReason = 500;

interface EraseFormProps {
  id: string;
  name: string;
  organization: string | undefined;
  /** Whether somebody has to take something over. */
  leads: boolean;
}

export function EraseForm({ id, name, organization, leads }: EraseFormProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [to, setTo] = useState<Heir>();
  const [heir, setHeir] = useState<Found>();
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const [sure, setSure] = useState(false);
  const path = `/admin/privacy/people/${id}`;
  const missing = !leads ? undefined : to === undefined ? "chooseHandover" : to === "successor" && heir === undefined ? "chooseHeir" : undefined;
  const act = useMutation({
    mutationFn: () => {
      const asked: NewErasure = reason.trim() === "" ? {} : { reason: reason.trim() };
      if (leads && to !== undefined) asked.handover = to === "successor" && heir !== undefined ? { to, person: heir.id } : { to };
      return erase(id, asked);
    },
    onSuccess: () => {
      setSure(false);
      void queries.resetQueries({ queryKey: [...adminKeys.people] }); // the name is not to stay on a page
      return queries.invalidateQueries({ queryKey: previewKey(id) });
    },
  });
  return (
    <>
      <form
        noValidate
        className={s.part}
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (missing !== undefined) return;
          act.reset();
          setSure(true);
        }}
      >
        {leads && (
          <fieldset className={p.choices}>
            <legend>{t("admin.privacy.erase.handover")}</legend>
            {heirs.map((one) => (
              <label key={one} className={p.choice}>
                <input
                  type="radio"
                  name="handover"
                  checked={to === one}
                  onChange={() => {
                    setTo(one);
                  }}
                />
                <span>
                  {t(`admin.privacy.erase.heirs.${one}`)} <span className="small muted">{t(`admin.privacy.erase.heirHints.${one}`)}</span>
                </span>
              </label>
            ))}
          </fieldset>
        )}
        {leads && to === "successor" && organization !== undefined && (
          <FindField
            label={t("admin.privacy.erase.heir")}
            finder={colleagues(organization)}
            path={path}
            suits={(one) => one.id !== id}
            chosen={heir}
            onChoose={setHeir}
          />
        )}
        {tried && missing !== undefined && <p role="alert">{t(`admin.privacy.erase.${missing}`)}</p>}
        <Field label={t("admin.privacy.erase.reason")} hint={t("admin.privacy.erase.reasonHint")}>
          {(wiring) => (
            <input
              className="field"
              maxLength={mostReason}
              autoComplete="off"
              value={reason}
              onChange={(event) => {
                setReason(event.target.value);
              }}
              {...wiring}
            />
          )}
        </Field>
        <div>
          <button type="submit" className="btn danger">
            {t("admin.privacy.erase.ask")}
          </button>
        </div>
      </form>
      {sure && (
        <Ask
          title={t("admin.privacy.erase.sure", { name })}
          act={t("admin.privacy.erase.sureYes")}
          danger
          busy={act.isPending}
          error={act.error}
          path={path}
          onAct={() => {
            act.mutate();
          }}
          onClose={() => {
            setSure(false);
          }}
        >
          <p>{t("admin.privacy.erase.sureLead")}</p>
        </Ask>
      )}
    </>
  );
}
