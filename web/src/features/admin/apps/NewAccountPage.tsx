import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { randomId } from "../../../api/rooms";
import { addSecret, createAccount, type Account } from "../../../api/software";
import { Busy, Notice, useTitle } from "../../../ui";
import s from "../admin.module.css";
import { organizations, type Found } from "../find";
import { FindField } from "../FindField";
import { adminKeys, useOrganization } from "../reads";
import { Refusal } from "../Refusal";
import { organizationsOf, type Appointment } from "../roles";
import { administersAll } from "../rights";
import { ShownSecret } from "../ShownSecret";
import { AccountFields } from "./AccountFields";
import { blank, newAccount } from "./written";

const path = "/admin/apps/new";

interface Made {
  account: Account;
  /** Missing where the account was made and its secret was not. */
  secret?: string | undefined;
}

/** Makes a service account with its first secret, which is shown once. */
export function NewAccountPage({ appointments }: { appointments: readonly Appointment[] }) {
  const { t } = useTranslation();
  useTitle(t("admin.apps.new"));
  const only = administersAll(appointments) ? [] : organizationsOf(appointments.filter((one) => one.role === "org-admin"));
  return (
    <>
      <div className={s.part}>
        <Link href="/admin/apps">{t("admin.apps.all")}</Link>
        <h1>{t("admin.apps.new")}</h1>
      </div>
      {only.length === 1 && only[0] !== undefined ? <OfOne id={only[0]} /> : <Making start={undefined} />}
    </>
  );
}

/** The organization is known: it is the one that somebody administers. */
function OfOne({ id }: { id: string }) {
  const { t } = useTranslation();
  const organization = useOrganization(id);
  if (organization.isPending) return <Busy label={t("common.loading")} />;
  const found = organization.data?.organization;
  return <Making start={found === undefined ? undefined : { id: found.id, name: found.name }} />;
}

function Making({ start }: { start: Found | undefined }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [key, setKey] = useState(randomId);
  const [organization, setOrganization] = useState(start);
  const [written, setWritten] = useState(blank);
  const [made, setMade] = useState<Made>();
  const make = useMutation({
    mutationFn: async (): Promise<Made> => {
      const account = await createAccount(newAccount(written, organization?.id ?? ""), key);
      try {
        return { account, secret: (await addSecret(account.id)).secret };
      } catch {
        return { account }; // it is there: its own page says more
      }
    },
    onSuccess: async (now) => {
      setMade(now);
      await queries.invalidateQueries({ queryKey: [...adminKeys.accounts] });
    },
    onError: () => {
      setKey(randomId());
    },
  });
  if (made !== undefined) return <Shown made={made} />;
  return (
    <form
      className={`card ${s.form ?? ""}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (!make.isPending) make.mutate();
      }}
    >
      <FindField
        label={t("admin.apps.organization")}
        hint={t("admin.apps.searchOrganization")}
        finder={organizations}
        path={path}
        chosen={organization}
        onChoose={setOrganization}
      />
      <p className="small muted">{t("admin.apps.organizationHint")}</p>
      <AccountFields written={written} onWrite={setWritten} />
      {make.isError && <Refusal error={make.error} path={path} says={{ "invalid-request": t("admin.apps.wrong"), forbidden: t("admin.apps.givesMore") }} />}
      <div>
        <button
          type="submit"
          className="btn primary"
          disabled={make.isPending || organization === undefined || written.name.trim() === "" || written.scopes.length === 0}
        >
          {t("admin.apps.make")}
        </button>
      </div>
    </form>
  );
}

function Shown({ made: { account, secret } }: { made: Made }) {
  const { t } = useTranslation();
  return (
    <section className={s.part} aria-label={account.name}>
      <h2>
        <bdi>{account.name}</bdi>
      </h2>
      <dl className={`card ${s.facts ?? ""}`}>
        <div>
          <dt>{t("admin.apps.id")}</dt>
          <dd>
            <code>{account.id}</code>
          </dd>
        </div>
      </dl>
      {secret === undefined ? (
        <Notice tone="warn" live>
          {t("admin.apps.withoutSecret")}
        </Notice>
      ) : (
        <ShownSecret title={t("admin.apps.shown.title")} lead={t("admin.apps.shown.lead")} label={t("admin.apps.shown.secret")} secret={secret} />
      )}
      <div>
        <Link className="btn" href={`/admin/apps/${account.id}`}>
          {t("admin.apps.toAccount")}
        </Link>
      </div>
    </section>
  );
}
