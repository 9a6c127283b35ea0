import { useEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { useConfig, useMe } from "../api/queries";
import { signInHref } from "../api/session";
import { Logo } from "../ui";
import { AccountMenu } from "./AccountMenu";
import s from "./app.module.css";
import { LanguageButton } from "./LanguageButton";

/** The bar that all pages but the call have, and their main part, which takes the focus when the page changes. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const name = useConfig().data?.name ?? "Parvis";
  const [path] = useLocation();
  const main = useRef<HTMLElement>(null);
  useFocusOnChange(main, path);
  return (
    <div className={s.shell}>
      <a className={`btn ${s.skip}`} href="#main">
        {t("common.skip")}
      </a>
      <header className={s.bar}>
        <Link href="/" className={s.logo} aria-label={t("common.homeLink", { name })}>
          <Logo />
          <span>{name}</span>
        </Link>
        <span className="grow" />
        <LanguageButton />
        <Who path={path} />
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

function Who({ path }: { path: string }) {
  const { t } = useTranslation();
  const me = useMe().data;
  if (me === undefined) return null;
  if (me.kind === "person") return <AccountMenu name={me.name ?? ""} administers={me.appointments !== undefined} />;
  if (path === "/sign-in") return null;
  return (
    <a className="btn quiet" href={signInHref(path === "/signed-out" ? "/" : path)}>
      {t("common.signIn")}
    </a>
  );
}

let lastPath: string | undefined;

// The first page keeps the browser's own start; a page after it begins at its main part. The shell is drawn anew for
// each page, so what was shown last is kept outside.
function useFocusOnChange(main: React.RefObject<HTMLElement | null>, path: string): void {
  useEffect(() => {
    if (lastPath !== undefined && lastPath !== path) {
      main.current?.focus();
      window.scrollTo(0, 0);
    }
    lastPath = path;
  }, [main, path]);
}
