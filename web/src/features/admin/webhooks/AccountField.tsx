import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { listAccounts, type Account } from "../../../api/software";
import { Busy, ErrorNotice, SelectField } from "../../../ui";
import { isOver, standingOf } from "../apps/standing";

interface AccountFieldProps {
  /** Of one organization alone, where it is known. */
  organization?: string | undefined;
  chosen: string;
  onChoose: (account: Account | undefined) => void;
}

const most = 200; // of a page

/** The software to which a webhook belongs: one that still acts. */
export function AccountField({ organization, chosen, onChoose }: AccountFieldProps) {
  const { t } = useTranslation();
  const accounts = useQuery({
    queryKey: ["admin", "accounts", "to-choose", organization ?? ""],
    queryFn: ({ signal }) => listAccounts({ pageSize: most, ...(organization === undefined ? {} : { organization }) }, signal),
    staleTime: 0,
  });
  if (accounts.isPending) return <Busy label={t("common.loading")} />;
  if (accounts.isError) return <ErrorNotice error={accounts.error} />;
  const acting = accounts.data.items.filter((one) => !isOver(standingOf(one)));
  if (acting.length === 0) {
    return (
      <p>
        {t("admin.webhooks.noAccount")} <Link href="/admin/apps/new">{t("admin.apps.new")}</Link>
      </p>
    );
  }
  return (
    <SelectField
      label={t("admin.webhooks.account")}
      hint={t("admin.webhooks.accountHint")}
      required
      any={t("admin.webhooks.chooseAccount")}
      options={acting.map((one) => ({ value: one.id, label: `${one.name} (${one.organization.name})` }))}
      value={acting.some((one) => one.id === chosen) ? chosen : ""}
      onChoose={(id) => {
        onChoose(acting.find((one) => one.id === id));
      }}
    />
  );
}
