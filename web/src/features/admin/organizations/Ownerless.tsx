import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { handOver, listOwnerless, type Office, type OwnerlessRoom } from "../../../api/offices";
import { currentLanguage } from "../../../i18n";
import { Busy, named, SelectField } from "../../../ui";
import { dayOf } from "../../../ui/time";
import s from "../admin.module.css";
import { Ask } from "../Ask";
import { people, type Found } from "../find";
import { FindField } from "../FindField";
import { adminKeys } from "../reads";
import { Refusal } from "../Refusal";

interface OwnerlessProps {
  organization: string;
  offices: readonly Office[];
  may: boolean;
  path: string;
}

/** The rooms whose owners have left, each with the act that gives it to somebody. */
export function Ownerless({ organization, offices, may, path }: OwnerlessProps) {
  const { t } = useTranslation();
  const rooms = useQuery({ queryKey: adminKeys.ownerless(organization), queryFn: ({ signal }) => listOwnerless(organization, signal), staleTime: 0 });
  const [asked, setAsked] = useState<OwnerlessRoom>();
  return (
    <section className={s.part}>
      <h2>{t("admin.organizations.ownerless.title")}</h2>
      <p className="muted">{t("admin.organizations.ownerless.lead")}</p>
      {rooms.isPending && <Busy label={t("common.loading")} />}
      {rooms.isError && <Refusal error={rooms.error} path={path} />}
      {rooms.data?.length === 0 && <p>{t("admin.organizations.ownerless.none")}</p>}
      <ul className="card rows" hidden={(rooms.data?.length ?? 0) === 0}>
        {rooms.data?.map((room) => (
          <li key={room.slug}>
            <div>
              <bdi>{room.name}</bdi>
              <div className="small muted">
                {room.office === undefined ? room.slug : t("admin.organizations.ownerless.ofOffice", { name: room.office.name })}
                {" · "}
                {room.lastUsedAt === undefined
                  ? t("admin.organizations.ownerless.never")
                  : t("admin.organizations.ownerless.lastUsed", { date: dayOf(room.lastUsedAt, currentLanguage()) })}
                {room.ownedElsewhere === true && ` · ${t("admin.organizations.ownerless.elsewhere")}`}
              </div>
            </div>
            {may && (
              <button
                type="button"
                className="btn"
                aria-label={t("admin.organizations.ownerless.handOverOf", { name: room.name })}
                onClick={() => {
                  setAsked(room);
                }}
              >
                {t("admin.organizations.ownerless.handOver")}
              </button>
            )}
          </li>
        ))}
      </ul>
      {asked !== undefined && (
        <HandOver
          organization={organization}
          room={asked}
          offices={offices}
          path={path}
          onClose={() => {
            setAsked(undefined);
          }}
        />
      )}
    </section>
  );
}

interface HandOverProps {
  organization: string;
  room: OwnerlessRoom;
  offices: readonly Office[];
  path: string;
  onClose: () => void;
}

function HandOver({ organization, room, offices, path, onClose }: HandOverProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [office, setOffice] = useState("");
  const [person, setPerson] = useState<Found>();
  const act = useMutation({
    mutationFn: () => handOver(organization, room.slug, office === "" ? { person: person?.id ?? "" } : { office }),
    onSuccess: () => {
      onClose();
      return Promise.all([
        queries.invalidateQueries({ queryKey: adminKeys.ownerless(organization) }),
        queries.invalidateQueries({ queryKey: adminKeys.offices(organization) }),
      ]);
    },
  });
  return (
    <Ask
      title={t("admin.organizations.ownerless.handOverOf", { name: room.name })}
      act={t("admin.organizations.ownerless.handOver")}
      busy={act.isPending || (office === "" && person === undefined)}
      error={act.error}
      path={path}
      says={{ conflict: t("admin.organizations.ownerless.conflict") }}
      onAct={() => {
        act.mutate();
      }}
      onClose={onClose}
    >
      <SelectField label={t("admin.organizations.ownerless.to")} any={t("admin.organizations.ownerless.toPerson")} options={named(offices)} value={office} onChoose={setOffice} />
      {room.ownedElsewhere === true && <p>{t("admin.organizations.ownerless.elsewhereLead")}</p>}
      {office === "" && (
        <FindField label={t("admin.organizations.ownerless.person")} finder={people} path={path} suits={(one) => one.organization === organization} chosen={person} onChoose={setPerson} />
      )}
    </Ask>
  );
}
