import { CalendarPlus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useMe } from "../../api/queries";
import { Busy, useTitle } from "../../ui";
import { CalendarSection } from "./CalendarSection";
import { ComingMeetings } from "./ComingMeetings";
import { PastMeetings } from "./PastMeetings";
import s from "./planning.module.css";
import { SignedInOnly } from "./SignedInOnly";

const paths = { coming: "/meetings", past: "/meetings/past" } as const;
type Part = keyof typeof paths;

/** All of somebody's meetings, each part at an address of its own, and their calendar in other programs. */
export function MyMeetingsPage({ part = "coming" }: { part?: Part }) {
  const { t } = useTranslation();
  const me = useMe();
  const title = t(part === "past" ? "planning.past" : "planning.mine");
  useTitle(title);
  return (
    <div className="page">
      <div className={s.listHead}>
        <h1>{title}</h1>
        {me.data?.kind === "person" && (
          <Link className="btn" href="/meetings/new">
            <CalendarPlus className="ico" aria-hidden="true" />
            <span>{t("home.plan")}</span>
          </Link>
        )}
      </div>
      {me.isPending && <Busy label={t("common.loading")} />}
      {me.data?.kind === "person" && (
        <>
          <nav className={s.parts} aria-label={t("planning.mine")}>
            {(["coming", "past"] as const).map((one) => (
              <Link key={one} href={paths[one]} aria-current={one === part ? "page" : undefined}>
                {t(`planning.parts.${one}`)}
              </Link>
            ))}
          </nav>
          {part === "past" ? <PastMeetings /> : <ComingMeetings name={me.data.name ?? ""} />}
          {part === "coming" && <CalendarSection />}
        </>
      )}
      {me.data !== undefined && me.data.kind !== "person" && <SignedInOnly path={paths[part]} />}
    </div>
  );
}
