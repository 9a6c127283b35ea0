import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeHook, type Hook, type Versioned } from "../../../api/software";
import s from "../admin.module.css";
import { adminKeys } from "../reads";
import { Refusal } from "../Refusal";
import { AccountField } from "./AccountField";
import { HookFields, useHosts, useHostWords } from "./HookFields";
import { changeOf, isWhole, writtenOf } from "./written";

interface ChangeHookProps {
  hook: Versioned<Hook>;
  path: string;
  onReread: () => Promise<unknown>;
  onClose: () => void;
}

/** Changes where a webhook goes, of what it hears, and whose it is. */
export function ChangeHook({ hook: { now, etag }, path, onReread, onClose }: ChangeHookProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [written, setWritten] = useState(() => writtenOf(now));
  const [account, setAccount] = useState(now.createdBy);
  const rule = useHostWords()(useHosts(now.organization.id));
  const save = useMutation({
    mutationFn: () => changeHook(now.id, etag, changeOf(now, written, account)),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: [...adminKeys.hooks] });
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
      <p className="muted">{t("admin.webhooks.changeLead")}</p>
      <AccountField
        organization={now.organization.id}
        chosen={account}
        onChoose={(one) => {
          setAccount(one?.id ?? now.createdBy);
        }}
      />
      <HookFields written={written} onWrite={setWritten} hosts={rule} />
      {save.isError && (
        <Refusal
          error={save.error}
          path={path}
          says={{ "invalid-request": t("admin.webhooks.wrong"), "policy-locked": rule ?? t("admin.webhooks.hostRefused") }}
          onReread={() => void onReread()}
        />
      )}
      <div className={s.acts}>
        <button type="submit" className="btn primary" disabled={save.isPending || !isWhole(written)}>
          {t("common.save")}
        </button>
        <button type="button" className="btn" onClick={onClose}>
          {t("common.cancel")}
        </button>
      </div>
    </form>
  );
}
