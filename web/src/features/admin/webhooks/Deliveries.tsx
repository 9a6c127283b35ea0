import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { redeliver, type Delivery, type DeliveryState, type Hook } from "../../../api/software";
import { currentLanguage } from "../../../i18n";
import { Busy, SelectField } from "../../../ui";
import { inWords } from "../../../ui/time";
import s from "../admin.module.css";
import { More } from "../More";
import { adminKeys, useDeliveries } from "../reads";
import { Refusal } from "../Refusal";
import { useEventWord } from "./useEventWord";

const states: readonly DeliveryState[] = ["dead", "queued", "delivered"];

const moment = (at: string) => inWords(new Date(at), currentLanguage(), { dateStyle: "short", timeStyle: "medium" });

/** What was sent to a webhook or is to be, and what came of it. */
export function Deliveries({ hook, path, may }: { hook: Hook; path: string; may: boolean }) {
  const { t } = useTranslation();
  const [state, setState] = useState<DeliveryState | "">("");
  const list = useDeliveries(hook.id, state === "" ? undefined : state);
  const queries = useQueryClient();
  const again = useMutation({
    mutationFn: (id: string) => redeliver(hook.id, id),
    onSuccess: () => queries.invalidateQueries({ queryKey: adminKeys.deliveries(hook.id) }),
  });
  const found = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={s.part} aria-labelledby="hook-deliveries">
      <h2 id="hook-deliveries">{t("admin.webhooks.deliveries")}</h2>
      <p className="muted">{t("admin.webhooks.deliveriesLead")}</p>
      <div className={s.filters}>
        <SelectField
          label={t("admin.webhooks.filter")}
          any={t("admin.webhooks.filters.all")}
          options={states.map((value) => ({ value, label: t(`admin.webhooks.filters.${value}`) }))}
          value={state}
          onChoose={setState}
        />
        <div>
          <button type="button" className="btn" onClick={() => void list.refetch()}>
            {t("admin.webhooks.refresh")}
          </button>
        </div>
      </div>
      {list.isPending && <Busy label={t("common.loading")} />}
      {list.isError && <Refusal error={list.error} path={path} />}
      {again.isError && <Refusal error={again.error} path={path} />}
      <p role="status" className={again.isSuccess ? undefined : "visually-hidden"}>
        {again.isSuccess && t("admin.webhooks.resent")}
      </p>
      {list.isSuccess && found.length === 0 && <p>{t("admin.webhooks.noDeliveries")}</p>}
      {found.length > 0 && (
        <Table
          found={found}
          again={
            may && hook.state === "active"
              ? (id) => {
                  again.mutate(id);
                }
              : undefined
          }
        />
      )}
      <More of={list} />
    </section>
  );
}

function Table({ found, again }: { found: Delivery[]; again: ((id: string) => void) | undefined }) {
  const { t } = useTranslation();
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
    <div className={`card ${s.scroll ?? ""}`} role="region" aria-labelledby="hook-deliveries" tabIndex={0}>
      <table className={s.table}>
        <thead>
          <tr>
            <th scope="col">{t("admin.webhooks.when")}</th>
            <th scope="col">{t("admin.webhooks.what")}</th>
            <th scope="col">{t("admin.webhooks.result")}</th>
            <th scope="col" className={s.number}>
              {t("admin.webhooks.tries")}
            </th>
            {again !== undefined && <td />}
          </tr>
        </thead>
        <tbody>
          {found.map((one) => (
            <Row key={one.id} delivery={one} again={again} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ delivery, again }: { delivery: Delivery; again: ((id: string) => void) | undefined }) {
  const { t } = useTranslation();
  const what = useEventWord()(delivery.type);
  const when = moment(delivery.attemptedAt ?? delivery.createdAt);
  return (
    <tr>
      <td>{when}</td>
      <td>
        {what}
        <div className="small muted">
          <code>{delivery.type}</code>
        </div>
      </td>
      <td>
        {t(`admin.webhooks.results.${delivery.state}`)}
        {delivery.failure !== undefined && <div className="small">{t(`admin.webhooks.failures.${delivery.failure}`)}</div>}
        {delivery.status !== undefined && <div className="small muted">{t("admin.webhooks.status", { status: delivery.status })}</div>}
        {delivery.nextAttemptAt !== undefined && delivery.attempts > 0 && (
          <div className="small muted">{t("admin.webhooks.next", { date: moment(delivery.nextAttemptAt) })}</div>
        )}
      </td>
      <td className={s.number}>{delivery.attempts}</td>
      {again !== undefined && (
        <td>
          {delivery.type !== "webhook.challenge" && delivery.state !== "queued" && (
            <button
              type="button"
              className="btn"
              aria-label={t("admin.webhooks.redeliverOf", { what, date: when })}
              onClick={() => {
                again(delivery.id);
              }}
            >
              {t("admin.webhooks.redeliver")}
            </button>
          )}
        </td>
      )}
    </tr>
  );
}
