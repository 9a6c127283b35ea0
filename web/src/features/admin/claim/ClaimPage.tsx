import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { data, client } from "../../../api/client";
import { keys } from "../../../api/queries";
import { ErrorNotice, Field, useTitle } from "../../../ui";

/** The code of the server makes the first administrator. */
export function ClaimPage() {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const form = useId();
  const [code, setCode] = useState("");
  useTitle(t("admin.claim.title"));
  const claim = useMutation({
    mutationFn: () => data(client.POST("/admin/claim", { body: { code } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.me });
      go("/admin");
    },
  });
  return (
    <div className="page">
      <h1>{t("admin.claim.title")}</h1>
      <p className="muted">{t("admin.claim.lead")}</p>
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          claim.mutate();
        }}
      >
        <Field label={t("admin.claim.code")} hint={t("admin.claim.hint")}>
          {(wiring) => (
            <input
              className="field"
              autoComplete="off"
              spellCheck={false}
              required
              value={code}
              onChange={(event) => {
                setCode(event.target.value);
              }}
              {...wiring}
            />
          )}
        </Field>
      </form>
      {claim.isError && <ErrorNotice error={claim.error} />}
      <div>
        <button type="submit" form={form} className="btn primary" disabled={claim.isPending}>
          {t("admin.claim.confirm")}
        </button>
      </div>
    </div>
  );
}
