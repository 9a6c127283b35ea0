import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addSecret, removeKey, removeSecret, type Account } from "../../../api/software";
import { currentLanguage } from "../../../i18n";
import { SelectField } from "../../../ui";
import { dateOf } from "../../../ui/time";
import s from "../admin.module.css";
import { Ask } from "../Ask";
import { adminKeys } from "../reads";
import { ShownSecret } from "../ShownSecret";
import { AddKey } from "./AddKey";
import { secretsOf } from "./standing";

interface CredentialsProps {
  account: Account;
  path: string;
  may: boolean;
}

/** By what an account signs in: its secrets, never shown again, and its public keys. */
export function Credentials({ account, path, may }: CredentialsProps) {
  const { t } = useTranslation();
  const [given, setGiven] = useState<string>();
  const language = currentLanguage();
  const secrets = secretsOf(account);
  return (
    <>
      <section className={s.part} aria-labelledby="app-secrets">
        <h2 id="app-secrets">{t("admin.apps.secrets")}</h2>
        {given !== undefined && (
          <ShownSecret
            title={t("admin.apps.shown.title")}
            lead={t("admin.apps.shown.lead")}
            label={t("admin.apps.shown.secret")}
            secret={given}
            onDone={() => {
              setGiven(undefined);
            }}
          />
        )}
        {secrets.length === 0 && <p>{t("admin.apps.noSecrets")}</p>}
        <ul className="card rows" hidden={secrets.length === 0}>
          {secrets.map((secret) => (
            <li key={secret.id}>
              <div>
                {t("admin.apps.secretSince", { date: dateOf(secret.createdAt, language) })}
                <div className="small muted">
                  {secret.expiresAt === undefined ? t("admin.apps.secretForever") : t("admin.apps.secretUntil", { date: dateOf(secret.expiresAt, language) })}
                </div>
              </div>
              {may && (
                <Remove
                  account={account}
                  path={path}
                  title={t("admin.apps.removeSecretOf", { date: dateOf(secret.createdAt, language) })}
                  lead={t("admin.apps.removeSecretLead")}
                  take={() => removeSecret(account.id, secret.id)}
                />
              )}
            </li>
          ))}
        </ul>
        {may && <Rotate account={account} path={path} first={secrets.length === 0} onGiven={setGiven} />}
      </section>
      <section className={s.part} aria-labelledby="app-keys">
        <h2 id="app-keys">{t("admin.apps.keys")}</h2>
        <p className="muted">{t("admin.apps.keysLead")}</p>
        {account.keys.length === 0 && <p>{t("admin.apps.noKeys")}</p>}
        <ul className="card rows" hidden={account.keys.length === 0}>
          {account.keys.map(({ kid, createdAt }) => (
            <li key={kid}>
              <div>
                <code>{kid}</code>
                <div className="small muted">{dateOf(createdAt, language)}</div>
              </div>
              {may && (
                <Remove
                  account={account}
                  path={path}
                  title={t("admin.apps.removeKeyOf", { kid })}
                  lead={t("admin.apps.removeKeyLead")}
                  take={() => removeKey(account.id, kid)}
                />
              )}
            </li>
          ))}
        </ul>
        {may && <AddKey account={account} path={path} />}
      </section>
    </>
  );
}

const overlaps = ["0", "60", "1440", "10080", "keep"] as const;
type Overlap = (typeof overlaps)[number];

function Rotate({ account, path, first, onGiven }: { account: Account; path: string; first: boolean; onGiven: (secret: string) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const [overlap, setOverlap] = useState<Overlap>("1440");
  const rotate = useMutation({
    mutationFn: () => addSecret(account.id, first || overlap === "keep" ? undefined : Number(overlap)),
    onSuccess: async ({ secret }) => {
      setAsked(false);
      if (secret !== undefined) onGiven(secret);
      await queries.invalidateQueries({ queryKey: [...adminKeys.accounts] });
    },
  });
  return (
    <div>
      <button
        type="button"
        className="btn"
        onClick={() => {
          rotate.reset();
          setAsked(true);
        }}
      >
        {t("admin.apps.rotate")}
      </button>
      {asked && (
        <Ask
          title={t("admin.apps.rotate")}
          act={t("admin.apps.rotate")}
          busy={rotate.isPending}
          error={rotate.error}
          path={path}
          says={{ forbidden: t("admin.apps.givesMore") }}
          onAct={() => {
            rotate.mutate();
          }}
          onClose={() => {
            setAsked(false);
          }}
        >
          <p>{t("admin.apps.rotateLead")}</p>
          {!first && (
            <SelectField label={t("admin.apps.overlap")} options={overlaps.map((value) => ({ value, label: t(`admin.apps.overlaps.${value}`) }))} value={overlap} onChoose={setOverlap} />
          )}
        </Ask>
      )}
    </div>
  );
}

interface RemoveProps {
  account: Account;
  path: string;
  title: string;
  lead: string;
  take: () => Promise<void>;
}

function Remove({ account, path, title, lead, take }: RemoveProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const reread = () => queries.invalidateQueries({ queryKey: adminKeys.account(account.id) });
  const remove = useMutation({
    mutationFn: take,
    onSuccess: async () => {
      setAsked(false);
      await queries.invalidateQueries({ queryKey: [...adminKeys.accounts] });
    },
  });
  return (
    <>
      <button
        type="button"
        className="btn"
        aria-label={title}
        onClick={() => {
          setAsked(true);
        }}
      >
        {t("admin.apps.remove")}
      </button>
      {asked && (
        <Ask
          title={title}
          act={t("admin.apps.remove")}
          danger
          busy={remove.isPending}
          error={remove.error}
          path={path}
          onReread={() => void reread()}
          onAct={() => {
            remove.mutate();
          }}
          onClose={() => {
            setAsked(false);
            remove.reset();
          }}
        >
          <p>{lead}</p>
        </Ask>
      )}
    </>
  );
}
