import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, Redirect } from "wouter";
import { useMe } from "../../api/queries";
import { signInHref } from "../../api/session";
import { Busy, ErrorNotice, useTitle } from "../../ui";
import s from "./admin.module.css";
import { holds, holdsEverywhere, type Appointment } from "./roles";
import { sections } from "./sections";

const Claim = lazy(() => import("./claim").then((m) => ({ default: m.ClaimPage })));

/** The console: a section beside the list of all that the reader may see. */
export function AdminPage({ path }: { path: string }) {
  const { t } = useTranslation();
  const me = useMe();
  useTitle(t("admin.title"));
  if (me.isPending) return <Plain>{<Busy label={t("common.loading")} />}</Plain>;
  if (me.isError) return <Plain>{<ErrorNotice error={me.error} />}</Plain>;
  if (me.data.kind !== "person") {
    return (
      <Plain>
        <p className="muted">{t("admin.needSignIn")}</p>
        <div>
          <a className="btn primary" href={signInHref(`/admin/${path}`)}>
            {t("common.signIn")}
          </a>
        </div>
      </Plain>
    );
  }
  if (path === "claim") {
    return (
      <Suspense fallback={<Plain>{<Busy label={t("common.loading")} />}</Plain>}>
        <Claim />
      </Suspense>
    );
  }
  return <Console path={path} appointments={me.data.appointments ?? []} />;
}

function Plain({ children }: { children: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="page">
      <h1>{t("admin.title")}</h1>
      {children}
    </div>
  );
}

/** On a telephone the sections are a row that scrolls: the one that is open is seen. */
const intoView = (link: HTMLAnchorElement | null) => {
  const row = link?.closest("ul");
  if (link === null || row === null || row === undefined || row.scrollWidth <= row.clientWidth) return;
  row.scrollLeft = link.offsetLeft - row.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
};

function Console({ path, appointments }: { path: string; appointments: readonly Appointment[] }) {
  const { t } = useTranslation();
  const [first = "", ...rest] = path.split("/");
  const seen = sections.filter((one) => (one.everywhere === true ? holdsEverywhere : holds)(appointments, one.needs));
  const section = seen.find((one) => one.path === first);
  const [entry] = seen;
  if (entry === undefined) {
    return (
      <div className="page">
        <h1>{t("admin.notYours")}</h1>
        <p>{t("admin.notYoursLead")}</p>
        <div>
          <Link className="btn" href="/">
            {t("common.back")}
          </Link>
        </div>
      </div>
    );
  }
  if (section === undefined) return <Redirect to={`/admin/${entry.path}`} replace />;
  const Page = section.page;
  return (
    <div className={s.console}>
      <nav className={s.nav} aria-label={t("admin.sections")}>
        <p className={s.navTitle}>{t("admin.title")}</p>
        <ul>
          {seen.map(({ path: to, name, icon: Icon }) => (
            <li key={to}>
              <Link href={`/admin/${to}`} ref={to === section.path ? intoView : undefined} aria-current={to === section.path ? "page" : undefined}>
                <Icon className="ico" aria-hidden="true" />
                <span>{t(`admin.${name}.name`)}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className={s.page}>
        <Suspense fallback={<Busy label={t("common.loading")} />}>
          <Page appointments={appointments} rest={rest.join("/")} />
        </Suspense>
      </div>
    </div>
  );
}
