import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { takeRole, type Holder } from "../../../api/administration";
import { useMe } from "../../../api/queries";
import { currentLanguage } from "../../../i18n";
import { Busy } from "../../../ui";
import { dayOf } from "../../../ui/time";
import { Ask } from "../Ask";
import { useHolders } from "../reads";
import { Refusal } from "../Refusal";
import { Give } from "./Give";

interface HoldersProps {
  /** Left out: the whole platform. */
  organization?: string;
  may: boolean;
  path: string;
}

/** Who administers an organization or the platform; roles are given and taken. Nobody takes their own. */
export function Holders({ organization, may, path }: HoldersProps) {
  const { t } = useTranslation();
  const holders = useHolders(organization);
  const me = useMe().data?.person?.id;
  return (
    <>
      {holders.isPending && <Busy label={t("common.loading")} />}
      {holders.isError && <Refusal error={holders.error} path={path} />}
      {holders.data?.length === 0 && <p>{t("admin.appointments.none")}</p>}
      <ul className="card rows" hidden={(holders.data?.length ?? 0) === 0}>
        {holders.data?.map((held) => (
          <li key={held.id}>
            <div>
              <Link href={`/admin/people/${held.person.id}`}>
                <bdi>{held.person.name}</bdi>
              </Link>
              <div className="small muted">{held.person.email}</div>
              <div className="small">{t("admin.appointments.since", { role: t(`admin.roles.${held.role}`), day: dayOf(held.givenAt, currentLanguage()) })}</div>
            </div>
            {may && held.person.id !== me && <Take held={held} path={path} />}
          </li>
        ))}
      </ul>
      {may && <Give organization={organization} path={path} />}
    </>
  );
}

/** Takes a role away, after a question. */
export function Take({ held, path }: { held: Holder; path: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const take = useMutation({
    mutationFn: () => takeRole(held.id),
    onSuccess: () => {
      setAsked(false);
      return queries.invalidateQueries({ queryKey: ["admin"] });
    },
  });
  const words = { role: t(`admin.roles.${held.role}`), name: held.person.name };
  return (
    <>
      <button
        type="button"
        className="btn"
        aria-label={t("admin.appointments.takeOf", words)}
        onClick={() => {
          setAsked(true);
        }}
      >
        {t("admin.appointments.take")}
      </button>
      {asked && (
        <Ask
          title={t("admin.appointments.takeOf", words)}
          act={t("admin.appointments.take")}
          danger
          busy={take.isPending}
          error={take.error}
          path={path}
          onAct={() => {
            take.mutate();
          }}
          onClose={() => {
            setAsked(false);
            take.reset();
          }}
        >
          <p>{t("admin.appointments.takeLead")}</p>
        </Ask>
      )}
    </>
  );
}
