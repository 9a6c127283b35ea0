import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeAccount, type Account, type Versioned } from "../../../api/software";
import s from "../admin.module.css";
import { adminKeys } from "../reads";
import { Refusal } from "../Refusal";
import { AccountFields } from "./AccountFields";
import { changeOf, writtenOf } from "./written";

interface ChangeAccountProps {
  account: Versioned<Account>;
  path: string;
  onReread: () => Promise<unknown>;
  onClose: () => void;
}

/** Changes what an account is and may; what is taken away counts at once. */
export function ChangeAccount({ account: { now, etag }, path, onReread, onClose }: ChangeAccountProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [written, setWritten] = useState(() => writtenOf(now));
  const save = useMutation({
    mutationFn: () => changeAccount(now.id, etag, changeOf(now, written)),
    onSuccess: async (then) => {
      queries.setQueryData(adminKeys.account(now.id), then);
      onClose();
      await queries.invalidateQueries({ queryKey: [...adminKeys.accounts, "list"] });
    },
  });
  return (
    <form
      className={`card ${s.form ?? ""}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate();
      }}
    >
      <p className="muted">{t("admin.apps.changeLead")}</p>
      <AccountFields written={written} onWrite={setWritten} />
      {save.isError && (
        <Refusal
          error={save.error}
          path={path}
          says={{ "invalid-request": t("admin.apps.wrong"), forbidden: t("admin.apps.givesMore") }}
          onReread={() => void onReread()}
        />
      )}
      <div className={s.acts}>
        <button type="submit" className="btn primary" disabled={save.isPending || written.name.trim() === "" || written.scopes.length === 0}>
          {t("common.save")}
        </button>
        <button type="button" className="btn" onClick={onClose}>
          {t("common.cancel")}
        </button>
      </div>
    </form>
  );
}
