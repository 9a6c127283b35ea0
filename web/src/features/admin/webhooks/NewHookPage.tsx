import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { randomId } from "../../../api/rooms";
import { createHook, type Account, type CreatedHook, type Hook } from "../../../api/software";
import { currentLanguage } from "../../../i18n";
import { SelectField, useTitle } from "../../../ui";
import s from "../admin.module.css";
import { adminKeys } from "../reads";
import { Refusal } from "../Refusal";
import { ShownSecret } from "../ShownSecret";
import { AccountField } from "./AccountField";
import { HookBadge } from "./HookBadge";
import { HookFields, useHosts, useHostWords } from "./HookFields";
import { blank, isWhole, newHook } from "./written";

const path = "/admin/webhooks/new";
const signatures: readonly Hook["signature"][] = ["hmac-sha256", "ed25519"];

/** Makes a webhook; its secret is shown once. */
export function NewHookPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [key, setKey] = useState(randomId);
  const [account, setAccount] = useState<Account>();
  const [signature, setSignature] = useState<Hook["signature"]>("hmac-sha256");
  const [written, setWritten] = useState(() => blank(currentLanguage() === "en" ? "en" : "fr"));
  const rule = useHostWords()(useHosts(account?.organization.id));
  useTitle(t("admin.webhooks.new"));
  const make = useMutation({
    mutationFn: () => createHook(newHook(written, account?.id ?? "", signature), key),
    onSuccess: () => queries.invalidateQueries({ queryKey: [...adminKeys.hooks] }),
    onError: () => {
      setKey(randomId());
    },
  });
  return (
    <>
      <div className={s.part}>
        <Link href="/admin/webhooks">{t("admin.webhooks.all")}</Link>
        <h1>{t("admin.webhooks.new")}</h1>
      </div>
      {make.isSuccess ? (
        <Shown hook={make.data} />
      ) : (
        <form
          className={`card ${s.form ?? ""}`}
          onSubmit={(event) => {
            event.preventDefault();
            if (!make.isPending) make.mutate();
          }}
        >
          <AccountField chosen={account?.id ?? ""} onChoose={setAccount} />
          <HookFields written={written} onWrite={setWritten} hosts={rule} />
          <SelectField label={t("admin.webhooks.signature")} options={signatures.map((value) => ({ value, label: t(`admin.webhooks.signatures.${value}`) }))} value={signature} onChoose={setSignature} />
          {make.isError && (
            <Refusal error={make.error} path={path} says={{ "invalid-request": t("admin.webhooks.wrong"), "policy-locked": rule ?? t("admin.webhooks.hostRefused") }} />
          )}
          <div>
            <button type="submit" className="btn primary" disabled={make.isPending || account === undefined || !isWhole(written)}>
              {t("admin.webhooks.make")}
            </button>
          </div>
        </form>
      )}
    </>
  );
}

function Shown({ hook }: { hook: CreatedHook }) {
  const { t } = useTranslation();
  return (
    <section className={s.part} aria-label={hook.url}>
      <div>
        <HookBadge state={hook.state} /> {t(`admin.webhooks.stateMeans.${hook.state}`)}
      </div>
      {hook.secret !== undefined && (
        <ShownSecret title={t("admin.webhooks.shown.title")} lead={t("admin.webhooks.shown.lead")} label={t("admin.webhooks.shown.secret")} secret={hook.secret} />
      )}
      <div>
        <Link className="btn" href={`/admin/webhooks/${hook.id}`}>
          {t("admin.webhooks.toWebhook")}
        </Link>
      </div>
    </section>
  );
}
