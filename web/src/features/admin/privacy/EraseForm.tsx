import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { client, data } from "../../../api/client";
import { erase, type Heir, type NewErasure } from "../../../api/privacy";
import { Confirm, Field } from "../../../ui";
import s from "../admin.module.css";
import { asksElevation, elevateHref } from "../elevation";
import { FindField, type Finder, type Found } from "../FindField";
import { personKey, previewKey } from "./keys";
import p from "./privacy.module.css";

const heirs = ["successor", "deputies", "archive"] as const;
const mostReason = 500;
const mostHeirs = 8;

/** Those of an organization whose accounts are open. */
const colleagues = (organization: string): Finder => ({
  key: `colleagues of ${organization}`,
  find: async (q, signal) => {
    const query = { q, organization, deactivated: "false", pageSize: mostHeirs } as const;
    const list = await data(client.GET("/admin/people", { params: { query }, signal }));
    return list.items.map(({ id, name, email }) => ({ id, name, detail: email }));
  },
});

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
  const missing = !leads ? undefined : to === undefined ? "chooseHandover" : to === "successor" && heir === undefined ? "chooseHeir" : undefined;
  const act = useMutation({
    mutationFn: () => {
      const asked: NewErasure = reason.trim() === "" ? {} : { reason: reason.trim() };
      if (leads && to !== undefined) asked.handover = to === "successor" && heir !== undefined ? { to, person: heir.id } : { to };
      return erase(id, asked);
    },
    onSuccess: () => {
      setSure(false);
      void queries.resetQueries({ queryKey: personKey(id) }); // the name is not to stay on the page
      return queries.invalidateQueries({ queryKey: previewKey(id) });
    },
    onError: (error) => {
      if (asksElevation(error)) location.assign(elevateHref(`/admin/privacy/people/${id}`));
    },
  });
  return (
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
        <FindField label={t("admin.privacy.erase.heir")} finder={colleagues(organization)} suits={(one) => one.id !== id} chosen={heir} onChoose={setHeir} />
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
      {sure && (
        <Confirm
          title={t("admin.privacy.erase.sure", { name })}
          lead={t("admin.privacy.erase.sureLead")}
          confirm={t("admin.privacy.erase.sureYes")}
          busy={act.isPending}
          error={act.error ?? undefined}
          onConfirm={() => {
            act.mutate();
          }}
          onClose={() => {
            setSure(false);
          }}
        />
      )}
    </form>
  );
}
