import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { revokeAccount, type Account } from "../../../api/software";
import { Ask } from "../Ask";
import { adminKeys } from "../reads";

/** Ends an account for good. */
export function Revoke({ account, path }: { account: Account; path: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const revoke = useMutation({
    mutationFn: () => revokeAccount(account.id),
    onSuccess: async () => {
      setAsked(false);
      await Promise.all([adminKeys.accounts, adminKeys.hooks].map((key) => queries.invalidateQueries({ queryKey: [...key] })));
    },
  });
  const title = t("admin.apps.revokeOf", { name: account.name });
  return (
    <div>
      <button
        type="button"
        className="btn danger"
        onClick={() => {
          setAsked(true);
        }}
      >
        {t("admin.apps.revoke")}
      </button>
      {asked && (
        <Ask
          title={title}
          act={t("admin.apps.revoke")}
          danger
          busy={revoke.isPending}
          error={revoke.error}
          path={path}
          onAct={() => {
            revoke.mutate();
          }}
          onClose={() => {
            setAsked(false);
            revoke.reset();
          }}
        >
          <p>{t("admin.apps.revokeLead")}</p>
        </Ask>
      )}
    </div>
  );
}
