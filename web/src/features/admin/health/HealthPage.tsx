import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { getHealth, type Dependency, type Health } from "../../../api/live";
import { currentLanguage } from "../../../i18n";
import { Busy, useTitle } from "../../../ui";
import { clockOf, since } from "../../../ui/time";
import s from "../admin.module.css";
import { Refusal } from "../Refusal";
import { sayWrong } from "./wrong";

/** How often it is read anew, in ms. */
const refresh = 5_000;

/** What the platform depends on, as one replica sees it, and what runs. */
export function HealthPage() {
  const { t } = useTranslation();
  const health = useQuery({ queryKey: ["admin", "health"], queryFn: ({ signal }) => getHealth(signal), staleTime: 0, refetchInterval: refresh });
  useTitle(t("admin.health.name"));
  const failing = health.data?.dependencies.filter((one) => one.state === "failing").length ?? 0;
  return (
    <>
      <div>
        <h1>{t("admin.health.name")}</h1>
        <p className="muted">{t("admin.health.lead")}</p>
      </div>
      {health.isPending && <Busy label={t("common.loading")} />}
      {health.isError && <Refusal error={health.error} path="/admin/health" />}
      {health.data !== undefined && (
        <>
          <p role="status">{failing === 0 ? t("admin.health.well") : t("admin.health.failing", { n: failing })}</p>
          <ul className="card rows">
            {health.data.dependencies.map((one) => (
              <Row key={`${one.name} ${one.instance ?? ""}`} one={one} />
            ))}
          </ul>
          <Versions health={health.data} />
        </>
      )}
    </>
  );
}

const tones = { ok: undefined, failing: "danger", off: undefined } as const;

function Row({ one }: { one: Dependency }) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const failing = one.state === "failing";
  const now = failing ? sayWrong(t, language, one.wrong, one.detail, one.remedy) : undefined;
  const before = failing ? undefined : sayWrong(t, language, one.lastWrong, one.lastError);
  return (
    <li>
      <div>
        <strong>{t(`admin.health.names.${one.name}`, { instance: one.instance ?? "" })}</strong>
        {failing && <div>{t(`admin.health.broken.${one.name}`)}</div>}
        {now !== undefined && (
          <div className="small muted" lang={now.lang}>
            {now.what}
          </div>
        )}
        {now?.remedy !== undefined && (
          <div className="small" lang={now.lang}>
            {now.remedy}
          </div>
        )}
        {one.since !== undefined && (
          <div className="small muted">{t("admin.health.since", { when: since(one.since, language), n: one.latencyMs })}</div>
        )}
        {before !== undefined && one.lastErrorAt !== undefined && (
          <div className="small muted">
            {t("admin.health.last", { time: clockOf(one.lastErrorAt, language) })} <span lang={before.lang}>{before.what}</span>
          </div>
        )}
      </div>
      <span className={`tag ${s.state ?? ""}`} data-tone={tones[one.state]}>
        {t(`admin.health.states.${one.state}`)}
      </span>
    </li>
  );
}

function Versions({ health: { versions } }: { health: Health }) {
  const { t } = useTranslation();
  const unknown = t("admin.health.unknown");
  return (
    <section className={s.part}>
      <h2>{t("admin.health.versions")}</h2>
      <dl className={`card ${s.facts ?? ""}`}>
        <dt>{t("admin.health.program")}</dt>
        <dd>{versions.program}</dd>
        <dt>{t("admin.health.commit")}</dt>
        <dd>{versions.commit ?? unknown}</dd>
        <dt>{t("admin.health.go")}</dt>
        <dd>{versions.go}</dd>
        <dt>{t("admin.health.schema")}</dt>
        <dd>{versions.schema ?? unknown}</dd>
        <dt>{t("admin.health.liveKit")}</dt>
        <dd>{versions.liveKit ?? unknown}</dd>
      </dl>
    </section>
  );
}
