import { lazy, Suspense, type ComponentType, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../../api/queries";
import type { Me } from "../../api/types";
import { signInHref } from "../../api/session";
import { currentLanguage } from "../../i18n";
import { Busy, ErrorNotice, useTitle } from "../../ui";
import { today } from "../../ui/time";
import { Agenda } from "./Agenda";
import s from "./home.module.css";
import { JoinForm } from "./JoinForm";
import { MyRooms } from "./MyRooms";
import { StartButton } from "./StartButton";

function Nothing(): ReactNode {
  return null;
}

// What few need comes after the page; without it the page is as good.
const WaitingInRooms = lazy<ComponentType<{ person: string }>>(() =>
  import("../lobby").then(
    (m) => ({ default: m.WaitingInRooms }),
    () => ({ default: Nothing }),
  ),
);

export function HomePage() {
  const { t } = useTranslation();
  const me = useMe();
  useTitle(undefined);
  if (me.isPending) {
    return (
      <div className="page">
        <Busy label={t("common.loading")} />
      </div>
    );
  }
  if (me.isError) {
    return (
      <div className="page">
        <ErrorNotice
          error={me.error}
          actions={
            <button type="button" className="btn" onClick={() => void me.refetch()}>
              {t("common.retry")}
            </button>
          }
        />
      </div>
    );
  }
  return me.data.kind === "person" ? <Signed me={me.data} /> : <Anonymous />;
}

function Signed({ me }: { me: Me }) {
  const { t } = useTranslation();
  return (
    <div className={s.page}>
      <section className={`card ${s.start}`}>
        <div className={s.greeting}>
          <h1>{t("home.hello", { name: me.person?.givenName ?? me.name })}</h1>
          <p className="muted">{today(currentLanguage())}</p>
        </div>
        <StartButton me={me} />
        <JoinForm />
      </section>
      <div className={s.lists}>
        <Suspense fallback={null}>
          <WaitingInRooms person={me.person?.id ?? ""} />
        </Suspense>
        <Agenda />
        <MyRooms />
      </div>
    </div>
  );
}

function Anonymous() {
  const { t } = useTranslation();
  return (
    <div className={s.page} data-solo="true">
      <section className={`card ${s.start}`}>
        <div className={s.greeting}>
          <h1>{t("home.helloAnonymous")}</h1>
          <p className="muted">{t("home.leadAnonymous")}</p>
        </div>
        <JoinForm primary />
        <div className={s.agents}>
          <h2>{t("home.agents")}</h2>
          <p className="muted">{t("home.agentsLead")}</p>
          <a className="btn" href={signInHref("/")}>
            {t("common.signIn")}
          </a>
        </div>
      </section>
    </div>
  );
}
