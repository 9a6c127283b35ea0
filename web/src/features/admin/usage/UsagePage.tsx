import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { keys } from "../../../api/queries";
import { getUsage, usageHref, type Step, type UsageReport } from "../../../api/usage";
import { currentLanguage } from "../../../i18n";
import { Busy, ErrorNotice, SelectField, useTitle } from "../../../ui";
import s from "../admin.module.css";
import { holdsEverywhere, organizationsOf } from "../roles";
import type { SectionProps } from "../sections";
import { amountOf, dayName, measures, spanName, type Measure } from "./figures";
import { periods, spanOf, steps, usualStep, type Period } from "./period";
import { UsageChart } from "./UsageChart";
import u from "./usage.module.css";

/** How much is met. Who administers the whole platform begins with it, and goes to an organization from its list. */
export function UsagePage({ appointments, rest }: SectionProps) {
  const { t } = useTranslation();
  const [period, setPeriod] = useState<Period>("30");
  const [by, setBy] = useState<Step>("day");
  const [measure, setMeasure] = useState<Measure>("participants");
  const own = organizationsOf(appointments);
  const platform = holdsEverywhere(appointments);
  const organization = rest !== "" ? rest : platform ? undefined : own[0];
  const query = { ...spanOf(period), by, organization };
  const usage = useQuery({ queryKey: keys.usage(query), queryFn: ({ signal }) => getUsage(query, signal), placeholderData: keepPreviousData });
  useTitle(t("admin.usage.name"));
  return (
    <>
      <div>
        <h1>{t("admin.usage.name")}</h1>
        <p className="muted">{t("admin.usage.lead")}</p>
      </div>
      {platform && organization !== undefined && <Link href="/admin/usage">{t("admin.usage.whole")}</Link>}
      {!platform && own.length > 1 && (
        <nav className={s.filters} aria-label={t("admin.usage.organization")}>
          {own.map((id) => (
            <Own key={id} id={id} current={id === organization} />
          ))}
        </nav>
      )}
      <div className={s.filters}>
        <SelectField
          label={t("admin.usage.period")}
          options={periods.map((value) => ({ value, label: t(`admin.usage.periods.${value}`) }))}
          value={period}
          onChoose={(chosen) => {
            setPeriod(chosen);
            setBy(usualStep[chosen]);
          }}
        />
        <SelectField label={t("admin.usage.by")} options={steps.map((value) => ({ value, label: t(`admin.usage.steps.${value}`) }))} value={by} onChoose={setBy} />
        <SelectField label={t("admin.usage.measure")} options={measures.map((value) => ({ value, label: t(`admin.usage.measures.${value}`) }))} value={measure} onChoose={setMeasure} />
      </div>
      {usage.isPending && <Busy label={t("common.loading")} />}
      {usage.isError && (
        <ErrorNotice
          error={usage.error}
          actions={
            <button type="button" className="btn" onClick={() => void usage.refetch()}>
              {t("common.retry")}
            </button>
          }
        />
      )}
      {usage.data !== undefined && <Report report={usage.data} measure={measure} file={usageHref(query)} organizationsFile={usageHref(query, "organizations")} />}
    </>
  );
}

/** An organization that somebody administers besides others, by the name that its report has. */
function Own({ id, current }: { id: string; current: boolean }) {
  const query = { ...spanOf("30"), by: "month" as const, organization: id };
  const name = useQuery({ queryKey: keys.usage(query), queryFn: ({ signal }) => getUsage(query, signal) }).data?.organizationName;
  return (
    <Link className="btn" href={`/admin/usage/${id}`} aria-current={current ? "page" : undefined}>
      <bdi>{name ?? id}</bdi>
    </Link>
  );
}

interface ReportProps {
  report: UsageReport;
  measure: Measure;
  file: string;
  organizationsFile: string;
}

function Report({ report, measure, file, organizationsFile }: ReportProps) {
  const { t } = useTranslation();
  const language = currentLanguage();
  const number = new Intl.NumberFormat(language);
  const chart = t("admin.usage.chart", { measure: t(`admin.usage.measures.${measure}`), from: dayName(report.from, language), to: dayName(report.to, language) });
  return (
    <>
      <h2>
        <bdi>{report.organizationName ?? t("admin.usage.everywhere")}</bdi>
      </h2>
      <dl className={u.totals}>
        {measures.map((one) => (
          <div key={one} className="card">
            <dt>{t(`admin.usage.measures.${one}`)}</dt>
            <dd>
              <span className={u.amount}>{number.format(amountOf(report.total, one))}</span>
              <span className="small muted"> {t(`admin.usage.meaning.${one}`)}</span>
            </dd>
          </div>
        ))}
      </dl>
      {report.total.participants === 0 ? (
        <p className="muted">{t("admin.usage.none")}</p>
      ) : (
        <>
          <UsageChart report={report} measure={measure} label={chart} language={language} />
          {report.organizations !== undefined && report.organizations.length > 0 && (
            <div className={s.part}>
              <h2 id="usage-organizations">{t("admin.usage.organizations")}</h2>
              <div>
                <a className="btn" href={organizationsFile} download={`usage-organizations-${report.from}-${report.to}.csv`}>
                  <Download className="ico" aria-hidden="true" />
                  {t("admin.usage.csvOrganizations")}
                </a>
              </div>
              <Figures
                labelledBy="usage-organizations"
                first={t("admin.usage.organization")}
                rows={report.organizations.map((one) => ({ key: one.id, name: one.name, href: `/admin/usage/${one.id}`, count: one }))}
              />
            </div>
          )}
          <div className={s.part}>
            <h2 id="usage-figures">{t("admin.usage.table")}</h2>
            <div>
              <a className="btn" href={file} download={`usage-${report.from}-${report.to}.csv`}>
                <Download className="ico" aria-hidden="true" />
                {t("admin.usage.csv")}
              </a>
            </div>
            <Figures
              labelledBy="usage-figures"
              first={t("admin.usage.span")}
              rows={report.items.map((one) => ({ key: one.date, name: spanName(one.date, report.by, language), count: one }))}
            />
          </div>
        </>
      )}
    </>
  );
}

interface Row {
  key: string;
  name: string;
  href?: string;
  count: UsageReport["total"];
}

function Figures({ labelledBy, first, rows }: { labelledBy: string; first: string; rows: Row[] }) {
  const { t } = useTranslation();
  const number = new Intl.NumberFormat(currentLanguage());
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
    <div className={`card ${s.scroll ?? ""}`} role="region" aria-labelledby={labelledBy} tabIndex={0}>
      <table className={s.table}>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            {measures.map((one) => (
              <th key={one} scope="col" className={s.number}>
                {t(`admin.usage.measures.${one}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, href, count }) => (
            <tr key={key}>
              <th scope="row">{href === undefined ? name : <Link href={href}>{<bdi>{name}</bdi>}</Link>}</th>
              {measures.map((one) => (
                <td key={one} className={s.number}>
                  {number.format(amountOf(count, one))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
